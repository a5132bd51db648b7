import { type CapacityConfig, finishedMetric, followsLoad, type WorkloadConfig } from '../config';
import type { SizingResult } from '../sizing';
import { formatTime } from '../units';
import { attachWarnings } from './attach-warnings';
import { jobWarnings, withheldWarnings, type WorkloadDemand } from './replicas';
import type { ForecastedLoads } from './forecast-loads';
import { mapWorkloads } from './map-together';
import type { Observations } from './load';
import { zonelessWarnings, overWarnings } from './nodes';
import { estimateWarnings, mixedGpuWarnings } from './supply';
import type { PlanWarning } from './file';
import { hasNoMetricToFollow } from './workload-facts';

/** The warnings of a plan, those of its guardrails and replays excepted, in the order in which the stages ran. */
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
    ...attachWarnings(config),
    ...metricWarnings(config),
    ...finishedWarnings(config),
    ...estimateWarnings(mapWorkloads(config, (name) => supplies[name].capacity)),
    ...mixedGpuWarnings(config, offerings),
    ...zonelessWarnings(config, pools),
    ...overWarnings(config, pools, grid.start),
    ...jobWarnings(mapWorkloads(config, (name) => supplies[name].job)),
    ...eventWarnings(config, grid.start),
    ...ceilingWarnings(demands, sized),
  ];
}

/** The warnings of reading the histories, what was guessed of their cells and can be stated, then the findings in them that need a look. */
function historyWarnings({ signals, warnings, notes }: Observations): PlanWarning[] {
  const guesses = Object.values(notes).map((problems) =>
    problems.flatMap(({ hint, ...note }) =>
      note.code === 'history/read-as' && hint !== undefined ? [{ ...note, message: `${note.message}; ${hint}` }] : [],
    ),
  );
  const readWarnings = [...Object.values(warnings), ...guesses].flatMap((problems) =>
    problems.map(({ code, path, message }) => ({ code, path, message })),
  );
  const findingWarnings = Object.entries(signals).flatMap(([key, { quality }]) =>
    quality.findings
      .filter(({ severity }) => severity === 'look')
      .map(({ code, message, consequence }) => ({ code, path: `workloads.${key}`, message: `${message}; ${consequence}` })),
  );
  return [...readWarnings, ...findingWarnings];
}

function metricWarnings({ workloads, pools }: Pick<CapacityConfig, 'workloads' | 'pools'>): PlanWarning[] {
  return Object.keys(workloads)
    .sort()
    .filter((name) => {
      const workload = workloads[name];
      return hasNoMetricToFollow(workload) && statesNoMetric(workload) && pools[workload.pool].kind === 'gpuPool';
    })
    .map((name) => ({
      code: 'demand/no-metric',
      path: `workloads.${name}.metric`,
      message:
        'is missing: CPU says little of the load of a GPU, and synth writes no autoscaler that goes by it unless cpuMetric() says so',
    }));
}

const statesNoMetric = (workload: WorkloadConfig): boolean => !('metric' in workload) || workload.metric === undefined;

/** Autoscalers that follow what was finished: at full load that stays where it is, and they add nothing. */
function finishedWarnings({ workloads }: Pick<CapacityConfig, 'workloads'>): PlanWarning[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name): PlanWarning[] => {
      const workload = workloads[name];
      const queries = followsLoad(workload)
        ? (workload.metric?.triggers ?? []).flatMap((one) => (one.kind === 'prometheus' ? [one.query] : []))
        : [];
      const finished = queries.map(finishedMetric);
      // A trigger beside it that counts what waits makes up for it.
      const metric = finished.every((one) => one !== undefined) ? finished[0] : undefined;
      if (metric === undefined) return [];
      return [
        {
          code: 'demand/finished-metric',
          path: `workloads.${name}.metric`,
          message: `counts requests when they have finished (${metric}): once replicas are full it stays at what they serve, and the autoscaler adds none; read arrivals at the gateway, or requests that wait and run`,
        },
      ];
    });
}

/** A past time of an event that comes again teaches it, one without an uplift is there to be kept out of the seasons; what is left over lifts nothing. */
function eventWarnings({ events }: Pick<CapacityConfig, 'events'>, start: number): PlanWarning[] {
  const coming = new Set(events.filter(({ to }) => to > start).map(({ name }) => name));
  return events
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
