import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { forecastWithEvents } from '../../lib/forecast/events/forecast-events';
import type { Occurrence } from '../../lib/forecast/events/occurrence';
import { forecast } from '../../lib/forecast/forecast';
import type { Forecast, ForecastInput, ForecastOptions } from '../../lib/forecast/types';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { fixedSeries } from './fixed-series';
import { here, monday } from './support';

const golden = join(__dirname, '../golden/forecast/forecasts.txt');

/** A number to six significant digits, without what is rounding. */
const rounded = (value: number) => String(Number((Math.abs(value) < 1e-9 ? 0 : value).toPrecision(6)));

const series = (values: Float64Array, fields: Partial<ForecastInput> = {}): ForecastInput => ({
  start: monday,
  intervalMs: HOUR_MS,
  values,
  nonNegative: true,
  ...fields,
});
const quantiles = [0.05, 0.5, 0.8, 0.95];

/** What is forecast: a title, a series and the options. */
const asked: readonly (readonly [title: string, input: ForecastInput, options: ForecastOptions])[] = [
  ['shop, by hour, a day ahead', series(fixedSeries.shop), { steps: 24, quantiles, among: 100 }],
  ['shop, by hour, quickly, a week ahead', series(fixedSeries.shop), { steps: 168, quantiles, effort: 'fast' }],
  ['queue, by hour, a day ahead', series(fixedSeries.queue), { steps: 26, quantiles, among: 100 }],
  ['daily, may be negative', series(fixedSeries.daily, { intervalMs: DAY_MS, nonNegative: false }), { steps: 16, quantiles, among: 100 }],
  ['shop, quarters of an hour', series(fixedSeries.shop, { intervalMs: 15 * MINUTE_MS }), { steps: 24, quantiles, effort: 'fast' }],
  ['eleven hours of shop', series(fixedSeries.shop.slice(0, 11)), { steps: 12, quantiles, among: 100 }],
];

function written({ mean, quantiles: paths, chosen, models, backtest, levelShift, found, grain, warnings }: Forecast): readonly string[] {
  const figures = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([quantile, value]) => `${quantile}: ${rounded(value)}`)
      .join(', ');
  return [
    `chosen ${chosen} by ${backtest.origins} origins of ${backtest.testedSteps} steps, relative error ${backtest.relativeMae === null ? 'unknown' : rounded(backtest.relativeMae)}`,
    `mean: ${[...mean].map(rounded).join(' ')}`,
    ...paths.map((path, q) => `quantile ${quantiles[q]}: ${[...path].map(rounded).join(' ')}`),
    `coverage ${figures(backtest.coverage)}`,
    `pinball ${figures(backtest.pinball)}`,
    `models ${models.map(({ name, relativeMae, weight }) => `${name} ${relativeMae === null ? '-' : rounded(relativeMae)} ${rounded(weight)}`).join(', ')}`,
    `level shift ${levelShift === null ? 'none' : `${new Date(levelShift.at).toISOString()} ${rounded(levelShift.before)} ${rounded(levelShift.after)}`}`,
    `found ${found.map(({ steps, share }) => `${steps} ${rounded(share)}`).join(', ')}; grain ${grain === null ? 'none' : `${grain.by} ${rounded(grain.relativeMae.hour ?? NaN)} ${rounded(grain.relativeMae.interval ?? NaN)}`}`,
    ...warnings,
  ];
}

/** The shop in March, over the change of Berlin's clock, with two sales that doubled or tripled its load, and one to come. */
function withSales() {
  const start = Date.UTC(2026, 2, 16);
  const sale = (day: number, hours: number, name = 'sale'): Occurrence => {
    const from = start + day * DAY_MS + 8 * HOUR_MS;
    return { kind: 'event', name, group: 'sales', from, to: from + hours * HOUR_MS };
  };
  const sales = [sale(8, 12), sale(15, 10, 'other sale')];
  const holiday: Occurrence = { ...sale(24, 30), kind: 'holiday', group: 'holidays', name: 'holiday', uplift: 0.8 };
  const values = fixedSeries.shop.map((value, i) => {
    const at = start + i * HOUR_MS;
    const which = sales.findIndex(({ from, to }) => at >= from && at < to);
    return which < 0 ? value : value * (which === 0 ? 2 + 0.1 * (i % 3) : 3);
  });
  return { input: series(values, { start }), calendar: { timeZone: 'Europe/Berlin', occurrences: [...sales, sale(25, 12), holiday] } };
}

test('small series are forecast as was reviewed (FORESIZE_UPDATE_GOLDEN=1 writes it anew)', async () => {
  const lines: string[] = [];
  for (const [title, input, options] of asked) {
    lines.push(title, ...written(await forecast(input, options, here)).map((line) => `  ${line}`));
  }
  const { input, calendar } = withSales();
  const options = { steps: 48, quantiles, effort: 'fast' } as const;
  const lifted = await forecastWithEvents(input, options, calendar, here);
  const { applied, taken, unfollowed } = lifted;
  lines.push(
    'shop, with sales, by the clock of Berlin',
    ...written(lifted.forecast).map((line) => `  ${line}`),
    `  ${applied.map(({ lift, times }) => `${lift.occurrence.name} ${rounded(times)} times`).join(', ')}; ${taken} steps taken, clock ${unfollowed === null ? 'followed' : 'not followed'}`,
  );
  const text = `${lines.join('\n')}\n`;
  if (process.env.FORESIZE_UPDATE_GOLDEN) {
    mkdirSync(dirname(golden), { recursive: true });
    writeFileSync(golden, text);
  }
  expect(text.split('\n')).toEqual(readFileSync(golden, 'utf8').split('\n'));
}, 300_000);
