import type { AttachFacts } from './attach-facts';
import { type AttachConfig, hasScale, scaledInstead } from './attach-schema';
import type { Add } from './check-pools';
import { isAutoscaled } from './kinds';
import { fieldsOf, type ManifestObject } from './manifest-pods';
import type { CapacityConfig, Manifests, WorkloadConfig } from './schema';

/** What of attached workloads does not go together, in the config and with their manifests. */
export function checkAttach(config: CapacityConfig, manifests: Manifests, add: Add): void {
  const seen = new Map<string, string>();
  for (const [name, workload] of Object.entries(config.workloads)) {
    const { attach } = workload;
    if (attach === undefined) continue;
    const at = ['workloads', name, 'attach'] as const;
    const key = [attach.namespace, attach.apiVersion, attach.kind, attach.name].join('/');
    const other = seen.get(key);
    if (other !== undefined)
      add('attach', at, `is what workload '${other}' is attached to: two numbers of replicas would fight`, 'attach one of them');
    seen.set(key, name);
    checkKind(name, workload, attach, add);
    for (const field of ['image', 'command'] as const)
      if (workload[field] !== undefined)
        add('attach', ['workloads', name, field], "is of pods that are written here, and these are somebody else's", 'leave it out');
    const facts = config.attached[name];
    if (attach.quota && config.pools[workload.pool]?.kind !== 'gpuPool')
      add('attach', [...at, 'quota'], `limits GPUs, and nodes of pool '${workload.pool}' have none`, 'leave it out');
    if (attach.disruptionBudget !== false && budgetSelector(attach, facts) === undefined)
      add(
        'attach',
        [...at, 'disruptionBudget'],
        'needs the labels of the pods, and nothing says them',
        "disruptionBudget: { app: 'vllm' }, or a manifest",
      );
    if (facts !== undefined) checkFacts(name, workload, attach, facts, add);
    else if (attach.manifest !== undefined)
      add('attach-manifest', [...at, 'manifest'], `holds no ${attach.kind} '${attach.name}'`, `it holds ${heldBy(manifests[name] ?? [])}`);
  }
}

/** What a manifest holds, for a hint: at most six objects. */
function heldBy(objects: readonly ManifestObject[]): string {
  const names = objects.map(({ kind, metadata }) => `${String(kind)} ${String(fieldsOf(metadata).name)}`);
  return names.length === 0 ? 'no object at all' : [...names.slice(0, 6), ...(names.length > 6 ? ['...'] : [])].join(', ');
}

function checkKind(name: string, workload: WorkloadConfig, { kind, takesOver }: AttachConfig, add: Add): void {
  const at = ['workloads', name, 'attach'] as const;
  if (isAutoscaled(workload) && hasScale(kind) === false) {
    const instead = scaledInstead(kind);
    add(
      'attach',
      [...at, 'kind'],
      `${kind} has no scale subresource: no autoscaler can move its replicas`,
      instead && `attach to ${instead}`,
    );
  }
  if (!isAutoscaled(workload) && takesOver !== undefined)
    add('attach', [...at, 'takesOver'], 'is for a workload that an autoscaler scales', 'leave it out');
}

/** The labels of the pods that a disruption budget is for; `undefined` where none is asked for, or nothing says them. */
export function budgetSelector({ disruptionBudget }: AttachConfig, facts: AttachFacts | undefined): Labels | undefined {
  const labels = disruptionBudget === true ? facts?.selector : disruptionBudget || undefined;
  return labels === undefined || Object.keys(labels).length === 0 ? undefined : labels;
}

type Labels = Readonly<Record<string, string>>;

function checkFacts(name: string, workload: WorkloadConfig, attach: AttachConfig, facts: AttachFacts, add: Add): void {
  const at = ['workloads', name, 'attach'] as const;
  if (facts.namespace !== undefined && facts.namespace !== attach.namespace)
    add(
      'attach-manifest',
      [...at, 'namespace'],
      `is '${attach.namespace}', and the manifest says '${facts.namespace}'`,
      'state the one that is right',
    );
  if (attach.container !== undefined && facts.pod.containers.length > 0 && !facts.pod.containers.includes(attach.container))
    add(
      'attach-manifest',
      [...at, 'container'],
      `is not in the manifest: '${attach.container}'`,
      `it has ${facts.pod.containers.join(', ')}`,
    );
  if (isAutoscaled(workload)) {
    for (const { kind, name: theirs } of facts.autoscalers) {
      if (theirs === attach.takesOver && kind === 'HorizontalPodAutoscaler') continue;
      const hint =
        kind === 'HorizontalPodAutoscaler'
          ? `take it over, attach: { ..., takesOver: '${theirs}' }, as docs/hand-overs.md says; or take it out of the manifests`
          : kind.startsWith('InferenceService')
            ? "tell KServe to leave the replicas alone, serving.kserve.io/autoscalerClass: 'none'"
            : 'take it out of the manifests, as docs/hand-overs.md says';
      add('attach-autoscaler', at, `is scaled by ${kind} '${theirs}' already: two autoscalers would fight over its replicas`, hint);
    }
  }
  const replica: { readonly gpus?: number; readonly cpu?: number; readonly memory?: number } = workload.replica ?? {};
  for (const [key, of] of [
    ['gpus', 'gpus'],
    ['cpu', 'cpuMilli'],
    ['memory', 'memoryMiB'],
  ] as const) {
    const [stated, asked] = [replica[key], facts.pod[of]];
    if (stated !== undefined && asked !== undefined && stated !== asked)
      add(
        'attach-replica',
        ['workloads', name, 'replica', key],
        `is ${stated}${units[key]}, and the pods of the manifest ask for ${asked}${units[key]}`,
        'leave it out: the manifest says it',
      );
  }
}

const units = { gpus: ' GPU', cpu: ' mCPU', memory: ' MiB' } as const;
