import { plural, significant } from '../../figures';
import { DAY_MS } from '../../units';
import { type DayContext, daysBetween } from './days';
import { alternateWeeks, type Candidate, clearest } from './evidence';
import { type CalendarPattern, isOf, isSamePattern, nameOf, neighboursOf, singleDays, wholeWeeks } from './patterns';
import { type DayLevels, dayLevels, distancesOfDays, medianOfKnown } from './usual-days';

/** Days that come again by the calendar, on which a load is always higher, or always lower, than usual. */
export type CalendarEffect = {
  /** `last working day of the month`. */
  readonly name: string;
  /** A day belongs to it where any of them names it. */
  readonly patterns: readonly CalendarPattern[];
  /** About how many times the usual load of such a day. */
  readonly times: number;
  /** How often the history holds it, from beginning to end: days, or stretches of days that follow each other. */
  readonly seen: number;
};

/** A load: NaN where nothing was observed, or where what was observed has another reason. */
export type DatedLoad = { readonly start: number; readonly intervalMs: number; readonly values: Float64Array };

/** Three times two weeks: enough for an effect of every other week. */
const leastDays = 42;
const mostEffects = 8;
/** Chance shows days as unusual at most once in so many series, all patterns counted; as for a season. */
const smallestSurprise = Math.log(1e6);
/** The same for the days next to those of an effect that is known. */
const smallestOfNeighbour = Math.log(1e3);

/**
 * Finds what the calendar does to a load: days of the month from its beginning or end, working days likewise, weekdays of the month, and
 * every other week or one day of it.
 *
 * The distance of a day is that of the logarithm of its mean load from the level of the fifteen days around it and from what its weekday
 * usually has. A pattern is an effect where all of its days, at least three, lie on one side; where chance would put them all so far out at
 * most once in a million series, all patterns counted, distances having the tails of a Laplace distribution; and where they are at least a
 * tenth away and alike. The clearest is taken first, its days are set aside, and the rest is looked at again. Patterns that name the same
 * days of the history stay together until it tells them apart. The days next to those of an effect need less proof.
 *
 * @returns nothing for a load that can be negative, or that most days lack; nothing for less than six weeks and intervals above a day
 */
export function calendarEffects(load: DatedLoad, context: DayContext): readonly CalendarEffect[] {
  const { start, intervalMs, values } = load;
  const end = start + values.length * intervalMs;
  if (intervalMs > DAY_MS || end - start < leastDays * DAY_MS) return [];
  const dated = dayLevels(load, daysBetween(context, start, end));
  if (dated === null) return [];
  const found: Candidate[] = [];
  const set = new Uint8Array(dated.days.length);
  const take = (candidates: readonly Candidate[]): boolean => {
    for (const { members } of candidates) for (const day of members) set[day] = 1;
    found.push(...candidates);
    return candidates.length > 0 && found.length < mostEffects;
  };
  const weeks = alternateWeeks(dated, wholeWeeks, smallestSurprise);
  take(weeks === null ? [] : [weeks]);
  while (take(clearest(dated, set, singleDays, smallestSurprise)));
  while (found.length < mostEffects && take(clearestNeighbour(dated, set, found)));
  return joined(found).map((patterns) => effectOf(patterns, dated, set, context, start, end));
}

/** The spans of an effect that lie within [from, to), epoch ms, at least in part: whole days by the clock, those in turn as one. */
export function effectSpans(
  { patterns }: Pick<CalendarEffect, 'patterns'>,
  context: DayContext,
  from: number,
  to: number,
): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const day of daysBetween(context, from - longestMs, to + longestMs)) {
    if (!patterns.some((pattern) => isOf(pattern, day))) continue;
    const last = spans[spans.length - 1];
    if (last?.to === day.from) last.to = day.to;
    else spans.push({ from: day.from, to: day.to });
  }
  return spans.filter((span) => span.to > from && span.from < to);
}

/**
 * An effect in words: what, how much, how often, and when it comes next after `end`, epoch ms, by the dates of the zone.
 *
 * @example 'last working day of the month: about 2.6 times the usual load, seen 4 times, next on 2026-11-30'
 */
export function effectText(effect: CalendarEffect, context: DayContext, end: number): string {
  const { name, times, seen } = effect;
  const next = effectSpans(effect, context, end, end + farthestMs).find(({ from }) => from >= end);
  const days = next === undefined ? [] : daysBetween(context, next.from, next.to).map(({ number }) => dateOf(number));
  const when = days.length === 0 ? '' : days.length === 1 ? `, next on ${days[0]}` : `, next from ${days[0]} to ${days[days.length - 1]}`;
  return `${name}: about ${significant(times, 2)} times the usual load, seen ${plural(seen, 'time')}${when}`;
}

const dateOf = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);

/** The next one of a month is no farther away. */
const farthestMs = 63 * DAY_MS;

/** No stretch of days of an effect is longer. */
const longestMs = 14 * DAY_MS;

/** The clearest of the days next to those that were found, on the same side. */
function clearestNeighbour(dated: DayLevels, set: Uint8Array, found: readonly Candidate[]): readonly Candidate[] {
  const known = found.flatMap(({ patterns }) => patterns);
  for (const { patterns, side } of found) {
    const beside = patterns.flatMap(neighboursOf).filter((pattern) => !known.some((other) => isSamePattern(other, pattern)));
    const best = clearest(dated, set, beside, smallestOfNeighbour, side);
    if (best.length > 0) return best;
  }
  return [];
}

/** The patterns of each effect: days of the month, or of two weeks, that follow each other on one side are one effect. */
function joined(found: readonly Candidate[]): readonly (readonly CalendarPattern[])[] {
  const effects: { patterns: readonly CalendarPattern[]; side: number }[] = [];
  for (const { patterns, side } of found) {
    const beside = effects.filter(
      (effect) =>
        effect.side === side &&
        [...effect.patterns, ...patterns].every(({ kind }) => kind !== 'working day' && kind === patterns[0].kind) &&
        patterns.flatMap(neighboursOf).some((pattern) => effect.patterns.some((other) => isSamePattern(other, pattern))),
    );
    for (const effect of beside) effects.splice(effects.indexOf(effect), 1);
    effects.push({ patterns: [...beside.flatMap((effect) => effect.patterns), ...patterns], side });
  }
  return effects.map(({ patterns }) => patterns);
}

function effectOf(
  patterns: readonly CalendarPattern[],
  dated: DayLevels,
  set: Uint8Array,
  context: DayContext,
  start: number,
  end: number,
): CalendarEffect {
  const { above } = distancesOfDays(dated, set);
  const members = Array.from(dated.days.keys()).filter((day) => patterns.some((pattern) => isOf(pattern, dated.days[day])));
  return {
    name: nameOf(patterns),
    patterns,
    times: Math.exp(medianOfKnown(members.map((day) => above[day]))),
    seen: effectSpans({ patterns }, context, start, end).filter((span) => span.from >= start && span.to <= end).length,
  };
}
