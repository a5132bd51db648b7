import type { EnvironmentVariable, Probe } from '../pod-types';

/** What the main container and its pod have where the config says nothing else. */
export type PodDefaults = {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly user?: number;
  readonly group?: number;
  /** How long a pod that is to end still takes requests, while others learn of it. */
  readonly drainSeconds?: number;
  readonly graceSeconds: number;
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
};

/** What a preset of a server goes by. */
export type ServedBy = {
  readonly port: number;
  readonly healthPath: string;
  /** How long a replica may take to start, s. */
  readonly startupSeconds: number;
};

/** The name of the port at which a server answers. */
export const portName = 'http';

/**
 * A spot node is announced two minutes before it ends, so a pod that takes longer to end is cut off there.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
export const spotNoticeSeconds = 120;

/** The probe that holds back the others until a server answers. */
export function startupProbe({ startupSeconds }: ServedBy, path: string): Probe {
  const periodSeconds = 5;
  return {
    httpGet: { path, port: portName },
    periodSeconds,
    timeoutSeconds: 3,
    failureThreshold: Math.ceil(startupSeconds / periodSeconds),
  };
}
