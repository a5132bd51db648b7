import { highsSolver } from '../../lib/adapters/highs';
import { isProblemError } from '../../lib/problems';
import { sizePools, type SizingRequest, type SizingResult } from '../../lib/sizing/size-pools';
import type { Solver } from '../../lib/sizing/problem/program';
import { hourly, noLimits, offering, pool, replica, seeded, smallInstance } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const cheap = offering('g.one', { gpus: 1, vCpu: 4, usdPerHour: 1.1 });
const four = offering('g.four', { gpus: 4, vCpu: 16, usdPerHour: 4.2, allocatableCpuMilli: 16_000, allocatableMemoryMiB: 128_000 });
const spot = offering('g.one', { gpus: 1, vCpu: 4, usdPerHour: 0.4 }, 'spot');

function request(seed: number): Omit<SizingRequest, 'solver'> {
  const { pools, limits, replicas } = smallInstance(seed);
  const random = seeded(seed);
  const hours = Array.from({ length: 3 }, () => Object.fromEntries(Object.keys(replicas).map((name) => [name, Math.floor(random() * 4)])));
  const wantedCeilings = Object.fromEntries(Object.keys(replicas).map((name) => [name, 3 + Math.floor(random() * 4)]));
  return { pools, limits, segments: hourly(hours), wantedCeilings };
}

function outcome(input: Omit<SizingRequest, 'solver'>, by: Solver): SizingResult | string {
  try {
    return sizePools({ ...input, solver: by });
  } catch (error) {
    if (isProblemError(error)) return error.message;
    throw error;
  }
}

function reversed({ pools, limits, segments, wantedCeilings }: Omit<SizingRequest, 'solver'>): Omit<SizingRequest, 'solver'> {
  const backwards = <T>(record: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(record).reverse());
  return {
    pools: [...pools]
      .reverse()
      .map((each) => ({ ...each, offerings: [...each.offerings].reverse(), classes: [...each.classes].reverse() })),
    limits: { ...limits, quotas: backwards(limits.quotas) },
    segments: segments.map((segment) => ({ ...segment, replicas: backwards(segment.replicas) })),
    wantedCeilings: backwards(wantedCeilings),
  };
}

test('another order of pools, offerings, workloads and quotas changes no byte, of results and of refusals', () => {
  for (let seed = 1; seed <= 80; seed++) {
    const input = request(seed);
    expect(JSON.stringify(outcome(reversed(input), solver))).toBe(JSON.stringify(outcome(input, solver)));
  }
});

test('the same input gives the same bytes from a new solver', async () => {
  const another = await highsSolver();
  for (let seed = 200; seed <= 230; seed++) {
    expect(JSON.stringify(outcome(request(seed), another))).toBe(JSON.stringify(outcome(request(seed), solver)));
  }
});

test('another name of a workload changes no node', () => {
  const classes = (names: readonly [string, string]) => [replica(names[0], 1), replica(names[1], 2)];
  const nodes = (names: readonly [string, string]) =>
    sizePools({
      pools: [pool('p', { offerings: [cheap, four], classes: classes(names) })],
      limits: noLimits,
      segments: hourly([{ [names[0]]: 5, [names[1]]: 3 }]),
      wantedCeilings: {},
      solver,
    }).segments[0].nodes;
  expect(nodes(['a', 'b'])).toEqual(nodes(['z', 'b']));
});

describe('two pools with a quota in common', () => {
  const pools = [
    pool('a', { offerings: [cheap, four, spot], classes: [replica('x', 1)], spotShare: 0.5 }),
    pool('b', { offerings: [cheap, four, spot], classes: [replica('y', 1), replica('z', 2)], spotShare: 0.5 }),
  ];
  const size = (hours: readonly Readonly<Record<string, number>>[], quota: number | null) =>
    sizePools({
      pools,
      limits: { ...noLimits, quotas: quota === null ? {} : { 'L-DB2E81BA': quota } },
      segments: hourly(hours),
      wantedCeilings: { x: 20, y: 20, z: 10 },
      solver,
    });
  const ofPool = (result: SizingResult, name: string) => ({
    nodes: result.segments.map(({ nodes }) => Object.entries(nodes).filter(([key]) => key.startsWith(`${name}/`))),
    ceilings: Object.entries(result.ceilings).filter(([key]) => key.startsWith(`${name}/`)),
  });

  test('leave each other alone as long as it reaches for both', () => {
    const before = size(
      [
        { x: 3, y: 2, z: 1 },
        { x: 5, y: 4, z: 2 },
      ],
      400,
    );
    const after = size(
      [
        { x: 9, y: 2, z: 1 },
        { x: 1, y: 4, z: 2 },
      ],
      400,
    );
    expect(ofPool(after, 'b')).toEqual(ofPool(before, 'b'));
    expect(ofPool(before, 'b')).toEqual(
      ofPool(
        size(
          [
            { x: 3, y: 2, z: 1 },
            { x: 5, y: 4, z: 2 },
          ],
          null,
        ),
        'b',
      ),
    );
  });

  test('are decided together where it does not', () => {
    // Seven replicas each: four of them on demand, and 2 x 16 vCPU hold those on one node of four GPUs a pool.
    const free = size([{ x: 6, y: 6, z: 0 }], null);
    const tight = size([{ x: 7, y: 7, z: 0 }], 32);
    expect(free.segments[0].usdPerHour).toBeCloseTo(6 * 1.1 + 6 * 0.4, 9);
    expect(tight.segments[0].usdPerHour).toBeCloseTo(2 * 4.2 + 6 * 0.4, 9);
    expect(() => size([{ x: 7, y: 7, z: 0 }], 31)).toThrow('quota L-DB2E81BA 31 vCPU is 1 vCPU short');
  });
});

test('nodes that cost the same are chosen fewest first', () => {
  const twin = offering('g.four', { gpus: 4, vCpu: 16, usdPerHour: 4.4, allocatableCpuMilli: 16_000, allocatableMemoryMiB: 128_000 });
  const result = sizePools({
    pools: [pool('p', { offerings: [cheap, twin], classes: [replica('w', 1)] })],
    limits: noLimits,
    segments: hourly([{ w: 9 }]),
    wantedCeilings: {},
    solver,
  });
  expect(result.segments[0].nodes).toEqual({ 'p/g.four/on-demand': 2, 'p/g.one/on-demand': 1 });
});
