import { loess } from '../../lib/forecast/models/loess';
import { mstl, stl } from '../../lib/forecast/models/mstl';
import { chance, weeksOfLoad } from './support';

const largestGap = (a: Float64Array, b: Float64Array) => a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i])), 0);
const wave = (length: number, period: number, height: number) =>
  Float64Array.from({ length }, (_, i) => height * Math.sin((2 * Math.PI * i) / period));

test('LOESS of degree 1 leaves a straight line as it is, inside, at the edges and one step beyond', () => {
  const line = Float64Array.from({ length: 50 }, (_, i) => 3 + 2 * i);
  const out = new Float64Array(52);
  loess(line, 0, 1, 50, { window: 11, degree: 1, jump: 2 }, null, out, true);
  expect(
    largestGap(
      out,
      Float64Array.from({ length: 52 }, (_, i) => 1 + 2 * i),
    ),
  ).toBeLessThan(1e-9);
});

test('LOESS weighs by tricube: half way to the edge of its window a point counts 0.67 of one in the middle', () => {
  const point = Float64Array.of(0, 0, 0, 1, 0, 0, 0);
  const out = new Float64Array(7);
  loess(point, 0, 1, 7, { window: 5, degree: 0, jump: 1 }, null, out);
  const neighbour = (1 - 0.5 ** 3) ** 3;
  expect(out[3]).toBeCloseTo(1 / (1 + 2 * neighbour), 12);
  expect(out[2]).toBeCloseTo(neighbour / (1 + 2 * neighbour), 12);
});

test('LOESS gives no say to a point of weight 0', () => {
  const values = Float64Array.from({ length: 31 }, (_, i) => (i === 15 ? 1e6 : 5));
  const out = new Float64Array(31);
  const weights = Float64Array.from({ length: 31 }, (_, i) => (i === 15 ? 0 : 1));
  loess(values, 0, 1, 31, { window: 7, degree: 1, jump: 1 }, weights, out);
  expect(largestGap(out, new Float64Array(31).fill(5))).toBeLessThan(1e-9);
});

test('STL tells a season from a trend', () => {
  const season = wave(480, 24, 10);
  const trend = Float64Array.from({ length: 480 }, (_, i) => 100 + i / 10);
  const parts = stl(
    season.map((value, i) => value + trend[i]),
    { period: 24, seasonalWindow: 21 },
  );
  expect(largestGap(parts.seasonal, season)).toBeLessThan(0.3);
  expect(largestGap(parts.trend, trend)).toBeLessThan(0.3);
});

test('a pass of robust weights keeps an outlier out of the season', () => {
  const next = chance(3);
  const season = wave(480, 24, 10);
  const load = season.map((value, i) => 100 + value + next() + (i === 250 ? 500 : 0));
  const at = (robustIterations: number) =>
    Math.abs(stl(load, { period: 24, seasonalWindow: 21, robustIterations }).seasonal[250] - season[250]);
  expect(at(0)).toBeGreaterThan(10);
  expect(at(1)).toBeLessThan(1);
});

test('MSTL tells a day from a week, and its parts add up to the series', () => {
  const load = weeksOfLoad(1008);
  const { seasonals, trend, remainder } = mstl(load, [24, 168]);
  expect(
    largestGap(
      load,
      remainder.map((value, i) => value + trend[i] + seasonals[0][i] + seasonals[1][i]),
    ),
  ).toBeLessThan(1e-9);
  const noise = Math.sqrt(remainder.reduce((sum, value) => sum + value * value, 0) / remainder.length);
  expect(noise).toBeLessThan(10);
  const [day, week] = [wave(1008, 24, 10), wave(1008, 168, 20)];
  const parts = mstl(
    day.map((value, i) => 100 + value + week[i]),
    [24, 168],
  );
  expect(largestGap(parts.seasonals[0], day)).toBeLessThan(1);
  expect(largestGap(parts.seasonals[1], week)).toBeLessThan(1);
});
