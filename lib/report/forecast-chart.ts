import type { SeriesOption } from 'echarts';
import { axisLabel } from '../figures';
import { eventColour, fanColours, forecastColour, observedColour } from './chart-style';
import { type DrawnPanel, lineIn, type PanelLayout, renderPanels } from './panels';

/**
 * Values on a regular grid: the value of index i holds for [start + i x interval, start + (i + 1) x interval). `start` is epoch ms. NaN
 * breaks the line.
 */
export type ChartPath = { readonly start: number; readonly intervalMs: number; readonly values: ArrayLike<number> };

/** A forecast on a regular grid, as in `ChartPath`: the point forecast, and a path for each quantile in ascending order. */
export type ChartForecast = {
  readonly start: number;
  readonly intervalMs: number;
  readonly mean: ArrayLike<number>;
  readonly quantiles: readonly ArrayLike<number>[];
};

/** The content of one panel: the observed values of one series, and one or more forecasts of it. */
export type ChartPanel = {
  readonly title: string;
  readonly subtitle: string;
  /** The unit at the axis, such as `req/s`. */
  readonly unit: string;
  /** The observed values: the history, and in a backtest also the values during the forecasts. */
  readonly observed: ChartPath;
  /** One forecast; in a backtest several, one after another. */
  readonly forecasts: readonly ChartForecast[];
  /** The probabilities of the quantiles of each forecast, ascending. */
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
 * Draws forecasts as an SVG, with a panel for each series. A panel shows the observed values and the point forecast as lines, bands
 * between neighbouring quantiles, the darker the nearer to the median, and events as shaded areas with their names. Times are UTC.
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

/** A band between two quantiles, `low` and `high` by their indices. */
type Band = { readonly name: string; readonly low: number; readonly high: number; readonly colour: string };

/** The bands between neighbouring quantiles. The nearer a band is to the median the darker it is; bands equally far have one colour. */
function bandsOf(probabilities: readonly number[]): readonly Band[] {
  const fromMedian = probabilities.slice(1).map((probability, i) => Math.round(1e6 * Math.abs((probability + probabilities[i]) / 2 - 0.5)));
  const distances = [...new Set(fromMedian)].sort((a, b) => a - b);
  return fromMedian.map((distance, low) => ({
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
  const paths = [observed.values, ...forecasts.flatMap(({ mean, quantiles }) => [mean, ...quantiles])];
  const negative = paths.some((values) => Array.from(values).some((value) => value < 0));
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

/** A band as two stacked lines: the lower quantile as an invisible line, and on it the difference to the upper one, filled. */
function bandSeries({ forecasts }: ChartPanel, { name, low, high, colour }: Band, index: number, line: object): SeriesOption[] {
  const stack = `${index} ${name}`;
  const path = (value: (forecast: ChartForecast, step: number) => number) =>
    forecasts.flatMap((forecast) => {
      const { start, intervalMs, mean } = forecast;
      const at = points({ start, intervalMs, values: Array.from(mean, (_, step) => value(forecast, step)) });
      return forecasts.length > 1 ? [...at, [start + intervalMs * mean.length, null]] : at;
    });
  const invisible = { ...line, stack, stackStrategy: 'all', lineStyle: { opacity: 0 }, z: 2 } as const;
  return [
    { ...invisible, data: path(({ quantiles }, step) => quantiles[low][step]) },
    {
      ...invisible,
      name,
      data: path(({ quantiles }, step) => quantiles[high][step] - quantiles[low][step]),
      areaStyle: { color: colour, opacity: 1 },
      itemStyle: { color: colour },
    },
  ] as SeriesOption[];
}

function eventAreas({ events }: ChartPanel, from: number, to: number) {
  const visible = events.filter((event) => event.to > from && event.from < to);
  return {
    silent: true,
    itemStyle: { color: eventColour, opacity: 0.22 },
    label: { show: true, position: 'top', color: '#5b4b8a', fontSize: 12, distance: 4 } as const,
    data: visible.map((event): [{ name: string; xAxis: number }, { xAxis: number }] => [
      { name: event.name, xAxis: Math.max(from, event.from) },
      { xAxis: Math.min(to, event.to) },
    ]),
  };
}

type Point = [number, number | null];

/** The points of a path, each value at the middle of its interval. */
function points({ start, intervalMs, values }: ChartPath): Point[] {
  return Array.from(values, (value, i): Point => [start + (i + 0.5) * intervalMs, Number.isNaN(value) ? null : value]);
}
