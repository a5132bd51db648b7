import type { CronTrigger } from '../../../constructs/kubernetes/cron-triggers';

/**
 * KEDA's cron scaler, as its source has it (kedacore/keda pkg/scalers/cron_scaler.go, with robfig/cron v3): the next moment of
 * each expression is strictly after now; where the next start comes before the next end it is silent, otherwise active.
 *
 * Written apart from what it checks: it reads the text of an expression, and knows nothing of schedules.
 *
 * @returns replicas that all triggers and the minimum ask for, at times that must not go back
 */
export function kedaReplicas(triggers: readonly CronTrigger[], least: number, begin: number): (time: number) => number {
  const clocks = triggers.map((trigger) => ({
    start: clock(trigger.start, begin),
    end: clock(trigger.end, begin),
    replicas: trigger.replicas,
  }));
  return (time) => Math.max(least, ...clocks.map(({ start, end, replicas }) => (start(time) < end(time) ? 0 : replicas)));
}

/** The next moment strictly after a time. */
function clock(expression: string, begin: number): (time: number) => number {
  const moments = momentsOf(expression, new Date(begin).getUTCFullYear());
  let next = 0;
  return (time) => {
    while (moments[next] <= time) next++;
    return moments[next];
  };
}

function momentsOf(expression: string, year: number): number[] {
  const fields = expression.split(' ');
  if (fields.length !== 5 || fields[4] !== '*') throw new Error(`'${expression}' is not minute hour day month *`);
  const [minutes, hours, days, months] = fields.map(valuesOf);
  const moments: number[] = [];
  for (let y = year - 1; y <= year + 6; y++)
    for (const month of months)
      for (const day of days)
        for (const hour of hours)
          for (const minute of minutes) {
            const date = new Date(Date.UTC(y, month - 1, day, hour, minute));
            if (date.getUTCDate() === day) moments.push(date.getTime());
          }
  return moments.sort((a, b) => a - b);
}

/** `5`, `23-27`, `2-12/10`. */
function valuesOf(field: string): number[] {
  if (field === '*') return [];
  const match = /^(\d+)(?:-(\d+)(?:\/(\d+))?)?$/.exec(field);
  if (!match) throw new Error(`'${field}' is not a number, a range or a range with a step`);
  const [first, last, step] = [Number(match[1]), Number(match[2] ?? match[1]), Number(match[3] ?? 1)];
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}
