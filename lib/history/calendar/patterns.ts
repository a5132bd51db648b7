import type { Day } from './days';

/** Days that come again by the calendar. Places count from 1; negative ones from the end of the month. */
export type CalendarPattern =
  | { readonly kind: 'day of month'; readonly place: number }
  | { readonly kind: 'working day'; readonly place: number }
  /** `weekday`: 0 is Monday. */
  | { readonly kind: 'weekday of month'; readonly place: number; readonly weekday: number }
  /** One day of two weeks: 0 is the Monday of the one, 7 that of the other. */
  | { readonly kind: 'day of fortnight'; readonly place: number }
  /** The seven days from that day on. */
  | { readonly kind: 'week of fortnight'; readonly place: number };

/** Places of working days, days and weekdays of a month that are looked at. */
const workingPlaces = [1, 2, 3, -1, -2, -3];
const dayPlaces = [...placesUpTo(28), ...placesUpTo(7).map((place) => -place)];
const weekdayPlaces = [1, 2, 3, 4, -1];

/** All patterns that a load is searched for, whole weeks excepted. */
export const singleDays: readonly CalendarPattern[] = [
  ...workingPlaces.map((place) => ({ kind: 'working day', place }) as const),
  ...dayPlaces.map((place) => ({ kind: 'day of month', place }) as const),
  ...weekdayPlaces.flatMap((place) => placesUpTo(7).map((day) => ({ kind: 'weekday of month', place, weekday: day - 1 }) as const)),
  ...placesUpTo(14).map((day) => ({ kind: 'day of fortnight', place: day - 1 }) as const),
];

export const wholeWeeks: readonly CalendarPattern[] = placesUpTo(14).map((day) => ({ kind: 'week of fortnight', place: day - 1 }));

function placesUpTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** Whether a pattern names a day. */
export function isOf(pattern: CalendarPattern, day: Day): boolean {
  switch (pattern.kind) {
    case 'day of month':
      return pattern.place > 0 ? day.ofMonth === pattern.place : day.fromEnd === -pattern.place;
    case 'working day':
      return pattern.place > 0 ? day.working === pattern.place : day.workingFromEnd === -pattern.place;
    case 'weekday of month':
      return (
        day.weekday === pattern.weekday &&
        (pattern.place > 0 ? Math.ceil(day.ofMonth / 7) === pattern.place : Math.ceil(day.fromEnd / 7) === -pattern.place)
      );
    case 'day of fortnight':
      return dayOfFortnight(day) === pattern.place;
    case 'week of fortnight':
      return (dayOfFortnight(day) + 14 - pattern.place) % 14 < 7;
  }
}

/** 1970-01-05 was a Monday. */
const dayOfFortnight = ({ number }: Day): number => (((number - 4) % 14) + 14) % 14;

export function isSamePattern(one: CalendarPattern, other: CalendarPattern): boolean {
  const weekdayOf = (pattern: CalendarPattern) => (pattern.kind === 'weekday of month' ? pattern.weekday : 0);
  return one.kind === other.kind && one.place === other.place && weekdayOf(one) === weekdayOf(other);
}

/** The patterns of the days before and after those of a pattern, of the same kind; none where a kind has no neighbours. */
export function neighboursOf(pattern: CalendarPattern): readonly CalendarPattern[] {
  const { kind, place } = pattern;
  if (kind === 'day of fortnight') return [13, 1].map((step) => ({ kind, place: (place + step) % 14 }));
  if (kind !== 'day of month' && kind !== 'working day') return [];
  return [before(place), after(place)].map((neighbour) => ({ kind, place: neighbour }));
}

const before = (place: number): number => (place === 1 ? -1 : place - 1);
const after = (place: number): number => (place === -1 ? 1 : place + 1);

/** The name of the days that any of some patterns names. */
export function nameOf(patterns: readonly CalendarPattern[]): string {
  if (patterns.length > 1 && patterns.every(({ kind }) => kind === 'day of month')) return `${runsOfMonth(patterns)} of the month`;
  if (patterns.length > 1 && patterns.every(({ kind }) => kind === 'day of fortnight')) return runOfFortnight(patterns);
  return patterns.map(nameOfOne).join(' or ');
}

/** Days of the month that follow each other as one: `last 2 days and first day`. */
function runsOfMonth(patterns: readonly CalendarPattern[]): string {
  const places = patterns.map(({ place }) => place);
  const atEnd = places.filter((place) => place < 0).sort((a, b) => a - b);
  const atBegin = places.filter((place) => place > 0).sort((a, b) => a - b);
  const parts = [
    ...(atEnd.length === 0 ? [] : [atEnd[atEnd.length - 1] === -1 ? daysText('last', atEnd.length) : placesText(atEnd)]),
    ...(atBegin.length === 0 ? [] : [atBegin[0] === 1 ? daysText('first', atBegin.length) : placesText(atBegin)]),
  ];
  return parts.join(' and ');
}

/** Days of two weeks that follow each other: `every other Monday to Friday`. */
function runOfFortnight(patterns: readonly CalendarPattern[]): string {
  const places = patterns.map(({ place }) => place);
  const first = places.find((place) => !places.includes((place + 13) % 14)) ?? 0;
  const count = places.length;
  if (count === 7) return nameOfOne({ kind: 'week of fortnight', place: first });
  return `every other ${weekdays[first % 7]} ${count === 2 ? 'and' : 'to'} ${weekdays[(first + count - 1) % 7]}`;
}

const daysText = (which: string, count: number): string => (count === 1 ? `${which} day` : `${which} ${count} days`);
const placesText = (places: readonly number[]): string =>
  places.length === 1 ? `${ordinal(places[0])} day` : `${ordinal(places[0])} to ${ordinal(places[places.length - 1])} day`;

function nameOfOne(pattern: CalendarPattern): string {
  const { kind, place } = pattern;
  switch (kind) {
    case 'day of month':
      return `${ordinal(place)} day of the month`;
    case 'working day':
      return `${ordinal(place)} working day of the month`;
    case 'weekday of month':
      return `${ordinal(place)} ${weekdays[pattern.weekday]} of the month`;
    case 'day of fortnight':
      return `every other ${weekdays[place % 7]}`;
    case 'week of fortnight':
      return place % 7 === 0 ? 'every other week' : `every other week from ${weekdays[place % 7]} on`;
  }
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `first`, `2nd`, `3rd`, `last`, `2nd last`. */
function ordinal(place: number): string {
  if (place === 1) return 'first';
  if (place === -1) return 'last';
  const size = Math.abs(place);
  const ending = size % 10 > 3 || size % 10 === 0 || (size > 10 && size < 14) ? 'th' : ['st', 'nd', 'rd'][(size % 10) - 1];
  return `${size}${ending}${place < 0 ? ' last' : ''}`;
}
