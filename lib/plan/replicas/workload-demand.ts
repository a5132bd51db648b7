import { round6 } from '../../figures';
import { type FloorOwner, floorOwners, isAutoscaled, poolOwners } from '../../config';
import { compress, highest, hpaFloor, hpaLagMs, lead, lowest, mapSteps, replicasFor, simplify, type StepFunction } from '../../demand';
import { ProblemError } from '../../problems';
import { WEEK_MS } from '../../units';
import { jobDemand } from './job-demand';
import { hasNoMetricToFollow, ceilingFactor, leadMsOf, floorOwnerOf } from '../workload-facts';
import { compressionOf } from './compression';
import { floorUnderHpa, floorWithoutMetric, oneFloorReason, scheduleReasons } from '../explain';
import { queueOf } from './queue-demand';
import type { LoadPoint } from '../file';
import { workloadLoad } from './workload-load';
import type { DemandInput, WorkloadDemand, LoadPath, Floors } from './demand-types';

/** Joining steps of a schedule may add this share of its replica-hours. */
export const compressionShare = 0.02;
/**
 * Most steps of a schedule. An Auto Scaling group holds 125 scheduled actions. Under KEDA each step is about one cron trigger,
 * which costs the cluster a metric request at every sync of its HPA, so there are fewer for each week.
 */
const maxSteps = { inAll: 120, kedaAWeek: 60 };

/** @throws ProblemError `demand/ceiling` when the config's ceiling is below what the protected load needs */
export function workloadDemand(input: DemandInput): WorkloadDemand {
  const { config, name } = input;
  const workload = config.workloads[name];
  if (workload.kind === 'training' && input.job !== null) return jobDemand(name, workload, input.job, input.grid);
  const { load, path: points, aim, providedFor, fullLoad, unit, throughput, target, reasons } = workloadLoad(input);

  const leadMs = leadMsOf(config, workload);
  const byHour = (input.floors ?? 'scheduled') === 'scheduled' && input.tuned?.strategy === 'horizontal';
  const least = Math.max(workload.floor ?? 1, byHour ? (input.tuned?.settings.floor ?? 1) : 1);
  const onGrid = (values: (point: LoadPoint, peak: number) => number): StepFunction => ({
    steps: points.map(({ moment, point, peak = 1 }) => ({ from: moment.at, value: values(point, peak) })),
    end: input.grid.start + input.grid.steps * input.grid.periodMs,
  });
  const atLeast = (f: StepFunction) => mapSteps(f, (value) => Math.max(least, value));
  const led = atLeast(lead(simplify(onGrid((point) => point.replicas)), leadMs));
  const fixed = !isAutoscaled(workload);
  const owner = floorOwnerOf(workload);
  const queued =
    workload.kind === 'training'
      ? queueOf(
          input,
          workload,
          onGrid((point) => point.protected),
          aim,
        )
      : null;
  const joined = (steps: StepFunction) => compress(steps, { addedShare: compressionShare, maxSteps: mostSteps(owner, config.horizon) });
  const schedule = queued ?? (fixed ? flat(led) : joined(led));
  const median = atLeast(lead(simplify(onGrid((point) => replicasFor(point.p50, providedFor))), leadMs));
  const needed = highest(schedule);
  const path: LoadPath = {
    protected: onGrid((point) => point.protected),
    median: onGrid((point) => point.p50),
    fullLoad,
    aim,
    delayMs: hasNoMetricToFollow(workload) ? Infinity : leadMs + hpaLagMs,
  };

  const floors = fixed ? 'scheduled' : (input.floors ?? (floorOwners[owner].movesByHour ? 'scheduled' : statedFlat(path, needed, least)));
  const headroom = floors === 'scheduled' ? (input.tuned?.settings.headroom ?? 0) : 0;
  const floorSchedule =
    throughput * headroom > providedFor
      ? joined(atLeast(lead(simplify(onGrid((point, peak) => replicasFor(point.protected * peak, throughput * headroom))), leadMs)))
      : schedule;
  const floor = floors === 'scheduled' ? lowest(floorSchedule) : Math.max(least, floors.flat);
  const peak = Math.max(needed, floor);
  if (floors !== 'scheduled') reasons.push(oneFloorReason(floor, floors.why, Number.isFinite(path.delayMs)));
  const held = poolOwners[config.pools[workload.pool].owner].isFixed;
  const wantedCeiling = Math.max(peak, workload.ceiling ?? (held ? peak : ceilingFactor * peak));
  if (workload.ceiling !== undefined && workload.ceiling < peak) {
    throw new ProblemError({
      code: 'demand/ceiling',
      path: `workloads.${name}.ceiling`,
      message: 'is below what the protected load needs',
      expected: `at least ${peak} replicas`,
      received: `${workload.ceiling}`,
      hint: `raise it, or lower protect (now ${workload.protect})`,
    });
  }
  reasons.push(
    ...(queued?.reasons ??
      scheduleReasons({
        leadMs,
        coldStartMs: workload.coldStart,
        floor: least,
        isAutoscaled: isAutoscaled(workload),
        compression: compressionOf(led, schedule),
        highestPeak: points.reduce((most, { peak = 1 }) => Math.max(most, peak), 1),
      })),
  );
  return {
    floor: fixed ? peak : floor,
    peak,
    wantedCeiling: fixed ? peak : wantedCeiling,
    unit,
    throughputPerReplica: throughput,
    target,
    ...(target !== null && round6(providedFor / throughput) !== round6(target) && { sizedAt: providedFor / throughput }),
    leadMs,
    load,
    schedule: floors === 'scheduled' ? schedule : mapSteps(schedule, (value) => Math.max(floor, value)),
    ...(floorSchedule !== schedule && { floorSchedule }),
    medianSchedule: fixed ? schedule : mapSteps(median, (value) => Math.max(floors === 'scheduled' ? least : floor, value)),
    compression: queued === null ? compressionOf(led, schedule) : compressionOf(schedule, schedule),
    reasons,
    madeFrom: input,
    path: fixed ? null : path,
  };
}

/** Where the manifests own the floor: the highest needed without a metric, else the lowest with which the HPA is never overrun. */
function statedFlat(path: LoadPath, peak: number, least: number): Exclude<Floors, 'scheduled'> {
  if (!Number.isFinite(path.delayMs)) return { flat: peak, why: floorWithoutMetric };
  return {
    flat: Math.max(least, hpaFloor(path.protected, path)),
    why: floorUnderHpa(path.delayMs),
  };
}

function mostSteps(owner: FloorOwner, horizonMs: number): number {
  switch (owner) {
    case 'keda':
      return Math.min(maxSteps.inAll, maxSteps.kedaAWeek * Math.ceil(horizonMs / WEEK_MS));
    case 'live':
    case 'operate':
    case 'manifests':
      return maxSteps.inAll;
  }
}

function flat(f: StepFunction): StepFunction {
  return { steps: [{ from: f.steps[0].from, value: highest(f) }], end: f.end };
}
