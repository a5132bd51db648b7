import type { Fleet, FleetJob, FleetLoad } from '../../../lib/simulate/fleet/fleet';
import { HOUR_MS } from '../../../lib/units';

const week = 168;

/** Three weeks known, one replayed, of a load of some replicas that swells by day, on nodes of one GPU with a price for one and three years. */
export function tinyFleet(fields: Partial<Fleet> = {}, load: (hour: number) => number = daily): Fleet {
  return {
    start: Date.UTC(2026, 0, 5),
    periodMs: HOUR_MS,
    from: 3 * week,
    to: 4 * week,
    offerings: [
      {
        name: 'small',
        instanceType: 'small',
        market: 'gpu',
        gpus: 1,
        usdPerHour: 2,
        onDemandUsdPerHour: 2,
        reservedUsdPerHour: { oneYear: 1.25, threeYears: 0.9 },
        held: 0,
      },
      {
        name: 'small/spot',
        instanceType: 'small',
        market: 'gpu/spot',
        gpus: 1,
        usdPerHour: 0.9,
        onDemandUsdPerHour: null,
        reservedUsdPerHour: { oneYear: null, threeYears: null },
        held: 0,
      },
    ],
    loads: [loadOf(load)],
    jobs: [],
    usualJobs: [],
    limits: [],
    deployPeriods: 0,
    ...fields,
  };
}

/** Between 2 and 10 replicas, every day alike. */
export const daily = (hour: number): number => 6 + 4 * Math.sin((2 * Math.PI * hour) / 24);

export function loadOf(load: (hour: number) => number, fields: Partial<FleetLoad> = {}): FleetLoad {
  return {
    name: 'chat',
    market: 'gpu',
    gpus: 1,
    values: Float64Array.from({ length: 4 * week }, (_, hour) => load(hour)),
    target: 0.75,
    least: 1,
    buffer: 0,
    quantile: 0.55,
    ...fields,
  };
}

export function job(name: string, fields: Partial<FleetJob> = {}): FleetJob {
  return {
    name,
    workers: 2,
    gpusPerWorker: 1,
    hours: 6,
    earliest: 10,
    deadline: 60,
    markets: ['gpu', 'gpu/spot'],
    growth: 'buy',
    knownFrom: 10,
    ...fields,
  };
}

/** Jobs over the week, half of which may pause. */
export const someJobs = (count: number): readonly FleetJob[] =>
  Array.from({ length: count }, (_, index) =>
    job(`job-${index}`, {
      workers: 1 + (index % 3),
      hours: 3 + ((index * 5) % 14),
      earliest: (index * 17) % 110,
      deadline: ((index * 17) % 110) + 40,
      knownFrom: (index * 17) % 110,
      ...(index % 2 === 0 && { pauses: { most: 2, shortestHours: 2, costHours: 0.2 } }),
    }),
  );
