import type { SeriesOption } from 'echarts';
import { formatFigure, grouped } from '../figures';
import { excludedMask, isObserved, isRepaired, type LoadSeries, type Run, runsWhere, type SeriesQuality, spanOf } from '../history';
import { formatDuration, formatLoadUnit, formatTime } from '../units';
import { observedColour } from './chart-style';
import type { JudgedSeries } from './history-findings';
import { type DrawnPanel, lineIn, type PanelLayout, renderPanels } from './panels';
import { thinned } from './thinned';

const layout: PanelLayout = {
  panelHeight: 340,
  legendHeight: 36,
  legendBottom: 10,
  titleTop: 8,
  margin: { left: 84, right: 28, top: 74, bottom: 34 },
};

const colours = {
  observed: observedColour,
  filled: '#d97706',
  missing: '#c3c8d0',
  excluded: '#d9cdec',
  shift: '#111827',
  outlier: '#b91c1c',
};

/**
 * Draws histories as an SVG, with a panel for each series. Gaps and excluded spans are shaded areas, values that a repair filled in are a
 * dashed line, a shift of the level has a line with the level before and after it, and outliers are circles. Times are UTC.
 */
export function historyChart(panels: readonly JudgedSeries[]): string {
  return renderPanels(panels.map(drawPanel), legendOf(panels), layout);
}

function drawPanel(panel: JudgedSeries, index: number): DrawnPanel {
  const { series, quality } = panel;
  const { start, intervalMs, values } = series;
  const end = start + values.length * intervalMs;
  const mask = excludedMask(series, panel.excluded);
  const middle = (at: number): number => start + (at + 0.5) * intervalMs;
  const line = lineIn(index);
  const missing = runsWhere(values.length, (at) => mask[at] === 0 && Number.isNaN(values[at]));
  const observed = values.map((value, at) => (isObserved(series, at) ? value : NaN));

  return {
    title: panel.key,
    subtitle: subtitle(panel),
    from: start,
    to: end,
    unit: series.unit ? formatLoadUnit(series.unit) : 'no unit',
    negative: values.some((value) => value < 0),
    figureLabel: (value) => grouped(formatFigure(value)),
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

/** The entries of the legend: only those of which some panel shows something. */
function legendOf(panels: readonly JudgedSeries[]) {
  const anyPanel = (holds: (quality: SeriesQuality) => boolean): boolean => panels.some(({ quality }) => holds(quality));
  return [
    { name: names.observed, icon: 'roundRect', show: true },
    { name: names.filled, icon: 'roundRect', show: anyPanel(({ filled }) => filled > 0) },
    { name: names.missing, icon: 'rect', show: anyPanel(({ missing }) => missing > 0) },
    { name: names.excluded, icon: 'rect', show: anyPanel(({ excluded }) => excluded > 0) },
    { name: names.shift, icon: 'roundRect', show: anyPanel(({ levelShift }) => levelShift !== null) },
    { name: names.outlier, icon: 'emptyCircle', show: anyPanel(({ outliers }) => outliers.length > 0) },
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
    // With a border a gap that is narrower than a pixel can still be seen.
    itemStyle: { color: colours[kind], opacity: 0.75, borderColor: colours[kind], borderWidth: 1 },
    label: { show: false },
    data: runs.map((run): [{ xAxis: number }, { xAxis: number }] => {
      const { from, to } = spanOf(series, run);
      return [{ xAxis: from }, { xAxis: to }];
    }),
  };
}

const excludedRuns = (mask: Uint8Array): Run[] => runsWhere(mask.length, (at) => mask[at] === 1);

/** The filled values with their indices. Each run includes the values next to it, so that the lines meet; a null ends each run. */
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
