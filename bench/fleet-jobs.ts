import type { DeferrableProblem, JobOffering } from '../lib/sizing/deferrable';
import type { DeferrableJob } from '../lib/sizing/deferrable/problem';
import { randomOf } from '../lib/random';

/**
 * A week by the hour of three GPU types, each with on-demand nodes of several sizes, some that are held, and spot as a market of its own:
 * 60 offerings in all. Steady demand swings over the day; jobs are gangs of 1 to 8 GPUs, 2 to 48 hours long, with 1.2 to 10 times that
 * until the deadline, half of them with pauses. From a seed, so always the same.
 */
export function jobsInstance(count: number, seed: number): DeferrableProblem {
  const random = randomOf(seed).uniform;
  const between = (low: number, high: number) => low + (high - low) * random();
  const periods = 168;
  const types = [
    { name: 'l40s', usd: 1.861 },
    { name: 'a10g', usd: 1.006 },
    { name: 'h100', usd: 6.88 },
  ];
  const sizes = [1, 1, 1, 4, 4, 4, 8, 8, 8];
  const offerings = types.flatMap(({ name, usd }): JobOffering[] => [
    ...sizes.flatMap((gpus, place): JobOffering[] => {
      // Larger nodes of a size have more CPU and memory and cost more; a GPU of several costs more than of one.
      const price = usd * gpus * (1 + 0.2 * (place % 3)) * (gpus === 1 ? 1 : 1.2);
      return [
        { name: `${name}.${gpus}x${place % 3}`, market: name, gpus, usdPerHour: price },
        { name: `${name}.${gpus}x${place % 3}/spot`, market: `${name}/spot`, gpus, usdPerHour: 0.45 * price },
      ];
    }),
    { name: `${name}.1/held`, market: name, gpus: 1, usdPerHour: 0, most: Math.floor(between(4, 8)) },
    { name: `${name}.4/held`, market: name, gpus: 4, usdPerHour: 0, most: Math.floor(between(1, 3)) },
  ]);
  const steady = types.flatMap(({ name }) => {
    const [level, swing, busiest] = [between(6, 16), between(0.3, 0.8), between(0, 24)];
    const replicas = Array.from({ length: periods }, (_, hour) =>
      Math.ceil(level * (1 + swing * Math.cos((2 * Math.PI * (hour - busiest)) / 24)) * (hour % 168 >= 120 ? 0.7 : 1) * between(0.9, 1.1)),
    );
    return [{ market: name, gpus: 1, replicas }];
  });
  const jobs = Array.from({ length: count }, (_, index): DeferrableJob => {
    const gpus = [1, 2, 4, 8][Math.floor(between(0, 4))];
    const hours = Math.round(Math.exp(between(Math.log(2), Math.log(48))));
    const span = Math.min(periods, Math.ceil(1 + hours * Math.exp(between(Math.log(1.2), Math.log(10)))));
    const earliest = Math.floor(between(0, periods - span + 1));
    const { name } = types[Math.floor(between(0, types.length))];
    const isCut = random() < 0.5;
    return {
      name: `job-${index}`,
      workers: gpus < 4 ? gpus : gpus / 4,
      gpusPerWorker: gpus < 4 ? 1 : 4,
      hours,
      earliest,
      deadline: earliest + span,
      markets: isCut || random() < 0.5 ? [name, `${name}/spot`] : [name],
      startHours: 0.1,
      hoursPerInterruption: 0.4,
      ...(isCut && { pauses: { most: 3, shortestHours: Math.round(between(2, 4)), costHours: 0.2 } }),
    };
  });
  const spot = types.map(({ name }) => [`${name}/spot`, 0.1 / 730] as const);
  return { periods, periodHours: 1, offerings, steady, limits: [], jobs, interruptionsPerNodeHour: Object.fromEntries(spot) };
}
