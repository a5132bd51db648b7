import type { HpaSettings, Policy } from '../control/policy';
import { defaultScaleDown, type HpaPolicy } from '../control/hpa-types';
import { DAY_MS, formatDuration, HOUR_MS, MINUTE_MS, WEEK_MS } from '../units';
import { capacityOf } from './capacity';
import { type Physics, ticksOf } from './physics';
import type { Replay } from './replay';

/** Policies decide at the beginning and then no more. */
const onceMs = 1e15;

/** The peak of the past at 80 %, for ever. */
export function staticPolicy({ load, from, physics }: Replay): Policy {
  const peak = largest(load.values, 0, from);
  const replicas = Math.max(1, Math.ceil(peak / (0.8 * physics.capacityPerReplica)));
  return {
    name: 'static',
    settings: { replicas },
    hpa: null,
    everyMs: onceMs,
    begin: null,
    decide: () => ({ state: null, floor: replicas, ceiling: replicas, reason: 'peak of the past at 80 %' }),
  };
}

/** An HPA with fixed limits. */
export function hpaPolicy(name: string, hpa: HpaSettings, wanted: number, physics: Physics): Policy {
  const ceiling = ceilingOf(physics);
  const floor = Math.min(wanted, ceiling);
  return {
    name,
    settings: { target: hpa.target, floor, scaleDownWindow: formatDuration(hpa.scaleDownWindowMs), scaleDown: ratesText(hpa.scaleDown) },
    hpa,
    everyMs: onceMs,
    begin: null,
    decide: () => ({ state: null, floor, ceiling, reason: 'as its manifest says' }),
  };
}

/** Up to what a plan or an HPA may go: the nodes' limit. */
export function ceilingOf({ mostNodes, replicasPerNode }: Physics): number {
  return Math.max(1, Math.min(Number.MAX_SAFE_INTEGER, mostNodes * replicasPerNode));
}

export const ratesText = (rate: HpaPolicy = defaultScaleDown.policies[0]): string =>
  `${rate.value}${rate.type === 'percent' ? ' %' : ' pods'} in ${rate.periodSeconds}s`;

/** The same hour's peak a week ago, or a day ago where there is no week, as floor, and an HPA on top. */
export function seasonalNaivePolicy(replay: Replay, target: number): Policy {
  const { load, physics, slo } = replay;
  const capacity = capacityOf(physics.capacityPerReplica, slo);
  const leadMs = leadOf(physics);
  const hour = ticksOf(HOUR_MS);
  return {
    name: 'seasonal-naive',
    settings: { target },
    hpa: { target, scaleDownWindowMs: 5 * MINUTE_MS },
    everyMs: 15 * MINUTE_MS,
    begin: null,
    decide: (_, { load: seen }, now) => {
      const tick = Math.round((now - load.start) / load.tickMs);
      const back = ticksOf(tick >= ticksOf(WEEK_MS) ? WEEK_MS : DAY_MS);
      // The hour that now lies in and the one that a node launched now would serve in.
      const first = Math.floor(tick / hour) * hour - back;
      const last = Math.floor((tick + ticksOf(leadMs)) / hour) * hour - back + hour;
      const peak = largest(seen, Math.max(0, first), Math.max(0, last));
      return {
        state: null,
        floor: Math.max(1, capacity.needed(peak / target)),
        ceiling: ceilingOf(physics),
        reason: 'peak of the same hour before',
      };
    },
  };
}

/** From the decision for a replica on a new node until it serves. */
export function leadOf({ bootMs, modelLoadMs, scaleUpLoopMs }: Physics): number {
  return bootMs + modelLoadMs + scaleUpLoopMs;
}

type Line = { readonly count: number; readonly sum: number; readonly products: number };

/**
 * A line through all that was observed, every minute, and a threshold: high replicas where what it predicts is above 0.8 of the present
 * load, low ones where it is below 0.2 of it. It predicts the last value plus the slope times (24 - observations): after 24 observations
 * it extrapolates backwards.
 *
 * @see the program of the document that foresize began with; its 3 replicas and 1 are here the peak of the past at 80 % and a third of it
 */
export function linearThresholdPolicy(replay: Replay): Policy<Line> {
  const high = Number(staticPolicy(replay).settings.replicas);
  const low = Math.max(1, Math.ceil(high / 3));
  return {
    name: 'linear-threshold',
    settings: { high, low },
    hpa: null,
    everyMs: MINUTE_MS,
    begin: { count: 0, sum: 0, products: 0 },
    decide: ({ count, sum, products }, { load, replicas }) => {
      const current = load.length === 0 ? 0 : load[load.length - 1];
      const line = { count: count + 1, sum: sum + current, products: products + count * current };
      const predicted = current + slopeOf(line) * (24 - line.count);
      const scale = predicted > 0.8 * current ? high : predicted < 0.2 * current ? low : replicas || low;
      return { state: line, floor: scale, ceiling: scale, reason: `the line says ${predicted.toPrecision(4)}` };
    },
  };
}

/** Least squares over the places 0, 1, 2, ... */
export function slopeOf({ count, sum, products }: Line): number {
  if (count < 2) return 0;
  const middle = (count - 1) / 2;
  return (products - middle * sum) / ((count * (count * count - 1)) / 12);
}

export function largest(values: Float64Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < Math.min(to, values.length); i++) most = Math.max(most, values[i]);
  return most;
}
