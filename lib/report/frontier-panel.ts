import { axisLabel, formatAmount, formatShort } from '../figures';
import { type PolicyName, violationPercent } from '../plan/replay';
import type { Simulation } from '../simulate';
import { type DrawnPanel, lineIn } from './panels';

/** Percentages that may stand at the axis. */
const ticks = [0, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
/** Where a percentage stands: small ones are drawn apart, and none at all has a place. */
const placeOf = (percent: number) => Math.sqrt(percent);
const colours: { readonly [Name in PolicyName]: string } = {
  static: '#6b7280',
  hpa: '#15803d',
  'hpa-tuned': '#0e7490',
  'seasonal-naive': '#8b7ab8',
  'linear-threshold': '#a16207',
  plan: '#c2410c',
  'plan+operate': '#db2777',
  live: '#1d4ed8',
};

/**
 * Draws what a simulation's policies come to as a panel: GPU-hours against the percent of the minutes in violation. Each policy has a point
 * for its settings and, smaller, for those that other limits ask for.
 *
 * @param path what the title calls the load
 */
export function frontierPanel(simulation: Simulation, index: number, path: string): DrawnPanel {
  const { policies, bound } = simulation;
  const frontier = simulation.frontier();
  const highest = Math.max(0.1, ...frontier.map(({ scored }) => violationPercent(scored)));
  const hours = frontier.map(({ scored }) => scored.gpuHours);
  const end = ticks.find((tick) => tick > 1.1 * highest) ?? 100;
  const percents = ticks.filter((tick) => tick <= end);
  return {
    title: `GPU-hours against minutes in violation: ${path}`,
    subtitle: `each policy as it stands (large) and with settings that other limits ask for (small); perfect knowledge needs ${formatAmount(bound.gpuHours)} GPU-hours`,
    from: 0,
    to: placeOf(end),
    ticks: { at: percents.map(placeOf), label: (place) => `${formatShort(Math.round(1e6 * place * place) / 1e6)} %` },
    unit: 'GPU-hours',
    negative: false,
    least: leastOf(Math.min(...hours), Math.max(...hours)),
    figureLabel: axisLabel,
    series: policies.map(({ name }) => ({
      ...lineIn(index),
      name,
      showSymbol: true,
      symbol: 'circle',
      data: frontier
        .filter((point) => point.policy.name === name)
        .sort((a, b) => a.scored.violationMinutes - b.scored.violationMinutes || b.scored.gpuHours - a.scored.gpuHours)
        .map(({ limit, scored }) => ({
          value: [placeOf(violationPercent(scored)), scored.gpuHours],
          symbolSize: limit === null ? 12 : 6,
        })),
      lineStyle: { width: 1, color: colours[name] },
      itemStyle: { color: colours[name] },
    })),
  };
}

/** The lowest round number from which the points are drawn, below all of them. */
function leastOf(lowest: number, highest: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(1e-9, 0.1 * highest, highest - lowest)));
  return Math.max(0, Math.floor(lowest / step - 0.5) * step);
}
