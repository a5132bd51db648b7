import { floorOwners, isAutoscaled, poolOwners } from '../../config';
import type { Offering } from '../../catalog';
import { highest, hpaFloor, lowest, mapSteps, type Protection, protectionOf, replicasFor, type StepFunction } from '../../demand';
import { isProblemError } from '../../problems';
import { formatDuration } from '../../units';
import { loneCost, type ResolvedResources } from '../supply';
import type { StrategyName, StrategyOption } from '../file';
import { type DemandInput, type LoadPath, type WorkloadDemand, workloadDemand } from '../replicas';
import { floorOwnerOf } from '../workload-facts';

/** A workload as its config states it: everything from which its strategy options are made. */
export type StrategyContext = {
  readonly input: DemandInput;
  /** The replicas that follow from the config as it stands. */
  readonly stated: WorkloadDemand;
  /** The offerings of its pool that it may use and that can be ordered. */
  readonly offerings: readonly Offering[];
  /** The load of the last weeks as it was observed, in the unit of its replicas; `null` where nothing was observed. */
  readonly observed: (input: DemandInput) => StepFunction | null;
  /** The size of replica that the previous plan acted on, such as `m7i.2xlarge`; `null` where it was what the config states. */
  readonly previousSize: string | null;
};

/** A possible option, with the replicas and resources that the plan gets if it acts on it. */
export type Candidate = { readonly option: StrategyOption; readonly demand: WorkloadDemand; readonly resources: ResolvedResources };

/** An option that is not possible. `why` says why, as a clause for `explain`. */
export function impossibleOption(name: StrategyName, why: string): StrategyOption {
  const none = { usd: null, size: null, replicas: null, strainedShare: null, lossShare: null };
  return { name, ...none, restarts: 0, needs: null, why };
}

/**
 * The USD that a schedule of replicas costs in its whole span, as if the workload were alone in its pool. Where Terraform owns the number of
 * nodes, the highest number is paid for all the time.
 *
 * @returns `null` where no offering holds a replica
 */
export function usdAlone(
  { input: { config, name } }: StrategyContext,
  schedule: StepFunction,
  resources: ResolvedResources,
  offerings: readonly Offering[],
): number | null {
  const { isFixed } = poolOwners[config.pools[config.workloads[name].pool].owner];
  return loneCost(isFixed ? mapSteps(schedule, () => highest(schedule)) : schedule, resources, offerings, config.limits.spotShare);
}

/** The replicas of an option, before it has a price. */
export type OptionDemand = {
  readonly demand: WorkloadDemand;
  /** The replicas that are paid for: the floors, and above a flat floor what the median load needs. */
  readonly paid: StepFunction;
  /** The share of the time in which replicas are strained, 0 to 1. */
  readonly strained: number;
};

/**
 * The replicas with floors by the hour. `protection` says how well floors by the hour and flat floors protect the workload; it is `null`
 * where its replicas do not follow a load.
 */
export function scheduledDemand(
  { observed }: StrategyContext,
  input: DemandInput,
): OptionDemand & { readonly protection: Protection | null } {
  const demand = workloadDemand({ ...input, floors: 'scheduled' });
  const { path, schedule } = demand;
  if (path === null) return { demand, paid: schedule, strained: 0, protection: null };
  const { protect } = input.config.workloads[input.name];
  const protection = protectionOf({ planned: path.protected, observed: observed(input), scheduled: schedule, protect }, path);
  return { demand, paid: schedule, strained: protection.scheduled, protection };
}

/**
 * The replicas with one flat floor and an autoscaler above it. The floor is the one that a replay has tuned, raised where an autoscaler
 * would be overrun on the protected path; without a replay, the lowest that protects as well as floors by the hour.
 *
 * @param scheduled of `scheduledDemand`; it is returned as it is where the replicas do not follow a load
 */
export function reactiveDemand(context: StrategyContext, input: DemandInput, scheduled: ReturnType<typeof scheduledDemand>): OptionDemand {
  const { protection } = scheduled;
  const { path } = scheduled.demand;
  if (path === null || protection === null) return scheduled;
  const tunedFloor = input.tuned?.strategy === 'reactive' ? input.tuned.settings.floor : null;
  const leastFloor = tunedFloor === null ? 0 : hpaFloor(path.protected, path);
  const floors =
    tunedFloor === null
      ? { flat: protection.flatFloor, why: whyFlat(path, context.observed(input)) }
      : tunedFloor >= leastFloor
        ? { flat: tunedFloor, why: 'as tuned in the replay of its last weeks' }
        : {
            flat: leastFloor,
            why: `where the replay tuned ${tunedFloor}: with less an autoscaler that takes ${formatDuration(path.delayMs)} to act would be overrun on the protected path, which is steeper than the last weeks`,
          };
  const demand = workloadDemand({ ...input, floors });
  return { demand, paid: paidAbove(demand.floor, path), strained: protection.flat(demand.floor) };
}

/** The replicas that an autoscaler above a flat floor has for the median load; without an autoscaler the floor alone. */
export function paidAbove(floor: number, { median, aim, delayMs }: LoadPath): StepFunction {
  return mapSteps(median, (load) => (Number.isFinite(delayMs) ? Math.max(floor, replicasFor(load, aim)) : floor));
}

function whyFlat({ delayMs }: LoadPath, observed: StepFunction | null): string {
  if (!Number.isFinite(delayMs)) return 'the highest needed, since no metric lets an autoscaler follow the load';
  if (observed === null) return 'the highest needed, since no history shows how fast the load moves';
  return `the lowest with which an autoscaler that takes ${formatDuration(delayMs)} to act is never overrun on the protected path, and strained no longer than with floors by the hour`;
}

/** The replicas with the kind of floor that the owner can set: by the hour for `keda`, one flat floor for `manifests`. */
export function ownersDemand(context: StrategyContext, input: DemandInput): OptionDemand {
  const scheduled = scheduledDemand(context, input);
  return floorOwners[floorOwnerOf(input.config.workloads[input.name])].movesByHour ? scheduled : reactiveDemand(context, input, scheduled);
}

/** The same number of replicas all the time. `why` explains the number, as a clause for `explain`. */
export function flatDemand(context: StrategyContext, input: DemandInput, replicas: number, why: string): OptionDemand {
  const demand = workloadDemand({ ...input, floors: { flat: replicas, why } });
  return { demand, paid: demand.schedule, strained: scheduledDemand(context, input).protection?.flat(demand.floor) ?? 0 };
}

/** The fields of an option that follow from its replicas: their number, how long they are strained, and what the loss of one costs. */
export function optionFacts({ demand, paid, strained }: OptionDemand): Pick<StrategyOption, 'replicas' | 'strainedShare' | 'lossShare'> {
  const running = paid.steps.map(({ value }) => value).filter((value) => value > 0);
  const counts = running.length > 0 ? running : [demand.peak];
  return { replicas: { fewest: demand.floor, most: Math.max(...counts) }, strainedShare: strained, lossShare: 1 / Math.min(...counts) };
}

/**
 * Makes an option, or returns `null` where a limit of the config or the hardware refuses it: a ceiling that counts replicas of the
 * stated size, or a GPU on which the model does not fit.
 */
export function unlessRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return null;
  }
}

/** The cheapest candidate over several sizes. Sizes that `unlessRefused` drops, or for which `make` returns `null`, are left out. */
export function cheapestOf<Size>(
  sizes: readonly Size[],
  make: (size: Size) => Candidate | null,
  context: StrategyContext,
): Candidate | null {
  return cheapest(
    sizes.flatMap((size) => unlessRefused(() => make(size)) ?? []),
    context,
  );
}

/** The option `horizontal` of a workload whose replicas no autoscaler changes: the replicas that the config states. */
export function fixedOption(context: StrategyContext, why: string): Candidate {
  const { input, stated, offerings } = context;
  const { resources } = input;
  const option: StrategyOption = {
    name: 'horizontal',
    usd: usdAlone(context, stated.schedule, resources, offerings),
    size: null,
    ...optionFacts({ demand: stated, paid: stated.schedule, strained: 0 }),
    restarts: 0,
    needs: null,
    why,
  };
  return { option, demand: stated, resources };
}

/**
 * Whether an option would at times have a single replica where the workload always has two or more now. A drain of the node would then
 * end the whole workload.
 */
export function standsAlone(fewest: number, stated: WorkloadDemand): boolean {
  return fewest < 2 && lowest(stated.schedule) >= 2;
}

/**
 * The cheapest candidate. Where the plan is to act on the strategy, only candidates that need no change of the config count, if there
 * are any. The size of the previous plan is kept while no other is cheaper by more than the stickiness.
 */
export function cheapest(candidates: readonly Candidate[], { input, previousSize }: StrategyContext): Candidate | null {
  const usd = ({ option }: Candidate) => option.usd ?? Infinity;
  const workload = input.config.workloads[input.name];
  const needNothing = candidates.filter(({ option }) => option.needs === null);
  const acts = isAutoscaled(workload) && workload.scaling !== undefined && needNothing.length > 0;
  const sorted = [...(acts ? needNothing : candidates)].sort(
    (a, b) => usd(a) - usd(b) || ((a.option.size ?? '') < (b.option.size ?? '') ? -1 : 1),
  );
  if (sorted.length === 0) return null;
  const previous = sorted.find(({ option }) => previousSize !== null && option.size === previousSize);
  return previous && usd(previous) * (1 - input.config.guardrails.stickiness) <= usd(sorted[0]) ? previous : sorted[0];
}
