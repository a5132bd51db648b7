import { highsSolver } from '../../../lib/adapters/highs';
import { wholeModel } from '../../../lib/sizing/problem/model';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { LinearProgram, Solver } from '../../../lib/sizing/problem/program';
import { commonFleet, fleetExcess, fleetWith } from '../../../lib/sizing/search/common-fleet';
import { sizingEfforts } from '../../../lib/sizing/search/effort';
import { written } from '../problem/written';
import { kind, node, problem, type TestOffering } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const effort = sizingEfforts.best.period;
const recording = () => {
  const programs: LinearProgram[] = [];
  const solve: Solver = (program) => {
    programs.push(program);
    return solver(program);
  };
  return { solve, programs };
};

// By day two wide replicas, by night eight narrow ones: cheapest are nodes of four, then nodes of one.
const small = node('small', { usdPerHour: 1, memoryMiB: 32_000 });
const big = node('big', { usdPerHour: 5, gpus: 4, cpuMilli: 16_000, memoryMiB: 200_000 });
const wide = kind('wide', { on: { l40s: { gpus: 4, throughput: 1 } } });
const narrow = kind('narrow');
const days = (
  wanted: readonly (readonly [wide: number, narrow: number])[],
  gpuCeiling: number | null,
  {
    offerings = [small, big],
    ...fields
  }: Partial<Omit<HorizonProblem, 'offerings'>> & { readonly offerings?: readonly TestOffering[] } = {},
) => ({
  ...problem({
    offerings,
    classes: [wide, narrow],
    demand: { wide: wanted.map(([each]) => each), narrow: wanted.map(([, each]) => each) },
    limits: { gpuCeiling },
  }),
  ...fields,
});
const fleetOf = (of: HorizonProblem) => commonFleet(wholeModel(of), solver, effort)?.nodes;

test('a fleet within a ceiling holds the demand of every period, at the least cost of what runs', () => {
  // In the order of the names: big, small.
  expect(
    fleetOf(
      days(
        [
          [2, 0],
          [0, 8],
        ],
        16,
      ),
    ),
  ).toEqual([2, 8]);
  expect(
    fleetOf(
      days(
        [
          [2, 0],
          [0, 8],
        ],
        8,
      ),
    ),
  ).toEqual([2, 0]);
  expect(
    fleetOf(
      days(
        [
          [1, 0],
          [0, 8],
        ],
        8,
      ),
    ),
  ).toEqual([1, 4]);
  expect(
    fleetOf(
      days(
        [
          [2, 0],
          [0, 9],
        ],
        8,
      ),
    ),
  ).toBeUndefined();
});

test('each period counts as long as it lasts', () => {
  const twelve = node('twelve', { usdPerHour: 11, gpus: 12, cpuMilli: 48_000, memoryMiB: 200_000 });
  const choice = (periodHours: readonly number[]) =>
    fleetOf(
      days(
        [
          [1, 0],
          [0, 12],
        ],
        12,
        { periodHours, offerings: [small, big, twelve] },
      ),
    );
  // One big and eight small ones hold a wide replica for 5 dollars and twelve narrow ones for 13, a node of twelve each for 11.
  expect(choice([10, 1])).toEqual([1, 8, 0]);
  expect(choice([1, 10])).toEqual([0, 0, 1]);
});

test('the program weighs each demand by its share of the time, and decides the fleet and what runs in it together', () => {
  const { solve, programs } = recording();
  commonFleet(
    wholeModel(
      days(
        [
          [2, 0],
          [0, 8],
          [0, 8],
        ],
        8,
        { periodHours: [1, 1, 2] },
      ),
    ),
    solve,
    effort,
  );
  expect(written(programs[0])).toEqual([
    'minimise 3.75 period 1 big + 0.75 period 1 small + 1.25 period 0 big + 0.25 period 0 small',
    'fleet big: whole of 0..20',
    'fleet small: whole of 0..20',
    'period 1 big: whole of 0..2',
    'period 1 small: whole of 0..8',
    'period 1 shape 0 narrow: whole of 0..8',
    'period 1 shape 1 narrow: whole of 0..8',
    'period 0 big: whole of 0..2',
    'period 0 small: whole of 0..0',
    'period 0 shape 0 wide: whole of 0..2',
    'ceiling: 4 fleet big + fleet small <= 8',
    'period 1 room: 0.25 period 1 shape 0 narrow + -1 period 1 big <= 0',
    'period 1 room: period 1 shape 1 narrow + -1 period 1 small <= 0',
    'period 1 demand narrow: period 1 shape 0 narrow + period 1 shape 1 narrow >= 8',
    'within fleet: period 1 big + -1 fleet big <= 0',
    'within fleet: period 1 small + -1 fleet small <= 0',
    'period 0 room: period 0 shape 0 wide + -1 period 0 big <= 0',
    'period 0 room:  <= 0',
    'period 0 demand wide: period 0 shape 0 wide >= 2',
    'within fleet: period 0 big + -1 fleet big <= 0',
    'within fleet: period 0 small + -1 fleet small <= 0',
  ]);
  expect(programs[0].effort).toEqual({ relativeGap: 0.001, maxNodes: 1_000, untilFound: true });
});

test('demands of the same sum stand in the order of their classes', () => {
  const order = (wanted: readonly (readonly [wide: number, narrow: number])[]) => {
    const { solve, programs } = recording();
    commonFleet(wholeModel(days(wanted, null)), solve, effort);
    return [...new Set([...written(programs[0])[0].matchAll(/period (\d+) /g)].map(([, period]) => Number(period)))];
  };
  expect(
    order([
      [1, 3],
      [3, 1],
      [2, 9],
    ]),
  ).toEqual([2, 1, 0]);
  expect(
    order([
      [3, 1],
      [1, 3],
      [2, 9],
    ]),
  ).toEqual([2, 0, 1]);
});

test('where the demands are too many for one program, the largest and then the longest stand for the rest', () => {
  // Ninety-nine demands that the last one covers, and of them one that lasts.
  const wanted = Array.from({ length: 100 }, (_, period) => [0, period + 1] as const);
  const periodHours = wanted.map((_, period) => (period === 40 ? 50 : 1));
  const { solve, programs } = recording();
  const fleet = commonFleet(wholeModel(days(wanted, null, { periodHours, limits: [] })), solve, effort);
  expect(fleet?.nodes[0]).toBeDefined();
  const [costs] = written(programs[0]);
  // Two offerings and two classes on two shapes are six variables: sixteen demands of a hundred variables.
  const periods = [...new Set([...costs.matchAll(/period (\d+) /g)].map(([, period]) => Number(period)))];
  expect(periods).toHaveLength(16);
  expect(periods.slice(0, 3)).toEqual([99, 40, 0]);
  const weights = [...costs.matchAll(/([\d.e-]+) period (\d+) big/g)].map(([, weight]) => Number(weight) / 5);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
});

test('by how much the sums fall short of any common fleet is told of each, at the least sum in parts of their amounts', () => {
  const excess = (of: HorizonProblem) =>
    Object.fromEntries(
      [...(fleetExcess(wholeModel(of), solver, effort)?.excess ?? [])].map(([limit, by]) => [limit.name, Number(by.toFixed(6))]),
    );
  expect(
    excess(
      days(
        [
          [1, 0],
          [0, 5],
        ],
        5,
      ),
    ),
  ).toEqual({ ceiling: 0 });
  // Only the big node takes the wide replica, and only small ones so much memory.
  const heavy = kind('narrow', { memoryMiB: 32_000 });
  const apart = {
    ...days(
      [
        [1, 0],
        [0, 5],
      ],
      6,
    ),
    classes: [wide, heavy],
    offerings: [small, { ...big, memoryMiB: 20_000 }],
  };
  expect(excess(apart)).toEqual({ ceiling: 3 });
});

test('a fleet that has some nodes has no fewer, and beyond them the cheapest that hold the demand', () => {
  const model = wholeModel(days([[1, 3]], null, { limits: [] }));
  expect(fleetWith(model, [0, 0], solver, effort)).toEqual([1, 3]);
  expect(fleetWith(model, [2, 0], solver, effort)).toEqual([2, 0]);
  expect(fleetWith(model, [0, 5], solver, effort)).toEqual([1, 5]);
  const few = wholeModel(days([[1, 3]], 6, { offerings: [small, { ...big, mostNodes: 1 }] }));
  expect(fleetWith(few, [0, 3], solver, effort)).toBeUndefined();
});

test('of fleets of equal cost the one with the fewest nodes is taken, then the one whose offerings come first', () => {
  const four = { ...big, usdPerHour: 4 };
  const model = wholeModel({
    ...days([[0, 9]], null, { limits: [] }),
    offerings: [small, four, { ...small, name: 'later', instanceType: 'x' }],
  });
  expect(fleetWith(model, [0, 0, 0], solver, effort)).toEqual([2, 1, 0]);
});

test('a fleet of nodes whose replicas fit in sum and not on single ones has more of them', () => {
  const three = kind('three', { on: { l40s: { gpus: 3, throughput: 1 } } });
  const two = kind('two', { on: { l40s: { gpus: 2, throughput: 1 } } });
  const of = problem({ offerings: [small, big], classes: [three, two], demand: { three: [2], two: [1] } });
  expect(fleetWith(wholeModel(of), [0, 0], solver, effort)).toEqual([3, 0]);
  expect(fleetOf(of)).toEqual([3, 0]);
});

test('a smaller demand that a fleet for the largest does not hold, for a share of a type, is held too', () => {
  // Two replicas are one on each type of spot; one alone would be all on one type and needs a node on demand, which counts three.
  const spot = ['a', 'b'].map((type) => node(`${type}/spot`, { usdPerHour: 1 }));
  const offerings = [...spot, node('c', { usdPerHour: 9 })];
  const [first, second] = spot.map(({ name }): HorizonProblem['limits'][number] => ({
    name: `share of ${name}`,
    kind: 'spot-type',
    path: 'limits.spotTypeShare',
    title: 'spot on one instance type',
    unit: 'GPU',
    sizes: { 'a/spot': 1, 'b/spot': 1 },
    share: 0.5,
    part: [name],
  }));
  const ceiling: HorizonProblem['limits'][number] = {
    name: 'ceiling',
    kind: 'ceiling',
    path: 'limits.ceiling',
    title: 'ceiling',
    unit: 'GPU',
    sizes: { 'a/spot': 1, 'b/spot': 1, c: 3 },
    most: 2,
  };
  const of = problem({ offerings, classes: [narrow], demand: { narrow: [2, 1] } });
  const excess = (demand: readonly number[]) => {
    const each = { ...of, demand: { narrow: demand }, periods: demand.length, noneEmpty: true, limits: [first, second, ceiling] };
    return [...(fleetExcess(wholeModel(each), solver, effort)?.excess.values() ?? [])];
  };
  expect(excess([2, 2])).toEqual([expect.closeTo(0, 6)]);
  expect(excess([2, 1])).toEqual([expect.closeTo(3, 6)]);
  // Half of the fleet for four holds two: that needs no second program of fleets.
  const { solve, programs } = recording();
  const four = { ...of, demand: { narrow: [4, 2] }, noneEmpty: true, limits: [first, second, { ...ceiling, most: 9 }] };
  fleetExcess(wholeModel(four), solve, effort);
  expect(programs.filter(({ variables }) => variables.some(({ name }) => name.startsWith('fleet')))).toHaveLength(1);
});

test('what is there at times only is in no sum of a fleet, and holds no other period', () => {
  const passing = { ...small, name: 'passing', instanceType: 'x', usdPerHour: 0.1, absentIn: [0] };
  const of = problem({ offerings: [small, passing], classes: [narrow], demand: { narrow: [3, 5] }, limits: { gpuCeiling: 5 } });
  const { solve, programs } = recording();
  expect(commonFleet(wholeModel(of), solve, effort)?.nodes).toEqual([5, 3]);
  expect(written(programs[0])).toContain('ceiling: fleet small <= 5');
  expect(written(programs[0])).toContain('period 1 ceiling: period 1 passing + period 1 small <= 5');
  const loose = recording();
  fleetExcess(wholeModel(of), loose.solve, effort);
  expect(written(loose.programs[0])).toContain('period 1 ceiling: period 1 passing + period 1 small + -1 excess ceiling <= 5');
});
