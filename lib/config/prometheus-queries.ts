import { formatDuration, MINUTE_MS, parseDuration, SECOND_MS } from '../units';
import { beginsAs, namedAs, notRunning, ownPods, type PodsOf } from './own-pods';
import type { SourceInput } from './schema';
import { escaped, type Matcher, selector } from './selectors';

/**
 * Ready queries, written to the names that servers and exporters give their metrics. Each returns plain data, the source as it
 * would be written by hand: `vllm.requests({ model: 'llama', namespace: 'chat' })`.
 *
 * Each gives one series, the sum over everything its matchers select, and looks over five minutes, the step that points have by
 * default, so that every sample counts in exactly one point. What is a level is added up at each moment and then averaged, so that pods
 * which replace one another count one after the other.
 *
 * With `workload`, only pods of that Deployment or StatefulSet count, told by `kube_pod_owner` and `kube_replicaset_owner` (by the names that
 * Kubernetes gives them where the namespace has no owners scraped), each container once, however often it is scraped. Levels count pods that
 * run; what is counted per second counts pods that have just gone too, whose work was load.
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

/** All series that the other options select, or only those of the pods of a Deployment or StatefulSet. */
type OfWorkload = { readonly namespace: string; readonly workload: string } | { readonly workload?: undefined };
type ServerOptions = QueryOptions & OfWorkload;
export type ModelOptions = ServerOptions & { /** The model, as the server names it. */ readonly model?: string };

/** Metrics of vLLM's own server. A request counts when it has finished. */
export const vllm = {
  requests: (options: ModelOptions = {}) => perSecond('vllm:request_success_total', 'req/s', options, model(options, 'model_name')),
  promptTokens: (options: ModelOptions = {}) => perSecond('vllm:prompt_tokens_total', 'tokens/s', options, model(options, 'model_name')),
  generationTokens: (options: ModelOptions = {}) =>
    perSecond('vllm:generation_tokens_total', 'tokens/s', options, model(options, 'model_name')),
  /** Requests in work, of all replicas. */
  running: (options: ModelOptions = {}) => total('vllm:num_requests_running', 'req', options, model(options, 'model_name')),
  /** Requests that wait, of all replicas. */
  waiting: (options: ModelOptions = {}) => total('vllm:num_requests_waiting', 'req', options, model(options, 'model_name')),
  /** Share of the KV cache in use, the mean of all replicas. Older versions call it by the GPU. */
  kvCache: (options: ModelOptions = {}) => kvCacheOf('avg', options),
};

/** Share of the KV cache in use: the mean of all replicas, or the sum of their shares. */
export function kvCacheOf(how: 'avg' | 'sum', options: ModelOptions): PrometheusSource {
  const of = (metric: string) => eachOnce(options, (pods) => `${metric}${labelsOf(options, { ...model(options, 'model_name'), ...pods })}`);
  return source(
    overWindow(options, `${how}(${of('vllm:kv_cache_usage_perc')} or ${of('vllm:gpu_cache_usage_perc')})`),
    'ratio',
    'level',
    options,
  );
}

/** Metrics of NVIDIA Triton Inference Server. */
export const triton = {
  requests: (options: ModelOptions = {}) => perSecond('nv_inference_request_success', 'req/s', options, model(options, 'model')),
  /** Inferences: a request of a batch of n counts n times. */
  inferences: (options: ModelOptions = {}) => perSecond('nv_inference_count', 'samples/s', options, model(options, 'model')),
  /** Requests that wait for a backend. */
  pending: (options: ModelOptions = {}) => total('nv_inference_pending_request_count', 'req', options, model(options, 'model')),
};

/** Metrics of Hugging Face Text Generation Inference, which do not name the model: tell servers apart by what the scrape adds. */
export const tgi = {
  requests: (options: ServerOptions = {}) => perSecond('tgi_request_count', 'req/s', options),
  promptTokens: (options: ServerOptions = {}) => perSecond('tgi_request_input_length_sum', 'tokens/s', options),
  generationTokens: (options: ServerOptions = {}) => perSecond('tgi_request_generated_tokens_sum', 'tokens/s', options),
  running: (options: ServerOptions = {}) => total('tgi_batch_current_size', 'req', options),
  waiting: (options: ServerOptions = {}) => total('tgi_queue_size', 'req', options),
};

type KserveOptions = QueryOptions & { readonly model?: string } & (
    | {
        readonly namespace: string;
        /** The InferenceService: the pods of its predictor count, in all revisions. */ readonly service: string;
      }
    | { readonly service?: undefined }
  );

/** Metrics of KServe's Python model servers. Other runtimes behind KServe have their own: see `triton` and `vllm`. */
export const kserve = {
  /** A transformer counts the requests that it passes on under the same name: `service` leaves them out. */
  requests: (options: KserveOptions = {}) => {
    const { service } = options;
    const pods: PodsOf | undefined =
      service === undefined
        ? undefined
        : { ...options, workload: { like: `${escaped(service)}-predictor(-default)?(-[0-9]{5}-deployment)?` } };
    return perSecond('request_predict_seconds_count', 'req/s', options, { model_name: options.model }, pods);
  },
};

type GpuOptions = ServerOptions & { /** Of the pods that hold the GPUs. */ readonly pod?: string };

/**
 * Metrics of NVIDIA's DCGM exporter, which knows the pods that hold its GPUs. Where its labels are not honoured, the scrape calls these
 * `exported_pod` and `exported_namespace`, and `pod` and `namespace` are the exporter's own; both are read.
 */
export const dcgm = {
  /** Share of the time that a GPU did something, the mean of all. It says little of how much of the GPU was used. */
  utilization: (options: GpuOptions = {}) =>
    source(overWindow(options, `avg(${gpus('DCGM_FI_DEV_GPU_UTIL', options)})`), '%', 'level', options),
  /** Share of the frame buffer in use, of all GPUs together. */
  memory: (options: GpuOptions = {}) => {
    const sum = (metric: string) => overWindow(options, `sum(${gpus(metric, options)})`);
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
    const which = labelsOf(options, { consumergroup: options.group, topic: options.topic });
    return source(`sum(clamp_min(avg_over_time(kafka_consumergroup_lag${which}[${windowOf(options)}]), 0))`, 'messages', 'level', options);
  },
  /** Messages that arrive in a topic. */
  produced: (options: QueryOptions & { readonly topic: string }) =>
    perSecond('kafka_topic_partition_current_offset', 'messages/s', options, { topic: options.topic }),
};

const perSecond = (metric: string, unit: string, options: ServerOptions, more: Labels = {}, pods: PodsOf | undefined = podsOf(options)) =>
  source(
    `sum(${eachOnce(options, (own) => `rate(${metric}${labelsOf(options, { ...more, ...own })}[${windowOf(options)}])`, pods, windowOf(options))})`,
    unit,
    'rate',
    options,
  );

const total = (metric: string, unit: string, options: ServerOptions, more: Labels = {}) =>
  source(
    overWindow(options, `sum(${eachOnce(options, (own) => `${metric}${labelsOf(options, { ...more, ...own })}`)})`),
    unit,
    'level',
    options,
  );

/** The mean over the window of what a query gives at each moment of it. */
function overWindow(options: QueryOptions, query: string): string {
  const window = windowOf(options);
  const fifthMs = Math.floor((parseDuration(window) ?? 5 * MINUTE_MS) / 5 / SECOND_MS) * SECOND_MS;
  return `avg_over_time((${query})[${window}:${formatDuration(Math.max(SECOND_MS, fifthMs))}])`;
}

/** What scrapes add that tells one of them from another, and not one container from another. */
const ofScrapes = 'job, instance, endpoint, service, prometheus, prometheus_replica';

/**
 * Series of each container of the pods of a workload, once; all series where no workload is named.
 *
 * @param each the series, with further matchers for their pods
 * @param within how far back a pod may have been the workload's; without it only pods that run count
 */
function eachOnce(
  options: QueryOptions,
  each: (pods: Labels) => string,
  pods: PodsOf | undefined = podsOf(options),
  within?: string,
): string {
  if (pods === undefined) return each({});
  const own = ownPods(pods, `max by (namespace, pod) (${each({ pod: namedAs(pods) })})`, within);
  const running = within === undefined ? ` unless on (namespace, pod) (${notRunning(pods)})` : '';
  return `(max without (${ofScrapes}) (${each({ pod: beginsAs(pods) })})) and on (namespace, pod) (${own})${running}`;
}

function podsOf(options: QueryOptions & { readonly workload?: string }): PodsOf | undefined {
  const { namespace, workload, labels } = options;
  return workload === undefined || namespace === undefined ? undefined : { namespace, workload, labels };
}

/** The series of each GPU once, by the pod that holds it. */
function gpus(metric: string, options: GpuOptions): string {
  const { labels, namespace, pod } = options;
  const pods = podsOf(options);
  const each = (like: Matcher): string => {
    if (namespace === undefined && like === undefined) return `${metric}${selector({ ...labels })}`;
    const honoured = `${metric}${selector({ exported_pod: '', namespace, pod: like, ...labels })}`;
    const renamed = `${metric}${selector({ exported_namespace: namespace, exported_pod: like ?? { like: '.+' }, ...labels })}`;
    const from = (series: string, name: string) => `label_replace(${series}, "${name}", "$1", "exported_${name}", "(.*)")`;
    return `max by (UUID, gpu, GPU_I_ID, namespace, pod) (${honoured} or ${from(from(renamed, 'pod'), 'namespace')})`;
  };
  if (pods === undefined) return each(pod);
  return `(${each(beginsAs(pods))}) and on (namespace, pod) (${ownPods(pods, each(namedAs(pods)))}) unless on (namespace, pod) (${notRunning(pods)})`;
}

/** A query to Prometheus as a config states it. */
export type PrometheusSource = Extract<SourceInput, { kind: 'prometheus' }>;

function source(query: string, unit: string, series: 'rate' | 'level', { url, window }: QueryOptions): PrometheusSource {
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

type Labels = Readonly<Record<string, Matcher>>;

const labelsOf = ({ namespace, labels = {} }: QueryOptions, more: Labels = {}): string => selector({ namespace, ...more, ...labels });
const model = (options: ModelOptions, label: string): Labels => ({ [label]: options.model });

/** Containers of the pods whose names begin as those of a workload do, the one that holds a pod's network left out. */
const containers = (options: ContainerOptions): string => labelsOf(options, { pod: beginsAs(options), container: { unlike: '|POD' } });

/** Of both halves the same pods: those of the workload that run, each container once. */
function usageOf(options: ContainerOptions, used: string, resource: 'cpu' | 'memory'): SourceInput {
  const asked = `avg_over_time(${askedMetric(options)}${labelsOf(options, { pod: beginsAs(options), resource })}[${windowOf(options)}])`;
  return source(`100 * ${sumOfRunning(options, used)} / ${sumOfRunning(options, asked)}`, '%', 'level', options);
}

const askedMetric = ({ of = 'requests' }: ContainerOptions): string => `kube_pod_container_resource_${of}`;

function sumOfRunning(options: ContainerOptions, each: string): string {
  const once = `max by (namespace, pod, container) (${each})`;
  const byName = `${askedMetric(options)}${labelsOf(options, { pod: namedAs(options) })}`;
  return `sum((${once}) and on (namespace, pod) (${ownPods(options, byName)}) unless on (namespace, pod) (${notRunning(options)}))`;
}
