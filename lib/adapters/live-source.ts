import type { CloudWatchSourceConfig, PrometheusSourceConfig } from '../config/schema';
import type { HistoryRequest } from '../history/series';

export type LiveRequest = HistoryRequest<PrometheusSourceConfig | CloudWatchSourceConfig>;

/** A point of a live source: the start of what it stands for (epoch ms; of a counter the moment it was read), and its finite value. */
export type Point = readonly [time: number, value: number];

export type LiveAnswer = {
  /** In order of time, each time once, all in the range that was asked for and on whole multiples of the step. */
  readonly points: readonly Point[];
  /** What tells the series from others, as the server has it (the labels of PromQL); `null` without any point. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** Why the answer may not be whole, in the server's words. What comes with a warning is asked for again by the next run. */
  readonly warnings: readonly string[];
  /** What else the server had to say. */
  readonly notes: readonly string[];
};

/** One series behind an API, ready to be asked. Implemented for Prometheus and CloudWatch. */
export type LiveSource = {
  /** For the plan and messages, without credentials: `prometheus sum(rate(x[5m])) of http://prometheus:9090`. */
  readonly text: string;
  /** What decides the answer: names its place in the cache. Plain data without credentials. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Distance of its points, ms; ranges are asked for in whole multiples of it. */
  readonly stepMs: number;
  /**
   * Asks for what stands for times in [from, to), epoch ms.
   *
   * @throws ProblemError when it cannot be had; nothing is returned in part
   */
  readonly fetch: (from: number, to: number) => Promise<LiveAnswer>;
  /** Called where nothing at all came back: what to look at, as the source can tell it. */
  readonly whenEmpty: () => Promise<string>;
};
