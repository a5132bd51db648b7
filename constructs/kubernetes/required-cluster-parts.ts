import { type CapacityPlan, gpuLabel, type PoolPlan, type WorkloadPlan } from '../../lib/plan/file';
import {
  addonsOf,
  type CapacityConfig,
  followsLoad,
  hasExactTolerance,
  heldAgainst,
  isHeldAgainst,
  installedPartsOf,
  isAutoscaled,
  isJob,
  poolOwners,
  scalerOf,
  type WorkloadConfig,
} from '../../lib/config';
import { nodeSelector } from './node-selector';
import { isReadByHpa } from './live-floors';
import { namespaceOfService } from './network-peers';
import { movingFloors } from './planned-workload';
import { roomAtPeak } from './room';

/**
 * Lists what a cluster must have in addition to the objects of a plan, so that they work. Each line names one part and the workloads or
 * pools that need it. Of a new cluster it leaves out what is written for it.
 *
 * @returns for example `['KEDA, for the schedules of chat, storefront', 'NVIDIA device plugin, for the GPUs of chat']`
 */
export function requiredClusterParts(config: CapacityConfig, plan: CapacityPlan): string[] {
  const workloads = Object.keys(config.workloads)
    .sort()
    .map((name) => ({ name, config: config.workloads[name], plan: plan.workloads[name] }));
  type Workload = (typeof workloads)[number];
  const line = (part: string, needsIt: (workload: Workload) => boolean) => {
    const names = workloads.filter(needsIt).map(({ name }) => name);
    return names.length === 0 ? [] : [`${part} ${names.join(', ')}`];
  };
  const triggers = ({ config: workload }: Workload) => (followsLoad(workload) ? workload.metric?.triggers : undefined) ?? [];
  const scaled = ({ config: workload }: Workload) => isAutoscaled(workload);
  const isKeda = ({ config: workload }: Workload) => isAutoscaled(workload) && scalerOf(workload) === 'keda';
  const isLive = (workload: Workload) => scaled(workload) && workload.plan.owner === 'live';
  // Since 2.18 a trigger that fails asks for just the replicas that there are, and a ScaledObject can set a tolerance.
  const keda = 'KEDA 2.18 or later';
  const urls = workloads.flatMap(triggers).flatMap((trigger) => (trigger.kind === 'prometheus' ? [trigger.url] : []));
  const sources = [...new Set(urls)].sort();
  const isOwn = ({ config: { attach } }: Workload) => attach === undefined;
  const reads = (workload: Workload, url: string) =>
    triggers(workload).some((trigger) => trigger.kind === 'prometheus' && trigger.url === url);
  const goesByCpu = (workload: Workload) => triggers(workload).every(({ kind }) => kind === 'cpu');
  const inPlace = (workload: Workload) =>
    workload.config.kind !== 'training' &&
    isOwn(workload) &&
    Object.hasOwn(plan.pools, workload.plan.pool) &&
    roomAtPeak(plan, workload.name, 1) === 0;

  const installed = installedPartsOf(config);
  const isNew = config.cluster.existing === undefined;
  const hasAddon = (name: string) => addonsOf(config).some((addon) => addon.name === name);
  const unless = (isThere: boolean, lines: string[]) => (isThere ? [] : lines);

  return [
    ...line(`${keda}, for the schedules of`, (workload) => isKeda(workload) && !isLive(workload) && movingFloors(workload).length > 0),
    ...line(
      `${keda}, for the live triggers of`,
      (workload) => isKeda(workload) && (isLive(workload) || movingFloors(workload).length === 0),
    ),
    ...line(
      'the Prometheus operator, or prometheus/live-floors.rules.yaml among the rules of Prometheus, with eight days of samples, for the floors of',
      isLive,
    ),
    ...line('kube-state-metrics, scraped with its own labels (honorLabels), for the alerts on the floors of', isLive),
    ...line('the same, for the nodes that come ahead of', (workload) => workload.plan.ahead === 'nodes'),
    ...line(
      'the loop of operate-loop.k8s.yaml, applied and running before the HPAs that leave minReplicas to it (docs/operate.md), for the floors of',
      (workload) => scaled(workload) && workload.plan.owner === 'operate',
    ),
    ...sources.flatMap((url) => line(`Prometheus at ${url}, for the load of`, (workload) => reads(workload, url))),
    ...line(
      'prometheus-adapter as the server of external.metrics.k8s.io, in place of KEDA, with prometheus/adapter-rules.yaml among its rules, for the floors of',
      ({ name }) => isReadByHpa(config, name),
    ),
    ...line('a metrics adapter (custom.metrics.k8s.io), for the load of', (workload) =>
      triggers(workload).some(({ kind }) => kind === 'pods'),
    ),
    ...unless(
      hasAddon('metrics-server'),
      line('Metrics Server, for the CPU and memory of', (workload) => scaled(workload) && goesByCpu(workload)),
    ),
    ...line(
      `the Prometheus operator (PodMonitor), and a Prometheus of it that selects the monitors of namespace ${config.namespace.name}, for the metrics of`,
      ({ config: workload }) => 'monitor' in workload && workload.monitor !== undefined,
    ),
    ...podParts(config, line, hasAddon('aws-mountpoint-s3-csi-driver')),
    ...workloads.filter((workload) => !scaled(workload)).flatMap(numberOfOthers),
    ...unless(
      installed.includes('nvidia-device-plugin'),
      line('NVIDIA device plugin, for the GPUs of', (workload) => workload.plan.resources.gpus > 0),
    ),
    ...line(
      'a node autoscaler that keeps CapacityBuffers (cluster-autoscaler 1.34 with --capacity-buffer-controller-enabled and --capacity-buffer-pod-injection-enabled, or Karpenter 1.14 with the feature gate CapacityBuffer), for the buffer of',
      (workload) => workload.plan.buffer?.by === 'capacity-buffer',
    ),
    ...unless(installed.includes('cluster-autoscaler'), autoscaledPools(plan)),
    ...karpenterPools(config, plan),
    ...ownMachines(plan),
    ...nodesOfOthers(plan),
    ...(config.namespace.closed ? sources.filter((url) => namespaceOfService(url) === undefined) : []).flatMap((url) =>
      line(`the namespace of what scrapes for ${url} among calledBy of`, (workload) => isOwn(workload) && reads(workload, url)),
    ),
    ...unless(isNew && config.cluster.system !== false, [systemPods(plan)]),
    ...line(
      'patience: a roll-out replaces one replica at a time, an old one first, because its pool has no room beside the peak:',
      inPlace,
    ),
    ...(isHeldAgainst(config.cluster.version)
      ? []
      : [
          `a look at what is new in Kubernetes ${config.cluster.version}: what is written is held against the schemas of ${heldAgainst.join(' to ')}, and not of that version`,
        ]),
    ...(hasExactTolerance(config.cluster.version)
      ? []
      : [`patience: below Kubernetes 1.35 an HPA may leave scheduled floors above 10 replicas up to 10 % short`]),
    ...(config.namespace.create && !hasAddon('vpc-cni')
      ? [
          'a network plugin that enforces NetworkPolicy: what pods reach beyond their namespace, and who calls them from there, is what reaches and calledBy say',
        ]
      : []),
  ];
}

/** The line about the number of an attached workload that no autoscaler moves: its owner writes it. */
function numberOfOthers({
  name,
  config: { attach },
  plan,
}: {
  readonly name: string;
  readonly config: WorkloadConfig;
  readonly plan: WorkloadPlan;
}): string[] {
  if (attach === undefined) return [];
  const field = attach.kind === 'Job' ? 'spec.parallelism' : 'the number of workers';
  return [`${field} ${plan.peak} in ${attach.kind} ${attach.namespace}/${attach.name}, which its owner writes, for ${name}`];
}

/** What pods ask for beside their sizes. */
function podParts(
  config: CapacityConfig,
  line: (part: string, needsIt: (workload: { readonly name: string }) => boolean) => string[],
  mountsBuckets: boolean,
): string[] {
  const { workloads } = config;
  const runs = (name: string) => {
    const workload = workloads[name];
    return isJob(workload) ? workload.run : undefined;
  };
  const buckets = (name: string) => Object.values(workloads[name].pod?.volumes ?? {}).some(({ s3 }) => s3 !== undefined);
  const queues = [...new Set(Object.keys(workloads).flatMap((name) => runs(name)?.queue ?? []))].sort();
  return [
    ...line('Mountpoint for Amazon S3 CSI driver, for the buckets of', ({ name }) => !mountsBuckets && buckets(name)),
    ...line('JobSet, for', ({ name }) => runs(name)?.as === 'JobSet'),
    ...queues.flatMap((queue) =>
      line(
        config.kueue ? `Kueue, for the queue '${queue}' of` : `Kueue with a LocalQueue '${queue}', for`,
        ({ name }) => runs(name)?.queue === queue,
      ),
    ),
    ...line('nodes with EFA interfaces, for', ({ name }) => runs(name)?.efa === true && !config.pools[workloads[name].pool].efa),
    ...line('the EFA device plugin, for', ({ name }) => runs(name)?.efa === true),
    ...line(
      'a place that outlives their pods for the checkpoints (run.checkpoints) of',
      ({ name }) => isJob(workloads[name]) && workloads[name].attach === undefined && runs(name)?.checkpoints === undefined,
    ),
  ];
}

/** The line about system pods. The sizes of a plan have room for its workloads and for DaemonSets, and not for other pods. */
function systemPods(plan: CapacityPlan): string {
  const onlyGpus = Object.values(plan.pools).every((pool) => pool.kind === 'gpuPool');
  return `room for system pods (CoreDNS, KEDA and the like)${onlyGpus ? ': a node group without a taint, since every pool here is for GPUs' : ', which the sizes here do not count'}`;
}

/** The names of the pools whose owner passes, sorted. */
function poolsOf({ pools }: CapacityPlan, passes: (owner: PoolPlan['owner']) => boolean): string[] {
  return Object.keys(pools)
    .filter((name) => passes(pools[name].owner))
    .sort();
}

function autoscaledPools(plan: CapacityPlan): string[] {
  const names = poolsOf(plan, (owner) => !poolOwners[owner].isFixed && poolOwners[owner].isInTerraform);
  return names.length === 0 ? [] : [`cluster-autoscaler, for the nodes of ${names.join(', ')}`];
}

function karpenterPools({ pools: stated }: CapacityConfig, plan: CapacityPlan): string[] {
  const { pools } = plan;
  const names = poolsOf(plan, (owner) => owner === 'karpenter');
  const isStatic = names.some((name) => stated[name].karpenter?.staticCapacity);
  const isReserved = names.some((name) =>
    pools[name].groups.some(({ capacityType }) => ['reserved', 'capacity-block'].includes(capacityType)),
  );
  const since = isStatic ? ' 1.8 or later with the feature gate StaticCapacity' : isReserved ? ' 1.6 or later' : ' 1.0 or later';
  return names.length === 0 ? [] : [`Karpenter${since}, for the nodes of ${names.join(', ')}`];
}

/** The lines about the user's own machines, which must be nodes of the cluster with these labels and taints: nothing here sets them. */
function ownMachines(plan: CapacityPlan): string[] {
  return poolsOf(plan, (owner) => owner === 'none').map((name) => {
    const { groups } = plan.pools[name];
    const machines = groups.map(({ ceiling, instanceType }) => `${ceiling} ${instanceType}`).join(', ');
    const taint = groups.some(({ node }) => node.gpus > 0) ? ' and the taint nvidia.com/gpu=true:NoSchedule' : '';
    return `the machines of pool ${name} (${machines}) as nodes, with ${marksOf(plan, name)}${taint}`;
  });
}

/** The lines about pools whose nodes somebody else's tools add and remove. */
function nodesOfOthers(plan: CapacityPlan): string[] {
  return poolsOf(plan, (owner) => owner === 'external').map((name) => {
    const sizes = plan.pools[name].groups.map(
      ({ floor, ceiling, instanceType, capacityType }) => `${floor} to ${ceiling} ${instanceType} ${capacityType}`,
    );
    return `nodes of your own for pool ${name} (${sizes.join(', ')}), with ${marksOf(plan, name)}`;
  });
}

/** The labels that nodes of a pool must have for pods to choose them. */
function marksOf({ pools, workloads }: CapacityPlan, name: string): string {
  const labels = Object.entries(nodeSelector(name, pools[name])).map(([key, value]) => `${key}=${value}`);
  const byType = Object.values(workloads).some(({ pool, gpuTypes }) => pool === name && gpuTypes !== undefined);
  const gpu = byType ? ` and the label ${gpuLabel} with the type of their GPUs` : '';
  return `the label${labels.length > 1 ? 's' : ''} ${labels.join(', ')}${gpu}`;
}
