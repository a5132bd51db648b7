import type { SeriesOption } from 'echarts';
import { axisLabel } from '../figures';
import { eventColour, fanColours, forecastColour, observedColour } from './chart-style';
import { type DrawnPanel, lineIn, type PanelLayout, renderPanels } from './panels';

/** A path on a regular grid: each value stands for [start + i x interval, start + (i + 1) x interval). NaN breaks the line. */
export type ChartPath = { readonly start: number; readonly intervalMs: number; readonly values: ArrayLike<number> };

export type ChartForecast = {
  readonly start: number;
  readonly intervalMs: number;
  readonly mean: ArrayLike<number>;
  readonly quantiles: readonly ArrayLike<number>[];
};

export type ChartPanel = {
  readonly title: string;
  readonly subtitle: string;
  /** `req/s`. */
  readonly unit: string;
  /** What came: the history, and beside forecasts of the past what they are held against. */
  readonly observed: ChartPath;
  /** One, or in a backtest one after another. */
  readonly forecasts: readonly ChartForecast[];
  /** Of each forecast's quantiles, ascending. */
  readonly probabilities: readonly number[];
  readonly events: readonly { readonly name: string; readonly from: number; readonly to: number }[];
};

const layout: PanelLayout = {
  panelHeight: 380,
  legendHeight: 40,
  legendBottom: 12,
  titleTop: 10,
  margin: { left: 84, right: 32, top: 92, bottom: 36 },
};

/**
 * Forecasts as fans over what was observed, a panel a series, as an SVG: the point forecast as a line, bands between neighbouring
 * quantiles from dark to light, events shaded and named. Times are UTC.
 */
export function forecastChart(panels: readonly ChartPanel[]): string {
  const bands = panels[0] ? bandsOf(panels[0].probabilities) : [];
  const hasEvents = panels.some(({ events }) => events.length > 0);
  const legend = [
    { name: names.observed, icon: 'roundRect' },
    { name: names.forecast, icon: 'roundRect' },
    ...bands.map(({ name }) => ({ name, icon: 'rect' })),
    ...(hasEvents ? [{ name: names.event, icon: 'rect' }] : []),
  ];
  return renderPanels(panels.map(drawPanel), legend, layout);
}

const names = { observed: 'observed', forecast: 'point forecast', event: 'event' } as const;

type Band = { readonly name: string; readonly low: number; readonly high: number; readonly colour: string };

/** Between each two neighbouring quantiles; the nearer to the middle, the darker, and alike where they are as far from it. */
function bandsOf(probabilities: readonly number[]): readonly Band[] {
  const far = probabilities.slice(1).map((probability, i) => Math.round(1e6 * Math.abs((probability + probabilities[i]) / 2 - 0.5)));
  const distances = [...new Set(far)].sort((a, b) => a - b);
  return far.map((distance, low) => ({
    name: `quantiles ${probabilities[low]} to ${probabilities[low + 1]}`,
    low,
    high: low + 1,
    colour: fanColours[Math.max(0, fanColours.length - 1 - distances.indexOf(distance))],
  }));
}

function drawPanel(panel: ChartPanel, index: number): DrawnPanel {
  const { observed, forecasts } = panel;
  const ends = forecasts.map(({ start, intervalMs, mean }) => start + intervalMs * mean.length);
  const from = Math.min(observed.start, ...forecasts.map(({ start }) => start));
  const to = Math.max(observed.start + observed.values.length * observed.intervalMs, ...ends);
  const all = [observed.values, ...forecasts.flatMap(({ mean, quantiles }) => [mean, ...quantiles])];
  const negative = all.some((values) => Array.from(values).some((value) => value < 0));
  const line = lineIn(index);
  return {
    title: panel.title,
    subtitle: panel.subtitle,
    from,
    to,
    unit: panel.unit,
    negative,
    figureLabel: axisLabel,
    series: [
      { ...line, name: names.event, data: [], itemStyle: { color: eventColour }, markArea: eventAreas(panel, from, to) },
      ...bandsOf(panel.probabilities).flatMap((band) => bandSeries(panel, band, index, line)),
      {
        ...line,
        name: names.observed,
        data: points(observed),
        lineStyle: { width: 1.3, color: observedColour },
        itemStyle: { color: observedColour },
        z: 6,
      },
      {
        ...line,
        name: names.forecast,
        data: forecasts.flatMap(({ start, intervalMs, mean }): Point[] => [
          ...points({ start, intervalMs, values: mean }),
          [start + intervalMs * mean.length, null],
        ]),
        lineStyle: { width: 2, color: forecastColour },
        itemStyle: { color: forecastColour },
        z: 5,
      },
    ],
  };
}

/** A band as two stacked lines: the lower quantile unseen, and what the upper one adds, filled. */
function bandSeries({ forecasts }: ChartPanel, { name, low, high, colour }: Band, index: number, line: object): SeriesOption[] {
  const stack = `${index} ${name}`;
  const path = (value: (forecast: ChartForecast, step: number) => number) =>
    forecasts.flatMap((forecast) => {
      const { start, intervalMs, mean } = forecast;
      const at = points({ start, intervalMs, values: Array.from(mean, (_, step) => value(forecast, step)) });
      return forecasts.length > 1 ? [...at, [start + intervalMs * mean.length, null]] : at;
    });
  const unseen = { ...line, stack, stackStrategy: 'all', lineStyle: { opacity: 0 }, z: 2 } as const;
  return [
    { ...unseen, data: path(({ quantiles }, step) => quantiles[low][step]) },
    {
      ...unseen,
      name,
      data: path(({ quantiles }, step) => quantiles[high][step] - quantiles[low][step]),
      areaStyle: { color: colour, opacity: 1 },
      itemStyle: { color: colour },
    },
  ] as SeriesOption[];
}

function eventAreas({ events }: ChartPanel, from: number, to: number) {
  const seen = events.filter((event) => event.to > from && event.from < to);
  return {
    silent: true,
    itemStyle: { color: eventColour, opacity: 0.22 },
    label: { show: true, position: 'top', color: '#5b4b8a', fontSize: 12, distance: 4 } as const,
    data: seen.map((event): [{ name: string; xAxis: number }, { xAxis: number }] => [
      { name: event.name, xAxis: Math.max(from, event.from) },
      { xAxis: Math.min(to, event.to) },
    ]),
  };
}

type Point = [number, number | null];

/** Each value in the middle of its interval. */
function points({ start, intervalMs, values }: ChartPath): Point[] {
  return Array.from(values, (value, i): Point => [start + (i + 0.5) * intervalMs, Number.isNaN(value) ? null : value]);
}
