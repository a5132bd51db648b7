import type { EChartsOption, SeriesOption } from 'echarts';
import { formatFigure } from '../history/figure';
import { excludedMask, isObserved, isRepaired, type Run, runsWhere, spanOf } from '../history/known';
import type { SeriesQuality } from '../history/quality';
import type { LoadSeries } from '../history/series';
import { DAY_MS, formatDuration, formatLoadUnit, formatTime, HOUR_MS } from '../units';
import type { JudgedSeries } from './history-findings';
import { renderSvg } from './svg';
import { thinned } from './thinned';

const width = 1200;
const panelHeight = 340;
const legendHeight = 36;
const margin = { left: 84, right: 28, top: 74, bottom: 34 };

const ink = '#2b2f36';
const quiet = '#6b7280';
const colours = { observed: '#1f5fa8', filled: '#d97706', missing: '#c3c8d0', excluded: '#d9cdec', shift: '#111827', outlier: '#b91c1c' };
const font = 'Arial, Liberation Sans, Helvetica, sans-serif';

/**
 * Load over time as an SVG: a panel a series, with its gaps and excluded spans shaded, filled values dashed, a shift of the level
 * and single values marked. Times are UTC.
 */
export function historyChart(panels: readonly JudgedSeries[]): string {
  const height = panels.length * panelHeight + legendHeight;
  const drawn = panels.map((panel, index) => drawPanel(panel, index));
  const option: EChartsOption = {
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: font, color: ink },
    title: drawn.map(({ title }) => title),
    grid: panels.map((_, index) => ({
      left: margin.left,
      right: margin.right,
      top: index * panelHeight + margin.top,
      height: panelHeight - margin.top - margin.bottom,
    })),
    legend: {
      bottom: 10,
      left: margin.left,
      itemGap: 22,
      itemHeight: 10,
      selectedMode: false,
      textStyle: { color: ink, fontSize: 12 },
      data: legendOf(panels),
    },
    xAxis: drawn.map(({ xAxis }) => xAxis),
    yAxis: drawn.map(({ yAxis }) => yAxis),
    series: drawn.flatMap(({ series }) => series),
  };
  return renderSvg(option, { width, height });
}

type Drawn = {
  readonly title: NonNullable<Extract<EChartsOption['title'], unknown[]>>[number];
  readonly xAxis: NonNullable<Extract<EChartsOption['xAxis'], unknown[]>>[number];
  readonly yAxis: NonNullable<Extract<EChartsOption['yAxis'], unknown[]>>[number];
  readonly series: readonly SeriesOption[];
};

function drawPanel(panel: JudgedSeries, index: number): Drawn {
  const { series, quality } = panel;
  const { start, intervalMs, values } = series;
  const end = start + values.length * intervalMs;
  const ticks = timeTicks(start, end);
  const mask = excludedMask(series, panel.excluded);
  const middle = (at: number): number => start + (at + 0.5) * intervalMs;
  const line = {
    type: 'line',
    xAxisIndex: index,
    yAxisIndex: index,
    showSymbol: false,
    silent: true,
    emphasis: { disabled: true },
  } as const;
  const missing = runsWhere(values.length, (at) => mask[at] === 0 && Number.isNaN(values[at]));
  const observed = values.map((value, at) => (isObserved(series, at) ? value : NaN));

  return {
    title: {
      text: panel.key,
      subtext: subtitle(panel),
      left: margin.left - 8,
      top: index * panelHeight + 8,
      itemGap: 6,
      textStyle: { fontSize: 15, fontWeight: 'bold', color: ink },
      subtextStyle: { fontSize: 12, color: quiet },
    },
    xAxis: {
      type: 'value',
      gridIndex: index,
      min: start,
      max: end,
      axisLine: { lineStyle: { color: quiet }, onZero: false },
      axisTick: { show: true, customValues: ticks },
      axisLabel: { color: ink, fontSize: 12, customValues: ticks, formatter: timeLabel },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      gridIndex: index,
      name: series.unit ? formatLoadUnit(series.unit) : 'no unit',
      nameTextStyle: { color: quiet, fontSize: 12, align: 'right', padding: [0, 6, 0, 0] },
      nameGap: 10,
      min: values.some((value) => value < 0) ? undefined : 0,
      axisLabel: { color: ink, fontSize: 12, formatter: figureLabel },
      splitLine: { lineStyle: { color: '#e5e7eb' } },
    },
    series: [
      {
        ...line,
        name: names.excluded,
        data: [],
        itemStyle: { color: colours.excluded },
        markArea: areas(panel, excludedRuns(mask), 'excluded'),
      },
      { ...line, name: names.missing, data: [], itemStyle: { color: colours.missing }, markArea: areas(panel, missing, 'missing') },
      {
        ...line,
        name: names.observed,
        data: thinned(observed).map(({ at, value }) => [middle(at), Number.isNaN(value) ? null : value]),
        lineStyle: { width: 1.4, color: colours.observed },
        itemStyle: { color: colours.observed },
      },
      {
        ...line,
        name: names.filled,
        data: filledPoints(series).map(([at, value]) => [middle(at), value]),
        showSymbol: true,
        symbol: 'circle',
        symbolSize: 4,
        lineStyle: { width: 1.4, type: 'dashed', color: colours.filled },
        itemStyle: { color: colours.filled },
      },
      ...shiftLines(panel, index),
      {
        type: 'scatter',
        xAxisIndex: index,
        yAxisIndex: index,
        silent: true,
        name: names.outlier,
        data: quality.outliers.map(({ index: at, value }) => [middle(at), value]),
        symbol: 'emptyCircle',
        symbolSize: 9,
        itemStyle: { color: colours.outlier, borderWidth: 1.6 },
        z: 5,
      },
    ],
  };
}

const names = {
  observed: 'observed',
  filled: 'filled by a rule',
  missing: 'no value',
  excluded: 'excluded',
  shift: 'level before and after a shift',
  outlier: 'far from usual',
} as const;

/** Only what there is to see. */
function legendOf(panels: readonly JudgedSeries[]) {
  const some = (holds: (quality: SeriesQuality) => boolean): boolean => panels.some(({ quality }) => holds(quality));
  return [
    { name: names.observed, icon: 'roundRect', show: true },
    { name: names.filled, icon: 'roundRect', show: some(({ filled }) => filled > 0) },
    { name: names.missing, icon: 'rect', show: some(({ missing }) => missing > 0) },
    { name: names.excluded, icon: 'rect', show: some(({ excluded }) => excluded > 0) },
    { name: names.shift, icon: 'roundRect', show: some(({ levelShift }) => levelShift !== null) },
    { name: names.outlier, icon: 'emptyCircle', show: some(({ outliers }) => outliers.length > 0) },
  ].flatMap(({ show, ...entry }) => (show ? [entry] : []));
}

function subtitle({ series, quality }: JudgedSeries): string {
  const { origin } = series;
  const coverage = Math.floor(quality.coverage * 1000 + 1e-9) / 10;
  return `${origin.text}: ${formatTime(origin.from)} to ${formatTime(origin.to)}, ${origin.observations} observations every ${formatDuration(origin.spacingMs)}, ${coverage} % observed; drawn by ${formatDuration(series.intervalMs)}`;
}

function areas({ series }: JudgedSeries, runs: readonly Run[], kind: 'missing' | 'excluded') {
  return {
    silent: true,
    // A border keeps a gap of less than a pixel in sight.
    itemStyle: { color: colours[kind], opacity: 0.75, borderColor: colours[kind], borderWidth: 1 },
    label: { show: false },
    data: runs.map((run): [{ xAxis: number }, { xAxis: number }] => {
      const { from, to } = spanOf(series, run);
      return [{ xAxis: from }, { xAxis: to }];
    }),
  };
}

const excludedRuns = (mask: Uint8Array): Run[] => runsWhere(mask.length, (at) => mask[at] === 1);

/** Filled values, each run with the observed value on either side so that the line joins; nulls between runs. */
function filledPoints(series: LoadSeries): [number, number | null][] {
  const { values } = series;
  return runsWhere(values.length, (at) => isRepaired(series, at)).flatMap(({ from, to }) => {
    const points: [number, number | null][] = [];
    for (let at = Math.max(0, from - 1); at < Math.min(values.length, to + 1); at += 1) {
      if (!Number.isNaN(values[at])) points.push([at, values[at]]);
    }
    return [...points, [to, null]];
  });
}

function shiftLines({ series, quality }: JudgedSeries, index: number): SeriesOption[] {
  const shift = quality.levelShift;
  if (shift === null) return [];
  const { start, intervalMs, values } = series;
  const { at, before, after } = shift;
  const level = (from: number, to: number, value: number, position: 'insideStartTop' | 'insideEndTop') =>
    [
      { coord: [from, value], symbol: 'none', label: { show: true, position, formatter: formatFigure(value) } },
      { coord: [to, value], symbol: 'none' },
    ] as const;
  return [
    {
      type: 'line',
      xAxisIndex: index,
      yAxisIndex: index,
      silent: true,
      name: names.shift,
      data: [],
      itemStyle: { color: colours.shift },
      markLine: {
        silent: true,
        symbol: 'none',
        lineStyle: { color: colours.shift, width: 1.6, type: 'dashed' },
        label: { color: colours.shift, fontSize: 12, fontWeight: 'bold', backgroundColor: 'rgba(255,255,255,0.8)', padding: [1, 3] },
        data: [
          { xAxis: at, label: { formatter: formatTime(at).slice(0, 10), position: 'end' } },
          [...level(start, at, before, 'insideStartTop')],
          [...level(at, start + values.length * intervalMs, after, 'insideEndTop')],
        ] as never,
      },
    },
  ];
}

const steps = [1, 2, 3, 6, 12, 24, 2 * 24, 3 * 24, 4 * 24, 7 * 24, 14 * 24, 28 * 24, 56 * 24, 112 * 24, 364 * 24].map(
  (hours) => hours * HOUR_MS,
);
/** 1970 began on a Thursday; weeks are marked at Mondays. */
const mondayMs = 4 * DAY_MS;
const mostTicks = 11;

/** Round times, few enough to be read, none so near an edge that its label would be cut. */
function timeTicks(start: number, end: number): number[] {
  const step = steps.find((size) => (end - start) / size <= mostTicks) ?? steps[steps.length - 1];
  const offset = step >= 7 * DAY_MS ? mondayMs : 0;
  const room = (end - start) * 0.03;
  const ticks: number[] = [];
  for (let at = Math.ceil((start + room - offset) / step) * step + offset; at <= end - room; at += step) ticks.push(at);
  return ticks;
}

/** `2026-11-23`, and the hour where it is not midnight. */
function timeLabel(time: number): string {
  const text = formatTime(time);
  return text.endsWith('T00:00:00Z') ? text.slice(0, 10) : text.slice(11, 16);
}

/** 30000 -> `30,000`. No locale. */
function figureLabel(value: number): string {
  const [whole, fraction] = formatFigure(value).split('.');
  const groups = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}
