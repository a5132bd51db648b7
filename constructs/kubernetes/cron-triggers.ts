import type { ReplicaStep } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { DAY_MS, MINUTE_MS, parseTime } from '../../lib/units';

/**
 * A cron trigger of KEDA: there are at least `replicas` from each `start` to the next `end`. Both are cron expressions of five fields,
 * in UTC: `50 5 23 11 *` is 23 November, 05:50.
 */
export type CronTrigger = { readonly start: string; readonly end: string; readonly replicas: number };

/** A longer schedule is refused: cron has no year, so its end would meet its beginning. */
const mostDays = 360;

/**
 * Makes the cron triggers that raise a workload to the floors of its schedule. Floors up to `least` need no trigger.
 *
 * KEDA takes the largest number of all triggers, so the triggers are layers. Each level (number of replicas) has one trigger for each
 * longest stretch of time in which the floor is at that level or above. For the floors 2, 4, 6, 4, 2 and `least` 2 there is a trigger
 * of 4 over the three steps in the middle, and one of 6 over the step between them. When the upper trigger ends, the lower one is
 * active already, so replicas do not drop in between. They would drop if one trigger ended at the moment when the next begins
 * (kedacore/keda#6665).
 *
 * Stretches of a level at the same times on consecutive days share a trigger. Its days are written as a range and never as a list,
 * because a comma gives a metric name that the API refuses (kedacore/keda#7448).
 *
 * KEDA holds a trigger active while its next `end` comes before its next `start` (kedacore/keda pkg/scalers/cron_scaler.go). So it is
 * active from `start` up to but not including `end`, also when it is deployed within a stretch. After the last `end` no trigger is
 * active until the same dates of the next year, and `minReplicaCount` is the floor.
 *
 * Cron has whole minutes. A rise within a minute happens at the beginning of that minute, a fall at the beginning of the next.
 *
 * @param end when the last step ends, ISO 8601
 * @param least the `minReplicaCount` of the ScaledObject
 * @throws ProblemError `kubernetes/cron-span` when the schedule is longer than 360 days, `kubernetes/plan-times` when a time of it
 * cannot be read
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

/** The longest runs of time at or above a level. A run without a part exactly at the level is left out: a higher level has the same run. */
function runsAtOrAbove(spans: readonly LevelSpan[], level: number): Span[] {
  const runs: { from: number; to: number; touches: boolean }[] = [];
  for (const { from, to, replicas } of spans) {
    if (replicas < level) continue;
    const current = runs[runs.length - 1];
    if (current && current.to >= from) {
      current.to = to;
      current.touches ||= replicas === level;
    } else runs.push({ from, to, touches: replicas === level });
  }
  return runs.filter((run) => run.touches).map(({ from, to }) => ({ from, to }));
}

function joinDays(runs: readonly Span[]): DailyRun[] {
  const joined: { from: number; to: number; days: number }[] = [];
  for (const { from, to } of runs) {
    const dayBefore = joined.find(
      (run) => run.from + run.days * DAY_MS === from && run.to + run.days * DAY_MS === to && sameMonths(run, { from, to }),
    );
    if (dayBefore) dayBefore.days += 1;
    else joined.push({ from, to, days: 1 });
  }
  return joined;
}

function sameMonths(a: Span, b: Span): boolean {
  return month(a.from) === month(b.from) && month(a.to) === month(b.to);
}

function toTrigger({ from, to, days }: DailyRun, replicas: number): CronTrigger {
  // A `start` on 29 February alone comes again only after four years. Until then the yearly `end` would come before it, and the trigger
  // would always be active. A second start on 29 December prevents that: `2-12/10` means February and December.
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
