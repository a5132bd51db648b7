import { highsSolver } from '../../../lib/adapters/highs';
import { ProblemError, renderProblem } from '../../../lib/problems';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { sizingEfforts } from '../../../lib/sizing/search/effort';
import { fleetsOf } from '../../../lib/sizing/search/fleets';
import { kind, node, problem } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

// By day a wide replica, by night narrow ones, in each of two pools; a third pool has narrow ones alone.
const pools = ['a', 'b'];
const offerings = [
  ...pools.flatMap((pool) => [
    node(`${pool}/big`, { pool, usdPerHour: 5, gpus: 4, vCpu: 16, cpuMilli: 16_000, memoryMiB: 200_000, quota: 'D' }),
    node(`${pool}/small`, { pool, usdPerHour: 1, quota: 'D' }),
  ]),
  node('c/small', { pool: 'c', usdPerHour: 1 }),
];
const classes = [
  ...pools.flatMap((pool) => [kind(`${pool} wide`, { pool, on: { l40s: { gpus: 4, throughput: 1 } } }), kind(`${pool} narrow`, { pool })]),
  kind('c', { pool: 'c' }),
];
const make = (vCpu: number | null, narrow = 4): HorizonProblem =>
  problem({
    offerings,
    classes,
    demand: { 'a wide': [1, 0], 'a narrow': [0, narrow], 'b wide': [1, 0], 'b narrow': [0, narrow], c: [3, 1] },
    limits: { quotas: vCpu === null ? {} : { D: vCpu } },
  });
const peaks = new Map([
  ['a/big', 1],
  ['a/small', 4],
  ['b/big', 1],
  ['b/small', 4],
  ['c/small', 3],
]);
const fleets = (of: HorizonProblem, most = peaks) => {
  const { counts, common } = fleetsOf(of, most, solver, sizingEfforts.best.period);
  return { counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))), common };
};

test('peaks that stand side by side within the limits are the fleet, and what never runs is none of it', () => {
  expect(fleets(make(null))).toEqual({ counts: Object.fromEntries(peaks), common: [] });
  expect(fleets(make(64))).toEqual({ counts: Object.fromEntries(peaks), common: [] });
  expect(fleets(make(null), new Map([['a/big', 1]])).counts).toEqual({ 'a/big': 1, 'a/small': 0, 'b/big': 0, 'b/small': 0, 'c/small': 0 });
});

test('where they do not, only the pools of that limit have a common fleet', () => {
  // A big node and four small ones of each pool are 64 vCPU; a big node holds four narrow replicas too.
  const { counts, common } = fleets(make(63));
  expect(common).toEqual(['a', 'b']);
  expect(counts['c/small']).toBe(3);
  expect(16 * (counts['a/big'] + counts['b/big']) + 4 * (counts['a/small'] + counts['b/small'])).toBeLessThanOrEqual(63);
  expect([counts['a/big'], counts['b/big']]).toEqual([1, 1]);
});

test('where there is no common fleet, each limit is told by how much it is short for the groups side by side', () => {
  const refused = (of: HorizonProblem): readonly string[] => {
    try {
      fleets(of);
    } catch (error) {
      if (error instanceof ProblemError) return error.problems.map(renderProblem);
      throw error;
    }
    return [];
  };
  // Five narrow replicas are a big node and a small one: 20 vCPU in each pool.
  expect(refused(make(39, 5))).toEqual([
    'limits.quotas.D: quota D 39 vCPU is 1 vCPU short for the node groups side by side: each hour finds room by itself, but the hours need different nodes (expected at least 40 vCPU). Hint: raise it, or leave fewer instance types in the pool',
  ]);
  const [first] = make(39, 5).limits;
  const owned = { ...make(39, 5), limits: [{ ...first, of: 'pool a' }] };
  expect(refused(owned)[0]).toContain('quota D 39 vCPU of pool a is 1 vCPU short');
});
