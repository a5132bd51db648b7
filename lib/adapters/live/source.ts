import type { HistoryConfig, LiveSourceConfig } from '../../config';
import type { HistoryRequest, SeriesKind } from '../../history';
import type { OnProgress } from '../../progress';
import type { RetryOptions } from './http';
import type { Secrets } from './secrets';

export type LiveRequest<Source extends LiveSourceConfig = LiveSourceConfig> = HistoryRequest<Source>;

/** The options of connections to live sources. */
export type ConnectionOptions = {
  /** The section `history` of the config. */
  readonly history: HistoryConfig;
  /** The AWS region of metrics for which neither the source nor `history.cloudwatch` names one. */
  readonly region: string;
  /** How often a failed request is repeated, and after what time. */
  readonly retry?: RetryOptions;
};

/** The reader of one kind of live source, such as Prometheus: an entry in the table of `reader.ts`. */
export type LiveKindReader<Source extends LiveSourceConfig> = {
  /**
   * Describes a source without asking it.
   *
   * @throws ProblemError when the source cannot be asked at all, for example because it names no server
   */
  readonly describe: (request: LiveRequest<Source>, options: ConnectionOptions) => DescribedSource;
  /** The source as it is asked for its last weeks every `stepMs`; `null` where its points would be those of a longer time still. */
  readonly finer: (source: Source, stepMs: number) => Source | null;
  /** Opens the connection that all sources of the kind share. It is called once, before the first of them is asked; never offline. */
  readonly connect: (options: ConnectionOptions, secrets: Secrets) => LiveConnection<Source>;
};

export type LiveConnection<Source extends LiveSourceConfig> = {
  readonly source: (request: LiveRequest<Source>) => LiveSource;
  readonly close: () => Promise<void> | void;
};

/** What is known of a live source before it is asked. */
export type DescribedSource = Pick<LiveSource, 'text' | 'identity' | 'stepMs'> & {
  /** The server or metric, for messages. */
  readonly place: string;
  readonly kind: SeriesKind;
  /** How far back the server keeps values of this step, ms; `Infinity` where that is not known. */
  readonly reachMs: number;
  /** How long after its end the value of a step may still change, ms: until then it is not read. */
  readonly settlesMs: number;
  /** Whether a step without a value, between the first and the last that have one, counts as 0 instead of missing. */
  readonly absentIsZero: boolean;
};

/**
 * A point of a live source. `value` is finite. `time` is epoch ms: the start of the step that the value describes, or the moment at
 * which a counter was read.
 */
export type Point = readonly [time: number, value: number];

export type LiveAnswer = {
  /** In order of time, each time once, all in the range that was asked for and on whole multiples of the step. */
  readonly points: readonly Point[];
  /** The labels by which the server tells the series from others, as in PromQL; `null` where there is no point. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** Why the answer may be incomplete, in the words of the server. The next run asks again for an answer with a warning. */
  readonly warnings: readonly string[];
  /** Other messages of the server. */
  readonly notes: readonly string[];
};

/** One series behind an API, ready to be asked. */
export type LiveSource = {
  /** Its description in the plan and in messages, without credentials: `prometheus sum(rate(x[5m])) of http://prometheus:9090`. */
  readonly text: string;
  /** Everything that decides its answers, as plain data without credentials. Sources of the same identity share a cache. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** The time between two points, ms. Ranges are asked for in whole multiples of it. */
  readonly stepMs: number;
  /**
   * Asks for the points with times in [from, to), epoch ms.
   *
   * @throws ProblemError when one of them cannot be had; there is no partial answer
   */
  readonly fetch: (from: number, to: number, onProgress?: OnProgress) => Promise<LiveAnswer>;
  /** Returns the hint for a source that gave no point at all: what to check. */
  readonly whenEmpty: () => Promise<string>;
};
