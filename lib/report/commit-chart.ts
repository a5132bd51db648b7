import type { SeriesOption } from 'echarts';
import { axisLabel } from '../figures';
import type { CommitAdvice, CurvePoint, TypeAdvice } from '../plan/commitments';
import { eventColour, fanColours, forecastColour, observedColour, quiet } from './chart-style';
import { type DrawnPanel, lineIn, type PanelLayout, renderPanels } from './panels';

const layout: PanelLayout = {
  panelHeight: 280,
  legendHeight: 40,
  legendBottom: 12,
  titleTop: 10,
  margin: { left: 84, right: 32, top: 76, bottom: 40 },
};

const names = {
  mean: 'expected cost',
  band: '10 to 90 % of the courses',
  little: 'regret at little need',
  usual: 'at usual need',
  much: 'at much need',
  advised: 'advised',
} as const;

/**
 * Draws cost against commitment as an SVG: for each instance type a panel of what a month costs by the number of nodes reserved for a year,
 * and a panel of how much more than the best number for the course, where little, the usual or much is needed.
 *
 * @returns `null` where no type has a price to reserve at
 */
export function commitChart({ types }: CommitAdvice): string | null {
  const shown = types.filter(({ curve }) => curve.length > 1);
  if (shown.length === 0) return null;
  const panels = shown.flatMap((type) => [costPanel(type), regretPanel(type)]);
  return renderPanels(
    panels.map((panel, index) => panel(index)),
    [
      { name: names.mean, icon: 'roundRect' },
      { name: names.band, icon: 'rect' },
      ...[names.little, names.usual, names.much, names.advised].map((name) => ({ name, icon: 'roundRect' })),
    ],
    layout,
  );
}

function costPanel({ instanceType, curve, advised, breakEven }: TypeAdvice): (index: number) => DrawnPanel {
  return (index) => {
    const band = { ...lineIn(index), stack: `${index}`, stackStrategy: 'all', lineStyle: { opacity: 0 } } as const;
    const top = Math.max(...curve.map(({ usdPerMonth }) => usdPerMonth.p90));
    return {
      ...axesOf(curve),
      title: `${instanceType}: cost by nodes reserved for a year`,
      subtitle: `a node is worth it from ${((breakEven ?? 0) * 100).toFixed(0)} % of the hours on; what is held already is left out`,
      unit: 'USD/month',
      series: [
        { ...band, data: points(curve, ({ usdPerMonth }) => usdPerMonth.p10) },
        {
          ...band,
          name: names.band,
          data: points(curve, ({ usdPerMonth }) => usdPerMonth.p90 - usdPerMonth.p10),
          areaStyle: { color: fanColours[1] },
          itemStyle: { color: fanColours[1] },
        },
        line(
          index,
          names.mean,
          forecastColour,
          points(curve, ({ usdPerMonth }) => usdPerMonth.mean),
        ),
        mark(index, advised.oneYear + advised.threeYears, top),
      ],
    };
  };
}

function regretPanel({ instanceType, curve, advised }: TypeAdvice): (index: number) => DrawnPanel {
  return (index) => ({
    ...axesOf(curve),
    title: `${instanceType}: regret of too much and too little`,
    subtitle: 'USD a month more than the best number for the course; low, middle and high tenth of the need',
    unit: 'USD/month',
    series: [
      line(
        index,
        names.little,
        observedColour,
        points(curve, ({ regret }) => regret.p10),
      ),
      line(
        index,
        names.usual,
        quiet,
        points(curve, ({ regret }) => regret.p50),
      ),
      line(
        index,
        names.much,
        eventColour,
        points(curve, ({ regret }) => regret.p90),
      ),
      mark(index, advised.oneYear + advised.threeYears, Math.max(...curve.flatMap(({ regret }) => Object.values(regret)))),
    ],
  });
}

function axesOf(curve: readonly CurvePoint[]) {
  const to = curve[curve.length - 1].nodes;
  const step = Math.max(1, Math.ceil(to / 10));
  const at = Array.from({ length: Math.floor(to / step) + 1 }, (_, index) => index * step);
  return { from: 0, to, ticks: { at, label: (nodes: number) => `${nodes}` }, negative: false, figureLabel: axisLabel };
}

const points = (curve: readonly CurvePoint[], value: (point: CurvePoint) => number): [number, number][] =>
  curve.map((point) => [point.nodes, value(point)]);

const line = (index: number, name: string, color: string, data: [number, number][]): SeriesOption => ({
  ...lineIn(index),
  name,
  data,
  lineStyle: { width: 2, color },
  itemStyle: { color },
});

const mark = (index: number, nodes: number, top: number): SeriesOption => ({
  ...lineIn(index),
  name: names.advised,
  data: [
    [nodes, 0],
    [nodes, top],
  ],
  lineStyle: { width: 1.5, type: 'dashed', color: '#166534' },
  itemStyle: { color: '#166534' },
});
