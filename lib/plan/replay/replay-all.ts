import type { Offering } from '../../catalog';
import { type CapacityConfig, floorOwners, followsLoad, isAutoscaled, poolOwnerOf, poolOwners } from '../../config';
import type { LoadSeries } from '../../history';
import type { OnProgress } from '../../progress';
import { mapNames } from '../map-together';
import { type Observations, type Observed, teachingOf } from '../load';
import { decidePolicy, type FreshReplay, type PolicyDecision, type ScalingTerms, termsOf } from './policy-decision';
import type { PoolOfferings, Supply } from '../supply';
import { dueAt, type PlanBefore, planVersion, type ReplayPlan } from '../file';
import { type Problem, ProblemError } from '../../problems';
import { DAY_MS, formatDuration, timeOf, WEEK_MS } from '../../units';
import { hasNoMetricToFollow } from '../workload-facts';

/** A workload whose load is to be replayed. */
export type ReplayRequest = {
  readonly name: string;
  /** Its load by period, as observed, and on the grid of the observations where that is finer. */
  readonly series: LoadSeries;
  readonly finest?: Observed['finest'];
  /** Its last weeks by a finer record. */
  readonly finer?: LoadSeries;
  readonly supply: Supply;
  /** Of its pool. */
  readonly offerings: readonly Offering[];
  /** What the previous plan holds, and stays while nothing else has changed. */
  readonly previous: ReplayPlan | null;
  /** The age at which it no longer stays, ms. */
  readonly staysMs: number;
};

/** Replays loads; of a workload that cannot be replayed it says why. Implemented to the right of the plan, and handed in. */
export type ReplayLoads = (
  requests: readonly ReplayRequest[],
  onProgress?: OnProgress,
) => Promise<Readonly<Record<string, FreshReplay | ReplayPlan | { readonly none: string }>>>;

/** What became of the replay of a workload. */
export type Replayed =
  | { readonly replay: ReplayPlan; readonly decision: PolicyDecision }
  /** `none`: why there is none; `null` where nobody asked. */
  | { readonly replay: null; readonly none: string | null };

export const notAsked: Replayed = { replay: null, none: null };

/**
 * Replays the loads of all workloads that can be, and decides by which policy each is planned. One whose forecast is withheld keeps the
 * replay of the previous plan, and with it the settings of its autoscaler.
 */
export async function replayAll(
  config: CapacityConfig,
  { previous, asOf }: { readonly previous: PlanBefore | null; readonly asOf: number },
  { signals, withheld }: Observations,
  supplies: Readonly<Record<string, Supply>>,
  offerings: PoolOfferings,
  replayLoads: ReplayLoads | undefined,
  onProgress?: OnProgress,
): Promise<Readonly<Record<string, Replayed>>> {
  const names = Object.keys(config.workloads);
  const before = (name: string) => (previous !== null && Object.hasOwn(previous.workloads, name) ? previous.workloads[name].replay : null);
  const replayable = names.filter((name) => notReplayed(config, name) === null && Object.hasOwn(signals, `${name}.load`)).sort();
  const answers =
    replayLoads === undefined || replayable.length === 0
      ? {}
      : await replayLoads(
          replayable.map((name) => ({
            name,
            series: teachingOf(signals[`${name}.load`]),
            finest: signals[`${name}.load`].finest,
            finer: signals[`${name}.load`].finer,
            supply: supplies[name],
            offerings: offerings[config.workloads[name].pool],
            // One of an older form was made on other terms: it stays where there is no load to replay, and nowhere else.
            previous: previous?.schema === planVersion ? before(name) : null,
            staysMs: previous === null ? 0 : staysMs(previous, asOf),
          })),
          onProgress,
        );
  const replays = mapNames(names, (name): Replayed => {
    if (!followsLoad(config.workloads[name])) return notAsked;
    const none = notReplayed(config, name);
    if (none !== null) return { replay: null, none };
    const terms = (isWithheld: boolean) => termsOf(config, name, supplies[name].capacity?.target ?? null, isWithheld);
    if (Object.hasOwn(withheld, name)) {
      const kept = before(name);
      return kept === null ? { replay: null, none: 'its history cannot be used' } : decided(kept, terms(true));
    }
    if (!Object.hasOwn(answers, name)) return notAsked;
    const answer = answers[name];
    return 'none' in answer ? { replay: null, none: answer.none } : decided(answer, terms(false));
  });
  const problems = names.flatMap((name) =>
    liveProblems(config, name, replays[name], Object.hasOwn(withheld, name) ? 'withheld' : signals[`${name}.load`]),
  );
  if (problems.length > 0 && replayLoads !== undefined) throw new ProblemError(problems);
  return replays;
}

/** A live floor looks a week back, and a day more is learned from. */
const shortestLiveMs = 8 * DAY_MS;

/** Why a workload has no live floor, where its owner is one. */
function liveProblems(config: CapacityConfig, name: string, replayed: Replayed, observed: Observed | 'withheld' | undefined): Problem[] {
  const workload = config.workloads[name];
  if (!isAutoscaled(workload) || !floorOwners[workload.owner].movesByLoad) return [];
  const problem = (why: string, hint: string, expected?: string): Problem[] => [
    {
      code: 'plan/no-live-floor',
      path: `workloads.${name}.owner`,
      message: `is '${workload.owner}', and nothing was learned for it: ${why}`,
      ...(expected !== undefined && { expected }),
      hint: `${hint}, or owner: 'keda'`,
    },
  ];
  if (observed === 'withheld') return problem('its history cannot be used', 'mend it');
  const known = observed === undefined ? null : observed.series.values.length * observed.series.intervalMs;
  if (known !== null && known < shortestLiveMs)
    return problem(`its load is known for ${formatDuration(known)}`, 'keep samples for longer', '8 days or more');
  if (replayed.replay === null) return problem(replayed.none ?? 'it was not replayed', 'mend that');
  return replayed.replay.live === undefined ? problem('its replay is of an earlier owner', 'run `foresize plan --fresh`') : [];
}

/**
 * The age at which a replay no longer stays: settings are to change with a plan that is due anyway, and not on a night between. So a replay
 * is made anew by a plan that takes the place of one that is due, where it would be older than a week before the next one is; at two weeks
 * it is made anew in any case.
 */
function staysMs(previous: PlanBefore, asOf: number): number {
  const due = dueAt(previous);
  return asOf > due ? WEEK_MS - (due - timeOf(previous.asOf)) : 2 * WEEK_MS;
}

function decided(replay: FreshReplay | ReplayPlan, terms: ScalingTerms): Replayed {
  const decision = decidePolicy(replay, terms);
  if (!('outcomes' in replay)) return { replay, decision };
  const { tuned, scored, policies, lowerBoundGpuHours, lowerBoundFractionalGpuHours, settings, lead, advice, live, judged, seed, basis } =
    replay;
  const { chosen, why } = decision;
  return {
    replay: {
      tuned,
      scored,
      policies,
      lowerBoundGpuHours,
      lowerBoundFractionalGpuHours,
      chosen,
      why,
      settings,
      ...(lead && { lead }),
      ...(advice && { advice }),
      ...(live && { live }),
      judged,
      seed,
      basis,
    },
    decision,
  };
}

/** Why a workload is not replayed, before anything is read; `null`: it is. */
export function notReplayed(config: CapacityConfig, name: string): string | null {
  const workload = config.workloads[name];
  if (!followsLoad(workload)) return 'only inference is replayed, whose replicas follow a load';
  if (workload.replay === 'off') return 'the config says so';
  if (hasNoMetricToFollow(workload)) return 'no metric lets an autoscaler follow its load';
  const { isFixed, hasSchedule } = poolOwners[poolOwnerOf(config.pools[workload.pool])];
  if (isFixed) return 'the nodes of its pool are there all the time, whoever needs them';
  if (hasSchedule) return 'the nodes of its pool come and go by the schedule, whoever needs them';
  return null;
}
