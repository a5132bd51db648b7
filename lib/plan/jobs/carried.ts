import type { TrainingConfig } from '../../config';
import { ceilTolerant } from '../../demand';
import { formatTime, SECOND_MS, timeOf } from '../../units';
import type { JobProgress, JobWindowPlan, WorkloadBefore } from '../file';
import type { PlanGrid } from '../load';
import type { JobEstimate } from '../supply';
import { hoursRan, shareDone, type WindowRecord } from './recorded';

/** What a job takes over from the plan before. Work is in the unit of `unitOf`. */
export type Carried = {
  /** Start of the first plan that had the job, epoch ms. */
  readonly since: number;
  /** Its windows that have ended. */
  readonly ran: JobProgress['ran'];
  /** Windows that may have begun, or will have when this plan is deployed: they stay as they are. */
  readonly kept: readonly JobWindowPlan[];
  /** Windows of the plan before that begin later, and stay where that costs little. */
  readonly open: readonly JobWindowPlan[];
  readonly work: number;
  /** By what has ended, or as the config states it; and by all that is kept. */
  readonly done: number;
  readonly doneWithKept: number;
  /** What the plan before said that all of it was; `null` without one. */
  readonly workBefore: number | null;
  /** The unit of the plan before, where it is another: then nothing of it counts. */
  readonly otherUnit: JobProgress['unit'] | null;
};

/** Seconds of a run that roundings in a plan may leave over. */
export const crumbSeconds = ({ runSeconds }: Pick<JobEstimate, 'runSeconds'>): number => 1 + 1e-5 * runSeconds.high;

/** Windows in which a job has run, or will have when a plan is deployed: none that is known to have had no Job. */
export const windowsBegun = ({ ran, kept }: Pick<Carried, 'ran' | 'kept'>): number =>
  ran.filter(({ recorded }) => recorded?.is !== 'missed').length + kept.length;

/** What the work of a job is counted in. */
export function unitOf({ tokens, isBatch }: TrainingConfig): JobProgress['unit'] {
  if (isBatch) return 'worker-hours';
  return tokens === undefined ? 'samples' : 'tokens';
}

/**
 * The moment from which on a plan may begin windows, epoch ms: those of the plan before may begin until it is deployed.
 *
 * @param asOf the moment of the plan, epoch ms
 */
export function frozenUntil(deployWithin: number, asOf: number, { start, periodMs }: PlanGrid): number {
  return start + ceilTolerant((asOf + deployWithin - start) / periodMs) * periodMs;
}

/**
 * What a window of some seconds does of a job, in its unit: all of it but boot, cold start and, after a pause, going on.
 *
 * @param lost what interruptions lose, as a share of the time that is worked
 */
export function workIn(
  seconds: number,
  isFirst: boolean,
  { leadMs, work, runSeconds }: JobEstimate,
  pauses: TrainingConfig['pauses'],
  lost = 0,
): number {
  const before = (leadMs + (isFirst ? 0 : (pauses?.cost ?? 0))) / SECOND_MS;
  return (Math.max(0, seconds / (1 + lost) - before) * work) / runSeconds.high;
}

/**
 * Holds a job against the plan before: what its windows have done, as far as that was recorded by what was, and which of them stay. A window
 * that has begun stays until its end, unless its Job is recorded as ended.
 *
 * @param before the job in the plan before; `undefined` where it was not in it
 * @param frozen until when windows of the plan before may begin, epoch ms
 * @param records what became of windows of the plan before, as far as it was recorded
 */
export function carriedOf(
  workload: TrainingConfig,
  estimate: JobEstimate,
  before: WorkloadBefore | undefined,
  { start }: PlanGrid,
  frozen: number,
  records: readonly WindowRecord[] = [],
): Carried {
  const { done: stated } = workload;
  const { work } = estimate;
  const { progress, windows = [] } = before ?? {};
  const share = (stated?.share ?? 0) * work;
  const none = { since: start, ran: [], kept: [], open: [], work, done: share, doneWithKept: share, workBefore: null, otherUnit: null };
  if (progress === undefined) return none;
  if (progress.unit !== unitOf(workload)) return { ...none, workBefore: progress.work, otherUnit: progress.unit };
  const ran = [...progress.ran];
  for (const window of windows) {
    const record = records.find(({ from }) => from === timeOf(window.from));
    if (isOver(window, start, record)) ran.push(ranOf(window, windowsBegun({ ran, kept: [] }) === 0, record, workload, estimate));
  }
  const counted = (window: JobProgress['ran'][number]) => window.work * (stated === undefined ? 1 : shareAfter(window, stated.at));
  // What the config states is younger than a success before it.
  const isDone = ran.some(({ to, recorded }) => recorded?.is === 'done' && timeOf(recorded.at ?? to) > (stated?.at ?? -Infinity));
  const done = isDone ? work : ran.reduce((sum, window) => sum + counted(window), share);
  const crumb = (crumbSeconds(estimate) * work) / estimate.runSeconds.high;
  const kept: JobWindowPlan[] = [];
  let doneWithKept = done;
  for (const window of windows) {
    const isInRan = ran.some(({ from }) => from === window.from);
    if (isInRan || timeOf(window.from) >= frozen || work - doneWithKept <= crumb) continue;
    kept.push(window);
    doneWithKept += counted(window);
  }
  const open = windows.filter(({ from }) => timeOf(from) >= frozen);
  return { since: timeOf(progress.since), ran, kept, open, work, done, doneWithKept, workBefore: progress.work, otherUnit: null };
}

/** Whether a window has ended, or its Job has: with success, or for good. */
function isOver({ to }: JobWindowPlan, start: number, record: WindowRecord | undefined): boolean {
  return timeOf(to) <= start || record?.is === 'done' || record?.is === 'failed';
}

/** A window that is over, by what was recorded of it; as planned where nothing was. */
function ranOf(
  { from, to, work }: JobWindowPlan,
  isFirst: boolean,
  record: WindowRecord | undefined,
  { coldStart, pauses }: TrainingConfig,
  { leadMs }: JobEstimate,
): JobProgress['ran'][number] {
  if (record === undefined) return { from, to, work };
  const cost = pauses?.cost ?? 0;
  const share = shareDone(record, timeOf(to), { leadMs, coldStartMs: coldStart, pauseMs: isFirst ? 0 : cost }, cost);
  const is = record.is === 'ran' ? (share === 1 ? 'whole' : 'short') : record.is;
  const at = is !== 'missed' && record.endedAt !== null && record.endedAt < timeOf(to) ? { at: formatTime(record.endedAt) } : {};
  return { from, to, work: share * work, recorded: { is, hours: hoursRan(record), ...at } };
}

/** The share of a window that is after a moment. */
function shareAfter({ from, to }: { readonly from: string; readonly to: string }, at: number): number {
  const [begin, end] = [timeOf(from), timeOf(to)];
  return Math.max(0, Math.min(1, (end - at) / (end - begin)));
}
