import { excludeSpans } from '../../lib/history/operations';
import { quality } from '../../lib/history/quality/quality';
import { repairGaps } from '../../lib/history/repair';
import { historyChart } from '../../lib/report/history-chart';
import type { JudgedSeries } from '../../lib/report/history-findings';
import { HOUR_MS } from '../../lib/units';
import { monday, seriesOf } from '../history/support';

const span = { from: monday + 300 * HOUR_MS, to: monday + 330 * HOUR_MS, because: 'a load test' };

function panel(key: string, valueAt: (hour: number) => number, excluded: JudgedSeries['excluded'] = []): JudgedSeries {
  const values = Array.from({ length: 28 * 24 }, (_, hour) => valueAt(hour));
  const read = excludeSpans(seriesOf(values, { unit: { noun: 'req', perMs: 1000 } }), excluded);
  const series = repairGaps(read, [{ kind: 'interpolate', upToIntervals: 3 }], excluded);
  return { key, series, quality: quality(series, { excluded }), excluded };
}

const wave = (hour: number): number => 50 + 30 * Math.sin((2 * Math.PI * hour) / 24) + (hour % 7);
const plain = panel('chat.load', wave);
/** Everything there is to draw. */
const full = panel(
  'chat.load',
  (hour) => (hour === 100 || (hour >= 200 && hour < 215) ? NaN : hour === 150 ? 900 : wave(hour) * (hour >= 480 ? 3 : 1)),
  [span],
);
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, text]) => text);

test('a clean series is drawn with its name, unit, origin and range, and the legend names nothing that is not there', () => {
  const shown = texts(historyChart([plain]));
  expect(shown).toEqual(expect.arrayContaining(['chat.load', 'req/s', 'observed', '0', '2026-01-10']));
  expect(shown.some((text) => text.startsWith('csv load.csv: 2026-01-05T00:00:00Z to 2026-02-02T00:00:00Z'))).toBe(true);
  for (const absent of ['filled by a rule', 'no value', 'excluded', 'far from usual']) expect(shown).not.toContain(absent);
});

test('gaps, excluded spans, filled values, a shift and single values are marked and named', () => {
  expect(full.quality).toMatchObject({ missing: 15, filled: 1, excluded: 30 });
  expect(full.quality.outliers.map(({ index }) => index)).toContain(150);
  expect(full.quality.levelShift).not.toBeNull();
  const shown = texts(historyChart([full]));
  for (const name of [
    'observed',
    'filled by a rule',
    'no value',
    'excluded',
    'level before and after a shift',
    'far from usual',
    '2026-01-25',
  ])
    expect(shown).toContain(name);
});

test('the same series gives the same bytes, whatever was drawn before', () => {
  const first = historyChart([full, plain]);
  historyChart([plain]);
  expect(historyChart([full, plain])).toBe(first);
});

test('series are drawn one below the other', () => {
  const height = (svg: string) => Number(/<svg width="\d+" height="(\d+)"/.exec(svg)?.[1]);
  const [one, two] = [historyChart([plain]), historyChart([plain, panel('web.cpu', wave)])];
  expect(height(two)).toBeGreaterThan(1.8 * height(one));
  expect(texts(two)).toEqual(expect.arrayContaining(['chat.load', 'web.cpu']));
});

test('a series without a value, and one below zero, can be drawn', () => {
  expect(texts(historyChart([panel('chat.load', () => NaN)]))).toContain('no value');
  expect(texts(historyChart([panel('chat.load', (hour) => wave(hour) - 50)]))).toContain('-30');
});
