import fc from 'fast-check';
import type { DeferrableProblem } from '../../../lib/sizing/deferrable';

type Size = { readonly periods: number; readonly jobs: number; readonly gpus: number };

/** A problem with nodes that are held, on-demand ones of two sizes, spot as a market of its own, and perhaps a quota. */
export const anyProblem = ({ periods, jobs, gpus }: Size): fc.Arbitrary<DeferrableProblem> =>
  fc
    .record({
      periodHours: fc.constantFrom(1, 0.5, 2),
      held: fc.array(fc.nat(2), { minLength: periods, maxLength: periods }),
      large: fc.constantFrom(2, 4),
      largeUsd: fc.constantFrom(2.5, 4, 7),
      spotUsd: fc.constantFrom(0.4, 0.9, 1.3),
      steady: fc.array(fc.nat(3), { minLength: periods, maxLength: periods }),
      quota: fc.option(fc.integer({ min: 2, max: 4 * gpus }), { nil: null }),
      rate: fc.constantFrom(0, 0.05),
      drawn: fc.array(
        fc.record({
          workers: fc.integer({ min: 1, max: 2 }),
          gpusPerWorker: fc.constantFrom(1, 1, 2),
          hours: fc.integer({ min: 3, max: Math.floor(4.5 * periods) }).map((tenths) => tenths / 10),
          earliest: fc.nat(Math.floor(periods / 3)),
          deadline: fc.integer({ min: Math.ceil(periods / 2), max: periods }),
          markets: fc.constantFrom(['gpu'], ['gpu', 'spot'], ['spot', 'gpu']),
          startHours: fc.constantFrom(0, 0.2),
          hoursPerInterruption: fc.constantFrom(0, 0.4),
          pauses: fc.option(
            fc.record({ most: fc.integer({ min: 1, max: 2 }), shortestHours: fc.constantFrom(0, 2), costHours: fc.constantFrom(0, 0.2) }),
            { nil: undefined },
          ),
        }),
        { minLength: 1, maxLength: jobs },
      ),
    })
    .map(({ periodHours, held, large, largeUsd, spotUsd, steady, quota, rate, drawn }) => ({
      periods,
      periodHours,
      offerings: [
        { name: 'held', market: 'gpu', gpus: 1, usdPerHour: 0, most: held },
        { name: 'small', market: 'gpu', gpus: 1, usdPerHour: 1.8 },
        { name: 'large', market: 'gpu', gpus: large, usdPerHour: largeUsd },
        { name: 'small-spot', market: 'spot', gpus: 1, usdPerHour: spotUsd },
        { name: 'large-spot', market: 'spot', gpus: large, usdPerHour: 0.5 * largeUsd, most: 1 },
      ],
      steady: [{ market: 'gpu', gpus: 1, replicas: steady }],
      limits: quota === null ? [] : [{ name: 'quota', unit: 'vCPU', most: quota, sizes: { small: 2, large: 3, 'small-spot': 1 } }],
      jobs: drawn.map((job, index) => ({ name: `job-${index}`, ...job, hours: job.hours * periodHours })),
      interruptionsPerNodeHour: { spot: rate },
    }));

/**
 * A problem of a pool with two types of GPU, beside spot nodes of one of them: what runs anyway is on either type, jobs on either or on one,
 * by workers of one GPU or of three, and nodes have sizes that are no powers of two.
 */
export const anyMixedProblem = ({ periods, jobs, gpus }: Size): fc.Arbitrary<DeferrableProblem> =>
  fc
    .record({
      held: fc.array(fc.nat(2), { minLength: periods, maxLength: periods }),
      large: fc.constantFrom(3, 4, 7),
      largeUsd: fc.constantFrom(3.1, 4, 7),
      otherUsd: fc.constantFrom(1.2, 2.1),
      other: fc.constantFrom(1, 4),
      worker: fc.constantFrom(2, 3),
      steady: fc.array(fc.nat(3), { minLength: periods, maxLength: periods }),
      bound: fc.array(fc.nat(1), { minLength: periods, maxLength: periods }),
      quota: fc.option(fc.integer({ min: 4, max: 4 * gpus }), { nil: null }),
      rate: fc.constantFrom(0, 0.05),
      drawn: fc.array(
        fc.record({
          workers: fc.integer({ min: 1, max: 2 }),
          isLarge: fc.boolean(),
          hours: fc.integer({ min: 3, max: Math.floor(4.5 * periods) }).map((tenths) => tenths / 10),
          earliest: fc.nat(Math.floor(periods / 3)),
          deadline: fc.integer({ min: Math.ceil(periods / 2), max: periods }),
          markets: fc.constantFrom(['pool'], ['l40s'], ['a10g'], ['pool', 'spot'], ['spot', 'l40s']),
          hoursPerInterruption: fc.constantFrom(0, 0.4),
          pauses: fc.option(fc.record({ most: fc.integer({ min: 1, max: 2 }), costHours: fc.constantFrom(0, 0.2) }), { nil: undefined }),
        }),
        { minLength: 1, maxLength: jobs },
      ),
    })
    .map(({ held, large, largeUsd, otherUsd, other, worker, steady, bound, quota, rate, drawn }) => ({
      periods,
      periodHours: 1,
      joint: [{ name: 'pool', of: ['l40s', 'a10g'] }],
      offerings: [
        { name: 'held', market: 'l40s', gpus: 1, usdPerHour: 0, most: held },
        { name: 'l40s', market: 'l40s', gpus: large, usdPerHour: largeUsd },
        { name: 'a10g', market: 'a10g', gpus: other, usdPerHour: other * otherUsd },
        { name: 'l40s-spot', market: 'spot', gpus: large, usdPerHour: 0.5 * largeUsd, most: 2 },
      ],
      steady: [
        { market: 'pool', gpus: 1, replicas: steady },
        { market: 'a10g', gpus: 1, replicas: bound },
      ],
      limits: quota === null ? [] : [{ name: 'quota', unit: 'vCPU', most: quota, sizes: { l40s: 2, a10g: 2, 'l40s-spot': 1 } }],
      jobs: drawn.map(({ isLarge, ...job }, index) => ({ name: `job-${index}`, gpusPerWorker: isLarge ? worker : 1, ...job })),
      interruptionsPerNodeHour: { spot: rate },
    }));
