/** A Kubernetes object as a manifest has it: whatever it may be. */
export type ManifestObject = Readonly<Record<string, unknown>>;

/** What one pod of a manifest asks for, and where it may run. */
export type ManifestPod = {
  readonly containers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly gpus: number;
  /** Left out where no container asks for any. */
  readonly cpuMilli?: number;
  readonly memoryMiB?: number;
  readonly tolerations: readonly ManifestToleration[];
  readonly nodeSelector: Readonly<Record<string, string>>;
};

export type ManifestToleration = { readonly key?: string; readonly operator?: string; readonly value?: string; readonly effect?: string };

/** The resources that stand for whole GPUs. */
const gpuResources = ['nvidia.com/gpu', 'amd.com/gpu'];

/**
 * Reads a pod template: `metadata` with labels, and `spec` with containers. The pod asks for the sum of its containers and of the init
 * containers that stay beside them, or for what its largest init container needs, whichever is more; and for its overhead. A limit without
 * a request is the request.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function manifestPod(template: unknown): ManifestPod {
  const spec = fieldsOf(fieldsOf(template).spec);
  const containers = listOf(spec.containers);
  const inits = listOf(spec.initContainers);
  const beside = inits.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const before = inits.filter(({ restartPolicy }) => restartPolicy !== 'Always');
  const overhead = fieldsOf(spec.overhead);
  const amount = (resources: readonly string[]): number | undefined => {
    const sum = (list: readonly ManifestObject[]) => total(list.map((container) => requestOf(container, resources)));
    const kept = sum([...containers, ...beside]);
    const largest = before.map((container) => requestOf(container, resources) ?? 0);
    const running = Math.max(kept ?? 0, ...largest);
    return kept === undefined && running === 0 ? undefined : running + (amountOf(overhead, resources) ?? 0);
  };
  const [cpu, memory] = [amount(['cpu']), amount(['memory'])];
  return {
    containers: containers.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
    labels: textsOf(fieldsOf(fieldsOf(template).metadata).labels),
    gpus: amount(gpuResources) ?? 0,
    ...(cpu === undefined ? {} : { cpuMilli: Math.ceil(Math.round(cpu * 1e6) / 1e3) }),
    ...(memory === undefined ? {} : { memoryMiB: Math.ceil(memory / 2 ** 20) }),
    tolerations: listOf(spec.tolerations),
    nodeSelector: textsOf(spec.nodeSelector),
  };
}

/** Several pods that start and end together, as one: what they ask for in all. */
export function podsTogether(pods: readonly ManifestPod[]): ManifestPod {
  const [first] = pods;
  const [cpuMilli, memoryMiB] = [total(pods.map((pod) => pod.cpuMilli)), total(pods.map((pod) => pod.memoryMiB))];
  return {
    ...first,
    gpus: total(pods.map((pod) => pod.gpus)) ?? 0,
    ...(cpuMilli === undefined ? {} : { cpuMilli }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
  };
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): ManifestObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ManifestObject) : {};
}

/** The objects of a list; none of anything else. */
export function listOf(value: unknown): readonly ManifestObject[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** The fields of an object that are text. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fieldsOf(value)).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}

function requestOf(container: ManifestObject, resources: readonly string[]): number | undefined {
  const { requests, limits } = fieldsOf(container.resources);
  return amountOf(fieldsOf(requests), resources) ?? amountOf(fieldsOf(limits), resources);
}

function amountOf(amounts: ManifestObject, resources: readonly string[]): number | undefined {
  return total(resources.map((resource) => quantity(amounts[resource])));
}

const total = (amounts: readonly (number | undefined)[]): number | undefined =>
  amounts.every((amount) => amount === undefined) ? undefined : amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);

const powers: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A quantity of Kubernetes, `500m`, `12Gi`, `1e3` or a number, as a number; `undefined` of anything else. */
export function quantity(value: unknown): number | undefined {
  const match = /^(\d+\.?\d*(?:[eE]\d+)?)([numkMGTP]|[KMGTP]i)?$/.exec(
    typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '',
  );
  return match === null ? undefined : Number(match[1]) * powers[match[2] ?? ''];
}
