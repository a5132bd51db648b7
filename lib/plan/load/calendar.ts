import { type CapacityConfig, holidaysOf } from '../../config';
import { effectText } from '../../history';
import {
  type Applied,
  type Calendar,
  datesOff,
  type EventForecast,
  holidayOccurrences,
  holidaysBetween,
  type Occurrence,
} from '../../forecast';
import type { Problem } from '../../problems';
import { DAY_MS, formatTime } from '../../units';
import type { AppliedEvent } from '../file';

/**
 * What a workload knows in advance between two moments, epoch ms: the events of the config that concern it, in their order, the holidays
 * of its places, and the dates around that are no working days, unless it ignores the calendar.
 *
 * @throws ProblemError `config/unknown-country`, `config/unknown-region`
 */
export function calendarOf(
  config: Pick<CapacityConfig, 'workloads' | 'holidays' | 'events' | 'timeZone'>,
  workload: string,
  from: number,
  to: number,
): Calendar {
  const path = config.workloads[workload].holidays ? `workloads.${workload}.holidays` : 'holidays';
  const holidays = holidaysBetween(holidaysOf(config, workload), from - aroundMs, to + aroundMs, path);
  const events = config.events
    .filter((event) => event.workload === undefined || event.workload === workload)
    .map(({ name, from, to, uplift }): Occurrence => ({ kind: 'event', name, group: `event ${name}`, from, to, uplift }));
  return {
    timeZone: config.timeZone,
    occurrences: [...events, ...holidayOccurrences(holidays.filter((holiday) => holiday.to > from && holiday.from < to))],
    ...(config.workloads[workload].calendar !== 'ignore' && { daysOff: datesOff(holidays) }),
  };
}

/** Working days are counted in whole months, and what comes next may lie two months ahead. */
const aroundMs = 95 * DAY_MS;

/**
 * A problem `event/no-uplift` for each event that cannot be planned for: it is not over when the plan begins, states no uplift, and the
 * history holds no past of it.
 *
 * @param key `workload.signal`, for messages
 * @param planStart and `historyFrom`: epoch ms
 */
export function eventProblems(
  { events }: Pick<CapacityConfig, 'events'>,
  key: string,
  { unknown }: EventForecast,
  planStart: number,
  historyFrom: number,
): Problem[] {
  return unknown
    .filter(({ kind, to }) => kind === 'event' && to > planStart)
    .map(({ name, from }) => {
      const pastEvents = events.filter((event) => event.name === name && event.to <= from);
      return {
        code: 'event/no-uplift',
        path: `events.${name}`,
        message:
          pastEvents.length === 0
            ? `takes place at ${formatTime(from)} and has neither an uplift nor a past that could teach one to ${key}`
            : `takes place at ${formatTime(from)} and has no uplift, and ${key} has no history of its past (${pastEvents.map((event) => formatTime(event.from)).join(', ')}): it begins at ${formatTime(historyFrom)}`,
        hint:
          pastEvents.length === 0
            ? 'state uplift: the number of times the usual load; or list past dates of the same name that the history covers'
            : 'state uplift: the number of times the usual load; or give a history that reaches back to it (live sources: history.range)',
      };
    });
}

/** Notes on how a forecast treated the clock, the calendar and past events, one sentence each. */
export function eventNotes({ forecast, applied, effects, taken, unfollowed }: EventForecast, calendar: Calendar): string[] {
  const { timeZone, daysOff = new Set() } = calendar;
  const later = effects.filter(({ name }) =>
    applied.every(({ lift: { occurrence } }) => occurrence.kind !== 'calendar' || occurrence.name !== name),
  );
  return [
    ...later.map((effect) => `${effectText(effect, { timeZone, daysOff }, forecast.start)}, after the end of this forecast.`),
    ...(unfollowed !== null
      ? [`The load took no notice of the change of the clock at ${formatTime(unfollowed)}: its days stay those of UTC.`]
      : []),
    ...(taken > 0
      ? [
          `${taken} periods of past events${effects.length > 0 ? ', effects of the calendar' : ''} and holidays are taken for missing: they teach their own lifts and no season.`,
        ]
      : []),
  ];
}

/**
 * What the config could say better of events and holidays, one sentence each.
 *
 * @param planStart and `planEnd`: epoch ms; only holidays between them are named
 */
export function eventWarnings({ applied, unknown }: EventForecast, planStart: number, planEnd: number): string[] {
  const holidaysWithoutPast = unknown.filter(({ kind, from, to }) => kind === 'holiday' && to > planStart && from < planEnd);
  return [
    ...holidaysWithoutPast.map(
      ({ name, from }) => `No past holiday of its kind is in the history: ${name} at ${formatTime(from)} lifts nothing.`,
    ),
    ...applied.flatMap(({ lift: { occurrence, how } }) =>
      how.from === 'past' && occurrence.uplift !== undefined
        ? [`Event '${occurrence.name}' is lifted by what its past did; the stated uplift of ${occurrence.uplift} is not used.`]
        : [],
    ),
  ];
}

/** How an event lifts a forecast, as the plan file keeps it: by the stated uplift, or by what was learned with the stated one beside it. */
export function appliedEvent({ lift: { occurrence, how }, times }: Applied): AppliedEvent {
  const { name, from, to, uplift } = occurrence;
  return {
    name,
    from: formatTime(from),
    to: formatTime(to),
    uplift: how.from === 'config' ? how.uplift : times,
    source: how.from === 'config' ? 'config' : `learned from ${how.profile.past} past`,
    ...(occurrence.kind === 'calendar' && how.from === 'past' && { seen: how.profile.past }),
    stated: how.from === 'past' ? (uplift ?? null) : null,
  };
}
