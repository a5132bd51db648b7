/** Nodes of one kind that jobs and other demand of a market may run on. */
export type JobOffering = {
  /** Unique. */
  readonly name: string;
  /** Nodes of one market stand in for each other. Nodes that may be taken away are a market of their own. */
  readonly market: string;
  /** GPUs of a node; where a market has none, what its nodes are counted in, such as vCPU. */
  readonly gpus: number;
  /** Of a node in use; 0 of nodes that are paid for whether used or not. */
  readonly usdPerHour: number;
  /** Most nodes in all periods, or in each. @default any number */
  readonly most?: number | readonly number[];
};

/** A sum over the nodes of one period that is at most so much: a quota, a ceiling, a budget by the hour. */
export type JobLimit = {
  readonly name: string;
  readonly unit: string;
  readonly most: number;
  /** What a node of each offering counts; offerings that are not here count nothing. Not negative. */
  readonly sizes: Readonly<Record<string, number>>;
};

/** A market that is others together: what runs there runs on nodes of any of these. */
export type JointMarket = { readonly name: string; readonly of: readonly string[] };

/** Replicas that run whatever the jobs do. */
export type SteadyDemand = {
  readonly market: string;
  /** GPUs of a replica. */
  readonly gpus: number;
  /** In each period. */
  readonly replicas: readonly number[];
};

/** Work that has to be done by a deadline and not at once. All its workers run together, or none of them. */
export type DeferrableJob = {
  readonly name: string;
  readonly workers: number;
  readonly gpusPerWorker: number;
  /** Hours that it takes without starts, pauses and interruptions. */
  readonly hours: number;
  /** The first period that it may run in. */
  readonly earliest: number;
  /** The period after the last one that it may run in. */
  readonly deadline: number;
  /** Markets that it may run in, a window in one of them. */
  readonly markets: readonly string[];
  /** Hours from the begin of a window until the work goes on: boot and cold start. @default 0 */
  readonly startHours?: number;
  /** How it may be cut into windows. @default it runs in one piece */
  readonly pauses?: JobPauses;
  /** Hours of work that one interruption loses: those since the last checkpoint, and those of the restart. @default 0 */
  readonly hoursPerInterruption?: number;
  /** It has run before: its first window, too, goes on after a pause and is no shorter than others. @default false */
  readonly resumes?: boolean;
  /** Windows of an earlier schedule, which stay while others cost less by no more than `keepShare`, and while they are what it takes. */
  readonly present?: readonly JobWindow[];
};

export type JobPauses = {
  /** Windows are one more at most. */
  readonly most: number;
  /** No window is shorter, in hours. @default a period */
  readonly shortestHours?: number;
  /** Hours that going on after a pause takes, beside `startHours`. @default 0 */
  readonly costHours?: number;
};

/** Which jobs run when. Periods are counted from 0. */
export type DeferrableProblem = {
  readonly periods: number;
  readonly periodHours: number;
  /** Start of the first period, epoch ms; for messages. @default periods are told by their number */
  readonly start?: number;
  readonly offerings: readonly JobOffering[];
  /** @default none */
  readonly joint?: readonly JointMarket[];
  readonly steady: readonly SteadyDemand[];
  readonly limits: readonly JobLimit[];
  readonly jobs: readonly DeferrableJob[];
  /** What a schedule with other windows than those `present` must save, as a share of what all nodes cost. @default 0 */
  readonly keepShare?: number;
  /** Interruptions of a node an hour, by market. @default none */
  readonly interruptionsPerNodeHour?: Readonly<Record<string, number>>;
};

/** Periods `from` to before `to`, all in one market. */
export type JobWindow = { readonly from: number; readonly to: number; readonly market: string };

export type ScheduledJob = {
  readonly name: string;
  /** In their order. */
  readonly windows: readonly (JobWindow & {
    /** Offerings whose nodes hold its workers, sorted. */
    readonly offerings: readonly string[];
    /** USD of the nodes that would not run in the window without the job. */
    readonly usd: number;
  })[];
  /** What it would add if it began as early as it may, in one piece, all others staying as they are; `null` where that breaks a limit. */
  readonly arrivalUsd: number | null;
  /** The sum of them: what the nodes cost more with the job than without it, all others staying as they are. */
  readonly usd: number;
};

export type DeferrableSchedule = {
  /** In the order of the problem. */
  readonly jobs: readonly ScheduledJob[];
  /** Nodes by offering in each period; offerings without a node are left out. */
  readonly nodes: readonly Readonly<Record<string, number>>[];
  /** USD of all nodes of all periods, those of the steady demand included. */
  readonly usd: number;
  /** The same with every job begun as early as the limits allow, in one piece; `null` where that breaks a limit or a deadline. */
  readonly onArrivalUsd: number | null;
  /** No schedule costs less. */
  readonly boundUsd: number;
  /** 0..100. */
  readonly gapPercent: number;
};
