import type { EChartsOption, SeriesOption } from 'echarts';
import { font, ink, quiet, timeLabel, timeTicks } from './chart-style';
import { renderSvg } from './svg';

/** The layout of a chart whose panels are one below another, in pixels. */
export type PanelLayout = {
  readonly panelHeight: number;
  readonly legendHeight: number;
  readonly legendBottom: number;
  /** From the top of a panel to its title. */
  readonly titleTop: number;
  readonly margin: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
};

/** One panel of a chart, over time or over what it says: its title, its two axes, and the lines and areas in it. */
export type DrawnPanel = {
  readonly title: string;
  readonly subtitle: string;
  /** The ends of the time axis, epoch ms; of another axis, in its own unit. */
  readonly from: number;
  readonly to: number;
  /** The places that are named on an axis that is none of time. @default round times */
  readonly ticks?: { readonly at: readonly number[]; readonly label: (place: number) => string };
  /** The name of the value axis. */
  readonly unit: string;
  /** Whether a value is below zero. If none is, the value axis begins at zero. */
  readonly negative: boolean;
  /** Where the value axis begins. @default at zero, or below the lowest value */
  readonly least?: number;
  /** Writes a value at the value axis. */
  readonly figureLabel: (value: number) => string;
  readonly series: readonly SeriesOption[];
};

const width = 1200;

/** Draws panels as an SVG, one below another, with one legend at the bottom. */
export function renderPanels(
  panels: readonly DrawnPanel[],
  legend: readonly { readonly name: string; readonly icon: string }[],
  { panelHeight, legendHeight, legendBottom, titleTop, margin }: PanelLayout,
): string {
  const option: EChartsOption = {
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: font, color: ink },
    title: panels.map(({ title, subtitle }, index) => ({
      text: title,
      subtext: subtitle,
      left: margin.left - 8,
      top: index * panelHeight + titleTop,
      itemGap: 6,
      textStyle: { fontSize: 15, fontWeight: 'bold', color: ink },
      subtextStyle: { fontSize: 12, color: quiet },
    })),
    grid: panels.map((_, index) => ({
      left: margin.left,
      right: margin.right,
      top: index * panelHeight + margin.top,
      height: panelHeight - margin.top - margin.bottom,
    })),
    legend: {
      bottom: legendBottom,
      left: margin.left,
      itemGap: 22,
      itemHeight: 10,
      selectedMode: false,
      textStyle: { color: ink, fontSize: 12 },
      data: [...legend],
    },
    xAxis: panels.map(({ from, to, ticks: own }, index) => {
      const ticks = own === undefined ? timeTicks(from, to) : [...own.at];
      return {
        type: 'value',
        gridIndex: index,
        min: from,
        max: to,
        axisLine: { lineStyle: { color: quiet }, onZero: false },
        axisTick: { show: true, customValues: ticks },
        axisLabel: { color: ink, fontSize: 12, customValues: ticks, formatter: own?.label ?? timeLabel },
        splitLine: { show: false },
      };
    }),
    yAxis: panels.map(({ unit, negative, least, figureLabel }, index) => ({
      type: 'value',
      gridIndex: index,
      name: unit,
      nameTextStyle: { color: quiet, fontSize: 12, align: 'right', padding: [0, 6, 0, 0] },
      nameGap: 10,
      min: least ?? (negative ? undefined : 0),
      axisLabel: { color: ink, fontSize: 12, formatter: figureLabel },
      splitLine: { lineStyle: { color: '#e5e7eb' } },
    })),
    series: panels.flatMap(({ series }) => series),
  };
  return renderSvg(option, { width, height: panels.length * panelHeight + legendHeight });
}

/** The length of the time axis of a panel, in pixels. */
export function plotWidth({ margin }: PanelLayout): number {
  return width - margin.left - margin.right;
}

/** The options that all lines of a panel share. `panel` is the index of the panel. */
export function lineIn(panel: number) {
  return {
    type: 'line',
    xAxisIndex: panel,
    yAxisIndex: panel,
    showSymbol: false,
    silent: true,
    emphasis: { disabled: true },
  } as const;
}
