import { axisLabel, formatAmount } from '../figures';
import { violationPercent } from '../plan/replay';
import { capacityOf, courseOf, runReplay, type Simulation, tickMs } from '../simulate';
import { DAY_MS, formatTime } from '../units';
import { forecastColour, observedColour } from './chart-style';
import { frontierPanel } from './frontier-panel';
import { type DrawnPanel, lineIn, type PanelLayout, plotWidth, renderPanels } from './panels';

const layout: PanelLayout = {
  panelHeight: 300,
  legendHeight: 40,
  legendBottom: 12,
  titleTop: 10,
  margin: { left: 84, right: 32, top: 84, bottom: 34 },
};
const names = { load: 'load', capacity: 'capacity that serves', violation: 'in violation' } as const;
const violationColour = '#dc2626';
/** The most points of a line that can be told apart. */
const mostPoints = 1_400;
const longestMs = 7 * DAY_MS;
/** The least width of a violation in pixels, so that even a short one can be seen. */
const leastPixels = 3;

/**
 * Draws a simulation as an SVG: first what its policies come to, GPU-hours against minutes in violation, then a panel for each policy with
 * the last week of the scoring window: the load where it was observed, the capacity that serves it, and the minutes in violation.
 *
 * @param path what the titles call the load
 */
export function simulationChart(simulation: Simulation, path: string): string {
  const panels = simulation.policies.map((policy, index) => drawPanel(simulation, policy, index + 1, path));
  return renderPanels(
    [frontierPanel(simulation, 0, path), ...panels],
    [
      { name: names.load, icon: 'roundRect' },
      { name: names.capacity, icon: 'roundRect' },
      { name: names.violation, icon: 'rect' },
      ...simulation.policies.map(({ name }) => ({ name, icon: 'circle' })),
    ],
    layout,
  );
}

function drawPanel(
  { replay, bound, verdict }: Simulation,
  { name, policy, scored }: Simulation['policies'][number],
  index: number,
  path: string,
): DrawnPanel {
  const course = courseOf(replay);
  runReplay(replay, policy, course);
  const { full } = capacityOf(replay.physics.capacityPerReplica, replay.slo);
  const begin = Math.max(replay.from, replay.to - longestMs / tickMs);
  const bucket = Math.max(1, Math.ceil((replay.to - begin) / mostPoints));
  const at = (tick: number) => replay.load.start + tick * tickMs;
  const load: [number, number | null][] = [];
  const capacity: [number, number][] = [];
  const violated: Stretch[] = [];
  for (let tick = begin; tick < replay.to; tick += bucket) {
    const end = Math.min(replay.to, tick + bucket);
    let [highestLoad, lowestCapacity, isViolated, isObserved] = [0, Infinity, false, false];
    for (let i = tick; i < end; i++) {
      const [value, ready] = [replay.load.values[i], course.ready[i - replay.from]];
      highestLoad = Math.max(highestLoad, value);
      lowestCapacity = Math.min(lowestCapacity, full(ready));
      isViolated ||= course.violated[i - replay.from] === 1;
      isObserved ||= replay.load.missing[i] === 0;
    }
    load.push([at(tick), isObserved ? highestLoad : null]);
    capacity.push([at(tick), lowestCapacity]);
    if (isViolated) violated.push({ from: at(tick), to: at(end) });
  }
  const msPerPixel = ((replay.to - begin) * tickMs) / plotWidth(layout);
  const areas = widened(violated, leastPixels * msPerPixel, at(begin), at(replay.to)).map(
    ({ from, to }): [{ xAxis: number }, { xAxis: number }] => [{ xAxis: from }, { xAxis: to }],
  );
  const line = lineIn(index);
  return {
    title: `${name}${name === verdict.chosen ? ' (chosen)' : ''}: ${path}, the last of what was scored, to ${formatTime(at(replay.to))}`,
    subtitle: `over all that was scored ${formatAmount(scored.gpuHours)} GPU-hours, ${(scored.gpuHours / bound.gpuHours).toFixed(2)} of perfect knowledge; ${violationPercent(scored).toFixed(3)} % of the minutes in violation`,
    from: at(begin),
    to: at(replay.to),
    unit: 'load',
    negative: false,
    figureLabel: axisLabel,
    series: [
      {
        ...line,
        name: names.violation,
        data: [],
        itemStyle: { color: violationColour },
        markArea: { silent: true, itemStyle: { color: violationColour, opacity: 0.45 }, data: areas },
      },
      {
        ...line,
        name: names.capacity,
        step: 'end',
        data: capacity,
        lineStyle: { width: 1.4, color: forecastColour },
        itemStyle: { color: forecastColour },
        z: 5,
      },
      {
        ...line,
        name: names.load,
        data: load,
        lineStyle: { width: 1.1, color: observedColour },
        itemStyle: { color: observedColour },
        z: 6,
      },
    ],
  };
}

/** A stretch of time, epoch ms. */
type Stretch = { readonly from: number; readonly to: number };

/**
 * Widens stretches of time on both sides until each is at least `leastMs` long, and joins those that then touch. All stay within `from`
 * and `to`.
 *
 * @param stretches in order, none overlapping another
 */
export function widened(stretches: readonly Stretch[], leastMs: number, from: number, to: number): readonly Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const missingMs = Math.max(0, leastMs - (stretch.to - stretch.from)) / 2;
    const begin = Math.min(Math.max(from, stretch.from - missingMs), Math.max(from, to - leastMs));
    const wide = { from: begin, to: Math.min(to, Math.max(stretch.to, begin + leastMs)) };
    const last = joined[joined.length - 1];
    if (last !== undefined && wide.from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, wide.to) };
    else joined.push(wide);
  }
  return joined;
}
