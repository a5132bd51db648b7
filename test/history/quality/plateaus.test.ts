import type { LoadSeries } from '../../../lib/history';
import { plateauOf } from '../../../lib/history/quality/plateaus';
import { quality } from '../../../lib/history/quality/quality';
import { seriesOf } from '../support';
import { normalFrom, randomFrom } from './noise';

const found = (series: LoadSeries, perReplica?: number) => plateauOf(series, new Uint8Array(series.values.length), { perReplica });
const demand = (hour: number): number => 20 + 14 * Math.sin((2 * Math.PI * (hour - 9)) / 24);

/** What was served of a noisy demand that goes to 34 a day, by what can serve `cap` at most. */
function served(cap: number, rest: Partial<LoadSeries> = {}, days = 21): LoadSeries {
  const next = normalFrom(3);
  const values = Array.from({ length: 24 * days }, (_, hour) =>
    Math.min(demand(hour) * Math.exp(0.04 * next()), cap * (1 - Math.abs(0.002 * next()))),
  );
  return seriesOf(values, rest);
}

test.each([18, 25, 30])('a load that ends at %d each day is cut off there', (cap) => {
  const plateau = found(served(cap));
  expect(plateau?.days).toBeGreaterThanOrEqual(15);
  expect(Math.abs((plateau?.level ?? 0) / cap - 1)).toBeLessThan(0.005);
});

test('so is one at 100 % on weekdays alone, and one at a capacity that has grown meanwhile', () => {
  const utilisation = served(20).values.map((value, hour) => 5 * (Math.floor(hour / 24) % 7 < 5 ? value : 0.6 * value));
  expect(found(seriesOf([...utilisation], { unit: { noun: '%', perMs: null } }))?.level).toBeCloseTo(100, 0);
  const grown = [...served(20).values.slice(0, 240), ...served(28).values.slice(240)];
  expect(found(seriesOf(grown))?.level).toBeCloseTo(28, 0);
});

test('the finding says at which level, how long, and what replicas it is', () => {
  const { findings } = quality(served(20, { kind: 'rate', unit: { noun: 'req', perMs: 1_000 } }), { perReplica: 2 });
  const finding = findings.find(({ code }) => code === 'history/cut-off');
  expect(finding?.severity).toBe('look');
  expect(finding?.message).toMatch(
    /^flat at (19\.9\d|20) req\/s, what 10 replicas can serve, for 1\dh a day on 2\d of 2\d days, within 0\.\d+ %, while the rest varies by \d(\.\d)? %$/,
  );
  expect(finding?.consequence).toContain('lower bound');
});

test('a top of small whole numbers is none, nor are hours of equal work that vary as the rest does', () => {
  const random = randomFrom(1);
  expect(
    found(seriesOf(Array.from({ length: 24 * 28 }, (_, hour) => Math.min(3, Math.floor(random() * (hour % 24 < 8 ? 2 : 6)))))),
  ).toBeNull();
  const next = normalFrom(2);
  expect(found(seriesOf(Array.from({ length: 24 * 28 }, (_, hour) => (hour % 24 < 8 ? 3 : 10) * Math.exp(0.02 * next()))))).toBeNull();
});

test('of 100 loads by day and week with noise, gaps, whole numbers and silent nights, none is cut off', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const [random, next] = [randomFrom(seed), normalFrom(seed)];
    const [noise, size] = [0.01 + 0.3 * random(), 10 ** (3 * random())];
    const [whole, silent] = [seed % 3 === 0, seed % 4 === 0];
    const values = Array.from({ length: 24 * (7 + Math.floor(49 * random())) }, (_, hour) => {
      const value = size * (1 + 0.6 * Math.sin((2 * Math.PI * (hour - 9)) / 24)) * (1 + 0.2 * Math.sin((2 * Math.PI * hour) / 168));
      const noisy = silent && hour % 24 < 7 ? 0 : value * Math.exp(noise * next());
      return random() < 0.02 ? NaN : whole ? Math.round(noisy) : noisy;
    });
    expect([seed, found(seriesOf(values))]).toEqual([seed, null]);
  }
});
