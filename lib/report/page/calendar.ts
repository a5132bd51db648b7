import { formatAmount, formatShort, formatUsd } from '../../figures';
import { type CapacityPlan, type JobProgress, type JobWindowPlan, spanOf } from '../../plan/file';
import { timeOf } from '../../units';
import type { MarkPoint } from './marks';
import { anchor, type Markup, markup } from './markup';
import { dayText, momentText, plotFigure } from './plot';
import { pageTable } from './table';

/** Jobs from this on share the looks of those before. */
const looks = 8;

type Job = { readonly name: string; readonly windows: readonly JobWindowPlan[]; readonly progress: JobProgress };

/** When jobs run that may wait: their workers through the horizon, and each window, those that have ended too; `null` without such jobs. */
export function calendarSection(plan: CapacityPlan): Markup | null {
  const jobs = Object.keys(plan.workloads)
    .sort()
    .flatMap((name): Job[] => {
      const { windows, progress } = plan.workloads[name];
      return windows === undefined || progress === undefined ? [] : [{ name, windows, progress }];
    });
  if (jobs.length === 0) return null;
  return markup`${workersPlot(plan, jobs)}${pageTable(
    'Windows, of each job in their order; times are UTC',
    [
      { title: 'job' },
      { title: 'from' },
      { title: 'to' },
      { title: 'workers', is: 'number' },
      { title: 'nodes cost more', is: 'number' },
      { title: 'what becomes of it', extra: true },
    ],
    jobs.flatMap((job, index) => rowsOf(job, index, timeOf(plan.asOf))),
  )}`;
}

function rowsOf({ name, windows, progress }: Job, index: number, asOf: number): (readonly (Markup | string)[])[] {
  const { hoursDone, hoursLeft, ran } = progress;
  const total = hoursDone + hoursLeft;
  const title = markup`<span class="swatch s${index % looks}"></span><a href="#${anchor('workload', name)}">${name}</a>`;
  const all = [
    ...ran.map((window) => [title, momentText(timeOf(window.from)), momentText(timeOf(window.to)), '', '', becameText(window)]),
    ...windows.map(({ from, to, workers, usd, soon, capacity }) => [
      title,
      momentText(timeOf(from)),
      momentText(timeOf(to)),
      capacity === 'spot' ? `${workers} on spot` : `${workers}`,
      usd < 0.005 ? 'nothing' : formatUsd(usd),
      timeOf(from) < asOf ? 'has begun' : soon ? 'apply the manifests before it begins' : 'to come',
    ]),
  ];
  const state = hoursLeft === 0 ? 'done' : `${formatShort(hoursDone)} of ${formatShort(total)} h done`;
  return [...all, [title, state, windows.length === 0 && hoursLeft > 0 ? 'begins beyond the horizon' : '', '', '', '']];
}

/** What became of a window that is over, as far as it was recorded. */
function becameText({ recorded }: JobProgress['ran'][number]): string {
  if (recorded === undefined) return 'has ended';
  const hours = `${formatShort(recorded.hours)} h of all workers`;
  const texts = {
    done: `its Job ended with success, after ${hours}`,
    whole: `has run, ${hours}`,
    short: `ran for less than planned, ${hours}`,
    failed: `failed after ${hours}`,
    missed: 'never ran',
  };
  return texts[recorded.is];
}

function workersPlot(plan: CapacityPlan, jobs: readonly Job[]): Markup {
  const { start, end } = spanOf(plan);
  const moments = jobs.flatMap(({ windows }) => windows.flatMap(({ from, to }) => [timeOf(from), timeOf(to)]));
  const times = [...new Set([start, ...moments, end])].filter((at) => start <= at && at <= end).sort((a, b) => a - b);
  const workersAt = ({ windows }: Job, at: number) => windows.find(({ from, to }) => timeOf(from) <= at && at < timeOf(to))?.workers ?? 0;
  const most = Math.max(...times.map((at) => jobs.reduce((sum, job) => sum + workersAt(job, at), 0)));
  return plotFigure({
    title: 'Workers of jobs that may wait',
    says: `Workers of ${jobs.map(({ name }) => name).join(', ')} from ${dayText(start)} to ${dayText(end)}: at most ${formatAmount(most)} at a time. A table of the windows follows.`,
    from: start,
    to: end,
    unit: 'workers',
    isCount: true,
    marks: jobs.map((job, index) => ({
      kind: 'stacked',
      look: `s${index % looks}`,
      points: times.map((at): MarkPoint => [at, workersAt(job, at)]),
    })),
    legend: jobs.map(({ name }, index) => ({ look: `s${index % looks}`, name })),
  });
}
