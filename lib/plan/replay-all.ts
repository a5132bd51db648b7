import { mapTogether } from './map-together';
import type { CapacityConfig } from '../config/schema';
import type { Observations, Observed } from './observations';
import type { PoolOfferings } from './pool-offerings';
import { notAsked, notReplayed, type Replayed } from './replay-in-force';

import type { Supply } from './supply';
import type { CapacityPlan, ReplayPlan } from './types';
import type { Offering } from '../catalog/offering';
import type { LoadSeries } from '../history';

/** A workload whose load is to be replayed. */
export type ReplayRequest = {
  readonly name: string;
  /** Its load by period, as observed, and on the grid of the observations where that is finer. */
  readonly series: LoadSeries;
  readonly finest?: Observed['finest'];
  readonly supply: Supply;
  /** Of its pool. */
  readonly offerings: readonly Offering[];
  /** What the previous plan holds: it stays for a week while nothing else has changed. */
  readonly previous: ReplayPlan | null;
};

/** Replays loads; of a workload that cannot be replayed it says why. Implemented to the right of the plan, and handed in. */
export type ReplayJudge = (requests: readonly ReplayRequest[]) => Promise<Readonly<Record<string, ReplayPlan | { readonly none: string }>>>;

/**
 * Replays the loads of all workloads that can be. One whose forecast is withheld keeps the replay of the previous plan, and with it the
 * settings of its autoscaler.
 */
export async function replayAll(
  config: CapacityConfig,
  previous: CapacityPlan | null,
  { signals, withheld }: Observations,
  supplies: Readonly<Record<string, Supply>>,
  offerings: PoolOfferings,
  judge: ReplayJudge | undefined,
): Promise<Readonly<Record<string, Replayed>>> {
  const names = Object.keys(config.workloads);
  const before = (name: string) => (previous !== null && Object.hasOwn(previous.workloads, name) ? previous.workloads[name].replay : null);
  const wanted = names.filter((name) => notReplayed(config, name) === null && Object.hasOwn(signals, `${name}.load`)).sort();
  const judged =
    judge === undefined || wanted.length === 0
      ? {}
      : await judge(
          wanted.map((name) => ({
            name,
            series: signals[`${name}.load`].series,
            finest: signals[`${name}.load`].finest,
            supply: supplies[name],
            offerings: offerings[config.workloads[name].pool],
            previous: before(name),
          })),
        );
  return mapTogether(names, (name): Replayed => {
    const why = notReplayed(config, name);
    if (why !== null) return { replay: null, none: why };
    if (Object.hasOwn(withheld, name)) return { replay: before(name), none: 'its history cannot be used', withheld: true };
    if (!Object.hasOwn(judged, name)) return notAsked;
    const found = judged[name];
    return 'none' in found ? { replay: null, none: found.none } : { replay: found, none: null };
  });
}
