import { capacityOf } from '../simulate/capacity';
import { tickMs } from '../simulate/physics';
import { courseOf, runReplay } from '../simulate/run';
import type { Simulation } from '../simulate/simulate-load';
import { DAY_MS, formatTime } from '../units';
import { figureLabel, forecastColour, observedColour } from './chart-style';
import { type DrawnPanel, lineIn, type PanelLayout, renderPanels } from './panels';
import { violationPercent } from '../simulate/outcome-shares';
import { grouped } from './table';

const layout: PanelLayout = {
  panelHeight: 300,
  legendHeight: 40,
  legendBottom: 12,
  titleTop: 10,
  margin: { left: 84, right: 32, top: 84, bottom: 34 },
};
const names = { load: 'load', capacity: 'capacity that serves', violation: 'in violation' } as const;
const violationColour = '#dc2626';
/** More than this are not seen apart. */
const mostPoints = 1_400;
const longestMs = 7 * DAY_MS;

/** The last week that was scored, a panel a policy: the load, what serves, and where the load was above it. */
export function simulationChart(simulation: Simulation, path: string): string {
  const panels = simulation.policies.map((one, index) => drawPanel(simulation, one, index, path));
  return renderPanels(
    panels,
    [
      { name: names.load, icon: 'roundRect' },
      { name: names.capacity, icon: 'roundRect' },
      { name: names.violation, icon: 'rect' },
    ],
    layout,
  );
}

function drawPanel(
  { replay, bound, verdict }: Simulation,
  { policy, outcome }: Simulation['policies'][number],
  index: number,
  path: string,
): DrawnPanel {
  const course = courseOf(replay);
  runReplay(replay, policy, course);
  const { full, allowed } = capacityOf(replay.physics.capacityPerReplica, replay.slo);
  const begin = Math.max(replay.from, replay.to - longestMs / tickMs);
  const bucket = Math.max(1, Math.ceil((replay.to - begin) / mostPoints));
  const at = (tick: number) => replay.load.start + tick * tickMs;
  const load: [number, number][] = [];
  const capacity: [number, number][] = [];
  const violated: [{ xAxis: number }, { xAxis: number }][] = [];
  for (let tick = begin; tick < replay.to; tick += bucket) {
    const end = Math.min(replay.to, tick + bucket);
    let [most, least, above] = [0, Infinity, false];
    for (let i = tick; i < end; i++) {
      const [value, ready] = [replay.load.values[i], course.ready[i - replay.from]];
      most = Math.max(most, value);
      least = Math.min(least, full(ready));
      above ||= replay.load.missing[i] === 0 && value > allowed(ready) * (1 + 1e-12);
    }
    load.push([at(tick), most]);
    capacity.push([at(tick), least]);
    const last = violated[violated.length - 1];
    if (above && last !== undefined && last[1].xAxis === at(tick)) last[1].xAxis = at(end);
    else if (above) violated.push([{ xAxis: at(tick) }, { xAxis: at(end) }]);
  }
  const line = lineIn(index);
  return {
    title: `${policy.name}${policy.name === verdict.chosen ? ' (chosen)' : ''}: ${path}, the last of what was scored, to ${formatTime(at(replay.to))}`,
    subtitle: `over all that was scored ${grouped(outcome.gpuHours)} GPU-hours, ${(outcome.gpuHours / bound.gpuHours).toFixed(2)} of perfect knowledge; ${violationPercent(outcome).toFixed(3)} % of the minutes in violation`,
    from: at(begin),
    to: at(replay.to),
    unit: 'load',
    negative: false,
    figureLabel,
    series: [
      {
        ...line,
        name: names.violation,
        data: [],
        itemStyle: { color: violationColour },
        markArea: { silent: true, itemStyle: { color: violationColour, opacity: 0.35 }, data: violated },
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
