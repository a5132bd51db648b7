import { type CapacityConfig, isAutoscaled, isMeasuredByLoad, kindOf } from '../config';
import type { StepFunction } from '../demand';
import { round6 } from '../figures';
import type { SizingResult } from '../sizing';
import { formatTime } from '../units';
import { gpuTypesOf, type JobEstimate } from './supply';
import { bufferReason, ceilingReason, defaultsReason, nodesAheadReason, resourcesReason } from './explain';
import { jobPlan } from './replicas';
import type { Predictions } from './load';
import type { StrategyDecision } from './strategy';
import { replayEffect, replayReasons } from './replay';
import type { ReplicaResources, ReplicaStep, WorkloadPlan } from './file';
import { aheadOf, floorOwnerOf } from './workload-facts';

/**
 * Assembles the entry of one workload in the plan: sizes, the load they come from, and the chain of reasons.
 *
 * @param sized grants the ceiling: the wanted one or what the limits allow, but never less than the peak
 * @param cost the workload's share of the planned cost (p95): of the horizon and of an ordinary month; and what runs for it now
 * @param job its estimate where it is a training job, else `null`
 */
export function assembleWorkload(
  config: Pick<CapacityConfig, 'workloads' | 'assumed'>,
  name: string,
  { demand, resources, strategy, floors, replayed, tuned }: StrategyDecision,
  sized: SizingResult,
  predictions: Predictions,
  cost: { readonly usd: number; readonly usdPerMonth: number; readonly now: number | null },
  job: JobEstimate | null,
): WorkloadPlan {
  const workload = config.workloads[name];
  const { derived, server, ...asked } = resources;
  const gpuTypes = gpuTypesOf(name, workload);
  const buffer = isAutoscaled(workload) ? workload.buffer : undefined;
  const ahead = aheadOf(workload);
  const ceiling = Math.max(demand.peak, Math.min(demand.wantedCeiling, sized.replicaCeilings[name]));
  const summaries = (['load', 'cpu', 'memory'] as const).flatMap((signal) => {
    const key = `${name}.${signal}`;
    const summary = Object.hasOwn(predictions.signals, key) ? predictions.signals[key].summary : null;
    return summary ? [[signal, summary] as const] : [];
  });
  const effect = replayEffect(replayed);
  const assumptions = config.assumed
    .filter((path) => /^workloads\.[^.]+\.(coldStart|target|protect|owner|metric)$/.test(path) && path.split('.')[1] === name)
    .map((path) => path.split('.')[2]);
  return {
    kind: kindOf(workload),
    form: 'form' in workload ? workload.form : null,
    pool: workload.pool,
    owner: floorOwnerOf(workload),
    floor: demand.floor,
    peak: demand.peak,
    ceiling,
    unit: demand.unit,
    throughputPerReplica: demand.throughputPerReplica,
    target: isMeasuredByLoad(workload) ? { load: demand.target ?? workload.target } : workload.target,
    ...(demand.sizedAt !== undefined && { sizedAt: demand.sizedAt }),
    protect: workload.protect,
    coldStartSeconds: workload.coldStart / 1_000,
    leadSeconds: demand.leadMs / 1_000,
    resources: asked,
    ...(gpuTypes && { gpuTypes }),
    ...(buffer && { buffer }),
    ...(ahead && { ahead }),
    autoscalerPercent: !isMeasuredByLoad(workload) && server ? autoscalerPercent(workload.target, server, asked) : null,
    load: demand.load,
    schedule: stepsOf(demand.schedule),
    usd: { p95: cost.usd },
    usdPerMonth: { now: cost.now, p95: cost.usdPerMonth },
    compression: demand.compression,
    forecast: Object.fromEntries(summaries),
    strategy,
    ...(floors && { floors }),
    ...(job && { job: jobPlan(job) }),
    ...(demand.windows && { windows: demand.windows.map((window) => ({ ...window })) }),
    ...(demand.progress && { progress: { ...demand.progress, ran: demand.progress.ran.map((window) => ({ ...window })) } }),
    ...(demand.floorSchedule && { floorSchedule: stepsOf(demand.floorSchedule) }),
    ...(tuned && { scaleDown: tuned.settings.scaleDown }),
    replay: replayed.replay,
    ...(effect && { replayEffect: effect }),
    ...(demand.overrides && { overrides: demand.overrides.map((override) => ({ ...override })) }),
    ...(demand.withoutOverrides && { withoutOverrides: demand.withoutOverrides }),
    reasons: [
      ...demand.reasons,
      ...replayReasons(replayed, demand.floor),
      resourcesReason(asked, derived),
      ...(buffer ? [bufferReason(buffer.replicas)] : []),
      ...(ahead ? [nodesAheadReason(workload.coldStart / 1_000, demand.leadMs / 1_000, replayed.replay)] : []),
      ceilingReason({
        ceiling,
        wanted: demand.wantedCeiling,
        peak: demand.peak,
        isStated: workload.ceiling !== undefined,
        isOverridden: demand.overrides?.some((override) => override.ceiling === ceiling) ?? false,
        pool: workload.pool,
      }),
      ...(assumptions.length > 0 ? [defaultsReason(assumptions)] : []),
    ],
  };
}

function stepsOf({ steps }: StepFunction): ReplicaStep[] {
  return steps.map(({ from, value }) => ({ from: formatTime(from), replicas: value }));
}

/** Utilisation is measured on the whole server, autoscalers count percent of what the pod asks for; rounded down, rather a replica too many. */
function autoscalerPercent(
  target: { readonly cpu: number; readonly memory: number },
  server: { readonly cpuMilli: number; readonly memoryMiB: number },
  asked: ReplicaResources,
): { readonly cpu: number; readonly memory: number } {
  const percent = (share: number) => Math.floor(round6(100 * share));
  return {
    cpu: percent((target.cpu * server.cpuMilli) / asked.cpuMilli),
    memory: percent((target.memory * server.memoryMiB) / asked.memoryMiB),
  };
}
