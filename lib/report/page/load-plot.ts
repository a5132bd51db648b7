import { type CapacityPlan, floorsOf, type ReplicaStep, spanOf, type WorkloadPlan } from '../../plan/file';
import { DAY_MS, timeOf } from '../../units';
import { formatFigure, formatShort } from '../../figures';
import type { Mark, MarkPoint } from './marks';
import { type Markup, markup } from './markup';
import { dayText, momentText, plotFigure } from './plot';
import { closed, pageTable } from './table';

/** A load as it was observed: the value of index i holds for the interval that begins at `start + i x intervalMs`; NaN where there is none. */
export type ObservedPath = { readonly start: number; readonly intervalMs: number; readonly values: ArrayLike<number> };

/** The forecast of a workload's load, from the median to what is protected, after what was observed, where that is given. */
export function loadPlot(plan: CapacityPlan, name: string, observed: ObservedPath | null): Markup | null {
  const { load, unit, protect, forecast } = plan.workloads[name];
  if (load.length === 0) return null;
  const { start, end, periodMs } = spanOf(plan);
  const middle = (from: string) => timeOf(from) + periodMs / 2;
  const shown = observed === null ? [] : observedPoints(observed, end - start, start);
  const marks: Mark[] = [
    {
      kind: 'band',
      look: 'band',
      points: load.map((point): MarkPoint => [middle(point.from), Math.max(point.p50, point.protected)]),
      from: load.map(({ p50 }) => p50),
    },
    { kind: 'line', look: 'median', points: load.map((point): MarkPoint => [middle(point.from), point.p50]) },
    ...(shown.length > 0 ? [{ kind: 'line', look: 'observed', points: shown } as const] : []),
  ];
  const highest = load.reduce((most, point) => (point.protected > most.protected ? point : most));
  const spans = Object.values(forecast)
    .flatMap(({ events }) => events)
    .map((event) => ({ name: event.name, from: timeOf(event.from), to: timeOf(event.to) }));
  return plotFigure({
    title: shown.length > 0 ? 'Load, observed and forecast' : 'Load forecast',
    says: `Load forecast of ${name} from ${dayText(start)} to ${dayText(end)}: the protected load is highest at ${momentText(timeOf(highest.from))} UTC with ${formatFigure(highest.protected)} ${unit ?? ''}, where the median is ${formatFigure(highest.p50)}. A table by day follows.`,
    from: shown.length > 0 ? Math.min(start, shown[0][0]) : start,
    to: end,
    unit: unit ?? '',
    marks,
    legend: [
      ...(shown.length > 0 ? [{ look: 'observed', name: 'observed' }] : []),
      { look: 'median', name: 'median' },
      { look: 'band', name: `up to the ${protect} quantile, which is protected` },
    ],
    spans: spans.filter((span, index) => spans.findIndex((one) => one.name === span.name && one.from === span.from) === index),
  });
}

/** The end of what was observed, for as long as the plan reaches ahead, at the middle of each interval. */
function observedPoints({ start, intervalMs, values }: ObservedPath, lengthMs: number, until: number): MarkPoint[] {
  return Array.from(values, (value, index): MarkPoint => [start + (index + 0.5) * intervalMs, value]).filter(
    ([at, value]) => at > until - lengthMs && at < until && Number.isFinite(value),
  );
}

/** Floor, what nodes are there for, and ceiling of a workload through the horizon. */
export function replicasPlot(plan: CapacityPlan, name: string): Markup {
  const workload = plan.workloads[name];
  const { floor, peak, ceiling, kind, form } = workload;
  const { start, end } = spanOf(plan);
  const isJob = form === 'job';
  const noun = isJob ? 'workers' : kind === 'service' ? 'servers' : 'replicas';
  return plotFigure({
    title: isJob ? 'Workers' : 'Floor, nodes and ceiling',
    says: `Planned ${noun} of ${name}: at least ${floor}, at most ${peak} by the plan, and never more than ${ceiling}. A table of the steps follows.`,
    from: start,
    to: end,
    unit: noun,
    isCount: true,
    marks: [
      ...(isJob ? [] : [{ kind: 'steps', look: 'ceiling', points: flat(ceiling, start, end) } as const]),
      { kind: 'steps', look: 'scheduled', points: stepPoints(workload.schedule, start, end) },
      ...(isJob ? [] : [{ kind: 'steps', look: 'floor', points: stepPoints(floorsOf(workload), start, end) } as const]),
    ],
    legend: [
      ...(isJob ? [] : [{ look: 'floor', name: 'floor that is deployed' }]),
      { look: 'scheduled', name: 'nodes are there for' },
      ...(isJob ? [] : [{ look: 'ceiling', name: 'ceiling' }]),
    ],
  });
}

const flat = (value: number, start: number, end: number): MarkPoint[] => [
  [start, value],
  [end, value],
];

function stepPoints(steps: readonly ReplicaStep[], start: number, end: number): MarkPoint[] {
  const points = steps.map(({ from, replicas }): MarkPoint => [Math.max(start, timeOf(from)), replicas]).filter(([at]) => at < end);
  return [...points, [end, points.at(-1)?.[1] ?? 0]];
}

/** What the plots of a workload show, as tables: load by day, replicas by step. */
export function plotTables(plan: CapacityPlan, name: string): Markup {
  const workload = plan.workloads[name];
  return markup`${workload.load.length > 0 ? closed('Load by day, as a table', dayTable(workload)) : null}${closed('Floor and nodes by step, as a table', stepTable(workload))}`;
}

function dayTable({ load, unit, protect }: WorkloadPlan): Markup {
  const days = new Map<number, WorkloadPlan['load'][number][]>();
  for (const point of load) {
    const day = Math.floor(timeOf(point.from) / DAY_MS) * DAY_MS;
    days.set(day, [...(days.get(day) ?? []), point]);
  }
  const rows = [...days].map(([day, points]) => {
    const highest = points.reduce((most, point) => (point.protected > most.protected ? point : most));
    const medians = points.map(({ p50 }) => p50);
    return [
      dayText(day),
      `${formatShort(Math.min(...medians))} to ${formatShort(Math.max(...medians))}`,
      formatShort(highest.protected),
      highest.from.slice(11, 16),
      `${Math.max(...points.map(({ replicas }) => replicas))}`,
    ];
  });
  return pageTable(
    `By day, ${unit ?? ''}; days and hours are UTC`,
    [
      { title: 'day' },
      { title: 'median', is: 'number' },
      { title: `highest ${protect}`, is: 'number' },
      { title: 'at', is: 'number', extra: true },
      { title: 'it needs', is: 'number' },
    ],
    rows,
  );
}

/** A row for each day: the times of its steps with what then holds. */
function stepTable(workload: WorkloadPlan): Markup {
  const [floors, nodes] = [stepsByDay(floorsOf(workload)), stepsByDay(workload.schedule)];
  const days = [...new Set([...floors.keys(), ...nodes.keys()])].sort((a, b) => a - b);
  return pageTable(
    'Each holds until the next; times are UTC',
    [{ title: 'day' }, { title: 'floor' }, { title: 'nodes are there for' }],
    days.map((day) => [dayText(day), floors.get(day) ?? 'stays', nodes.get(day) ?? 'stays']),
  );
}

/** By day, epoch ms at midnight UTC: `00:00 3, 05:50 6`. */
function stepsByDay(steps: readonly ReplicaStep[]): ReadonlyMap<number, string> {
  const byDay = new Map<number, string>();
  for (const { from, replicas } of steps) {
    const day = Math.floor(timeOf(from) / DAY_MS) * DAY_MS;
    const before = byDay.get(day);
    byDay.set(day, `${before === undefined ? '' : `${before}, `}${from.slice(11, 16)} ${replicas}`);
  }
  return byDay;
}
