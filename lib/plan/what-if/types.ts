import type { CapacityConfig } from '../../config';
import type { ForecastedLoads } from '../forecast-loads';

/** One thing that is taken to be otherwise than it is: a load, an event, a limit, a price. */
export type Assumption = {
  /** As it was written: `chat=3x`, `quota.L-DB2E81BA=128`. */
  readonly text: string;
  readonly inConfig: (config: CapacityConfig) => CapacityConfig;
  readonly inLoads: (loads: ForecastedLoads) => ForecastedLoads;
  /** Workloads whose load must be forecast anew. */
  readonly forecasts: readonly string[];
  /** Workloads whose load is another, and how many times as much. */
  readonly times: Readonly<Record<string, number>>;
};

/** What an assumption does, or why it cannot be taken. */
export type Read =
  | Partial<Omit<Assumption, 'text'>>
  /** What its value should be. */
  | { readonly expected: string }
  | { readonly impossible: string; readonly hint?: string };
