import type { Policy } from '../../control';
import { type CapacityPlan, floorsOf, spanOf, type Steps, stepsOf, usualScaleDown } from '../../plan/file';
import { HOUR_MS, MINUTE_MS, timeOf, WEEK_MS } from '../../units';
import { capacityOf, type ServedPhysics, tickMs } from '../physics';
import { hpaPolicy, staticPolicy } from '../policies';
import {
  courseOf,
  type LoadGrid,
  lowerBound,
  type Outcome,
  refineLoad,
  type RefinedLoad,
  type Replay,
  runReplay,
  scoredTicks,
} from '../replay';

/** A plan, and from when until when it was the committed one, epoch ms. */
export type PlanInForce = { readonly from: number; readonly to: number; readonly plan: CapacityPlan };

/** What is scored: epoch ms. */
export type ScoredSpan = { readonly from: number; readonly to: number };

/** What a way to scale came to. */
type Came = { readonly gpuHours: number; readonly usd: number; readonly violationMinutes: number };

/** How what was planned for a workload fared against the load that came. */
export type WorkloadScore = {
  /** Of the span. Hours without load, or that no committed plan speaks of, are not scored. */
  readonly hours: { readonly scored: number; readonly withoutLoad: number; readonly withoutPlan: number };
  /** Periods whose mean load stayed within the protected quantile, as a share of those that were observed; `null` where none was. */
  readonly coverage: { readonly protect: number; readonly achieved: number; readonly periods: number } | null;
  /** Minutes in which the load needed more replicas than the ceiling allows. */
  readonly minutesAboveCeiling: number;
  /** GPU-hours of nodes beyond those that the load of the moment needed. */
  readonly idleGpuHours: number;
  readonly plan: Came;
  /** Replicas for the highest load of the four weeks before at 80 %, all the time; `null` where no load is known before. */
  readonly static: Came | null;
  /** An HPA at a target of 70 % above one replica. */
  readonly hpa: Came;
  /** The fewest GPU-hours by which the load is served without a violation, known ahead. */
  readonly perfect: { readonly gpuHours: number; readonly usd: number };
};

/** The load before the span from which `static` takes its peak. */
const pastMs = 4 * WEEK_MS;
const seed = 1;

/**
 * Replays a span of a load under the plans that were committed when it came, and under what they are compared with. It is a replay of what
 * was committed: whether that was deployed, and what else moved replicas, it cannot know. Autoscaler settings are those of the last plan.
 *
 * @param plans those that hold the workload, in the order in which they were committed
 * @returns `null` where nothing of the span can be scored
 */
export function scoreWorkload(
  name: string,
  load: LoadGrid,
  plans: readonly PlanInForce[],
  span: ScoredSpan,
  served: ServedPhysics,
): WorkloadScore | null {
  const grid = withinGrid(load, span);
  if (grid === null || plans.length === 0) return null;
  const { physics, usdPerGpuHour, shareWithinSlo } = served;
  const refined = refineLoad(grid, tickMs, seed);
  const [from, to] = [span.from, span.to].map((at) => Math.round((at - refined.start) / tickMs));
  const courses = plans.map(({ from: since, to: until, plan }) => ({ since, until, span: spanOf(plan), ...limitsOf(plan, name) }));
  const courseAt = (at: number) => {
    const course = courses.find(({ since, until }) => since <= at && at < until);
    return course !== undefined && at >= course.span.start && at < course.span.end ? course : null;
  };
  const known = withoutPlans(refined, from, to, (at) => courseAt(at) !== null);
  const replay: Replay = { load: known.load, from, to, physics, slo: null, seed };
  const scored = scoredTicks(replay).reduce((sum, one) => sum + one, 0);
  if (scored === 0) return null;

  const last = plans[plans.length - 1].plan.workloads[name];
  const target = 'load' in last.target ? last.target.load : last.target.cpu;
  const policy: Policy = {
    hpa: {
      target: Math.min(1, target / shareWithinSlo),
      scaleDown: last.scaleDown ?? usualScaleDown,
      upTolerance: physics.terms.upTolerance,
    },
    everyMs: MINUTE_MS,
    begin: null,
    isByTheClock: true,
    decide: (_, __, now) => {
      const { floors, ceiling } = courseAt(now) ?? courses[0];
      const floor = floors.findLast((step) => step.from <= now) ?? floors[0];
      return { state: null, floor: Math.min(floor.value, ceiling), ceiling, reason: 'as committed' };
    },
  };
  const course = courseOf(replay);
  const came = ({ gpuHours, violationMinutes }: Outcome): Came => ({ gpuHours, usd: gpuHours * usdPerGpuHour, violationMinutes });
  const run = (one: Policy) => came(replayed(replay, one));
  const plan = came(replayed(replay, policy, course));
  const { gpuHours } = lowerBound(replay);
  const beyond = beyondNeed(replay, course.nodes, (at) => courseAt(at)?.ceiling ?? Infinity);
  return {
    hours: {
      scored: (scored * tickMs) / HOUR_MS,
      withoutLoad: (known.withoutLoad * tickMs) / HOUR_MS,
      withoutPlan: (known.withoutPlan * tickMs) / HOUR_MS,
    },
    coverage: coverageOf(name, grid, plans, span),
    ...beyond,
    plan,
    static: from === 0 ? null : run(staticPolicy(replay).policy),
    hpa: run(hpaPolicy({ target: 0.7, floor: 1, scaleDown: usualScaleDown }, physics).policy),
    perfect: { gpuHours, usd: gpuHours * usdPerGpuHour },
  };
}

function replayed(replay: Replay, policy: Policy, course?: ReturnType<typeof courseOf>): Outcome {
  const outcome = runReplay(replay, policy, course);
  if (outcome === null) throw new Error('a replay without limits stopped');
  return outcome;
}

function limitsOf(plan: CapacityPlan, name: string): { readonly floors: Steps; readonly ceiling: number } {
  const workload = plan.workloads[name];
  return { floors: stepsOf(floorsOf(workload), ({ replicas }) => replicas), ceiling: workload.ceiling };
}

/** The load of the span and of the weeks before it; what the record does not reach is missing. `null` where it has nothing of the span. */
function withinGrid({ start, intervalMs, values }: LoadGrid, span: ScoredSpan): LoadGrid | null {
  const end = start + values.length * intervalMs;
  if (end <= span.from || start >= span.to) return null;
  const first = Math.min(span.from, Math.max(start, span.from - pastMs));
  const begin = start + Math.floor((first - start) / intervalMs) * intervalMs;
  const length = Math.ceil((span.to - begin) / intervalMs);
  const shift = Math.round((begin - start) / intervalMs);
  return { start: begin, intervalMs, values: Float64Array.from({ length }, (_, i) => values[i + shift] ?? NaN) };
}

/** The load with ticks that no plan speaks of marked as missing, and how many ticks of the span are missing for which reason. */
function withoutPlans(load: RefinedLoad, from: number, to: number, hasPlan: (at: number) => boolean) {
  const missing = load.missing.slice();
  let [withoutLoad, withoutPlan] = [0, 0];
  for (let tick = from; tick < to; tick++) {
    if (missing[tick] === 1) withoutLoad++;
    else if (!hasPlan(load.start + tick * load.tickMs)) {
      missing[tick] = 1;
      withoutPlan++;
    }
  }
  return { load: { ...load, missing }, withoutLoad, withoutPlan };
}

/** Nodes beyond those that the load of each tick needs, and minutes in which it needs more than the ceiling. */
function beyondNeed(replay: Replay, nodes: Int32Array, ceilingAt: (at: number) => number) {
  const { load, from, to, physics } = replay;
  const { needed } = capacityOf(physics.capacityPerReplica, replay.slo);
  const scored = scoredTicks(replay);
  let [idle, minutes, minute] = [0, 0, -1];
  for (let tick = from; tick < to; tick++) {
    if (scored[tick - from] === 0) continue;
    const at = load.start + tick * tickMs;
    const replicas = needed(load.values[tick]);
    idle += Math.max(0, nodes[tick - from] - Math.ceil(replicas / physics.replicasPerNode));
    const own = Math.floor(at / MINUTE_MS);
    if (own === minute || replicas <= ceilingAt(at)) continue;
    minute = own;
    minutes++;
  }
  const gpusPerNode = physics.replicasPerNode * physics.gpusPerReplica;
  return { minutesAboveCeiling: minutes, idleGpuHours: (idle * gpusPerNode * tickMs) / HOUR_MS };
}

/** Of each period the plan that was committed when it began; one that was observed in part says nothing of its mean. */
function coverageOf(name: string, grid: LoadGrid, plans: readonly PlanInForce[], span: ScoredSpan): WorkloadScore['coverage'] {
  let [within, periods, protect] = [0, 0, 0];
  for (const { from, to: until, plan } of plans) {
    const { periodMs } = spanOf(plan);
    for (const point of plan.workloads[name].load) {
      const at = timeOf(point.from);
      if (at < Math.max(from, span.from) || at >= until || at + periodMs > span.to) continue;
      const mean = meanOf(grid, at, at + periodMs);
      if (Number.isNaN(mean)) continue;
      periods++;
      if (mean <= point.protected * (1 + 1e-6)) within++;
      ({ protect } = plan.workloads[name]);
    }
  }
  return periods === 0 ? null : { protect, achieved: within / periods, periods };
}

/** NaN where any of it is missing, or it is no whole number of intervals. */
function meanOf({ start, intervalMs, values }: LoadGrid, from: number, to: number): number {
  const [first, end] = [(from - start) / intervalMs, (to - start) / intervalMs];
  if (!Number.isInteger(first) || !Number.isInteger(end) || first < 0 || end > values.length) return NaN;
  let sum = 0;
  for (let i = first; i < end; i++) sum += values[i];
  return sum / (end - first);
}
