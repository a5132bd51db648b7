import type { ReplicaStep } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { DAY_MS, MINUTE_MS, parseTime } from '../../lib/units';

/** A KEDA cron trigger: at least `replicas` from each `start` to the next `end`. Five cron fields, UTC. */
export type CronTrigger = { readonly start: string; readonly end: string; readonly replicas: number };

/** Cron has no year: a span of this length or more would meet itself. */
const mostDays = 360;

/**
 * The cron triggers that carry a schedule above `least`, the `minReplicaCount` of the same ScaledObject.
 *
 * KEDA takes the largest of all triggers, so they are laid in layers: one trigger for each longest run of time at or above a
 * level. A lower layer goes on while a higher one ends, so replicas never drop in between, as they do where one trigger ends at
 * the instant the next begins (kedacore/keda#6665). Runs of one level at the same times of day on days that follow each other
 * share a trigger. Days are written as a range, never as a list: a comma makes a metric name that the API refuses
 * (kedacore/keda#7448).
 *
 * A trigger is active while the next of its two moments is an `end` (kedacore/keda pkg/scalers/cron_scaler.go), which makes it
 * start inclusive and end exclusive. It fires at once where it is deployed inside a run. After the last `end` all triggers are
 * silent and `minReplicaCount` is the floor, until the same dates of the next year.
 *
 * Cron counts in minutes: a rise within a minute comes at its beginning, a fall at the next.
 *
 * @param end of the last step, ISO 8601
 * @throws ProblemError `kubernetes/cron-span` when the schedule is longer than cron can tell apart
 */
export function cronTriggers(schedule: readonly ReplicaStep[], end: string, least: number): CronTrigger[] {
  const spans = minuteSpans(schedule, end);
  const first = spans[0];
  const last = spans[spans.length - 1];
  if (first && last && last.to - first.from > mostDays * DAY_MS) {
    throw new ProblemError({
      code: 'kubernetes/cron-span',
      path: 'plan.horizon',
      message: 'is longer than cron triggers can tell apart, because cron has no year',
      expected: `at most ${mostDays} days`,
      hint: "plan for less, or set the workload's owner to 'manifests'",
    });
  }
  const levels = [...new Set(spans.map((span) => span.replicas))].filter((level) => level > least).sort((a, b) => a - b);
  return levels.flatMap((level) => joinDays(runsAtOrAbove(spans, level)).map((run) => toTrigger(run, level)));
}

type Span = { readonly from: number; readonly to: number };
type LevelSpan = Span & { readonly replicas: number };
/** The same span on `days` days that follow each other. */
type DailyRun = Span & { readonly days: number };

function minuteSpans(schedule: readonly ReplicaStep[], end: string): LevelSpan[] {
  const times = [...schedule.map((step) => step.from), end].map(timeOf);
  return schedule.map((step, index) => ({
    from: Math.floor(times[index] / MINUTE_MS) * MINUTE_MS,
    to: Math.ceil(times[index + 1] / MINUTE_MS) * MINUTE_MS,
    replicas: step.replicas,
  }));
}

/** Runs of which no part is at the level itself are left out: a higher level has the same run. */
function runsAtOrAbove(spans: readonly LevelSpan[], level: number): Span[] {
  const runs: { from: number; to: number; touches: boolean }[] = [];
  for (const { from, to, replicas } of spans) {
    if (replicas < level) continue;
    const open = runs[runs.length - 1];
    if (open && open.to >= from) {
      open.to = to;
      open.touches ||= replicas === level;
    } else runs.push({ from, to, touches: replicas === level });
  }
  return runs.filter((run) => run.touches).map(({ from, to }) => ({ from, to }));
}

function joinDays(runs: readonly Span[]): DailyRun[] {
  const joined: { from: number; to: number; days: number }[] = [];
  for (const { from, to } of runs) {
    const before = joined.find(
      (run) => run.from + run.days * DAY_MS === from && run.to + run.days * DAY_MS === to && sameMonths(run, { from, to }),
    );
    if (before) before.days += 1;
    else joined.push({ from, to, days: 1 });
  }
  return joined;
}

function sameMonths(a: Span, b: Span): boolean {
  return month(a.from) === month(b.from) && month(a.to) === month(b.to);
}

function toTrigger({ from, to, days }: DailyRun, replicas: number): CronTrigger {
  // 29 February alone comes again only after four years, and until then the yearly `end` would be next: always active. The 29th
  // of December as a second start keeps it silent. `2-12/10` is February and December.
  const leapDay = month(from) === 2 && dayOfMonth(from) === 29 && month(to) !== 2;
  return { start: cron(from, days, leapDay ? '2-12/10' : String(month(from))), end: cron(to, days, String(month(to))), replicas };
}

function cron(time: number, days: number, months: string): string {
  const date = new Date(time);
  const day = dayOfMonth(time);
  return `${date.getUTCMinutes()} ${date.getUTCHours()} ${days === 1 ? day : `${day}-${day + days - 1}`} ${months} *`;
}

const month = (time: number): number => new Date(time).getUTCMonth() + 1;
const dayOfMonth = (time: number): number => new Date(time).getUTCDate();

function timeOf(text: string): number {
  const time = parseTime(text);
  if (time === undefined)
    throw new ProblemError({ code: 'kubernetes/plan-times', path: 'plan', message: `has a time that cannot be read: '${text}'` });
  return time;
}
