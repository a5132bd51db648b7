import { type CapacityConfig, deployWithinOf, isDeferrable } from '../../config';
import { formatAmount, formatShort, plural } from '../../figures';
import { formatDuration, HOUR_MS, MINUTE_MS, timeOf } from '../../units';
import type { CapacityPlan, JobWindowPlan, WorkloadPlan } from '../file';
import { deadlineAt } from '../supply';
import { differences, inputThatChanged } from './figures-of';
import type { Change, FigureChange, WindowChange, WindowsDiff } from './types';

export type ShownWindows = {
  readonly windows: WindowsDiff;
  readonly figures: readonly FigureChange[];
  readonly deploys: readonly string[];
  readonly risks: readonly string[];
};

/** Names of the figures that are of windows. */
export const windowFigures: readonly string[] = ['windows', 'nodes of windows', 'left to the deadline', 'done'];

type Sides = Change<WorkloadPlan | undefined>;

/**
 * What differs of the windows of a job that may wait: which come, go, stay or have another end, what of it is done, what their nodes add,
 * how long before the deadline the last one ends, and what becomes of those that may run when the plan after is applied.
 *
 * @param config of the plan after: its deadlines, and how soon plans are deployed; `null` where it is not known
 * @returns `null` where neither plan has windows of it, or nothing of them differs
 */
export function windowsDiff(plans: Change<CapacityPlan>, name: string, config: CapacityConfig | null): ShownWindows | null {
  const sides: Sides = { before: workloadOf(plans.before, name), after: workloadOf(plans.after, name) };
  const { before, after } = sides;
  if (before?.windows === undefined && after?.windows === undefined) return null;
  const asOf = timeOf(plans.after.asOf);
  const deployed = asOf + deployWithinOf(config ?? { guardrails: {} });
  const mayRun = ({ from, to }: JobWindowPlan) => timeOf(from) < deployed && timeOf(to) > asOf;
  const changes = changesOf(sides, asOf, mayRun);
  const done = { before: before?.progress?.hoursDone ?? 0, after: after?.progress?.hoursDone ?? 0 };
  if (changes.every(({ is }) => is === 'stays') && done.before === done.after) return null;
  const ahead = (windows: readonly JobWindowPlan[] = []) => windows.filter(({ to }) => timeOf(to) > asOf);
  const usdOf = (windows: readonly JobWindowPlan[]) => windows.reduce((sum, { usd }) => sum + usd, 0);
  const [were, are] = [ahead(before?.windows), ahead(after?.windows)];
  const windows: WindowsDiff = {
    because: becauseOf(plans, name, sides, changes),
    changes,
    usd: { before: usdOf(were), after: usdOf(are) },
    hoursDone: done,
    hoursLeft: { before: before?.progress?.hoursLeft ?? 0, after: after?.progress?.hoursLeft ?? 0 },
    slackHours: { before: slackOf(name, before, were, config), after: slackOf(name, after, are, config) },
  };
  const cut = spansOf(changes, ({ is, mayRun: may }) => is === 'removed' && may);
  return {
    windows,
    figures: figuresOf(windows, were, are, sides),
    deploys: deploysOf(changes),
    risks: cut === null ? [] : [`${cut} may run when this is applied, which ends it: what it did after its last checkpoint is lost`],
  };
}

const workloadOf = ({ workloads }: CapacityPlan, name: string): WorkloadPlan | undefined =>
  Object.hasOwn(workloads, name) ? workloads[name] : undefined;

/** A CronJob is called by the begin of its window, so that those of one begin are one. */
function changesOf({ before, after }: Sides, asOf: number, mayRun: (window: JobWindowPlan) => boolean): readonly WindowChange[] {
  const [were, are] = [before?.windows ?? [], after?.windows ?? []];
  const ran = new Map(after?.progress?.ran.map((window) => [window.from, window]));
  const changes = were.map((window): WindowChange => {
    const same = are.find(({ from }) => from === window.from);
    const { from, to, workers, capacity } = window;
    if (same !== undefined) {
      const isSame = same.to === to && same.workers === workers && same.capacity === capacity;
      return { is: isSame ? 'stays' : 'resized', from, to: same.to, workers: same.workers, mayRun: mayRun(window) };
    }
    const is = ran.has(from) ? 'counted' : timeOf(to) <= asOf ? 'ended' : 'removed';
    const recorded = ran.get(from)?.recorded?.is;
    return { is, from, to, workers, ...(recorded && { recorded }), mayRun: is === 'removed' && mayRun(window) };
  });
  const come = are.filter(({ from }) => were.every((window) => window.from !== from));
  return [
    ...changes,
    ...come.map((window): WindowChange => {
      const { from, to, workers } = window;
      return { is: 'added', from, to, workers, mayRun: mayRun(window) };
    }),
  ].sort((a, b) => timeOf(a.from) - timeOf(b.from));
}

function becauseOf(plans: Change<CapacityPlan>, name: string, { before, after }: Sides, changes: readonly WindowChange[]): string {
  if (before === undefined) return 'the job is new';
  if (after === undefined) return 'the job is no more';
  const [was, is] = [before.progress, after.progress];
  if (was === undefined) return 'the plan chooses its hours now';
  if (is === undefined) return 'the plan chooses its hours no more';
  const successful = changes.some(({ recorded }) => recorded === 'done');
  if (is.hoursLeft === 0 && was.hoursLeft > 0) return successful ? 'the job is done: its Job ended with success' : 'the job is done';
  if (was.unit !== is.unit) return `its work is counted in ${is.unit}, and no more in ${was.unit}`;
  if (Math.abs(was.work - is.work) > 1e-5 * was.work) return `its work is ${was.work} -> ${is.work} ${is.unit}`;
  const moves = changes.filter((change) => change.is === 'added' || change.is === 'removed' || change.is === 'resized');
  const ended = changes.filter((change) => change.is === 'counted').length;
  if (moves.length === 0)
    return ended > 0 ? `${plural(ended, 'window')} that ended ${ended === 1 ? 'is' : 'are'} counted` : inputThatChanged(plans, name);
  const less = changes.filter(({ recorded }) => recorded !== undefined && lessTexts[recorded] !== undefined);
  if (less.length > 0) return less.map(({ from, recorded = 'short' }) => `the window of ${from} ${lessTexts[recorded]}`).join(', ');
  if (plans.before.sources.config !== plans.after.sources.config) return 'the config';
  return 'what is left of it costs less in other hours';
}

/** What is recorded of a window that did less than it was for. */
const lessTexts: Readonly<Partial<Record<NonNullable<WindowChange['recorded']>, string>>> = {
  short: 'ran for less than planned',
  failed: 'failed',
  missed: 'never ran',
};

/** Hours from the end of the last window to the deadline; `null` without either. */
function slackOf(
  name: string,
  workload: WorkloadPlan | undefined,
  windows: readonly JobWindowPlan[],
  config: CapacityConfig | null,
): number | null {
  const last = windows.at(-1);
  const stated = config !== null && Object.hasOwn(config.workloads, name) ? config.workloads[name] : undefined;
  if (last === undefined || workload?.progress === undefined || stated === undefined || !isDeferrable(stated)) return null;
  const deadline = deadlineAt(stated, timeOf(workload.progress.since));
  return deadline === null ? null : (deadline - timeOf(last.to)) / HOUR_MS;
}

function figuresOf(
  { because, usd, hoursDone, hoursLeft, slackHours, changes }: WindowsDiff,
  were: readonly JobWindowPlan[],
  are: readonly JobWindowPlan[],
  { before, after }: Sides,
): readonly FigureChange[] {
  const shown = (side: 'before' | 'after', windows: readonly JobWindowPlan[], workload: WorkloadPlan | undefined) => ({
    windows: windows.length === 0 ? 'none' : hoursText(windows, mostHours),
    'nodes of windows': `${formatAmount(usd[side])} USD`,
    'left to the deadline': slackText(slackHours[side]),
    done:
      workload?.progress === undefined ? 'none' : `${formatShort(hoursDone[side])} of ${formatShort(hoursDone[side] + hoursLeft[side])} h`,
  });
  const counted = changes.filter(({ is }) => is === 'counted').length;
  return differences(shown('before', were, before), shown('after', are, after)).map((figure) => ({
    ...figure,
    because: figure.figure === 'done' && counted > 0 ? `${plural(counted, 'window')} counted` : because,
  }));
}

function slackText(hours: number | null): string {
  return hours === null ? 'none' : formatDuration(Math.round((hours * HOUR_MS) / MINUTE_MS) * MINUTE_MS);
}

/** What applying the plan after does to the CronJobs, a line for each kind of it. */
function deploysOf(changes: readonly WindowChange[]): readonly string[] {
  const line = (of: (change: WindowChange) => boolean, text: string) => {
    const spans = spansOf(changes, of);
    return spans === null ? [] : [`${spans} ${text}`];
  };
  return [
    ...line(({ is, mayRun }) => is === 'removed' && mayRun, 'is taken away while it may run: with its CronJob goes the Job that has begun'),
    ...line(({ is, mayRun }) => is === 'removed' && !mayRun, 'goes before it begins'),
    ...line(
      ({ is, mayRun }) => is === 'resized' && mayRun,
      'has another end, other workers or nodes: a Job that has begun goes on as it began',
    ),
    ...line(({ is, mayRun }) => is === 'resized' && !mayRun, 'has another end, other workers or nodes'),
    ...line(({ is, mayRun }) => is === 'stays' && mayRun, 'stays as it is: its CronJob is the same, and what runs is not started anew'),
    ...line(({ is, mayRun }) => is === 'added' && mayRun, 'comes, and begins before the plan has to be deployed: apply it before'),
    ...line(({ is, mayRun }) => is === 'added' && !mayRun, 'comes'),
    ...line(({ is, recorded }) => is === 'counted' && recorded !== 'missed', 'has ended and is counted: its CronJob goes'),
    ...line(({ is, recorded }) => is === 'counted' && recorded === 'missed', 'never ran: its CronJob goes'),
    ...line(({ is }) => is === 'ended', 'has ended and is not counted: its CronJob goes'),
  ];
}

/** So many windows are told by their hours: of a job, and of what becomes of them. */
const mostHours = 6;
const mostSpans = 3;

/** `window A to B`, or `each of 2 windows (A to B, C to D)`; `null` where none is. */
function spansOf(changes: readonly WindowChange[], of: (change: WindowChange) => boolean): string | null {
  const found = changes.filter(of);
  if (found.length === 0) return null;
  const told = hoursText(found, mostSpans);
  return found.length === 1 ? `window ${told}` : `each of ${found.length} windows (${told})`;
}

/** `A to B, C to D and 2 more`. */
function hoursText(windows: readonly { readonly from: string; readonly to: string }[], most: number): string {
  const told = windows.slice(0, most).map(({ from, to }) => `${from} to ${to}`);
  return `${told.join(', ')}${windows.length > most ? ` and ${windows.length - most} more` : ''}`;
}
