import { highsSolver } from '../../../lib/adapters/highs';
import { withoutDominated } from '../../../lib/sizing/search/dominance';
import { wholeModel } from '../../../lib/sizing/problem/model';
import { solveHorizon } from '../../../lib/sizing/search/solve-horizon';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { checkSolution } from './check-solution';
import { exact, kind, node, problem, randomProblem } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const left = (of: HorizonProblem) =>
  withoutDominated(wholeModel(of)).model.offerings.flatMap(({ members }) => members.map(({ name }) => name));

const small = node('small', { usdPerHour: 1 });
const twice = { gpus: 2, vCpu: 8, cpuMilli: 8_000, memoryMiB: 32_000 };
const demand = { a: [5] };
const classes = [kind('a')];

test('a node that costs more than two that carry as much is left out, one that costs less is not', () => {
  expect(left(problem({ offerings: [small, node('large', { ...twice, usdPerHour: 2.1 })], classes, demand }))).toEqual(['small']);
  expect(left(problem({ offerings: [small, node('large', { ...twice, usdPerHour: 1.9 })], classes, demand }))).toEqual(['large', 'small']);
  expect(left(problem({ offerings: [small, node('large', { ...twice, usdPerHour: 2 })], classes, demand }))).toEqual(['large', 'small']);
});

test('a node stays whose replicas do not part into the cheaper ones', () => {
  const offerings = [small, node('large', { ...twice, usdPerHour: 2.1 })];
  const wide = kind('b', { on: { l40s: { gpus: 2, throughput: 1 } } });
  expect(left(problem({ offerings, classes: [kind('a'), wide], demand: { ...demand, b: [1] } }))).toEqual(['large', 'small']);
});

test('a node whose contents are too many to list is left out where a cheaper one has as much room, and only there', () => {
  // Six kinds of small replicas fill a node in more than 5,000 ways.
  const kinds = Array.from({ length: 6 }, (_, index) =>
    kind(`k${index}`, { cpuMilli: 100 + index, memoryMiB: 100, on: { l40s: { gpus: 0, throughput: 1 } } }),
  );
  const wanted = Object.fromEntries(kinds.map(({ name }) => [name, [1]]));
  const dear = node('dear', { usdPerHour: 1.5 });
  const roomy = (cpuMilli: number) => left(problem({ offerings: [dear, { ...small, cpuMilli }], classes: kinds, demand: wanted }));
  expect(roomy(dear.cpuMilli)).toEqual(['small']);
  expect(roomy(dear.cpuMilli - 1)).toEqual(['dear', 'small']);
});

test('a node stays that counts less against a limit', () => {
  const offerings = [node('small', { usdPerHour: 1, vCpu: 5, quota: 'D' }), node('large', { ...twice, usdPerHour: 2.1, quota: 'D' })];
  expect(left(problem({ offerings, classes, demand }))).toEqual(['small']);
  expect(left(problem({ offerings, classes, demand, limits: { quotas: { D: 40 } } }))).toEqual(['large', 'small']);
});

test('where the cheaper ones may run out, or are committed, nothing is left out', () => {
  const large = node('large', { ...twice, usdPerHour: 2.1 });
  expect(left(problem({ offerings: [{ ...small, mostNodes: 4 }, large], classes, demand }))).toEqual(['large', 'small']);
  expect(left(problem({ offerings: [{ ...small, committed: { least: 0, most: 9 } }, large], classes, demand }))).toEqual([
    'large',
    'small',
  ]);
});

test('where a share asks for more of an offering than there is, the dearer one is used after all', () => {
  // Spot needs as many GPUs beside it, and only on demand serves `b`: 3 nodes, of which `small` has 2.
  const offerings = [
    node('small', { usdPerHour: 1, mostNodes: 2 }),
    node('large', { usdPerHour: 1.1 }),
    node('other/spot', { gpu: 'a10g', usdPerHour: 0.1 }),
  ];
  const both = [kind('a', { on: { a10g: { gpus: 1, throughput: 1 } } }), kind('b')];
  const one = problem({ offerings, classes: both, demand: { a: [3, 1], b: [2, 1] }, limits: { spotShare: 0.5 } });
  expect(left(one)).toEqual(['other/spot', 'small']);
  const answer = solveHorizon(one, solver, exact);
  expect(answer).toMatchObject({ status: 'optimal', gapPercent: 0 });
  expect(answer?.usd).toBeCloseTo(2 + 1.1 + 0.3 + 1 + 0.1, 9);
});

test('with a dearer twin of every offering nothing costs more', () => {
  for (let seed = 1; seed <= 15; seed++) {
    const one = randomProblem(4_000 + seed, { periods: 2, offerings: 4, classes: 2, demand: 2 });
    const twins = one.offerings.flatMap((offering) => [
      offering,
      { ...offering, name: `twin-${offering.name}`, usdPerHour: offering.usdPerHour * 1.3 },
    ]);
    const limits = one.limits.map((limit) => ({
      ...limit,
      sizes: { ...limit.sizes, ...Object.fromEntries(Object.entries(limit.sizes).map(([name, size]) => [`twin-${name}`, size])) },
      ...('part' in limit ? { part: [...limit.part, ...limit.part.map((name) => `twin-${name}`)] } : {}),
    }));
    const more: HorizonProblem = { ...one, limits, offerings: twins };
    const [before, after] = [solveHorizon(one, solver, exact), solveHorizon(more, solver, exact)];
    if (!before || !after) continue;
    expect(checkSolution(more, after).broken).toEqual([]);
    expect(after.usd).toBeLessThanOrEqual(before.usd + 1e-6);
  }
});
