import { averageExperts, leadsOf, smooth, type Smoothing } from '../../../lib/forecast/models/holt-winters-smooth';

const plain: Smoothing = { short: 1, long: undefined, level: 0.5, shortGain: 0, longGain: 0, persistence: 1 };
function expert(
  values: readonly number[],
  fields: Partial<Smoothing> = {},
  { steps = 3, origins = [values.length], missing = [] as number[] } = {},
) {
  const known = Uint8Array.from(values, (_, i) => (missing.includes(i) ? 1 : 0));
  const { paths, scores } = smooth(Float64Array.from(values), { missing: known, origins, steps }, { ...plain, ...fields });
  return { paths: paths.map((path) => [...path].map((value) => Number(value.toFixed(9)))), scores };
}

test('without seasons it is simple exponential smoothing, from the first value on', () => {
  // 10, then half way to 20, then half way to 11.
  expect(expert([10, 20, 11]).paths).toEqual([[13, 13, 13]]);
  expect(expert([10, 20, 11], { level: 1 }).paths).toEqual([[11, 11, 11]]);
  expect(expert([10, 20, 11], {}, { origins: [1, 2, 3] }).paths).toEqual([
    [10, 10, 10],
    [15, 15, 15],
    [13, 13, 13],
  ]);
});

test('a value that was missing moves nothing and scores nothing', () => {
  const known = expert([10, 20, 20, 20]);
  const gap = expert([10, 20, 999, 20, 20], {}, { missing: [2] });
  expect(gap.paths).toEqual(known.paths);
});

test('a season that repeats exactly is carried on exactly, whatever the gains, and no error is scored but rounding', () => {
  const season = [3, 8, 1];
  const values = Array.from({ length: 12 }, (_, t) => 100 + season[t % 3]);
  for (const fields of [
    { short: 3, shortGain: 0.4 },
    { short: 3, shortGain: 0.4, long: 6, longGain: 0.3 },
  ]) {
    const { paths, scores } = expert(values, fields, { steps: 4, origins: [12] });
    expect(paths).toEqual([[103, 108, 101, 103]]);
    expect(scores[0]).toBeLessThan(1e-7);
  }
});

test('what the level leaves of a miss moves the season of its time by its gain', () => {
  // Level 2, season 0 and 0; then 12 comes: the level takes 5 of 10, the season a fifth of the other 5.
  const { paths } = expert([2, 2, 12], { short: 2, shortGain: 0.2 }, { steps: 4 });
  expect(paths).toEqual([[7, 8, 7, 8]]);
});

test('the long season moves twice as fast in its first round, and by its gain from the second on', () => {
  const long = { short: 1, long: 3, longGain: 0.1 };
  // Level 2 to 7; of the 5 that are left the long season takes twice a tenth, at its own place.
  expect(expert([2, 12], long, { steps: 4 }).paths).toEqual([[7, 7, 8, 7]]);
  // The same miss in the second round: twice by a half is its gain.
  expect(expert([2, 2, 2, 2, 12], long, { steps: 4 }).paths).toEqual([[7, 7, 7.5, 7]]);
});

test('a level that returns goes back to its slow mean by its persistence each step', () => {
  const { paths } = expert([10, 20], { level: 1, persistence: 0.5 }, { steps: 3 });
  // The slow mean has moved by a hundredth of the way, to 10.1.
  const slow = 10.1;
  expect(paths[0]).toEqual([1, 2, 3].map((step) => expect.closeTo(slow + (20 - slow) * 0.5 ** step, 9) as number));
});

test('experts are scored at the first step, a quarter, a half and all of the horizon', () => {
  expect(leadsOf(24)).toEqual([1, 6, 12, 24]);
  expect(leadsOf(5)).toEqual([1, 2, 3, 5]);
  expect(leadsOf(2)).toEqual([1, 2]);
  expect(leadsOf(1)).toEqual([1]);
});

test('the score is the mean error of the leads that came due, the older ones counting less', () => {
  // At a step ahead 10 is said of 20, 20 of 11 and 11 of 14. The first one is not scored, where the level began.
  const { scores } = expert([10, 20, 11, 14], { level: 1 }, { steps: 1, origins: [1, 2, 3, 4] });
  expect(scores.slice(0, 2)).toEqual([1, 1]);
  expect(scores[2]).toBeCloseTo(9, 6);
  expect(scores[3]).toBeCloseTo((9 * 0.997 + 3) / 1.997, 6);
});

test('a lead is scored once it came due', () => {
  // Two steps ahead 10 is said of the third value; a step ahead 20 is.
  const { scores } = expert([10, 20, 11, 14], { level: 1 }, { steps: 2, origins: [3, 4] });
  expect(scores[0]).toBeCloseTo(9, 6);
  // Of the fourth: 11 by a step and 20 by two steps.
  expect(scores[1]).toBeCloseTo(((9 * 0.997 + 3) * 0.997 + 6) / ((1 * 0.997 + 1) * 0.997 + 1), 6);
});

const said = (value: number, score: number) => ({ paths: [Float64Array.of(value)], scores: [score] });
const mixed = (...experts: ReturnType<typeof said>[]) => averageExperts(experts, { origins: [0], steps: 1 })[0][0];

test('experts are averaged by the sixteenth power of how well they did', () => {
  const share = (1 / 1.1) ** 16;
  expect(mixed(said(10, 1), said(20, 1.1))).toBeCloseTo((10 + 20 * share) / (1 + share), 9);
  expect(mixed(said(10, 3), said(20, 3))).toBe(15);
  expect(mixed(said(10, 0), said(20, 3))).toBe(10);
});

test('an expert that is far worse has no say', () => {
  expect(mixed(said(10, 1), said(1e9, 2.5))).toBe(10);
  expect(mixed(said(10, 1), said(1e9, 2.3))).not.toBe(10);
});

test('each origin has its own average', () => {
  const experts = [
    { paths: [Float64Array.of(1), Float64Array.of(2)], scores: [1, 9] },
    { paths: [Float64Array.of(5), Float64Array.of(6)], scores: [9, 1] },
  ];
  expect(averageExperts(experts, { origins: [3, 4], steps: 1 }).map(([value]) => value)).toEqual([
    expect.closeTo(1, 9),
    expect.closeTo(6, 9),
  ]);
});
