import { formatFigure, formatShort, plural } from '../../figures';
import { formatTime } from '../../units';
import type { JobProgress, JobWindowPlan, Reason } from '../file';
import { shortPercent } from './job-reasons';

export type ExplainedProgress = {
  readonly progress: JobProgress;
  /** Windows of the plan before that stay. */
  readonly kept: readonly JobWindowPlan[];
  /** Until when windows of the plan before may begin, epoch ms. */
  readonly frozen: number;
  /** All of the work in the plan before; `null` without one. */
  readonly workBefore: number | null;
  readonly otherUnit: JobProgress['unit'] | null;
  readonly stated: { readonly share: number; readonly at: number } | undefined;
};

/** What is done of a job, by which windows, and what is left; nothing of one that has neither run nor will before the plan is deployed. */
export function progressReasons({ progress, kept, frozen, workBefore, otherUnit, stated }: ExplainedProgress): Reason[] {
  const { unit, work, done, left, hoursDone, hoursLeft, ran, since } = progress;
  if (otherUnit !== null)
    return [progressReason(`was counted in ${otherUnit} by the plan before, and in ${unit} now: its work is counted anew`)];
  if (ran.length + kept.length === 0 && stated === undefined) return [];
  const recorded = ran.filter((window) => window.recorded !== undefined);
  const by =
    stated === undefined
      ? `by ${plural(ran.length, 'window')} that ended${recorded.length > 0 ? `, ${recorded.length === ran.length ? '' : `${recorded.length} of them `}as recorded` : ''}`
      : `${shortPercent(stated.share)} at ${formatTime(stated.at)}, as the config states, and by windows since then`;
  const isChanged = workBefore !== null && Math.abs(workBefore - work) > 1e-5 * work;
  const parts = [
    `${formatFigure(done)} of ${formatFigure(work)} ${unit} are done, ${hoursText(hoursDone)} of all workers, ${by}; ${left === 0 ? 'nothing is left' : `${formatFigure(left)} are left, ${hoursText(hoursLeft)}`}`,
    ...(isChanged ? [`the plan before counted ${formatFigure(workBefore)} ${unit}; what is done stays done`] : []),
    ...(kept.length > 0
      ? [
          `${plural(kept.length, 'window')} of the plan before may begin until this plan is deployed, at the latest at ${formatTime(frozen)}, and so ${kept.length === 1 ? 'stays as it is' : 'stay as they are'}`,
        ]
      : []),
    ...(workBefore === null ? [] : [`durations count from ${since}, when it was first planned`]),
  ];
  return [progressReason(parts.join('. ')), ...recorded.map(recordedReason), ...kept.map(keptReason)];
}

/** What kube-state-metrics recorded of a window that is over. */
function recordedReason({ from, to, recorded }: JobProgress['ran'][number]): Reason {
  const hours = hoursText(recorded?.hours ?? 0);
  const texts = {
    done: `its Job ended with success${recorded?.at === undefined ? '' : ` at ${recorded.at}`}, and so the job is done`,
    whole: `all its workers ran for ${hours}, and it did what it was for`,
    short: `all its workers ran for ${hours}, less than planned`,
    failed: `its Job failed${recorded?.at === undefined ? '' : ` at ${recorded.at}`}, after ${hours} of all its workers`,
    missed: 'there was no Job of it, and nothing of it is counted',
  };
  return { code: 'schedule/window', text: `window ${from} to ${to}, as recorded: ${texts[recorded?.is ?? 'whole']}` };
}

function progressReason(text: string): Reason {
  return { code: 'schedule/progress', text };
}

function keptReason({ from, to }: JobWindowPlan): Reason {
  return { code: 'schedule/window', text: `window ${from} to ${to}: of the plan before, stays as it is` };
}

function hoursText(hours: number): string {
  return `${formatShort(hours)} h`;
}
