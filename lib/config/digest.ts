import { canonicalJson, digestOf } from '../digest';
import { isDeferrable } from './kinds';
import { followsMetric } from './metric-schema';
import { podNeed } from './pod-need';
import type { PodConfig } from './pod-schema';
import type { CapacityConfig, PoolConfig, WorkloadConfig } from './schema';

/**
 * Digest of those fields of a config that can change a size. A comment, an image tag or another order of the same fields
 * or of instance types, zones and the like leaves it alone, so the plan stays valid and needs no review. What is left out is named here by its place, never by a name
 * that a user may have given to a workload.
 */
export function configDigest(config: CapacityConfig): string {
  const {
    state,
    cluster,
    namespace,
    assumed,
    asOf,
    attached,
    kueue,
    gitops,
    costCentre,
    prometheusRule,
    operate,
    loopFiles,
    commitments,
    growth,
    prices,
    workloads,
    pools,
    limits,
    events,
    overrides,
    history,
    ...sized
  } = config;
  void [state, cluster, namespace, assumed, asOf, attached, kueue, gitops, costCentre, prometheusRule, operate, loopFiles, growth];
  const { prometheus, cloudwatch, ...judged } = history;
  void [prometheus, cloudwatch];
  return digestOf({
    ...sized,
    history: judged,
    workloads: Object.fromEntries(Object.entries(workloads).map(([name, workload]) => [name, sizedFields(workload)])),
    prices: Object.keys(prices).length === 0 ? undefined : prices,
    // What is paid for decides when deferrable jobs run, and nothing else.
    commitments: commitments.length > 0 && Object.values(workloads).some(isDeferrable) ? commitments : undefined,
    pools: Object.fromEntries(Object.entries(pools).map(([name, pool]) => [name, sizedPool(pool)])),
    limits: inAnyOrder(limits),
    overrides: overrides.length === 0 ? undefined : inAnyOrder({ overrides }).overrides,
    events: inAnyOrder({ events: events.map((event) => ({ ...inAnyOrder(event), why: undefined })) }).events,
  });
}

/** Of Karpenter's settings one says how fast nodes go; with which image and role they are made changes no size. */
function sizedPool({ karpenter, ...pool }: PoolConfig): unknown {
  return inAnyOrder({
    ...pool,
    running: undefined,
    adopt: undefined,
    costCentre: undefined,
    consolidateAfter: karpenter?.consolidateAfter,
  });
}

/** Its lists, of instance types or zones say, sorted: they say what there is, and the first is no better than the last. */
function inAnyOrder<Fields extends object>(fields: Fields): Fields {
  const sorted = (list: readonly unknown[]) => [...list].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [name, Array.isArray(value) ? sorted(value) : value]),
  ) as Fields;
}

/** Of a pod: what containers beside the main one ask for. */
function podSizes(pod: PodConfig | undefined): unknown {
  const { beside, before } = podNeed(pod);
  return [beside, before].some(({ cpuMilli, memoryMiB }) => cpuMilli > 0 || memoryMiB > 0) ? { beside, before } : undefined;
}

/** Whether there is a live metric decides what a floor must cover; which metric it is does not. */
function sizedFields(workload: WorkloadConfig): unknown {
  return {
    ...workload,
    image: undefined,
    command: undefined,
    port: undefined,
    healthPath: undefined,
    pod: podSizes(workload.pod),
    patch: undefined,
    reaches: undefined,
    calledBy: undefined,
    monitor: undefined,
    costCentre: undefined,
    preset: undefined,
    run: undefined,
    metric: 'metric' in workload ? followsMetric(workload.metric) : undefined,
    attach: undefined,
    live: 'live' in workload && workload.live?.ahead === 'nodes' ? { ahead: 'nodes' } : undefined,
    replica: 'replica' in workload && workload.replica ? inAnyOrder(workload.replica) : undefined,
    ...inAnyOrder({ exclude: workload.exclude.map(({ from, to }) => ({ from, to })) }),
  };
}
