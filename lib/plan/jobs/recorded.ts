import { type CapacityConfig, isDeferrable } from '../../config';
import { isProblemError, renderProblem } from '../../problems';
import { HOUR_MS, MINUTE_MS, timeOf } from '../../units';
import { type JobWindowPlan, type PlanBefore, windowName } from '../file';

/** A window of the plan before that has begun: what became of it is looked up. */
export type WindowRequest = {
  readonly workload: string;
  readonly namespace: string;
  /** What its CronJob is called: its Job is called so, with a number. */
  readonly cronJob: string;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Until when it is looked up: its end and some minutes more, or the moment of the plan where that is earlier. */
  readonly until: number;
};

/** A value by the minute, epoch ms. */
export type MinuteValues = readonly (readonly [time: number, value: number])[];

/** What was recorded of a window, by the minute. */
export type WindowSeries = {
  /** Above 0 while anything of its namespace is recorded at all. */
  readonly namespace: MinuteValues;
  /** Above 0 while any CronJob of the cluster is recorded. */
  readonly cronJobs: MinuteValues;
  /** Above 0 while its own is there, and from when on that has made a Job. */
  readonly cronJob: MinuteValues;
  readonly scheduled: MinuteValues;
  /** Pods of its Job that run; none where the pods of the cluster are not recorded. */
  readonly running: MinuteValues;
  /** Pods of its Job that wait or run. */
  readonly active: MinuteValues;
  /** 1 where its Job has ended with success, and where it has failed for good. */
  readonly complete: MinuteValues;
  readonly failed: MinuteValues;
};

/** Looks up windows, in the order of the requests. @throws ProblemError of a server that cannot be asked */
export type WindowReader = (requests: readonly WindowRequest[]) => Promise<readonly WindowSeries[]>;

/** What became of a window, as it was recorded. */
export type WindowRecord = {
  readonly from: number;
  /** Its Job ended with success; it failed before the window's end; there was none; or it ran, for as long as that may have been. */
  readonly is: 'done' | 'failed' | 'missed' | 'ran';
  /** When all of its workers ran, epoch ms, in their order. */
  readonly ran: readonly { readonly from: number; readonly to: number }[];
  /** When its Job ended, epoch ms; `null` where it has not, or there was none. */
  readonly endedAt: number | null;
  /** Whether its CronJob was there. */
  readonly hadCronJob: boolean;
};

/** What was recorded of windows of the plan before, by workload, and of which nothing is known, with the reason. */
export type Recorded = {
  readonly records: Readonly<Record<string, readonly WindowRecord[]>>;
  readonly unread: Readonly<Record<string, { readonly windows: readonly JobWindowPlan[]; readonly why: string }>>;
};

export const nothingRecorded: Recorded = { records: {}, unread: {} };

/** What is short of a window by no more is no loss: samples are taken each minute at best. */
export const toleratedMs = 5 * MINUTE_MS;
/** Of a window so much must have been recorded to say anything of it. */
const leastKnown = 0.5;

/**
 * Looks up what became of the windows of the plan before that have begun.
 *
 * @param asOf the moment of the new plan, epoch ms
 * @param read without it nothing is looked up, and nothing said
 */
export async function readRecorded(
  config: CapacityConfig,
  previous: PlanBefore | null,
  asOf: number,
  read: WindowReader | undefined,
): Promise<Recorded> {
  const requests = read === undefined ? [] : windowsToRead(config, previous, asOf);
  if (read === undefined || requests.length === 0) return nothingRecorded;
  try {
    return recordedOf(previous, asOf, requests, await read(requests));
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return unreadAll(previous, asOf, requests, renderProblem(error.problems[0]));
  }
}

/** The windows of the plan before that have begun. @param asOf the moment of the new plan, epoch ms */
function windowsToRead({ workloads, namespace }: CapacityConfig, previous: PlanBefore | null, asOf: number): WindowRequest[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((workload) => {
      if (!isDeferrable(workloads[workload])) return [];
      return begunOf(previous, workload, asOf).map((window) => {
        const [from, to] = [timeOf(window.from), timeOf(window.to)];
        return {
          workload,
          namespace: namespace.name,
          cronJob: windowName(workload, from),
          from,
          to,
          until: Math.min(to + toleratedMs, asOf),
        };
      });
    });
}

function begunOf(previous: PlanBefore | null, workload: string, asOf: number): readonly JobWindowPlan[] {
  const { windows = [] } = previous?.workloads[workload] ?? {};
  // One that began within these minutes may be on its way.
  return windows.filter(({ from }) => timeOf(from) + toleratedMs < asOf);
}

/** What became of the windows of the plan before that have begun, by what was recorded of each. */
function recordedOf(
  previous: PlanBefore | null,
  asOf: number,
  requests: readonly WindowRequest[],
  series: readonly WindowSeries[],
): Recorded {
  const found = requests.map((request, index) => ({ request, record: recordOf(request, workersOf(previous, request), series[index]) }));
  const records: Record<string, readonly WindowRecord[]> = {};
  const unread: Record<string, Recorded['unread'][string]> = {};
  for (const workload of new Set(requests.map((request) => request.workload))) {
    const own = found.filter(({ request }) => request.workload === workload);
    records[workload] = own.flatMap(({ record }) => record ?? []);
    const without = own.filter(({ record }) => record === null).map(({ request }) => request.from);
    const windows = begunOf(previous, workload, asOf).filter(({ from }) => without.includes(timeOf(from)));
    if (windows.length > 0)
      unread[workload] = { windows, why: 'its Prometheus has too little of kube-state-metrics of that time and namespace' };
  }
  return { records, unread };
}

/** The same where the windows could not be looked up at all. */
function unreadAll(previous: PlanBefore | null, asOf: number, requests: readonly WindowRequest[], why: string): Recorded {
  const names = [...new Set(requests.map(({ workload }) => workload))];
  return { records: {}, unread: Object.fromEntries(names.map((name) => [name, { windows: begunOf(previous, name, asOf), why }])) };
}

const workersOf = (previous: PlanBefore | null, { workload, from }: WindowRequest): number =>
  previous?.workloads[workload]?.windows?.find((window) => timeOf(window.from) === from)?.workers ?? 1;

/**
 * What became of a window; `null` where too little is recorded to say. A minute of which nothing of the namespace is recorded is as the one
 * before it. A Job of which nothing is recorded was not there where its CronJob has made none, or is not there while others are recorded.
 */
export function recordOf({ from, to, until }: WindowRequest, workers: number, series: WindowSeries): WindowRecord | null {
  const minutes = Array.from(
    { length: Math.max(0, Math.ceil((Math.min(to, until) - from) / MINUTE_MS)) },
    (_, index) => from + index * MINUTE_MS,
  );
  const above = (values: MinuteValues) => new Map(values.map(([time, value]) => [time, value]));
  const namespace = above(series.namespace);
  const isKnown = (at: number) => (namespace.get(at) ?? 0) > 0;
  if (minutes.filter(isKnown).length < leastKnown * minutes.length) return null;
  const hadJob = [series.active, series.running, series.complete, series.failed].some((values) => values.length > 0);
  const hadCronJob = series.cronJob.length > 0;
  // Kinds of objects may be left out of what is recorded: then no series says nothing.
  if (!hadJob && (hadCronJob ? series.scheduled.length > 0 : series.cronJobs.length === 0)) return null;
  const first = (values: MinuteValues) => values.find(([, value]) => value > 0)?.[0] ?? null;
  const [completeAt, failedAt] = [first(series.complete), first(series.failed)];
  const busy = above(series.running.length > 0 ? series.running : series.active);
  const ran: { from: number; to: number }[] = [];
  let runs = false;
  for (const at of minutes) {
    if (busy.has(at) || isKnown(at)) runs = (busy.get(at) ?? 0) >= workers;
    if (!runs) continue;
    const last = ran.at(-1);
    if (last?.to === at) last.to = at + MINUTE_MS;
    else ran.push({ from: at, to: at + MINUTE_MS });
  }
  const endedAt = completeAt ?? failedAt;
  const isFailed = failedAt !== null && failedAt < to - toleratedMs;
  const is = completeAt !== null ? 'done' : !hadJob ? 'missed' : isFailed ? 'failed' : 'ran';
  return { from, is, ran, endedAt, hadCronJob };
}

export type WindowLoss = {
  /** Until when a window does nothing by plan: boot and cold start, ms. */
  readonly leadMs: number;
  /** Of a worker that starts where a node is, ms. */
  readonly coldStartMs: number;
  /** What going on after a pause takes, ms; 0 of the first window. */
  readonly pauseMs: number;
};

/**
 * The share of a window's work that it did. By plan it does nothing until boot and cold start are over; workers that came later begin with a
 * cold start, and so do those that were started anew, who go on as after a pause.
 */
export function shareDone(
  { ran, from }: WindowRecord,
  to: number,
  { leadMs, coldStartMs, pauseMs }: WindowLoss,
  restartMs: number,
): number {
  const planned = to - from - leadMs - pauseMs;
  if (planned <= 0) return ran.length > 0 ? 1 : 0;
  const useful = ran.reduce((sum, span, index) => {
    const begin = index === 0 ? Math.max(from + leadMs, span.from + coldStartMs) + pauseMs : span.from + coldStartMs + restartMs;
    return sum + Math.max(0, span.to - begin);
  }, 0);
  return useful + toleratedMs >= planned ? 1 : useful / planned;
}

/** Hours in which all workers of a window ran. */
export const hoursRan = ({ ran }: WindowRecord): number => ran.reduce((sum, span) => sum + span.to - span.from, 0) / HOUR_MS;
