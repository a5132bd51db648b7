import type { MetricConfig } from './metric-schema';
import { kvCacheOf, type ModelOptions, type PrometheusSource, vllm } from './prometheus-queries';

type Metric = Extract<MetricConfig, { kind: 'prometheus' }>;

type VllmOptions = ModelOptions & {
  /** The server that KEDA asks. */
  readonly url: string;
  /** How much of it one replica carries. */
  readonly perReplica: number;
};

/**
 * Ready live triggers on the metrics of vLLM, each of all replicas together. They look back over a minute, so that an autoscaler sees what
 * happens now. Several are joined by the maximum: `metric: [vllmMetric.waiting({...}), vllmMetric.kvCache({...})]`.
 */
export const vllmMetric = {
  /** Requests that wait. */
  waiting: (options: VllmOptions): Metric => metric(vllm.waiting, options),
  /** Requests in work. */
  running: (options: VllmOptions): Metric => metric(vllm.running, options),
  /** Requests that finish a second: once all replicas are full it stands still, so it needs another trigger beside it. */
  requests: (options: VllmOptions): Metric => metric(vllm.requests, options),
  /** Shares of the KV cache in use, the sum of those of all replicas: `perReplica: 0.8` keeps each at four fifths in the mean. */
  kvCache: (options: VllmOptions): Metric => metric((of) => kvCacheOf('sum', of), options),
};

function metric(source: (options: ModelOptions) => PrometheusSource, { perReplica, ...options }: VllmOptions): Metric {
  const { query } = source({ window: '1m', ...options });
  return { kind: 'prometheus', query, url: options.url, perReplica };
}
