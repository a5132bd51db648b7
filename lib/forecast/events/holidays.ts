import type DateHolidays from 'date-holidays';
import { DateTime } from 'luxon';
import type { HolidayPlace } from '../../config';
import { loadPackage } from '../../packages';
import { type Problem, ProblemError } from '../../problems';
import { DAY_MS } from '../../units';
import type { Occurrence, Reach } from './occurrence';

/** A day, or part of one, on which a place has a holiday. */
export type Holiday = {
  /** Place and name, such as `DE Good Friday`. */
  readonly name: string;
  /** The date in the calendar of the place, such as `2026-04-03`. */
  readonly date: string;
  /** [from, to) by the clock of the place, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Share of the load that comes from the place, 0..1. */
  readonly share: number;
};

/**
 * The holidays of places between two moments, in order of time. A day is a day by the clock of the place, of its main zone where it has
 * several.
 *
 * @param from, to epoch ms
 * @param path where the places stand in the config, for messages
 * @throws ProblemError with every problem: `config/unknown-country`, `config/unknown-region`; `package/missing`
 * @see the package `date-holidays`, which is loaded only when there is a place to look up
 */
export function holidaysBetween(places: readonly HolidayPlace[], from: number, to: number, path: string): readonly Holiday[] {
  if (places.length === 0) return [];
  const Holidays = loadPackage('date-holidays', 'looking up the holidays of a country') as typeof DateHolidays;
  const names = new Holidays();
  const problems: Problem[] = [];
  const holidays = places.flatMap((place, index) => {
    const [state, part] = place.region?.split('.') ?? [];
    const problem = unknownPlace(names, place, `${path}[${index}]`);
    if (problem) {
      problems.push(problem);
      return [];
    }
    const placeHolidays = new Holidays(
      { country: place.country, ...(state && { state }), ...(part && { region: part }) },
      { types: [...place.types] },
    );
    const [zone] = placeHolidays.getTimezones();
    if (zone !== undefined) placeHolidays.setTimezone(zone);
    const label = `${place.country}${place.region ? `-${place.region}` : ''}`;
    return yearsOf(from, to).flatMap((year) =>
      placeHolidays
        .getHolidays(year, 'en')
        .filter(({ type }) => (place.types as readonly string[]).includes(type))
        .flatMap(({ name, start, end }) =>
          daysOf(start.getTime(), end.getTime(), zone ?? 'UTC').map((day) => ({ name: `${label} ${name}`, share: place.share, ...day })),
        ),
    );
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return holidays
    .filter((holiday) => holiday.to > from && holiday.from < to)
    .sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/**
 * The occurrences of holidays. All holidays of one date are one occurrence, which reaches the share of each place while it is that day
 * there. An occurrence is learned together with all holidays on working days, or with all on Saturdays and Sundays, for a holiday on a
 * Sunday changes little.
 */
export function holidayOccurrences(holidays: readonly Holiday[]): readonly Occurrence[] {
  const dates = [...new Set(holidays.map(({ date }) => date))].sort();
  return dates.map((date) => {
    const parts = holidays.filter((holiday) => holiday.date === date);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    return {
      kind: 'holiday',
      name: [...new Set(parts.map(({ name }) => name))].sort().join(', '),
      group: weekday === 0 || weekday === 6 ? 'holidays on weekends' : 'holidays on working days',
      from: Math.min(...parts.map((part) => part.from)),
      to: Math.max(...parts.map((part) => part.to)),
      reach: reachOfPlaces(parts),
    };
  });
}

/** Dates on which at least this share of the load has a holiday are no working days. */
const leastShareOff = 0.5;

/** The dates of holidays on which most of the load does not work, such as `2026-12-25`. */
export function datesOff(holidays: readonly Holiday[]): ReadonlySet<string> {
  const dates = [...new Set(holidays.map(({ date }) => date))];
  return new Set(
    dates.filter((date) => {
      const places = reachOfPlaces(holidays.filter((holiday) => holiday.date === date));
      return places.reduce((sum, { share }) => sum + share, 0) >= leastShareOff;
    }),
  );
}

/** The days of a span in a zone: the span cut at each midnight, with the date of each part. */
function daysOf(from: number, to: number, zone: string): readonly { readonly date: string; readonly from: number; readonly to: number }[] {
  const days: { date: string; from: number; to: number }[] = [];
  for (let at = from; at < to;) {
    const day = DateTime.fromMillis(at, { zone });
    const next = Math.min(to, day.startOf('day').plus({ days: 1 }).toMillis());
    days.push({ date: day.toFormat('yyyy-MM-dd'), from: at, to: next });
    at = next;
  }
  return days;
}

/** The reach of each place, once for each date: a place with two holidays on one date has one day off. */
function reachOfPlaces(parts: readonly Holiday[]): readonly Reach[] {
  const byPlace = new Map<string, Reach>();
  for (const { name, from, to, share } of parts) {
    const place = name.slice(0, name.indexOf(' '));
    const before = byPlace.get(place);
    byPlace.set(place, { from: Math.min(from, before?.from ?? from), to: Math.max(to, before?.to ?? to), share });
  }
  return [...byPlace.values()];
}

/** The years whose holidays may be between two moments in some zone. */
function yearsOf(from: number, to: number): readonly number[] {
  const first = new Date(from - 2 * DAY_MS).getUTCFullYear();
  const last = new Date(to + 2 * DAY_MS).getUTCFullYear();
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

type Names = {
  readonly getCountries: () => Readonly<Record<string, string>> | null | undefined;
  readonly getStates: (country: string) => Readonly<Record<string, string>> | null | undefined;
  readonly getRegions: (country: string, state: string) => Readonly<Record<string, string>> | null | undefined;
};

/** The problem of a place whose holidays are not known; `undefined` where they are. */
function unknownPlace(names: Names, { country, region }: HolidayPlace, path: string): Problem | undefined {
  const listed = (entries: Readonly<Record<string, string>> | null | undefined) => Object.keys(entries ?? {}).sort();
  if (!listed(names.getCountries()).includes(country))
    return { code: 'config/unknown-country', path: `${path}.country`, message: `'${country}' is no country whose holidays are known` };
  if (region === undefined) return undefined;
  const [state, part] = region.split('.');
  const states = listed(names.getStates(country));
  const problem = (place: string, choices: readonly string[]): Problem => ({
    code: 'config/unknown-region',
    path: `${path}.region`,
    message: `'${region}' is no part of ${place} whose holidays are known`,
    hint: choices.length > 0 ? `known are: ${choices.join(', ')}` : 'leave it out',
  });
  if (!states.includes(state)) return problem(country, states);
  const parts = listed(names.getRegions(country, state));
  return part === undefined || parts.includes(part) ? undefined : problem(`${country}-${state}`, parts);
}
