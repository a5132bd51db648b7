import { DAY_MS } from '../../units';
import { createLocalClock } from '../clock-changes';

/** A day by the clock of a zone, with its places in the calendar. */
export type Day = {
  /** [from, to), epoch ms: 23 to 25 hours. */
  readonly from: number;
  readonly to: number;
  /** Days since 1970-01-01 in the zone. */
  readonly number: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** Place in the month, from 1. */
  readonly ofMonth: number;
  /** Place from the end of the month, from 1. */
  readonly fromEnd: number;
  /** Likewise among the working days of the month; 0 on a day that is none. */
  readonly working: number;
  readonly workingFromEnd: number;
};

/** Whose days are meant. */
export type DayContext = {
  /** IANA zone. */
  readonly timeZone: string;
  /** Dates beside Saturdays and Sundays on which nobody works: `2026-12-25`. */
  readonly daysOff: ReadonlySet<string>;
};

/** The days that lie within [from, to), epoch ms, at least in part, in order. */
export function daysBetween({ timeZone, daysOff }: DayContext, from: number, to: number): readonly Day[] {
  const toUtc = timeZone === 'UTC' ? (local: number) => local : createLocalClock(timeZone).toUtc;
  const days: Day[] = [];
  const first = new Date(from - DAY_MS);
  for (let month = 0; ; month += 1) {
    const begin = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + month, 1);
    if (begin - DAY_MS >= to) return days;
    const daysOfMonth = daysOfMonthFrom(begin, daysOff);
    for (const day of daysOfMonth) {
      const span = { from: toUtc(day.number * DAY_MS), to: toUtc((day.number + 1) * DAY_MS) };
      if (span.to > from && span.from < to) days.push({ ...day, ...span });
    }
  }
}

/** The days of the month that begins at `begin` by the calendar, written as if it were UTC. */
function daysOfMonthFrom(begin: number, daysOff: ReadonlySet<string>): Omit<Day, 'from' | 'to'>[] {
  const first = new Date(begin);
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const days = Array.from({ length }, (_, index) => {
    const at = begin + index * DAY_MS;
    const weekday = (new Date(at).getUTCDay() + 6) % 7;
    const isWorking = weekday < 5 && !daysOff.has(new Date(at).toISOString().slice(0, 10));
    return { number: Math.round(at / DAY_MS), weekday, ofMonth: index + 1, fromEnd: length - index, isWorking };
  });
  const workingDays = days.filter(({ isWorking }) => isWorking);
  return days.map(({ isWorking, ...day }) => {
    const place = isWorking ? workingDays.findIndex(({ number }) => number === day.number) : -1;
    return { ...day, working: place + 1, workingFromEnd: isWorking ? workingDays.length - place : 0 };
  });
}
