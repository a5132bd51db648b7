import { MINUTE_MS } from '../units';
import { type Need, needOf, type NeedModel, featuresOf, spansOf, spreadFeaturesOf } from './need';
import { largestWithin, missOf, newestKnown, nextSteps, type Outlook, outlookAt, quantilePath } from './outlook';
import type { Decision, Observations } from './policy';

/** What `decide` goes by: the plan's forecasts, models that were learned from the load, and the limits of the floor. */
export type OperatePlan = {
  /** Ascending by when they are known. */
  readonly outlooks: readonly Outlook[];
  /** Ascending by when they are known; before the first one decisions go by the outlook alone. */
  readonly models: readonly NeedModel[];
  readonly margins: Margins;
  /** The fewest replicas that serve a load without a violation. */
  readonly needed: (load: number) => number;
  readonly floor: number;
  readonly ceiling: number;
  /** Quantile of the forecast that the floor covers where no load can be seen. */
  readonly protect: number;
  /** A load whose newest value is older than this counts as not seen. */
  readonly staleMs: number;
  /** The lead time: from a decision until a replica on a new node serves. */
  readonly leadMs: number;
  readonly steps: StepLimits;
};

/** How far the floor may move in one decision, as shares of its present value; a few replicas are always allowed. */
export type StepLimits = {
  readonly up: number;
  readonly down: number;
  /** A smaller fall is not made, so that the floor does not flutter. */
  readonly ignored: number;
};

export const usualSteps: StepLimits = { up: 1, down: 0.25, ignored: 0.02 };
/** Replicas that one decision may always add and remove: as many as the usual HPA adds, and one. */
const [alwaysAdded, alwaysRemoved] = [4, 1];

/** How many times the expected error of the prediction is added to it: before a replica is added, and before one is given up. */
export type Margins = { readonly up: number; readonly hold: number };

/** The floor of the last decision, `null` before the first. */
export type OperateState = { readonly floor: number | null };

/** A load this old says nothing of what a node that is launched now would meet. */
export const usualStaleMs = 10 * MINUTE_MS;

/**
 * Decides the floor of a workload from the load that is seen: it predicts how high the load may come until a new node would serve, and sets
 * the floor for that; it gives a replica up once keeping it would cost more than starting it anew. Floors stay within the limits of the plan
 * and move by a step at most. Where the load cannot be seen the plan's own forecast sets the floor. The function is pure.
 *
 * @param state what the last decision left
 * @param now epoch ms
 * @param look works out what the load may come to; a replay that tries many margins remembers it instead
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

/** What the load may come to until a new node serves (`up`), and until a replica that is kept has paid for itself (`hold`): logs of loads plus the offset. */
export type Needs = { readonly up: Need; readonly hold: Need; readonly offset: number };

/** What the load may come to, which no margin changes; `null` where no model is known yet. */
export function needsAt(seen: Observations, { outlooks, models }: Pick<OperatePlan, 'outlooks' | 'models'>, now: number): Needs | null {
  const model = newestKnown(models, now);
  if (model === null) return null;
  const features = featuresOf(seen, outlookAt(outlooks, now), now, spansOf(model));
  const spreadFeatures = spreadFeaturesOf(features);
  return { up: needOf(model.up, features, spreadFeatures), hold: needOf(model.hold, features, spreadFeatures), offset: model.offset };
}

function byNeeds(state: OperateState, needs: Needs, plan: OperatePlan): Decision<OperateState> {
  const { margins, needed } = plan;
  const replicas = ({ centre, spread }: Need, margin: number) => needed(Math.max(0, Math.exp(centre + margin * spread) - needs.offset));
  return moved(state, replicas(needs.up, margins.up), replicas(needs.hold, margins.hold), plan);
}

/** Without a model the floor covers the protected quantile of the hours in which a new node would serve, corrected by what the outlook missed of late. */
function byPrediction(state: OperateState, seen: Observations, plan: OperatePlan, now: number): Decision<OperateState> {
  const outlook = outlookAt(plan.outlooks, now);
  if (outlook === null) return bySchedule(state, seen, plan, now);
  const next = nextSteps(outlook, quantilePath(outlook, plan.protect), missOf(seen, outlook, now, 0), now);
  const steps =
    1 + Math.floor((now + plan.leadMs - outlook.start) / outlook.intervalMs) - Math.floor((now - outlook.start) / outlook.intervalMs);
  const wanted = plan.needed(next.subarray(0, Math.max(1, steps)).reduce((largest, value) => Math.max(largest, value), 0));
  return moved(state, wanted, wanted, plan);
}

/** The floor one step from the last one: up towards what is needed, down no further than what it pays to hold. */
function moved({ floor: last }: OperateState, up: number, hold: number, plan: OperatePlan): Decision<OperateState> {
  const { ceiling, steps } = plan;
  const within = (replicas: number) => Math.min(ceiling, Math.max(plan.floor, replicas));
  const wanted = within(up);
  if (last === null) return { state: { floor: wanted }, floor: wanted, ceiling, reason: 'the first look' };
  const aim = Math.max(wanted, Math.min(last, within(hold)));
  const highest = last + Math.max(alwaysAdded, Math.floor(last * steps.up));
  const lowest = last - Math.max(alwaysRemoved, Math.floor(last * steps.down));
  const isFlutter = aim < last && last - aim < steps.ignored * last;
  const floor = within(isFlutter ? last : Math.min(highest, Math.max(lowest, aim)));
  return { state: { floor }, floor, ceiling, reason: reasonOf(last, floor, aim, wanted) };
}

function reasonOf(last: number, floor: number, aim: number, wanted: number): string {
  if (floor > last) return floor < aim ? 'the load may come to more: as far as a step goes' : 'the load may come to more';
  if (floor < last) return floor > aim ? 'not needed again soon: as far as a step goes' : 'not needed again soon';
  return floor > wanted ? 'kept: soon needed again' : 'as before';
}

/** Where no load can be seen the floor covers the protected quantile of the forecast, as far ahead as a new node takes. */
function bySchedule({ floor: last }: OperateState, seen: Observations, plan: OperatePlan, now: number): Decision<OperateState> {
  const outlook = outlookAt(plan.outlooks, now);
  const expected = outlook === null ? null : largestWithin(outlook, quantilePath(outlook, plan.protect), now, now + plan.leadMs);
  const wanted = expected === null ? Math.max(plan.floor, last ?? 0, seen.replicas) : plan.needed(expected);
  const floor = Math.min(plan.ceiling, Math.max(plan.floor, wanted));
  const reason = expected === null ? 'no load and no forecast: as it was' : 'no load to be seen: by the forecast';
  return { state: { floor }, floor, ceiling: plan.ceiling, reason };
}
