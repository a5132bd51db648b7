import { MINUTE_MS } from '../../units';
import { type Physics, ticksOf, type WaitSlo } from '../physics';
import type { RefinedLoad } from './load';

/** What is replayed: a stretch of a load, with the load before it, which policies know, on given physics. */
export type Replay = {
  readonly load: RefinedLoad;
  /** Ticks of the load that are replayed: from this one on, */
  readonly from: number;
  /** up to but without this one. */
  readonly to: number;
  readonly physics: Physics;
  /** `null`: a minute is in violation where the load is above what serves. */
  readonly slo: WaitSlo | null;
  /** Of interruptions and shortages of nodes. */
  readonly seed: number;
};

/** How many ticks of a load are known at the beginning of a tick: all but those of the metric's lag. */
export function knownTicks(physics: Physics, tick: number): number {
  return Math.max(0, tick - ticksOf(physics.metricLagMs));
}

const measured = new WeakMap<RefinedLoad, Map<number, Float64Array>>();

/**
 * The load as the metric shows it, by tick: the mean over its window up to the end of the tick. The autoscaler reads this, and so does
 * every policy that looks at the load. Worked out once for all policies.
 */
export function measuredLoad({ load, physics }: Pick<Replay, 'load' | 'physics'>): Float64Array {
  const windowTicks = Math.max(1, ticksOf(physics.metricWindowMs));
  if (windowTicks === 1) return load.values;
  const byWindow = measured.get(load) ?? new Map<number, Float64Array>();
  measured.set(load, byWindow);
  const remembered = byWindow.get(windowTicks);
  if (remembered !== undefined) return remembered;
  const { values } = load;
  const means = new Float64Array(values.length);
  for (let tick = 0; tick < values.length; tick++) {
    const begin = Math.max(0, tick + 1 - windowTicks);
    let sum = 0;
    for (let each = begin; each <= tick; each++) sum += values[each];
    means[tick] = sum / (tick + 1 - begin);
  }
  byWindow.set(windowTicks, means);
  return means;
}

const metrics = new WeakMap<Replay, Float64Array>();

/** The HPA's metric at each tick of a replay, in thousandths of what a replica can do; worked out once for all policies. */
export function metricOf(replay: Replay): Float64Array {
  const remembered = metrics.get(replay);
  if (remembered !== undefined) return remembered;
  const { load, from, to, physics } = replay;
  const means = measuredLoad(replay);
  const millis = Float64Array.from({ length: to - from }, (_, i) => {
    const end = knownTicks(physics, from + i);
    return (1_000 * (end === 0 ? load.values[from + i] : means[end - 1])) / physics.capacityPerReplica;
  });
  metrics.set(replay, millis);
  return millis;
}

const marks = new WeakMap<Replay, Uint8Array>();

/**
 * Marks each tick of a replay that is scored with 1: those of minutes that were observed as a whole. Violations, GPU-hours and the bound
 * count these ticks alone. Worked out once for all policies.
 */
export function scoredTicks(replay: Replay): Uint8Array {
  const remembered = marks.get(replay);
  if (remembered !== undefined) return remembered;
  const { load, from, to } = replay;
  const perMinute = MINUTE_MS / load.tickMs;
  const scored = new Uint8Array(to - from).fill(1);
  for (let tick = from; tick < to; tick++) {
    if (load.missing[tick] === 0) continue;
    const begin = Math.floor(tick / perMinute) * perMinute;
    scored.fill(0, Math.max(begin, from) - from, begin + perMinute - from);
  }
  marks.set(replay, scored);
  return scored;
}
