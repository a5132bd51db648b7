import { MINUTE_MS } from '../units';
import { type Need, needOf, type NeedModel, signsOf, spansOf, spreadSignsOf } from './need';
import { largestWithin, missOf, newestKnown, nextSteps, type Outlook, outlookAt, quantilePath } from './outlook';
import type { Decision, Observations } from './policy';

/** What the loop in charge of a workload is given: the plan's forecasts, what was learned of the load, and its limits. */
export type OperatePlan = {
  /** Ascending by when they are known. */
  readonly outlooks: readonly Outlook[];
  /** Ascending by when they are known; before the first the outlook alone is gone by. */
  readonly models: readonly NeedModel[];
  readonly margins: Margins;
  /** Fewest replicas at which a load violates nothing. */
  readonly needed: (load: number) => number;
  readonly floor: number;
  readonly ceiling: number;
  /** Quantile of the forecast that holds where no load can be seen. */
  readonly protect: number;
  /** Load whose newest value is older than this is not trusted. */
  readonly staleMs: number;
  /** From a decision until a replica on a new node serves. */
  readonly leadMs: number;
  readonly steps: StepLimits;
};

/** How far the floor moves in one decision, as shares of where it is; by a few replicas it always may. */
export type StepLimits = {
  readonly up: number;
  readonly down: number;
  /** A fall by less is not made, so that the floor does not flutter. */
  readonly ignored: number;
};

export const usualSteps: StepLimits = { up: 1, down: 0.25, ignored: 0.02 };
/** Up by so many and down by one at least, as the usual HPA. */
const [leastUp, leastDown] = [4, 1];

/** How many times the usual error is provided for, when a replica is added and before one is given up. */
export type Margins = { readonly up: number; readonly hold: number };

/** The floor of the last decision, `null` before the first. */
export type OperateState = { readonly floor: number | null };

/** Data this old say nothing of what a node that is launched now would meet. */
export const usualStaleMs = 10 * MINUTE_MS;

/**
 * The loop: look at the load, predict how high it may come until a new node would serve, and set the floor for that; give replicas up where
 * they would not be needed again before that paid. Within the limits of the plan and of a step. Where the load cannot be seen the plan's own
 * forecast holds. Pure, and the same in a replay and in a cluster.
 *
 * @param state what the last decision left
 * @param now epoch ms
 * @param look works the needs out; a replay that tries many margins remembers them instead
 */
export function decide(
  state: OperateState,
  seen: Observations,
  plan: OperatePlan,
  now: number,
  look: typeof needsAt = needsAt,
): Decision<OperateState> {
  const ageMs = now - (seen.start + seen.load.length * seen.tickMs);
  if (seen.load.length === 0 || ageMs > plan.staleMs) return bySchedule(state, seen, plan, now);
  const needs = look(seen, plan, now);
  return needs === null ? byPrediction(state, seen, plan, now) : byNeeds(state, needs, plan);
}

/** Logs of loads, off by the offset. */
export type Needs = { readonly up: Need; readonly hold: Need; readonly offset: number };

/** The part of a decision that no margin changes; `null` where nothing was learned yet. */
export function needsAt(seen: Observations, { outlooks, models }: Pick<OperatePlan, 'outlooks' | 'models'>, now: number): Needs | null {
  const model = newestKnown(models, now);
  if (model === null) return null;
  const signs = signsOf(seen, outlookAt(outlooks, now), now, spansOf(model));
  const spreadSigns = spreadSignsOf(signs);
  return { up: needOf(model.up, signs, spreadSigns), hold: needOf(model.hold, signs, spreadSigns), offset: model.offset };
}

function byNeeds(state: OperateState, needs: Needs, plan: OperatePlan): Decision<OperateState> {
  const { margins, needed } = plan;
  const replicas = ({ centre, spread }: Need, margin: number) => needed(Math.max(0, Math.exp(centre + margin * spread) - needs.offset));
  return moved(state, replicas(needs.up, margins.up), replicas(needs.hold, margins.hold), plan);
}

/** Without a model: the protected quantile of the hours in which a new node would serve, moved by what the outlook missed of late. */
function byPrediction(state: OperateState, seen: Observations, plan: OperatePlan, now: number): Decision<OperateState> {
  const outlook = outlookAt(plan.outlooks, now);
  if (outlook === null) return bySchedule(state, seen, plan, now);
  const next = nextSteps(outlook, quantilePath(outlook, plan.protect), missOf(seen, outlook, now, 0), now);
  const steps =
    1 + Math.floor((now + plan.leadMs - outlook.start) / outlook.intervalMs) - Math.floor((now - outlook.start) / outlook.intervalMs);
  const wanted = plan.needed(next.subarray(0, Math.max(1, steps)).reduce((most, value) => Math.max(most, value), 0));
  return moved(state, wanted, wanted, plan);
}

/** From the last floor towards what is needed: up at once, down to what would pay to hold, both within a step. */
function moved({ floor: last }: OperateState, up: number, hold: number, plan: OperatePlan): Decision<OperateState> {
  const { ceiling, steps } = plan;
  const within = (replicas: number) => Math.min(ceiling, Math.max(plan.floor, replicas));
  const wanted = within(up);
  if (last === null) return { state: { floor: wanted }, floor: wanted, ceiling, reason: 'the first look' };
  const aim = Math.max(wanted, Math.min(last, within(hold)));
  const most = last + Math.max(leastUp, Math.floor(last * steps.up));
  const least = last - Math.max(leastDown, Math.floor(last * steps.down));
  const isFlutter = aim < last && last - aim < steps.ignored * last;
  const floor = within(isFlutter ? last : Math.min(most, Math.max(least, aim)));
  return { state: { floor }, floor, ceiling, reason: reasonOf(last, floor, aim, wanted) };
}

function reasonOf(last: number, floor: number, aim: number, wanted: number): string {
  if (floor > last) return floor < aim ? 'the load may come to more: as far as a step goes' : 'the load may come to more';
  if (floor < last) return floor > aim ? 'not needed again soon: as far as a step goes' : 'not needed again soon';
  return floor > wanted ? 'kept: soon needed again' : 'as before';
}

/** The plan's own schedule: the protected quantile, as far ahead as a new node takes. */
function bySchedule({ floor: last }: OperateState, seen: Observations, plan: OperatePlan, now: number): Decision<OperateState> {
  const outlook = outlookAt(plan.outlooks, now);
  const expected = outlook === null ? null : largestWithin(outlook, quantilePath(outlook, plan.protect), now, now + plan.leadMs);
  const wanted = expected === null ? Math.max(plan.floor, last ?? 0, seen.replicas) : plan.needed(expected);
  const floor = Math.min(plan.ceiling, Math.max(plan.floor, wanted));
  const reason = expected === null ? 'no load and no forecast: as it was' : 'no load to be seen: by the forecast';
  return { state: { floor }, floor, ceiling: plan.ceiling, reason };
}
