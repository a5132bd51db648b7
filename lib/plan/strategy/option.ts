import { floorOwners, isAutoscaled, poolOwners } from '../../config';
import type { Offering } from '../../catalog';
import { highest, hpaFloor, lowest, mapSteps, type Protection, protectionOf, replicasFor, type StepFunction } from '../../demand';
import { isProblemError } from '../../problems';
import { formatDuration } from '../../units';
import { loneCost, type ResolvedResources } from '../supply';
import type { StrategyName, StrategyOption } from '../file';
import { type DemandInput, type LoadPath, type WorkloadDemand, workloadDemand } from '../replicas';
import { floorOwnerOf } from '../workload-facts';

/** What options are made from: the workload as its config states it, and what that comes to. */
export type StrategyContext = {
  readonly input: DemandInput;
  readonly stated: WorkloadDemand;
  /** Of its pool. */
  readonly offerings: readonly Offering[];
  /** How its load moved in the last weeks, in the unit of its replicas; `null` where nothing was observed. */
  readonly observed: (input: DemandInput) => StepFunction | null;
  /** Size of one that the previous plan acted on: it stays while nothing is cheaper by more than the stickiness. */
  readonly previousSize: string | null;
};

/** An option, and what the plan becomes where it is acted on. */
export type Candidate = { readonly option: StrategyOption; readonly demand: WorkloadDemand; readonly resources: ResolvedResources };

export function impossible(name: StrategyName, why: string): StrategyOption {
  const none = { usdPerMonth: null, size: null, replicas: null, strainedShare: null, lossShare: null };
  return { name, ...none, restarts: 0, needs: null, why };
}

/** What schedule is paid for at the prices of offerings; nodes that Terraform holds are paid for all the time. */
export function priced(
  { input: { config, name } }: StrategyContext,
  schedule: StepFunction,
  resources: ResolvedResources,
  offerings: readonly Offering[],
): number | null {
  const held = poolOwners[config.pools[config.workloads[name].pool].owner].isFixed;
  return loneCost(held ? mapSteps(schedule, () => highest(schedule)) : schedule, resources, offerings, config.limits.spotShare);
}

/** What an option comes to, before it has a price. */
export type Made = {
  readonly demand: WorkloadDemand;
  /** Replicas that are paid for: floors whatever comes, and above a flat one what the median load asks for. */
  readonly paid: StepFunction;
  readonly strained: number;
};

/** Floors by the hour, and how they and flat ones protect; `null` where nothing scales. */
export function scheduledDemand({ observed }: StrategyContext, input: DemandInput): Made & { readonly protection: Protection | null } {
  const demand = workloadDemand({ ...input, floors: 'scheduled' });
  const { path, schedule } = demand;
  if (path === null) return { demand, paid: schedule, strained: 0, protection: null };
  const { protect } = input.config.workloads[input.name];
  const protection = protectionOf({ planned: path.protected, observed: observed(input), scheduled: schedule, protect }, path);
  return { demand, paid: schedule, strained: protection.scheduled, protection };
}

/** One floor that protects as well, and an autoscaler above it. */
export function reactiveDemand(context: StrategyContext, input: DemandInput, scheduled: ReturnType<typeof scheduledDemand>): Made {
  const { protection } = scheduled;
  const { path } = scheduled.demand;
  if (path === null || protection === null) return scheduled;
  const replayed = input.tuned?.strategy === 'reactive' ? input.tuned.settings.floor : null;
  const ahead = replayed === null ? 0 : hpaFloor(path.protected, path);
  const floors =
    replayed === null
      ? { flat: protection.flatFloor, why: whyFlat(path, context.observed(input)) }
      : replayed >= ahead
        ? { flat: replayed, why: 'as tuned in the replay of its last weeks' }
        : {
            flat: ahead,
            why: `where the replay tuned ${replayed}: with less an autoscaler that takes ${formatDuration(path.delayMs)} to act would be overrun on the protected path, which is steeper than the last weeks`,
          };
  const demand = workloadDemand({ ...input, floors });
  return { demand, paid: paidAbove(demand.floor, path), strained: protection.flat(demand.floor) };
}

/** What an autoscaler makes of the median load above a flat floor. */
export function paidAbove(floor: number, { median, aim, delayMs }: LoadPath): StepFunction {
  return mapSteps(median, (load) => (Number.isFinite(delayMs) ? Math.max(floor, replicasFor(load, aim)) : floor));
}

function whyFlat({ delayMs }: LoadPath, observed: StepFunction | null): string {
  if (!Number.isFinite(delayMs)) return 'the highest needed, since no metric lets an autoscaler follow the load';
  if (observed === null) return 'the highest needed, since no history shows how fast the load moves';
  return `the lowest with which an autoscaler that takes ${formatDuration(delayMs)} to act is never overrun on the protected path, and strained no longer than with floors by the hour`;
}

/** As the owner of the floor has it: by the hour, or one that protects as well. */
export function ownersDemand(context: StrategyContext, input: DemandInput): Made {
  const scheduled = scheduledDemand(context, input);
  return floorOwners[floorOwnerOf(input.config.workloads[input.name])].movesByHour ? scheduled : reactiveDemand(context, input, scheduled);
}

/** So many replicas all the time. */
export function flatDemand(context: StrategyContext, input: DemandInput, flat: number, why: string): Made {
  const demand = workloadDemand({ ...input, floors: { flat, why } });
  return { demand, paid: demand.schedule, strained: scheduledDemand(context, input).protection?.flat(demand.floor) ?? 0 };
}

/** Facts of an option that follow from its demand, and from the replicas that are paid for. */
export function facts({ demand, paid, strained }: Made): Pick<StrategyOption, 'replicas' | 'strainedShare' | 'lossShare'> {
  const working = paid.steps.map(({ value }) => value).filter((value) => value > 0);
  return { replicas: { fewest: demand.floor, most: Math.max(...working) }, strainedShare: strained, lossShare: 1 / Math.min(...working) };
}

/** A way that its own limits forbid (a ceiling that counts replicas of the stated size, a GPU that the model does not fit) is none. */
export function unlessRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return null;
  }
}

/** The cheapest that the sizes come to; those that the limits forbid are left out. */
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

/** As the config states it, where no autoscaler moves the replicas. */
export function fixedOption(context: StrategyContext, why: string): Candidate {
  const { input, stated, offerings } = context;
  const { resources } = input;
  const option: StrategyOption = {
    name: 'horizontal',
    usdPerMonth: priced(context, stated.schedule, resources, offerings),
    size: null,
    ...facts({ demand: stated, paid: stated.schedule, strained: 0 }),
    restarts: 0,
    needs: null,
    why,
  };
  return { option, demand: stated, resources };
}

/** Whether so few replicas leave one alone where there are more now: a drain of its node would take all there is. */
export function standsAlone(fewest: number, stated: WorkloadDemand): boolean {
  return fewest < 2 && lowest(stated.schedule) >= 2;
}

/**
 * The cheapest, where the plan is to act of those that need nothing first; that of the previous plan where no other is cheaper by more
 * than the stickiness.
 */
export function cheapest(candidates: readonly Candidate[], { input, previousSize }: StrategyContext): Candidate | null {
  const usd = ({ option }: Candidate) => option.usdPerMonth ?? Infinity;
  const workload = input.config.workloads[input.name];
  const able = candidates.filter(({ option }) => option.needs === null);
  const acts = isAutoscaled(workload) && workload.scaling !== undefined && able.length > 0;
  const sorted = [...(acts ? able : candidates)].sort(
    (a, b) => usd(a) - usd(b) || ((a.option.size ?? '') < (b.option.size ?? '') ? -1 : 1),
  );
  if (sorted.length === 0) return null;
  const kept = sorted.find(({ option }) => previousSize !== null && option.size === previousSize);
  return kept && usd(kept) * (1 - input.config.guardrails.stickiness) <= usd(sorted[0]) ? kept : sorted[0];
}
