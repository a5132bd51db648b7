import { canonicalJson } from '../../digest';
import { HOUR_MS } from '../../units';
import { type CapacityPlan, overridesAt, stepsOf, type WorkloadPlan } from '../file';
import { causeText } from './cause-texts';
import { type ComparedPeriods, meanOver } from './hours';
import { inputsOf, type PeriodInputs, throughputOf } from './inputs';
import { isPolicyChanged } from './policy';
import type { CauseKind, Change } from './types';

/** What moved the replica-hours of a workload, and by how many. */
export type DemandCause = { readonly kind: CauseKind; readonly text: string; readonly replicaHours: number };

export type DemandDiff = {
  readonly replicaHours: Change<number>;
  /** Their replica-hours add up to the change. */
  readonly causes: readonly DemandCause[];
  /** What a change of the replicas at a moment is laid to, the most of it. */
  readonly kindAt: (at: number) => CauseKind;
};

/** How far inputs moved the replicas of a period, as logarithms: above zero, upwards. */
type Movers = readonly (readonly [CauseKind, number])[];

/**
 * What moved the replica-hours that nodes are sized for. Each period is compared by itself. Its change is laid to the inputs that moved
 * the same way, by how far they moved (as logarithms, for they multiply); where none did, to what is known to have changed in how floors
 * are laid; else to whole replicas, lead and joined steps.
 */
export function demandDiff(plans: Change<CapacityPlan>, name: string, periods: ComparedPeriods): DemandDiff {
  const [before, after] = [plans.before.workloads[name], plans.after.workloads[name]];
  const [stepsBefore, stepsAfter] = [before, after].map(({ schedule }) => stepsOf(schedule, ({ replicas }) => replicas));
  const [inputsBefore, inputsAfter] = [inputsOf(before, plans.before.period), inputsOf(after, plans.after.period)];
  const { periodMs, pairs, left } = periods;
  const usual = layingKind(plans, name);
  const byKind = new Map<CauseKind, number>();
  const most = new Map<number, CauseKind>();
  const sums = { before: 0, after: 0 };
  const loads = { before: 0, after: 0 };
  const hours = periodMs / HOUR_MS;
  const add = (kind: CauseKind, replicas: number) => byKind.set(kind, (byKind.get(kind) ?? 0) + replicas * hours);

  for (const { at, was } of pairs) {
    const now = meanOver(stepsAfter, at, at + periodMs);
    sums.after += now * hours;
    if (was === null) {
      if (now !== 0) add('span', now);
      continue;
    }
    const then = meanOver(stepsBefore, was, was + periodMs);
    sums.before += then * hours;
    const [old, fresh] = [inputsBefore(was), inputsAfter(at)];
    if (old !== null && fresh !== null) {
      loads.before += old.load;
      loads.after += fresh.load;
    }
    if (now === then) continue;
    const laying = isOverridden([before, was], [after, at], periodMs) ? 'override' : usual;
    const movers = old === null || fresh === null ? [] : moversOf({ before, after }, [old, fresh], laying && [laying, then, now]);
    const shares = sharesOf(movers, now - then, laying ?? 'steps');
    for (const [kind, share] of shares) add(kind, share * (now - then));
    most.set(at, shares.reduce((largest, one) => (one[1] > largest[1] ? one : largest))[0]);
  }
  for (const was of left) {
    const then = meanOver(stepsBefore, was, was + periodMs);
    sums.before += then * hours;
    if (then !== 0) add('span', -then);
  }
  return {
    replicaHours: sums,
    causes: [...byKind].map(([kind, replicaHours]) => ({ kind, text: causeText(kind, plans, name, loads), replicaHours })),
    kindAt: (at) => most.get(pairs.findLast((pair) => pair.at <= at)?.at ?? NaN) ?? usual ?? 'steps',
  };
}

/** Whether other overrides are in force in a period than in the one that it is compared with. */
function isOverridden(
  [before, was]: readonly [WorkloadPlan, number],
  [after, at]: readonly [WorkloadPlan, number],
  periodMs: number,
): boolean {
  return canonicalJson(overridesAt(before, was, was + periodMs)) !== canonicalJson(overridesAt(after, at, at + periodMs));
}

/** What is known to have changed in how floors are laid over the load; `null`: nothing. */
function layingKind({ before, after }: Change<CapacityPlan>, name: string): CauseKind | null {
  const [old, fresh] = [before.workloads[name], after.workloads[name]];
  if (fresh.windows !== undefined && hoursText(old) !== hoursText(fresh)) return 'windows';
  const isHeld = ({ reasons }: WorkloadPlan) => reasons.some(({ code }) => code === 'guardrail/step-down');
  if (isPolicyChanged(old, fresh)) return 'policy';
  if (isHeld(old) !== isHeld(fresh)) return 'guardrail';
  if (old.leadSeconds !== fresh.leadSeconds) return 'lead';
  if (old.ceiling !== fresh.ceiling && (old.peak === old.ceiling || fresh.peak === fresh.ceiling)) return 'limit';
  if (before.sources.config !== after.sources.config && !isOtherInput(old, fresh)) return 'config';
  if (before.foresize !== after.foresize) return 'version';
  return null;
}

const hoursText = ({ windows }: WorkloadPlan): string =>
  canonicalJson(windows?.map(({ from, to, workers, capacity = null }) => [from, to, workers, capacity]) ?? null);

/** Whether the config has changed an input that is looked at by itself. */
function isOtherInput(before: WorkloadPlan, after: WorkloadPlan): boolean {
  const of = ({ throughputPerReplica, target, protect, forecast }: WorkloadPlan) =>
    canonicalJson([throughputPerReplica, target, protect, Object.values(forecast).map(({ events }) => events)]);
  return of(before) !== of(after);
}

function moversOf(
  { before, after }: Change<WorkloadPlan>,
  [old, fresh]: readonly [PeriodInputs, PeriodInputs],
  laying: readonly [CauseKind, number, number] | null,
): Movers {
  const [a, b] = [throughputOf(before), throughputOf(after)];
  const spread = times(old.spread, fresh.spread);
  const isOfQuantile = before.protect !== after.protect;
  const movers: Movers = [
    ['load', times(old.load, fresh.load) + (isOfQuantile ? 0 : spread)],
    ['protect', isOfQuantile ? spread : 0],
    ['event', times(old.uplift, fresh.uplift)],
    ['throughput', times(b.throughput, a.throughput)],
    ['target', times(b.target, a.target)],
  ];
  if (laying === null) return movers;
  const [kind, then, now] = laying;
  return [...movers, [kind, times(then * fresh.replicas, now * old.replicas)]];
}

/** The logarithm of `after` by `before`, at most 10 either way, where one of them may be zero. */
function times(before: number, after: number): number {
  if (before <= 0 && after <= 0) return 0;
  return Math.max(-10, Math.min(10, Math.log(after) - Math.log(before)));
}

/** Less of a logarithm is no movement: it is rounding of the plan's figures. */
const least = 1e-5;

/** The part of each kind in a change, adding up to one. */
function sharesOf(movers: Movers, change: number, otherwise: CauseKind): Movers {
  const far = movers.map(([kind, by]) => [kind, by * Math.sign(change)] as const).filter(([, by]) => by > least);
  const sum = far.reduce((total, [, by]) => total + by, 0);
  return sum === 0 ? [[otherwise, 1]] : far.map(([kind, by]) => [kind, by / sum]);
}
