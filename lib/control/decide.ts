import { MINUTE_MS } from '../units';
import { type Need, needOf, type NeedModel, signsOf, spansOf, spreadSignsOf } from './need';
import { largestWithin, type Outlook, outlookAt, quantilePath } from './outlook';
import type { Decision, Observations } from './policy';

/** What the loop in charge of a workload is given: the plan's forecasts, what was learned of the load, and its limits. */
export type OperatePlan = {
  /** Ascending by when they are known. */
  readonly outlooks: readonly Outlook[];
  readonly model: NeedModel;
  readonly margins: Margins;
  /** Fewest replicas at which a load violates nothing. */
  readonly needed: (load: number) => number;
  readonly floor: number;
  readonly ceiling: number;
  /** Quantile of the forecast that holds where no load can be seen. */
  readonly protect: number;
  /** Load whose newest value is older than this is not trusted. */
  readonly staleMs: number;
};

/** How many times the usual error is provided for, when a replica is added and before one is given up. */
export type Margins = { readonly up: number; readonly hold: number };

export type OperateState = { readonly floor: number };

/** Data this old say nothing of what a node that is launched now would meet. */
export const usualStaleMs = 10 * MINUTE_MS;

/**
 * The loop: look at the load, predict how high it may come until a new node would serve, and set the floor for that; give replicas up where
 * they would not be needed again before that paid. Within the limits of the plan. Where the load cannot be seen the plan's own forecast
 * holds. Pure, and the same in a replay and in a cluster.
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
  if (seen.load.length === 0 || ageMs > plan.staleMs) return byForecast(seen, plan, now);
  return settleFloor(state, look(seen, plan, now), plan);
}

export type Needs = { readonly up: Need; readonly hold: Need };

/** The part of a decision that no margin changes. */
export function needsAt(seen: Observations, { outlooks, model }: Pick<OperatePlan, 'outlooks' | 'model'>, now: number): Needs {
  const signs = signsOf(seen, outlookAt(outlooks, now), now, spansOf(model));
  const spreadSigns = spreadSignsOf(signs);
  return { up: needOf(model.up, signs, spreadSigns), hold: needOf(model.hold, signs, spreadSigns) };
}

function settleFloor({ floor: last }: OperateState, needs: Needs, plan: OperatePlan): Decision<OperateState> {
  const { model, margins, ceiling } = plan;
  const load = ({ centre, spread }: Need, margin: number) => Math.max(0, Math.exp(centre + margin * spread) - model.offset);
  const within = (replicas: number) => Math.min(ceiling, Math.max(plan.floor, replicas));
  const up = within(plan.needed(load(needs.up, margins.up)));
  const hold = within(plan.needed(load(needs.hold, margins.hold)));
  const floor = Math.max(up, Math.min(last, hold));
  const reason =
    floor > last
      ? 'the load may come to more'
      : floor < last
        ? 'not needed again soon'
        : floor > up
          ? 'kept: soon needed again'
          : 'as before';
  return { state: { floor }, floor, ceiling: plan.ceiling, reason };
}

/** The plan's own schedule: the protected quantile, as far ahead as a new node takes. */
function byForecast(seen: Observations, plan: OperatePlan, now: number): Decision<OperateState> {
  const outlook = outlookAt(plan.outlooks, now);
  const expected = outlook === null ? null : largestWithin(outlook, quantilePath(outlook, plan.protect), now, now + plan.model.up.spanMs);
  const wanted = expected === null ? Math.max(plan.floor, seen.replicas) : plan.needed(expected);
  const floor = Math.min(plan.ceiling, Math.max(plan.floor, wanted));
  const reason = expected === null ? 'no load and no forecast: as it was' : 'no load to be seen: by the forecast';
  return { state: { floor }, floor, ceiling: plan.ceiling, reason };
}
