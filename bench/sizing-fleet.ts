import { offeringsOf } from '../lib/catalog';
import { randomOf } from '../lib/random';
import type { DemandSegment, SizingPool } from '../lib/sizing';
import { HOUR_MS } from '../lib/units';

export type FleetSize = { readonly pools: number; readonly workloads: number; readonly hours: number };

/** What `sizePools` is asked for a fleet. */
export type Fleet = { readonly name: string; readonly pools: readonly SizingPool[]; readonly segments: readonly DemandSegment[] };

const instances = ['g6e.xlarge', 'g6e.2xlarge', 'g6e.12xlarge', 'g6e.48xlarge'];

/**
 * A fleet of pools alike in what they may use and unlike in what runs on them, by the hour: replicas of one to four GPUs whose number
 * swings over the day, each workload at a time of its own. Half of a pool at most is on spot. From a seed, so always the same.
 */
export function fleetOf({ pools, workloads, hours }: FleetSize): Fleet {
  const { uniform: random } = randomOf(1);
  const between = (low: number, high: number) => low + (high - low) * random();
  const offerings = offeringsOf({ instances, capacity: ['on-demand', 'spot'], region: 'us-east-1' });
  const all = Array.from({ length: pools }, (_, index): SizingPool => {
    const classes = Array.from({ length: workloads }, (__, place) => {
      const gpus = [1, 1, 1, 2, 4][Math.floor(between(0, 5))];
      const cpuMilli = 1_000 * gpus * Math.floor(between(1, 4));
      return { workload: `${index}-${place}`, gpus, cpuMilli, memoryMiB: 1_024 * gpus * Math.floor(between(4, 28)) };
    });
    return { name: `pool-${index}`, offerings, ceiling: null, spotShare: 0.5, classes };
  });
  const loads = all.flatMap(({ classes }) =>
    classes.map(({ workload }) => ({ workload, level: 8 * (0.2 + 2 * random() ** 2), swing: between(0.3, 0.9), busiest: between(0, 24) })),
  );
  const start = Date.UTC(2026, 10, 23);
  const segments = Array.from({ length: hours }, (_, hour): DemandSegment => {
    const replicas = loads.map(({ workload, level, swing, busiest }) => {
      const wave = 1 + swing * Math.cos((2 * Math.PI * (hour - busiest)) / 24);
      return [workload, Math.max(1, Math.round(level * wave * between(0.9, 1.1)))] as const;
    });
    return { from: start + hour * HOUR_MS, to: start + (hour + 1) * HOUR_MS, replicas: Object.fromEntries(replicas) };
  });
  return { name: `${pools} pools x ${workloads}`, pools: all, segments };
}
