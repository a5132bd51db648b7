import type { CapacityConfig } from '../config';
import type { SizingResult } from '../sizing';
import { formatTime } from '../units';
import { jobWarnings, withheldWarnings, type WorkloadDemand } from './replicas';
import type { ForecastedLoads } from './forecast-loads';
import { mapWorkloads } from './map-together';
import type { Observations } from './load';
import { zonelessWarnings, overWarnings } from './nodes';
import { estimateWarnings, mixedGpuWarnings } from './supply';
import type { PlanWarning } from './file';
import { isBlind } from './workload-facts';

/** What making a plan gave to look at, beside what its guardrails say: in the order in which the stages came upon it. */
export function planWarnings(
  config: CapacityConfig,
  { grid, offerings, supplies, observations, predictions }: ForecastedLoads,
  demands: Readonly<Record<string, WorkloadDemand>>,
  sized: SizingResult,
): PlanWarning[] {
  const pools = Object.keys(offerings);
  return [
    ...withheldWarnings(observations.withheld),
    ...historyWarnings(observations),
    ...predictions.warnings,
    ...metricWarnings(config),
    ...estimateWarnings(mapWorkloads(config, (name) => supplies[name].capacity)),
    ...mixedGpuWarnings(config, offerings),
    ...zonelessWarnings(config, pools),
    ...overWarnings(config, pools, grid.start),
    ...jobWarnings(mapWorkloads(config, (name) => supplies[name].job)),
    ...eventWarnings(config, grid.start),
    ...ceilingWarnings(demands, sized),
  ];
}

/** What reading the histories gave to look at, and what was found in them. */
function historyWarnings({ signals, warnings }: Observations): PlanWarning[] {
  const read = Object.values(warnings).flatMap((problems) => problems.map(({ code, path, message }) => ({ code, path, message })));
  const found = Object.entries(signals).flatMap(([key, { quality }]) =>
    quality.findings
      .filter(({ severity }) => severity === 'look')
      .map(({ code, message, consequence }) => ({ code, path: `workloads.${key}`, message: `${message}; ${consequence}` })),
  );
  return [...read, ...found];
}

function metricWarnings(config: CapacityConfig): PlanWarning[] {
  return Object.keys(config.workloads)
    .sort()
    .filter((name) => {
      const workload = config.workloads[name];
      return isBlind(workload) && config.pools[workload.pool].kind === 'gpuPool';
    })
    .map((name) => ({
      code: 'demand/no-metric',
      path: `workloads.${name}.metric`,
      message: 'is missing: the live autoscaler goes by CPU, which says little of the load of a GPU',
    }));
}

/** A past time of an event that comes again teaches it, one without an uplift is there to be kept out of the seasons; what is left over lifts nothing. */
function eventWarnings(config: CapacityConfig, start: number): PlanWarning[] {
  const coming = new Set(config.events.filter(({ to }) => to > start).map(({ name }) => name));
  return config.events
    .filter((event) => event.to <= start && event.uplift !== undefined && !coming.has(event.name))
    .map((event) => ({
      code: 'forecast/past-event',
      path: `events.${event.name}`,
      message: `was over at ${formatTime(event.to)}: it lifts nothing`,
    }));
}

function ceilingWarnings(demands: Readonly<Record<string, WorkloadDemand>>, sized: SizingResult): PlanWarning[] {
  return Object.entries(demands)
    .filter(([name, demand]) => sized.replicaCeilings[name] < demand.wantedCeiling)
    .map(([name, demand]) => ({
      code: 'sizing/ceiling-lowered',
      path: `workloads.${name}.ceiling`,
      message: `is ${Math.max(demand.peak, sized.replicaCeilings[name])} in place of ${demand.wantedCeiling}: the limits allow no more`,
    }));
}
