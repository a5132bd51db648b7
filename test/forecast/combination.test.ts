import { fc, test as propertyTest } from '@fast-check/jest';
import type { Backtest } from '../../lib/forecast/backtest/backtest';
import { choose } from '../../lib/forecast/backtest/combination';
import { weightedMedian } from '../../lib/forecast/backtest/weighted-median';
import { chance } from './support';

type Miss = ((turn: number) => number) | null;
const turns =
  (size: number): Miss =>
  (turn) =>
    turn % 2 === 0 ? size : -size;
const bias =
  (size: number): Miss =>
  () =>
    size;

/** Models whose paths miss what came (100 or so) as told, `null` where they were never tested; each then says its `ahead`, or 100. */
function backtest(misses: Readonly<Record<string, Miss>>, ahead: Readonly<Record<string, number>> = {}): Backtest {
  const next = chance(1);
  const origins = Array.from({ length: 10 }, (_, o) => 100 + 7 * o);
  const actual = origins.map(() => Float64Array.from({ length: 4 }, () => 100 + next()));
  return {
    origins,
    end: 200,
    testedSteps: 4,
    actual,
    levels: new Array<number>(11).fill(100),
    models: Object.entries(misses).map(([name, miss], m) => ({
      name,
      paths: actual.map((came, o) => miss && came.map((value, lead) => value + miss(o + lead + m))),
      ahead: new Float64Array(4).fill(ahead[name] ?? 100),
      failures: [],
    })),
  };
}

test('two models that err in turn are combined by weights 1 / MAE^8', () => {
  const choice = choose(backtest({ naive: turns(10), a: turns(4), b: turns(4.1) }));
  expect(choice.name).toBe('combination');
  expect(choice.models.map(({ relativeMae }) => relativeMae)).toEqual([1, expect.closeTo(0.4, 7), expect.closeTo(0.41, 7)]);
  const raw = [1, 0.4 ** -8, 0.41 ** -8];
  const sum = raw[0] + raw[1] + raw[2];
  choice.models.forEach(({ weight }, m) => expect(weight).toBeCloseTo(raw[m] / sum, 6));
  expect(choice.relativeMae).toBeLessThan(0.4);
});

const crowd = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`crowd-${i}`, bias(2.9)]));

test('a single model that leads is not taken alone: it weighs more', () => {
  const choice = choose(backtest({ naive: turns(10), good: turns(2.2), ...crowd }));
  expect(choice.name).toBe('combination');
  const [, good, other] = choice.models.map(({ weight }) => weight);
  expect(good / other).toBeCloseTo((2.2 / 2.9) ** -8, 1);
});

test('where the combination does not beat the baseline and one model does, that one is taken', () => {
  const choice = choose(
    backtest(
      { naive: turns(4), good: turns(3.3), ...Object.fromEntries(Object.keys(crowd).map((name) => [name, bias(4.1)])) },
      { good: 120 },
    ),
  );
  expect(choice.name).toBe('good');
  expect(choice.models.map(({ weight }) => weight)).toEqual([0, 1, ...new Array<number>(14).fill(0)]);
  expect([...choice.ahead]).toEqual([120, 120, 120, 120]);
});

test('a model is heard at the leads that it is right about', () => {
  const leads = 96;
  const next = chance(2);
  const origins = Array.from({ length: 24 }, (_, o) => 200 + 7 * o);
  const actual = origins.map(() => Float64Array.from({ length: leads }, () => 100 + next()));
  const model = (name: string, miss: (lead: number) => number, ahead: number) => ({
    name,
    paths: actual.map((came, o) => came.map((value, lead) => value + ((o + lead) % 2 === 0 ? 1 : -1) * miss(lead))),
    ahead: new Float64Array(leads).fill(ahead),
    failures: [],
  });
  const models = [
    model('naive', () => 10, 100),
    model('near', (lead) => (lead < 16 ? 2 : 8), 90),
    model('far', (lead) => (lead < 16 ? 8 : 2), 110),
  ];
  const { ahead, models: said } = choose({
    origins,
    end: 500,
    testedSteps: leads,
    actual,
    levels: new Array<number>(25).fill(100),
    models,
  });
  expect([...ahead.subarray(4, 8)]).toEqual([90, 90, 90, 90]);
  expect([...ahead.subarray(40)].every((value) => value === 110)).toBe(true);
  expect(said[2].weight).toBeGreaterThan(0.7);
  expect(said.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
});

test('one lucky miss at a lead does not outweigh what is known of all leads', () => {
  const plain = backtest({ naive: turns(10), a: turns(4), b: turns(4) });
  const lucky = {
    ...plain.models[1],
    paths: plain.models[1].paths.map((path, o) => path && path.map((value, lead) => (o === 0 && lead === 0 ? plain.actual[0][0] : value))),
  };
  const choice = choose({ ...plain, models: [plain.models[0], lucky, plain.models[2]] });
  expect(choice.models[1].weight).toBeLessThan(0.6);
});

test('where nothing beats the baseline, the baseline is taken', () => {
  const choice = choose(backtest({ naive: turns(2), worse: bias(9), bad: bias(20) }));
  expect(choice.name).toBe('naive');
  expect(choice.relativeMae).toBe(1);
  expect(choice.models.map(({ weight }) => weight)).toEqual([1, 0, 0]);
});

test('where all are perfect, the baseline is taken', () => {
  expect(choose(backtest({ naive: turns(0), a: turns(0), b: turns(1e-12) })).name).toBe('naive');
});

test('a model that was never tested has no weight and no score', () => {
  const choice = choose(backtest({ naive: turns(10), a: turns(4), untested: null }, { untested: 1e9 }));
  expect(choice.models[2]).toEqual({ relativeMae: null, weight: 0 });
  expect(Math.max(...choice.ahead)).toBeLessThan(101);
});

test('a mad model does not move the combination', () => {
  const choice = choose(backtest({ naive: turns(10), a: turns(4), b: turns(4.2), mad: turns(1e6) }, { mad: 1e12 }));
  expect(Math.max(...choice.ahead)).toBeLessThan(101);
});

test('the combination is scored with weights that leave the origin out', () => {
  const plain = backtest({ naive: turns(10), a: turns(4), b: turns(4) });
  const [came] = plain.actual;
  const lucky = { ...plain.models[1], paths: plain.models[1].paths.map((path, o) => (o === 0 ? came : path)) };
  const b = plain.models[2].paths[0] ?? came;
  const choice = choose({ ...plain, models: [plain.models[0], lucky, plain.models[2]] });
  const said = choice.paths[0]?.[0] ?? NaN;
  expect(choice.models[1].weight).toBeGreaterThan(0.58);
  expect(Math.abs(said - (came[0] + b[0]) / 2)).toBeLessThan(0.2);
});

test('an origin of little weight has little say in the weights', () => {
  const early = backtest({ naive: turns(10), a: turns(4), b: turns(4) });
  const worse = {
    ...early.models[1],
    paths: early.models[1].paths.map((path, o) => (o < 5 && path ? path.map((value) => value + 30) : path)),
  };
  const test = { ...early, models: [early.models[0], worse, early.models[2]] };
  const share = (weights?: number[]) => choose(test, weights).models[1].weight;
  expect(share([...new Array<number>(5).fill(1e-3), ...new Array<number>(5).fill(1)])).toBeGreaterThan(share() + 0.2);
});

test('the spread is how far the models lie from what was chosen, by their weights', () => {
  const { spreadAhead, ahead } = choose(backtest({ naive: turns(10), a: turns(4), b: turns(4) }, { a: 90, b: 110 }));
  expect(ahead[0]).toBeCloseTo(100, 0);
  expect(spreadAhead[0]).toBeCloseTo(10, 0);
});

test('the weighted median of equal weights is the median, of two the mean, and a small share has no say', () => {
  expect(weightedMedian([5, 1, 9], [1, 1, 1])).toBe(5);
  expect(weightedMedian([4, 8], [1, 1])).toBe(6);
  expect(weightedMedian([3], [0.2])).toBe(3);
  expect(weightedMedian([1, 100], [0.99, 0.01])).toBe(1);
});

propertyTest.prop([
  fc.array(fc.tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: 1e-9, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 12,
  }),
])('the weighted median lies within the values and does not depend on their order', (pairs) => {
  const [values, weights] = [pairs.map(([value]) => value), pairs.map(([, weight]) => weight)];
  const median = weightedMedian(values, weights);
  expect(median).toBeGreaterThanOrEqual(Math.min(...values));
  expect(median).toBeLessThanOrEqual(Math.max(...values));
  expect(weightedMedian([...values].reverse(), [...weights].reverse())).toBeCloseTo(median, 3);
});
