import type { TrainingConfig } from '../../config';
import { ceilTolerant } from '../../demand';
import { SECOND_MS, timeOf } from '../../units';
import type { JobProgress, JobWindowPlan, WorkloadBefore } from '../file';
import type { PlanGrid } from '../load';
import type { JobEstimate } from '../supply';

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

/** What a window of some seconds does of a job, in its unit: all of it but boot, cold start and, after a pause, going on. */
export function workIn(
  seconds: number,
  isFirst: boolean,
  { leadMs, work, runSeconds }: JobEstimate,
  pauses: TrainingConfig['pauses'],
): number {
  const lost = (leadMs + (isFirst ? 0 : (pauses?.cost ?? 0))) / SECOND_MS;
  return (Math.max(0, seconds - lost) * work) / runSeconds.high;
}

/**
 * Holds a job against the plan before: what its windows have done, and which of them stay.
 *
 * @param before the job in the plan before; `undefined` where it was not in it
 * @param frozen until when windows of the plan before may begin, epoch ms
 */
export function carriedOf(
  workload: TrainingConfig,
  estimate: JobEstimate,
  before: WorkloadBefore | undefined,
  { start }: PlanGrid,
  frozen: number,
): Carried {
  const { done: stated } = workload;
  const { work } = estimate;
  const { progress, windows = [] } = before ?? {};
  const share = (stated?.share ?? 0) * work;
  const none = { since: start, ran: [], kept: [], open: [], work, done: share, doneWithKept: share, workBefore: null, otherUnit: null };
  if (progress === undefined) return none;
  if (progress.unit !== unitOf(workload)) return { ...none, workBefore: progress.work, otherUnit: progress.unit };
  const ended = windows.filter(({ to }) => timeOf(to) <= start);
  const ran = [...progress.ran, ...ended.map(({ from, to, work: did }) => ({ from, to, work: did }))];
  const counted = (window: JobProgress['ran'][number]) => window.work * (stated === undefined ? 1 : shareAfter(window, stated.at));
  const done = ran.reduce((sum, window) => sum + counted(window), share);
  const crumb = (crumbSeconds(estimate) * work) / estimate.runSeconds.high;
  const kept: JobWindowPlan[] = [];
  let doneWithKept = done;
  for (const window of windows) {
    if (timeOf(window.to) <= start || timeOf(window.from) >= frozen || work - doneWithKept <= crumb) continue;
    kept.push(window);
    doneWithKept += counted(window);
  }
  const open = windows.filter(({ from }) => timeOf(from) >= frozen);
  return { since: timeOf(progress.since), ran, kept, open, work, done, doneWithKept, workBefore: progress.work, otherUnit: null };
}

/** The share of a window that is after a moment. */
function shareAfter({ from, to }: { readonly from: string; readonly to: string }, at: number): number {
  const [begin, end] = [timeOf(from), timeOf(to)];
  return Math.max(0, Math.min(1, (end - at) / (end - begin)));
}
