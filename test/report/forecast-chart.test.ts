import { type ChartPanel, forecastChart } from '../../lib/report/forecast-chart';
import { timeLabel, timeTicks } from '../../lib/report/chart-style';
import { DAY_MS, HOUR_MS } from '../../lib/units';

const start = Date.UTC(2026, 10, 20);
const wave = (steps: number, factor = 1) =>
  Float64Array.from({ length: steps }, (_, i) => factor * (50 + 30 * Math.sin((2 * Math.PI * i) / 24)));
const panel = (fields: Partial<ChartPanel> = {}): ChartPanel => ({
  title: 'chat.load',
  subtitle: 'combination: 0.7 of the error of seasonal naive',
  unit: 'req/s',
  observed: { start, intervalMs: HOUR_MS, values: wave(72) },
  forecasts: [
    { start: start + 3 * DAY_MS, intervalMs: HOUR_MS, mean: wave(24), quantiles: [0.9, 1, 1.2, 1.5].map((factor) => wave(24, factor)) },
  ],
  probabilities: [0.1, 0.5, 0.9, 0.99],
  events: [],
  ...fields,
});

test('the same forecast gives the same bytes, whatever was drawn before', () => {
  const first = forecastChart([panel()]);
  forecastChart([panel({ title: 'other' }), panel()]);
  expect(forecastChart([panel()])).toBe(first);
});

test('title, unit, bands and events are there to be read', () => {
  const svg = forecastChart([panel({ events: [{ name: 'black-friday', from: start + 3.5 * DAY_MS, to: start + 4 * DAY_MS }] })]);
  for (const text of [
    'chat.load',
    'req/s',
    'observed',
    'point forecast',
    'quantiles 0.1 to 0.5',
    'quantiles 0.9 to 0.99',
    'black-friday',
    '2026-11-21',
  ])
    expect(svg).toContain(`>${text}</text>`);
  expect(forecastChart([panel()])).not.toContain('black-friday');
});

test('a missing value breaks the line and is not drawn as zero', () => {
  const values = wave(72);
  values[40] = NaN;
  const [whole, broken] = [panel(), panel({ observed: { start, intervalMs: HOUR_MS, values } })].map((each) => forecastChart([each]));
  const moves = (svg: string) => svg.match(/M[\d.]/g)?.length ?? 0;
  expect(moves(broken)).toBeGreaterThan(moves(whole));
  expect(broken).not.toContain('NaN');
});

test('panels stand below each other, each with its own scale', () => {
  const height = (svg: string) => Number(/height="(\d+)"/.exec(svg)?.[1]);
  expect(height(forecastChart([panel(), panel()])) - height(forecastChart([panel()]))).toBe(380);
});

test('marks of time are round, few and away from the edges', () => {
  for (const days of [0.5, 1, 4, 30, 200, 1500]) {
    const end = start + days * DAY_MS;
    const ticks = timeTicks(start, end);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(13);
    expect(ticks[0]).toBeGreaterThan(start);
    expect(ticks.at(-1)).toBeLessThan(end);
  }
  expect([timeLabel(start), timeLabel(start + 6 * HOUR_MS)]).toEqual(['2026-11-20', '06:00']);
});
