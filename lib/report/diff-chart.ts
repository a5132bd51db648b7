import type { SeriesOption } from 'echarts';
import { axisLabel } from '../figures';
import type { PlanDiff } from '../plan/diff';
import { type CapacityPlan, floorsOf, spanOf, type WorkloadPlan } from '../plan/file';
import { timeOf } from '../units';
import { fanColours, forecastColour, observedColour, quiet } from './chart-style';
import { type DrawnPanel, lineIn, type PanelLayout, renderPanels } from './panels';

const layout: PanelLayout = {
  panelHeight: 250,
  legendHeight: 40,
  legendBottom: 12,
  titleTop: 10,
  margin: { left: 84, right: 32, top: 76, bottom: 34 },
};
/** Workloads that a picture has room for: those whose dollars change most. */
const mostWorkloads = 4;

const names = {
  load: 'load, median to protected',
  floorBefore: 'floor before',
  floorAfter: 'floor after',
  ceilingBefore: 'ceiling before',
  ceilingAfter: 'ceiling after',
} as const;

/**
 * Draws what a plan changes as an SVG: for each workload whose dollars change most (where none changes, of the dearest) a panel of the load
 * that the plan after forecasts, as a band from the median to what is protected, and a panel of its floors and ceilings before and after.
 * Times are UTC.
 */
export function diffChart({ workloads }: PlanDiff, before: CapacityPlan, after: CapacityPlan): string {
  const changed = workloads.filter(({ name }) => Object.hasOwn(after.workloads, name));
  const far = new Map(changed.map(({ name, usd }) => [name, Math.abs(usd.after - usd.before)]));
  const by = (name: string) => far.get(name) ?? after.workloads[name].usd.p95;
  const shown = (changed.length > 0 ? [...far.keys()] : Object.keys(after.workloads)).sort((a, b) => by(b) - by(a)).slice(0, mostWorkloads);
  const panels = shown.flatMap((name) => {
    const was = Object.hasOwn(before.workloads, name) ? before.workloads[name] : null;
    return [...(after.workloads[name].load.length > 0 ? [loadPanel(name)] : []), replicasPanel(name, was)];
  });
  return renderPanels(
    panels.map((panel, index) => panel(index)),
    [
      { name: names.load, icon: 'rect' },
      ...lineNames.map((name) => ({ name, icon: looks[name].type === 'dashed' ? dashes : 'roundRect' })),
    ],
    layout,
  );

  function loadPanel(name: string): (index: number) => DrawnPanel {
    const { load, unit } = after.workloads[name];
    const { start, end } = spanOf(after);
    const path = (value: (point: WorkloadPlan['load'][number]) => number) => [
      ...load.map((point): [number, number] => [timeOf(point.from), value(point)]),
      [end, value(load[load.length - 1])] as [number, number],
    ];
    return (index) => {
      const band = { ...lineIn(index), step: 'end', stack: `${index}`, stackStrategy: 'all', lineStyle: { opacity: 0 } } as const;
      return {
        title: `${name}: load`,
        subtitle: `as the plan for ${after.asOf} forecasts it; UTC`,
        from: start,
        to: end,
        unit: unit ?? '',
        negative: false,
        figureLabel: axisLabel,
        series: [
          { ...band, data: path(({ p50 }) => p50) },
          {
            ...band,
            name: names.load,
            data: path((point) => Math.max(0, point.protected - point.p50)),
            areaStyle: { color: fanColours[2] },
            itemStyle: { color: fanColours[2] },
          },
          { ...lineIn(index), step: 'end', data: path(({ p50 }) => p50), lineStyle: { width: 1.5, color: forecastColour } },
        ],
      };
    };
  }

  function replicasPanel(name: string, was: WorkloadPlan | null): (index: number) => DrawnPanel {
    const is = after.workloads[name];
    const { start, end } = spanOf(after);
    return (index) => ({
      title: `${name}: replicas`,
      subtitle: was === null ? 'new in this plan' : `against the plan for ${before.asOf}`,
      from: start,
      to: end,
      unit: 'replicas',
      negative: false,
      figureLabel: axisLabel,
      series: [
        ...(was === null
          ? []
          : [
              line(index, names.ceilingBefore, flat(was.ceiling)),
              line(index, names.floorBefore, stepsWithin(floorsOf(was), spanOf(before).end)),
            ]),
        line(index, names.ceilingAfter, flat(is.ceiling)),
        line(index, names.floorAfter, stepsWithin(floorsOf(is), end)),
      ],
    });

    function flat(value: number): [number, number][] {
      return [
        [start, value],
        [end, value],
      ];
    }

    function stepsWithin(steps: ReturnType<typeof floorsOf>, until: number): [number, number][] {
      const points = steps.map(({ from, replicas }): [number, number] => [timeOf(from), replicas]);
      const last = points.at(-1)?.[1] ?? 0;
      const all: [number, number][] = [...points, [until, last]];
      const first = all.findLast(([at]) => at <= start);
      const inside = all.filter(([at]) => at > start && at <= end);
      return first === undefined ? inside : [[start, first[1]], ...inside];
    }
  }
}

/** What a dashed line looks like in the legend. */
const dashes = 'path://M0,8h8v4h-8zM12,8h8v4h-8z';

const lineNames = [names.floorBefore, names.floorAfter, names.ceilingBefore, names.ceilingAfter] as const;
const looks: Readonly<
  Record<(typeof lineNames)[number], { readonly color: string; readonly width: number; readonly type: 'solid' | 'dashed' }>
> = {
  [names.floorBefore]: { color: quiet, width: 1.5, type: 'dashed' },
  [names.floorAfter]: { color: observedColour, width: 2.2, type: 'solid' },
  [names.ceilingBefore]: { color: '#d99a4e', width: 1.2, type: 'dashed' },
  [names.ceilingAfter]: { color: '#92400e', width: 1.4, type: 'solid' },
};

function line(index: number, name: (typeof lineNames)[number], data: readonly [number, number][]): SeriesOption {
  return { ...lineIn(index), step: 'end', name, data: [...data], lineStyle: looks[name], itemStyle: { color: looks[name].color } };
}
