import type {
  BatchInput,
  CapacityInput,
  EventInput,
  GpuPoolInput,
  InferenceInput,
  PoolInput,
  ServiceInput,
  SourceInput,
  TrainingInput,
} from './schema';

/**
 * Helpers of `foresize.config.ts`. They add `kind` and check nothing, so that a config stays plain data: it can be printed,
 * hashed, diffed, or written as JSON or YAML instead. Everything is checked when the config is read.
 */

/** The whole config; gives the editor its types. */
export const defineCapacity = (config: CapacityInput): CapacityInput => config;

export const inference = (workload: Omit<InferenceInput, 'kind'>): InferenceInput => ({ kind: 'inference', ...workload });
export const service = (workload: Omit<ServiceInput, 'kind'>): ServiceInput => ({ kind: 'service', ...workload });
export const training = (workload: Omit<TrainingInput, 'kind'>): TrainingInput => ({ kind: 'training', ...workload });
/** Work of a stated length that is no training. */
export const batch = (workload: Omit<BatchInput, 'kind'>): BatchInput => ({ kind: 'batch', ...workload });

/** Machines without a GPU. */
export const pool = (fields: Omit<PoolInput, 'kind'>): PoolInput => ({ kind: 'pool', ...fields });
/** Machines with GPUs. */
export const gpuPool = (fields: Omit<GpuPoolInput, 'kind'>): GpuPoolInput => ({ kind: 'gpuPool', ...fields });

type FileOptions = Omit<Extract<SourceInput, { path: string }>, 'kind' | 'path'>;
type PrometheusOptions = Omit<Extract<SourceInput, { kind: 'prometheus' }>, 'kind' | 'query'>;

/** Observations in CSV files; a path is relative to the config, and may be a pattern or a Hive-partitioned folder. */
export const csv = (path: string, options: FileOptions = {}): SourceInput => ({ kind: 'csv', path, ...options });
/** Observations in files of one JSON object a line; see `csv`. */
export const ndjson = (path: string, options: FileOptions = {}): SourceInput => ({ kind: 'ndjson', path, ...options });
/** Observations in Parquet files; see `csv`. */
export const parquet = (path: string, options: FileOptions = {}): SourceInput => ({ kind: 'parquet', path, ...options });
/** A PromQL query that gives one series: the whole load of the workload. */
export const prometheus = (query: string, options: PrometheusOptions = {}): SourceInput => ({ kind: 'prometheus', query, ...options });
/** A metric of Amazon CloudWatch. */
export const cloudwatch = (metric: Omit<Extract<SourceInput, { kind: 'cloudwatch' }>, 'kind'>): SourceInput => ({
  kind: 'cloudwatch',
  ...metric,
});

type MetricOptions = { /** How much of it one replica carries; left out, the metric is the load itself. */ readonly perReplica?: number };

/** What a KEDA ScaledObject reads while it runs: a PromQL query that gives one number for the whole workload, by default its load. */
export const prometheusMetric = (query: string, options: MetricOptions & { readonly url: string }) => ({
  kind: 'prometheus' as const,
  query,
  ...options,
});
/** What an HPA reads while it runs: a metric of the pods, averaged over them. */
export const podsMetric = (name: string, options: MetricOptions = {}) => ({ kind: 'pods' as const, name, ...options });
/** The CPU of the pods, where that is really what an autoscaler shall follow. */
export const cpuMetric = (options: { /** Of what pods request; the plan's target by default. */ readonly utilisation?: number } = {}) => ({
  kind: 'cpu' as const,
  ...options,
});

type EventOptions = Pick<EventInput, 'workload' | 'uplift' | 'why'>;
type Span = { readonly from: string; readonly to: string };

/** An event on a day of the config's time zone, over a span of time, or at several of either: past ones teach what the coming ones do. */
export const event = (name: string, when: string | Span | readonly (string | Span)[], options: EventOptions = {}): EventInput =>
  typeof when === 'string'
    ? { name, date: when, ...options }
    : isList(when)
      ? { name, dates: [...when], ...options }
      : { name, ...when, ...options };

const isList = (when: Span | readonly (string | Span)[]): when is readonly (string | Span)[] => Array.isArray(when);

/** Terraform state in a bucket. */
export const s3 = (fields: { readonly bucket: string; readonly region: string; readonly prefix?: string }) => ({
  kind: 's3' as const,
  ...fields,
});
/** Terraform state in files, relative to the config. */
export const local = (directory = '.') => ({ kind: 'local' as const, directory });

export { container, dcgm, kafka, kserve, tgi, triton, vllm } from './prometheus-queries';
export { vllmMetric } from './prometheus-metrics';
export { alb, asg, ec2, kinesis, rds, sqs } from './cloudwatch-metrics';
