import type { Backtest, Choice, TestedModel } from '../../lib/forecast/backtest';
import { type Circumstances, supportedQuantile, warningsOf } from '../../lib/forecast/warnings';
import { hourly, monday } from './support';

const path = Float64Array.of(1, 2);
const model = (name: string, failures: readonly string[] = []): TestedModel => ({ name, paths: [path, path, null], ahead: path, failures });

/** What a forecast of ten hours found, in which nothing is to be said; and what differs from it. */
function warned({
  values = Array.from({ length: 10 }, (_, i) => i),
  excluded,
  models = [model('naive'), model('better')],
  chosen = 'better',
  scores = [1, 0.5],
  testedSteps = 2,
  steps = 2,
  quantiles = [0.5],
  ...fields
}: Partial<Circumstances> & {
  readonly values?: readonly number[];
  readonly excluded?: readonly number[];
  readonly models?: readonly TestedModel[];
  readonly chosen?: string;
  readonly scores?: readonly (number | null)[];
  readonly testedSteps?: number;
  readonly steps?: number;
  readonly quantiles?: readonly number[];
} = {}): readonly string[] {
  return warningsOf({
    input: { ...hourly(values), ...(excluded && { excluded: Uint8Array.from(excluded) }) },
    options: { steps, quantiles },
    backtest: { origins: [4, 6, 8], testedSteps, models } as unknown as Backtest,
    choice: { name: chosen, models: scores.map((relativeMae) => ({ relativeMae, weight: 0 })) } as unknown as Choice,
    thin: false,
    levelShift: null,
    held: [0, 0],
    ...fields,
  });
}

test('where all is well nothing is said', () => {
  expect(warned()).toEqual([]);
});

test('missing values are counted between the first and the last observation, those after it apart', () => {
  expect(warned({ values: [NaN, 1, NaN, NaN, 2, 3, NaN] })).toEqual([
    '2 of 5 values are missing: filled for training from what came before (short gaps by the value before, long ones by the same time of the week or day before) and never scored.',
    'The last 1 value of the history is missing: the forecast begins that far from the last observation.',
  ]);
  expect(warned({ values: [1, 2, NaN, NaN] })).toEqual([
    'The last 2 values of the history are missing: the forecast begins that far from the last observation.',
  ]);
});

test('excluded values are counted by themselves, those that are missing anyway not twice', () => {
  expect(warned({ values: [1, 2, NaN, 4, 5], excluded: [0, 1, 1, 0, 0] })).toEqual([
    '1 value of the history is excluded: neither trained on nor scored.',
  ]);
  expect(warned({ values: [1, 2, 3, 4, 5], excluded: [0, 1, 1, 0, 0] })).toEqual([
    '2 values of the history are excluded: neither trained on nor scored.',
  ]);
});

test('a history that is too short for a backtest is told, and nothing of backtests then', () => {
  expect(warned({ thin: true, chosen: 'naive', quantiles: [0.99], testedSteps: 0 })).toEqual([
    'A history of 10 values is too short for a backtest: this is naive untested, and its quantiles are how far the history moved from its own last value.',
  ]);
});

test('steps beyond the tested ones are told', () => {
  expect(warned({ testedSteps: 1 })).toEqual([
    'The history lets 1 step ahead be tested: beyond, the widest quantiles of the tested steps carry on.',
  ]);
  expect(warned({ steps: 3 })[0]).toMatch(/^The history lets 2 steps ahead be tested/);
});

test('models that failed alike share a sentence, with how many of their fits failed and why', () => {
  const models = [
    model('naive'),
    model('a', ['broke', 'broke']),
    model('b', ['broke', 'broke']),
    model('c', ['late', 'broke', 'lost', 'late']),
  ];
  expect(warned({ models })).toEqual([
    'a, b failed in 2 of 5 fits (broke): those fits do not count.',
    'c failed in 4 of 7 fits (late, and 2 other reasons): those fits do not count.',
  ]);
  expect(warned({ models: [model('naive'), { name: 'a', paths: [], ahead: null, failures: ['broke'] }] })).toEqual([
    'a failed in 1 of 1 fit (broke): those fits do not count.',
  ]);
});

test('where the baseline is used for want of a better model, that is told', () => {
  expect(warned({ chosen: 'naive' })).toEqual(['No model beats naive in the backtest: it is used as it stands.']);
  expect(warned({ chosen: 'naive', scores: [1, null] })).toEqual([]);
  expect(warned({ chosen: 'naive', scores: [1] })).toEqual([]);
});

test('a shift of the level is dated, between its levels to three digits', () => {
  expect(warned({ levelShift: { at: monday, before: 123.456, after: 0.98765 } })).toEqual([
    'The level shifted from about 123 to about 0.988 at 2026-01-05T00:00:00Z: backtests from before count a quarter.',
  ]);
});

test('quantiles that the stretches of history cannot bear out are named', () => {
  // Three origins two steps apart are three stretches: 0.75 at most, and 0.25 at least.
  expect(warned({ quantiles: [0.25, 0.5, 0.75] })).toEqual([]);
  expect(warned({ quantiles: [0.5, 0.9] })).toEqual([
    'The backtest (3 origins) has too few separate stretches of history to bear out quantile 0.9, 0.75 at most: it is an extrapolation.',
  ]);
  expect(warned({ quantiles: [0.1, 0.5, 0.9] })).toEqual([
    'The backtest (3 origins) has too few separate stretches of history to bear out quantiles 0.1, 0.9, 0.75 at most: they are extrapolations.',
  ]);
});

test('a stretch begins half a horizon after the last one', () => {
  expect(supportedQuantile({ origins: [10, 20, 30], testedSteps: 20 })).toBe(3 / 4);
  expect(supportedQuantile({ origins: [10, 19, 30], testedSteps: 20 })).toBe(2 / 3);
  expect(supportedQuantile({ origins: [10, 11, 12, 13], testedSteps: 20 })).toBe(1 / 2);
  expect(supportedQuantile({ origins: [], testedSteps: 20 })).toBe(0);
});

test('steps that were held within the range of the history are counted, of the point forecast and of each quantile', () => {
  expect(warned({ held: [2, 1] })).toEqual([
    'Held within the range of the history, widened by itself at both ends: the point forecast at 2 steps, quantile 0.5 at 1 step.',
  ]);
  expect(warned({ held: [0, 3], quantiles: [0.6] })).toEqual([
    'Held within the range of the history, widened by itself at both ends: quantile 0.6 at 3 steps.',
  ]);
});
