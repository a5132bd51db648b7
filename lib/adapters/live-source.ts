/** A point of a live source: the start of what it stands for (epoch ms; of a counter the moment it was read), and its finite value. */
export type Point = readonly [time: number, value: number];

export type LiveAnswer = {
  /** In order of time, each time once, all in the range that was asked for. */
  readonly points: readonly Point[];
  /** What the server had to say beside the data. */
  readonly warnings: readonly string[];
};

/** One series behind an API, ready to be asked. Implemented for Prometheus and CloudWatch. */
export type LiveSource = {
  /** For the plan and messages, without credentials: `prometheus sum(rate(x[5m])) of http://prometheus:9090`. */
  readonly text: string;
  /** What decides the answer: names its place in the cache. Plain data without credentials. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Distance of its points in a range that begins there, ms; ranges are asked for in whole multiples of it. */
  readonly stepMs: number;
  /**
   * Asks for what stands for times in [from, to), epoch ms.
   *
   * @throws ProblemError when it cannot be had; nothing is returned in part
   */
  readonly fetch: (from: number, to: number) => Promise<LiveAnswer>;
};
