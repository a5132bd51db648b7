import type { Policy } from '../../lib/control/policy';
import { defaultPhysics, type Physics, tickMs } from '../../lib/simulate/physics';
import { randomOf } from '../../lib/simulate/random';
import type { Replay } from '../../lib/simulate/replay';

export const physicsOf = (fields: Partial<Physics> = {}): Physics => ({ ...defaultPhysics, capacityPerReplica: 1, ...fields });

export function replayOf(
  values: ArrayLike<number>,
  fields: Partial<Physics> = {},
  span: Partial<Pick<Replay, 'from' | 'to' | 'slo'>> = {},
): Replay {
  const load = Float64Array.from(values);
  return {
    load: { start: Date.UTC(2026, 0, 5), tickMs, values: load, missing: new Uint8Array(load.length) },
    from: 0,
    to: load.length,
    physics: physicsOf(fields),
    slo: null,
    seed: 1,
    ...span,
  };
}

/** A day that swells and ebbs, with seeded bursts. */
export function wavyLoad(ticks: number, seed: number, level = 8): Float64Array {
  const { uniform, normal } = randomOf(seed);
  let [drift, burst] = [0, 0];
  return Float64Array.from({ length: ticks }, (_, i) => {
    drift = 0.99 * drift + 0.02 * normal();
    burst = uniform() < 0.002 ? 0.8 : burst * 0.97;
    return Math.max(0, level * (1 + 0.6 * Math.sin((2 * Math.PI * i) / 5_760) + drift + burst));
  });
}

/** Limits that follow a fixed course, whatever is seen. */
export function scheduled(floors: readonly number[], everyMs = tickMs): Policy<number> {
  return {
    name: 'scheduled',
    settings: {},
    hpa: null,
    everyMs,
    begin: 0,
    decide: (step) => {
      const floor = floors[Math.min(step, floors.length - 1)];
      return { state: step + 1, floor, ceiling: floor, reason: 'as scheduled' };
    },
  };
}
