import type { LiveLoad, PrometheusSourceConfig } from '../../config';
import { MINUTE_MS } from '../../units';
import { prometheusReader } from './prometheus';
import { openSecrets } from './secrets';
import type { ConnectionOptions, Point } from './source';

export type MinutesOptions = ConnectionOptions & {
  /** The folder of the config, to which the files of secrets are relative. */
  readonly baseDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** A query, and from which to which whole minute it is asked, epoch ms, both included. */
export type MinutesRequest = {
  readonly load: LiveLoad;
  /** The place in the config, for messages. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
};

export type MinutesReader = {
  /** @throws ProblemError `prometheus/...` */
  readonly read: (request: MinutesRequest) => Promise<readonly Point[]>;
  readonly close: () => Promise<void>;
};

/**
 * Opens a reader of queries minute by minute as rules evaluate them: each value has the time at which it was evaluated. It keeps nothing and
 * writes no cache. One is made for each round, since a server that could not be reached is not asked again.
 */
export function openMinutes(options: MinutesOptions): MinutesReader {
  const connection = prometheusReader.connect(options, openSecrets(options));
  return {
    read: async ({ load: { url, query, scale }, path, from, to }) => {
      const source: PrometheusSourceConfig = { kind: 'prometheus', query, url, series: 'level', step: MINUTE_MS };
      const live = connection.source({ source, defaultKind: 'level', intervalMs: MINUTE_MS, path });
      // A point of a level has the time at which its step begins, a step before it was evaluated.
      const { points } = await live.fetch(from - MINUTE_MS, to);
      return points.map(([time, value]) => [time + MINUTE_MS, value * scale]);
    },
    close: async () => connection.close(),
  };
}
