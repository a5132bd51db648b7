import type { CronTrigger } from '../../constructs/kubernetes/cron-triggers';

/**
 * KEDA's cron scaler, as its source has it (kedacore/keda pkg/scalers/cron_scaler.go, with robfig/cron v3): the next moment of
 * each expression is strictly after now; where the next start comes before the next end it is silent, otherwise active.
 *
 * Written apart from what it checks: it reads the text of an expression, and knows nothing of schedules.
 *
 * @returns replicas that all triggers and the minimum ask for, at times that must not go back
 */
export function kedaReplicas(triggers: readonly CronTrigger[], least: number, begin: number): (time: number) => number {
  const clocks = triggers.map(({ start, end, replicas }) => ({
    isActive: cronActivity({ start, end, timezone: 'Etc/UTC' }, begin),
    replicas,
  }));
  return (time) => Math.max(least, ...clocks.map(({ isActive, replicas }) => (isActive(time) ? replicas : 0)));
}

/**
 * Whether a cron trigger is active, at times that must not go back.
 *
 * @param trigger the metadata of the trigger: `start`, `end` and `timezone`
 * @param begin no later than the first time; the first time itself where it is left out
 */
export function cronActivity(trigger: Readonly<Record<string, string>>, begin?: number): (time: number) => boolean {
  let clocks: readonly [(time: number) => number, (time: number) => number] | undefined;
  return (time) => {
    const { start, end, timezone } = trigger;
    clocks ??= [clock(start, timezone, begin ?? time), clock(end, timezone, begin ?? time)];
    const [next, ending] = clocks;
    return next(time) >= ending(time);
  };
}

/** The next moment strictly after a time. */
function clock(expression: string, timeZone: string, begin: number): (time: number) => number {
  const moments = momentsOf(expression, timeZone, new Date(begin).getUTCFullYear());
  let next = 0;
  return (time) => {
    while (moments[next] <= time) next++;
    return moments[next];
  };
}

function momentsOf(expression: string, timeZone: string, year: number): number[] {
  const fields = expression.split(' ');
  if (fields.length !== 5 || fields[4] !== '*') throw new Error(`'${expression}' is not minute hour day month *`);
  const [minutes, hours, days, months] = fields.map(valuesOf);
  const offset = offsetIn(timeZone);
  const moments: number[] = [];
  for (let y = year - 1; y <= year + 6; y++)
    for (const month of months)
      for (const day of days)
        for (const hour of hours)
          for (const minute of minutes) {
            const date = new Date(Date.UTC(y, month - 1, day, hour, minute));
            if (date.getUTCDate() === day) moments.push(date.getTime() - offset(date.getTime()));
          }
  return moments.sort((a, b) => a - b);
}

/** How far the clocks of a zone are ahead of UTC when they show a time, ms. */
function offsetIn(timeZone: string): (shown: number) => number {
  if (/^(Etc\/)?UTC$/.test(timeZone)) return () => 0;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const ahead = (time: number) => Date.parse(`${format.format(time).replace(' ', 'T')}Z`) - time;
  return (shown) => ahead(shown - ahead(shown));
}

/** `5`, `23-27`, `2-12/10`. */
function valuesOf(field: string): number[] {
  if (field === '*') return [];
  const match = /^(\d+)(?:-(\d+)(?:\/(\d+))?)?$/.exec(field);
  if (!match) throw new Error(`'${field}' is not a number, a range or a range with a step`);
  const [first, last, step] = [Number(match[1]), Number(match[2] ?? match[1]), Number(match[3] ?? 1)];
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}
