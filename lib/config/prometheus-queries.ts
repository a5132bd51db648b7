import type { SourceInput } from './schema';

/**
 * Ready queries, written to the names that servers and exporters give their metrics. Each returns plain data, the source as it
 * would be written by hand: `vllm.requests({ model: 'llama', namespace: 'chat' })`.
 *
 * Each gives one series, the sum over everything its matchers select, and looks over five minutes, the step that points have by
 * default, so that every sample counts in exactly one point.
 */

export type QueryOptions = {
  /** The server, where it is not that of `history.prometheus`. */
  readonly url?: string;
  /** What a point looks back over, and the distance of points, in PromQL's form. @default '5m' */
  readonly window?: string;
  /** Kubernetes namespace, as the scrape labels it. */
  readonly namespace?: string;
  /** Further labels with their values, such as `{ cluster: 'eu' }`. */
  readonly labels?: Readonly<Record<string, string>>;
};

type ModelOptions = QueryOptions & { /** The model, as the server names it. */ readonly model?: string };

/** Metrics of vLLM's own server. A request counts when it has finished. */
export const vllm = {
  requests: (options: ModelOptions = {}) => perSecond('vllm:request_success_total', 'req/s', model(options, 'model_name'), options),
  promptTokens: (options: ModelOptions = {}) => perSecond('vllm:prompt_tokens_total', 'tokens/s', model(options, 'model_name'), options),
  generationTokens: (options: ModelOptions = {}) =>
    perSecond('vllm:generation_tokens_total', 'tokens/s', model(options, 'model_name'), options),
  /** Requests in work, of all replicas. */
  running: (options: ModelOptions = {}) => total('vllm:num_requests_running', 'req', model(options, 'model_name'), options),
  /** Requests that wait, of all replicas. */
  waiting: (options: ModelOptions = {}) => total('vllm:num_requests_waiting', 'req', model(options, 'model_name'), options),
  /** Share of the KV cache in use, the mean of all replicas. Older versions call it by the GPU. */
  kvCache: (options: ModelOptions = {}) => {
    const of = (metric: string) => `avg_over_time(${metric}${model(options, 'model_name')}[${windowOf(options)}])`;
    return source(`avg(${of('vllm:kv_cache_usage_perc')} or ${of('vllm:gpu_cache_usage_perc')})`, 'ratio', 'level', options);
  },
};

/** Metrics of NVIDIA Triton Inference Server. */
export const triton = {
  requests: (options: ModelOptions = {}) => perSecond('nv_inference_request_success', 'req/s', model(options, 'model'), options),
  /** Inferences: a request of a batch of n counts n times. */
  inferences: (options: ModelOptions = {}) => perSecond('nv_inference_count', 'samples/s', model(options, 'model'), options),
  /** Requests that wait for a backend. */
  pending: (options: ModelOptions = {}) => total('nv_inference_pending_request_count', 'req', model(options, 'model'), options),
};

/** Metrics of Hugging Face Text Generation Inference, which do not name the model: tell servers apart by what the scrape adds. */
export const tgi = {
  requests: (options: QueryOptions = {}) => perSecond('tgi_request_count', 'req/s', matchers(options), options),
  promptTokens: (options: QueryOptions = {}) => perSecond('tgi_request_input_length_sum', 'tokens/s', matchers(options), options),
  generationTokens: (options: QueryOptions = {}) => perSecond('tgi_request_generated_tokens_sum', 'tokens/s', matchers(options), options),
  running: (options: QueryOptions = {}) => total('tgi_batch_current_size', 'req', matchers(options), options),
  waiting: (options: QueryOptions = {}) => total('tgi_queue_size', 'req', matchers(options), options),
};

/** Metrics of KServe's Python model servers. Other runtimes behind KServe have their own: see `triton` and `vllm`. */
export const kserve = {
  requests: (options: ModelOptions = {}) => perSecond('request_predict_seconds_count', 'req/s', model(options, 'model_name'), options),
};

type GpuOptions = QueryOptions & { /** Of the pods that hold the GPUs, as the exporter labels them. */ readonly pod?: string };

/** Metrics of NVIDIA's DCGM exporter. */
export const dcgm = {
  /** Share of the time that a GPU did something, the mean of all. It says little of how much of the GPU was used. */
  utilization: (options: GpuOptions = {}) =>
    source(`avg(avg_over_time(DCGM_FI_DEV_GPU_UTIL${gpus(options)}[${windowOf(options)}]))`, '%', 'level', options),
  /** Share of the frame buffer in use, of all GPUs together. */
  memory: (options: GpuOptions = {}) => {
    const sum = (metric: string) => `sum(avg_over_time(${metric}${gpus(options)}[${windowOf(options)}]))`;
    const used = sum('DCGM_FI_DEV_FB_USED');
    return source(`100 * ${used} / (${used} + ${sum('DCGM_FI_DEV_FB_FREE')})`, '%', 'level', options);
  },
};

type ContainerOptions = QueryOptions & {
  readonly namespace: string;
  /** The Deployment or StatefulSet: its pods are known by their names. */
  readonly workload: string;
  /** What usage is held against. @default 'requests' */
  readonly of?: 'requests' | 'limits';
};

/**
 * Usage of containers (cAdvisor) against their requests or limits (kube-state-metrics), in percent, of the pods of a workload that run.
 *
 * Which pods are its own is told by `kube_pod_owner` and `kube_replicaset_owner`; where the namespace has no owners scraped, by the names
 * that Kubernetes gives to pods of Deployments and StatefulSets. Pods that wait, failed or are done count in neither half, and a container
 * that is scraped twice, or restarted, counts once.
 */
export const container = {
  cpu: (options: ContainerOptions) => {
    const used = `rate(container_cpu_usage_seconds_total${containers(options)}[${windowOf(options)}])`;
    return usageOf(options, used, 'cpu');
  },
  /** The working set, which is what eviction goes by. */
  memory: (options: ContainerOptions) => {
    const used = `avg_over_time(container_memory_working_set_bytes${containers(options)}[${windowOf(options)}])`;
    return usageOf(options, used, 'memory');
  },
};

/** Metrics of the Kafka exporter. */
export const kafka = {
  /** Messages that a consumer group has yet to read. An offset that is committed ahead of what is known counts as none. */
  lag: (options: QueryOptions & { readonly group: string; readonly topic?: string }) => {
    const which = matchers(options, { consumergroup: options.group, topic: options.topic });
    return source(`sum(clamp_min(avg_over_time(kafka_consumergroup_lag${which}[${windowOf(options)}]), 0))`, 'messages', 'level', options);
  },
  /** Messages that arrive in a topic. */
  produced: (options: QueryOptions & { readonly topic: string }) =>
    perSecond('kafka_topic_partition_current_offset', 'messages/s', matchers(options, { topic: options.topic }), options),
};

const perSecond = (metric: string, unit: string, which: string, options: QueryOptions) =>
  source(`sum(rate(${metric}${which}[${windowOf(options)}]))`, unit, 'rate', options);

const total = (metric: string, unit: string, which: string, options: QueryOptions) =>
  source(`sum(avg_over_time(${metric}${which}[${windowOf(options)}]))`, unit, 'level', options);

function source(query: string, unit: string, series: 'rate' | 'level', { url, window }: QueryOptions): SourceInput {
  return {
    kind: 'prometheus',
    query,
    unit,
    series,
    ...(url === undefined ? {} : { url }),
    ...(window === undefined ? {} : { step: window }),
  };
}

const windowOf = ({ window = '5m' }: QueryOptions): string => window;

type Matcher = string | { readonly unlike: string } | { readonly like: string } | undefined;

function matchers({ namespace, labels = {} }: QueryOptions, more: Readonly<Record<string, Matcher>> = {}): string {
  const all = Object.entries({ namespace, ...more, ...labels } as Readonly<Record<string, Matcher>>);
  const texts = all.flatMap(([name, matcher]) => {
    if (matcher === undefined) return [];
    if (typeof matcher === 'string') return [`${labelName(name)}=${quoted(matcher)}`];
    return 'unlike' in matcher ? [`${labelName(name)}!~${quoted(matcher.unlike)}`] : [`${labelName(name)}=~${quoted(matcher.like)}`];
  });
  return texts.length === 0 ? '' : `{${texts.join(',')}}`;
}

const model = (options: ModelOptions, label: string): string => matchers(options, { [label]: options.model });
const gpus = (options: GpuOptions): string => matchers(options, { pod: options.pod });

/** Containers of the pods whose names begin as those of a workload do, the one that holds a pod's network left out. */
const containers = (options: ContainerOptions): string => matchers(options, { pod: beginsAs(options), container: { unlike: '|POD' } });

const beginsAs = ({ workload }: ContainerOptions): Matcher => ({ like: `${escaped(workload)}-.+` });
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Of both halves the same pods: those of the workload that run, each container once. */
function usageOf(options: ContainerOptions, used: string, resource: 'cpu' | 'memory'): SourceInput {
  const asked = `avg_over_time(${askedMetric(options)}${matchers(options, { pod: beginsAs(options), resource })}[${windowOf(options)}])`;
  return source(`100 * ${sumOfRunning(options, used)} / ${sumOfRunning(options, asked)}`, '%', 'level', options);
}

const askedMetric = ({ of = 'requests' }: ContainerOptions): string => `kube_pod_container_resource_${of}`;

function sumOfRunning(options: ContainerOptions, each: string): string {
  const once = `max by (namespace, pod, container) (${each})`;
  const notRunning = matchers(options, { phase: { like: 'Pending|Succeeded|Failed|Unknown' } });
  return `sum((${once}) and on (namespace, pod) (${ownPods(options)}) unless on (namespace, pod) (kube_pod_status_phase${notRunning} == 1))`;
}

/**
 * Letters and digits that Kubernetes draws parts of names from: no vowels, and no 0, 1 and 3. So `web-cache-x2k9b`, of a DaemonSet
 * `web-cache`, is told from a pod of the Deployment `web`.
 */
const drawn = '[bcdfghjklmnpqrstvwxz2456789]';

/** A series of each pod of the workload: by its owner, or by its name where no pod of the namespace has an owner that is known. */
function ownPods(options: ContainerOptions): string {
  const owner = (metric: string, more: Readonly<Record<string, Matcher>>) => `${metric}${matchers(options, more)}`;
  const ofReplicaSet = `label_replace(${owner('kube_pod_owner', { owner_kind: 'ReplicaSet', pod: beginsAs(options) })}, "replicaset", "$1", "owner_name", "(.*)")`;
  const ownReplicaSets = owner('kube_replicaset_owner', { owner_name: options.workload });
  const ofDeployment = `${ofReplicaSet} and on (namespace, replicaset) ${ownReplicaSets}`;
  const ofStatefulSet = owner('kube_pod_owner', { owner_kind: 'StatefulSet', owner_name: options.workload });
  const likeOwn = { like: `${escaped(options.workload)}-(${drawn}{1,10}-${drawn}{5}|[0-9]+)` };
  const byName = `${owner(askedMetric(options), { pod: likeOwn })} unless on (namespace) ${owner('kube_pod_owner', {})}`;
  return `(${ofDeployment}) or ${ofStatefulSet} or (${byName})`;
}

/** A text of PromQL, in double quotes. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;

/** Names beyond letters, digits and '_' are quoted, as Prometheus 3 takes them. */
const labelName = (name: string): string => (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name));
