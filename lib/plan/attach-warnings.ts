import { type AttachFacts, type CapacityConfig, equalMatchers, followsLoad, isAutoscaled, type ManifestToleration } from '../config';
import { poolLabel } from './file';
import type { PlanWarning } from './file';

/** What the manifests of attached workloads say that would keep the plan from working, workload by workload in the order of names. */
export function attachWarnings(config: Pick<CapacityConfig, 'workloads' | 'pools' | 'attached'>): PlanWarning[] {
  return Object.keys(config.attached)
    .sort()
    .flatMap((name) => [
      ...replicasWarnings(config, name),
      ...nodeWarnings(config, name).map((message) => ({
        code: 'attach/nodes' as const,
        path: `workloads.${name}.attach.manifest`,
        message,
      })),
      ...metricWarnings(config, name),
    ]);
}

function replicasWarnings({ workloads, attached }: Pick<CapacityConfig, 'workloads' | 'attached'>, name: string): PlanWarning[] {
  const { replicas, replicasField } = attached[name];
  if (replicas === undefined || !isAutoscaled(workloads[name])) return [];
  return [
    {
      code: 'attach/replicas',
      path: `workloads.${name}.attach.manifest`,
      message: `states ${replicasField}: ${replicas}: each time it is applied the number falls back to that, whatever the autoscaler has set; take the field out, in the order of docs/hand-overs.md`,
    },
  ];
}

/** Taints that the pods do not tolerate, and labels that they choose nodes by and those do not have. */
function nodeWarnings({ workloads, pools, attached }: Pick<CapacityConfig, 'workloads' | 'pools' | 'attached'>, name: string): string[] {
  const poolName = workloads[name].pool;
  const pool = pools[poolName];
  const { tolerations, nodeSelector } = attached[name].pod;
  const gpuTaint = pool.kind === 'gpuPool' ? [{ key: 'nvidia.com/gpu', value: undefined, effect: 'NoSchedule' }] : [];
  const untolerated = [...gpuTaint, ...(pool.taints ?? [])].filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
  const labels = pool.nodeSelector ?? { [poolLabel]: poolName };
  const unmet = Object.entries(nodeSelector).filter(([key, value]) => {
    if (key === 'node.kubernetes.io/instance-type') return pool.instances.length > 0 && !pool.instances.includes(value);
    return Object.hasOwn(labels, key) ? labels[key] !== value : !isGivenByOthers(key);
  });
  return [
    ...untolerated.map(
      ({ key, value, effect }) =>
        `its pods do not tolerate the taint ${key}${value === undefined ? '' : `=${value}`}:${effect} that nodes of pool '${poolName}' have`,
    ),
    ...unmet.map(([key, value]) => `its pods choose nodes by ${key}=${value}, which nodes of pool '${poolName}' do not have`),
  ];
}

type Taint = { readonly key: string; readonly value?: string; readonly effect: string };

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function tolerates({ key, operator = 'Equal', value, effect }: ManifestToleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key === undefined) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || taint.value === undefined || value === taint.value);
}

/** Labels that Kubernetes, a cloud or a node autoscaler gives to nodes by itself. */
const isGivenByOthers = (key: string): boolean =>
  /^([a-z0-9-]+\.)*(kubernetes\.io|k8s\.io|karpenter\.sh|amazonaws\.com|aws|nvidia\.com|google\.com|azure\.com)\//.test(key);

function metricWarnings({ workloads, attached }: Pick<CapacityConfig, 'workloads' | 'attached'>, name: string): PlanWarning[] {
  const workload = workloads[name];
  if (!followsLoad(workload)) return [];
  return (workload.metric?.triggers ?? []).flatMap((trigger) =>
    trigger.kind !== 'prometheus'
      ? []
      : equalMatchers(trigger.query)
          .flatMap(([label, value]) => unlike(label, value, attached[name], workload.attach?.namespace) ?? [])
          .map((message): PlanWarning => ({ code: 'attach/metric', path: `workloads.${name}.metric`, message })),
  );
}

/** Why a matcher of a query cannot select the pods; `undefined` where it may. Labels of the metric itself are not known here. */
function unlike(label: string, value: string, { pod }: AttachFacts, namespace: string | undefined): string | undefined {
  const asked = `asks for ${label}="${value}"`;
  if (label === 'namespace' && namespace !== undefined && namespace !== value)
    return `${asked}, and the pods of the manifest are in '${namespace}': it would find nothing`;
  if (label === 'container' && pod.containers.length > 0 && !pod.containers.includes(value))
    return `${asked}, and the pods of the manifest have ${pod.containers.join(', ')}: it would find nothing`;
  const key = Object.keys(pod.labels).find((own) => [own, `label_${own}`].some((text) => text.replace(/[^a-zA-Z0-9_]/g, '_') === label));
  if (key !== undefined && pod.labels[key] !== value)
    return `${asked}, and the pods of the manifest have ${label}="${pod.labels[key]}": it would find nothing`;
  if (key === undefined && usualPodLabels.has(label) && Object.keys(pod.labels).length > 0)
    return `${asked}, and the pods of the manifest have no such label: it would find nothing`;
  return undefined;
}

/** Labels of pods by the names that scrapes give them; other labels belong to metrics. */
const usualPodLabels = new Set(['app', 'app_kubernetes_io_name', 'app_kubernetes_io_instance', 'app_kubernetes_io_component', 'release']);
