import type { HistoryConfig, LiveSourceConfig } from '../../config';
import type { HistoryRequest, SeriesKind } from '../../history';
import type { RetryOptions } from './http';
import type { Secrets } from './secrets';

export type LiveRequest<Source extends LiveSourceConfig = LiveSourceConfig> = HistoryRequest<Source>;

/** What connections to live sources need of the config and of whoever runs it. */
export type ConnectionOptions = {
  readonly history: HistoryConfig;
  /** Region of AWS, where neither the source nor `history.cloudwatch` names one. */
  readonly region: string;
  /** How often and how patiently a failed request is repeated. */
  readonly retry?: RetryOptions;
};

/** How the sources of one kind are asked: the entry of a kind in the table of `reader.ts`. */
export type LiveKindReader<Source extends LiveSourceConfig> = {
  /**
   * Describes a source without asking it.
   *
   * @throws ProblemError where the source cannot be asked at all: it names no server, say
   */
  readonly describe: (request: LiveRequest<Source>, options: ConnectionOptions) => DescribedSource;
  /** Opens the one connection that all sources of the kind share: when the first of them is asked, and never offline. */
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
  /** How far back the server keeps values of this step, ms; `Infinity` where nothing is known of it. */
  readonly reachMs: number;
  /** Whether a step without a value, between the first and the last that have one, counts as 0 instead of missing. */
  readonly absentIsZero: boolean;
};

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

/** One series behind an API, ready to be asked. */
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
