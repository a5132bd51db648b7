import type { Policy } from '../../lib/control/policy';
import { defaultPhysics, type Physics, tickMs } from '../../lib/simulate/physics/physics';
import { randomOf } from '../../lib/random';
import type { LoadGrid } from '../../lib/simulate/replay/load';
import type { Replay } from '../../lib/simulate/replay/replay';
import type { ReplaySettings } from '../../lib/simulate/simulate-load';
import { HOUR_MS } from '../../lib/units';

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
    hpa: null,
    everyMs,
    begin: 0,
    decide: (step) => {
      const floor = floors[Math.min(step, floors.length - 1)];
      return { state: step + 1, floor, ceiling: floor, reason: 'as scheduled' };
    },
  };
}

/** An hourly load of so many values. */
export function gridOfHours(values: ArrayLike<number>): LoadGrid {
  return { start: Date.UTC(2026, 0, 5), intervalMs: HOUR_MS, values: Float64Array.from(values) };
}

/** A load that swells and ebbs by the day, every day alike. */
export function daily(hours: number): number[] {
  return Array.from({ length: hours }, (_, hour) => 100 * (1 + 0.8 * Math.sin((2 * Math.PI * hour) / 24)));
}

/** As the command replays a load of which nothing is stated. */
export const options = {
  physics: defaultPhysics,
  slo: null,
  seed: 1,
  protect: 0.95,
  effort: 'fast',
  path: 'load.csv',
} as const satisfies ReplaySettings;
