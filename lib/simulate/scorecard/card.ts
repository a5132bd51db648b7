import type { Advice } from './advice';
import type { Committed } from './committed';
import type { Happened } from './happened';
import type { WorkloadScore } from './score';

/** The form of the file. */
export const scorecardForm = 1;

type WorkloadCard = WorkloadScore &
  Advice & {
    /** What really was, of a workload whose floor the load moves. Left out of others, and where its Prometheus was not asked. */
    readonly happened?: Happened;
  };

/** `capacity-scorecard/2026-W48.json`: how the plans that were committed fared against the load of one week. Times are ISO 8601 UTC. */
export type Scorecard = {
  readonly form: typeof scorecardForm;
  readonly name: string;
  readonly week: string;
  readonly from: string;
  readonly to: string;
  /** Plans that were committed when the load came, by digest, each from when on. */
  readonly plans: readonly { readonly digest: string; readonly from: string }[];
  readonly workloads: Readonly<Record<string, WorkloadCard>>;
  /** Workloads that are not scored, and why. */
  readonly notScored: Readonly<Record<string, string>>;
  /** Of them those whose replicas follow no load of requests, with what the committed plans had for them. */
  readonly committed?: Readonly<Record<string, Committed>>;
};
