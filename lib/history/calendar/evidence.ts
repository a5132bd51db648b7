import { mean, median } from '../robust';
import { type CalendarPattern, isOf, isSamePattern, neighboursOf } from './patterns';
import { type DayDistances, type DayLevels, distancesOfDays, meanDistance, medianOfKnown } from './usual-days';

/** Patterns that name the same days of a history, and how surely chance does not put them where they are. */
export type Candidate = {
  readonly patterns: readonly CalendarPattern[];
  /** Places of its days. */
  readonly members: readonly number[];
  /** 1: above the usual, -1: below it. */
  readonly side: number;
  /** Minus the logarithm of the number of times that chance shows as much in one series. */
  readonly surprise: number;
};

const leastSeen = 3;
/** Less than a tenth more or less is not worth a word. */
const leastEffect = Math.log(1.1);
/** The farthest day from the usual is at most so many times as far as the nearest. */
const mostTimesFarther = 4;
/** No load is known better than by so much, as a logarithm. */
const leastDistance = 0.005;

/**
 * The candidates that chance explains least, of those with at least `smallestSurprise`: one, or several whose days follow each other in the
 * month, where these are more surprising together than any other. None where there are none.
 *
 * @param set 1 for each day that an effect explains that was found before
 * @param side only candidates on this side. @default either
 */
export function clearest(
  dated: DayLevels,
  set: Uint8Array,
  patterns: readonly CalendarPattern[],
  smallestSurprise: number,
  side?: number,
): readonly Candidate[] {
  const distances = distancesOfDays(dated, set);
  const ordinary = ordinaryOf(dated, distances, set);
  const candidates = patterns
    .flatMap((pattern) => candidateOf(pattern, dated, distances, ordinary, patterns.length) ?? [])
    .filter((candidate) => candidate.surprise >= smallestSurprise && (side === undefined || candidate.side === side));
  const groups = groupsOf(candidates);
  const surpriseOf = (group: readonly Candidate[]) => group.reduce((sum, { surprise }) => sum + surprise, 0);
  const best = groups.reduce<readonly Candidate[]>((one, other) => (surpriseOf(other) > surpriseOf(one) ? other : one), []);
  return best.map((candidate) => ({
    ...candidate,
    patterns: candidates
      .filter(({ members }) => members.join() === candidate.members.join())
      .flatMap(({ patterns: [pattern] }) => [pattern]),
  }));
}

/** Candidates whose days follow each other, on one side, together; all others alone. */
function groupsOf(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const groups: Candidate[][] = [];
  for (const candidate of candidates) {
    const beside = groups.filter((group) =>
      group.some(
        ({ side, patterns }) =>
          side === candidate.side && neighboursOf(patterns[0]).some((pattern) => isSamePattern(pattern, candidate.patterns[0])),
      ),
    );
    for (const group of beside) groups.splice(groups.indexOf(group), 1);
    groups.push([...beside.flat(), candidate]);
  }
  return groups;
}

/** Places of the days that are known and that no effect explains. */
function ordinaryOf({ days }: DayLevels, { above }: DayDistances, set: Uint8Array): readonly number[] {
  return Array.from(days.keys()).filter((day) => set[day] === 0 && !Number.isNaN(above[day]));
}

function candidateOf(
  pattern: CalendarPattern,
  { days }: DayLevels,
  distances: DayDistances,
  ordinary: readonly number[],
  tried: number,
): Candidate | null {
  const members = ordinary.filter((day) => isOf(pattern, days[day]));
  if (members.length < leastSeen) return null;
  const { weekday } = days[members[0]];
  const isAlternate = pattern.kind === 'day of fortnight';
  const above = isAlternate ? aboveOtherWeek(weekday, members, { days, ordinary, distances }) : distances.above;
  if (above === null) return null;
  const side = Math.sign(medianOfKnown(members.map((day) => above[day])));
  // Lower every other week is higher in the others.
  if (isAlternate && side < 0) return null;
  const sizes = members.map((day) => side * above[day]);
  const [nearest, farthest] = [Math.min(...sizes), Math.max(...sizes)];
  if (!(nearest > 0) || farthest > mostTimesFarther * nearest || medianOfKnown(sizes) < leastEffect) return null;
  const others = ordinary.filter((day) => !isOf(pattern, days[day]) && !(isAlternate && days[day].weekday === weekday));
  const usual = Math.max(leastDistance, meanDistance(others.map((day) => distances.above[day])));
  const ofWeekday = (of: number) => {
    const alike = ordinary.filter((day) => days[day].weekday === of && !members.includes(day)).map((day) => above[day]);
    return alike.length < leastSeen ? usual : Math.max(usual, meanDistance(alike));
  };
  const spreads = new Map([...new Set(members.map((day) => days[day].weekday))].map((of) => [of, ofWeekday(of)]));
  const times = Math.min(...members.map((day) => (side * above[day]) / (spreads.get(days[day].weekday) ?? usual)));
  return { patterns: [pattern], members, side, surprise: members.length * (Math.LN2 + times) - Math.log(2 * tried) };
}

type Context = { readonly days: DayLevels['days']; readonly ordinary: readonly number[]; readonly distances: DayDistances };

/** How far above its level a day is, less what the same weekday of the other weeks usually is; `null` where that is not known. */
function aboveOtherWeek(weekday: number, members: readonly number[], { days, ordinary, distances }: Context): Float64Array | null {
  const others = ordinary.filter((day) => days[day].weekday === weekday && !members.includes(day));
  if (others.length < leastSeen) return null;
  const usual = medianOfKnown(others.map((day) => distances.aboveLevel[day]));
  return distances.aboveLevel.map((value) => value - usual);
}

/** A week counts when at least so many of its days are known. */
const leastDaysOfWeek = 5;
/** How far the medians of two weeks lie apart by chance, in distances of single days: 1.25 x sqrt(2 / 7). */
const mediansApart = 0.67;
/** And as many weekdays lie on the side of their week at least in this share of all weeks. */
const leastApart = 0.9;
/** Weeks that begin on a Monday are preferred to others unless those are higher by this factor. */
const mondayFirst = 1.05;

/**
 * Whole weeks that are higher every other time: the levels (medians of the days) of at least six weeks in turn go up and down, each time by
 * far more than two weeks of one kind differ. Chance alone lets neighbouring differences change their sign in two of three cases.
 *
 * @returns the weeks of the largest difference, with the days on which they begin; `null` where there are none
 */
export function alternateWeeks(dated: DayLevels, patterns: readonly CalendarPattern[], smallestSurprise: number): Candidate | null {
  const { days, levels } = dated;
  const { above, aboveLevel } = distancesOfDays(dated, new Uint8Array(days.length));
  const even = levels.map((level, day) => level - (aboveLevel[day] - above[day]));
  let best: { readonly candidate: Candidate; readonly height: number } | null = null;
  for (const pattern of patterns) {
    const weeks = weeksOf(pattern, days, even);
    const surprise = surpriseOfWeeks(weeks) - Math.log(2 * patterns.length);
    const height = (pattern.place % 7 === 0 ? mondayFirst : 1) * (meanOf(weeks, true) - meanOf(weeks, false));
    if (!(surprise >= smallestSurprise) || height <= (best?.height ?? 0)) continue;
    const members = Array.from(days.keys()).filter((day) => isOf(pattern, days[day]) && !Number.isNaN(levels[day]));
    best = { candidate: { patterns: [pattern], members, side: 1, surprise }, height };
  }
  return best?.candidate ?? null;
}

type KnownDay = { readonly value: number; readonly weekday: number };

/** A week that a pattern names, or one between such: what is known of its days, and their median, NaN where that is too little. */
type Week = { readonly isOf: boolean; readonly known: readonly KnownDay[]; readonly level: number };

function weeksOf(pattern: CalendarPattern, days: DayLevels['days'], even: Float64Array): readonly Week[] {
  const weeks: { isOf: boolean; known: KnownDay[] }[] = [];
  days.forEach((day, index) => {
    const is = isOf(pattern, day);
    if (weeks.length === 0 || weeks[weeks.length - 1].isOf !== is) weeks.push({ isOf: is, known: [] });
    if (!Number.isNaN(even[index])) weeks[weeks.length - 1].known.push({ value: even[index], weekday: day.weekday });
  });
  return weeks.map((week) => ({
    ...week,
    level: week.known.length < leastDaysOfWeek ? NaN : median(week.known.map(({ value }) => value)),
  }));
}

/** Minus the logarithm of the probability that chance lets weeks go up and down so far in turn; NaN where they do not. */
function surpriseOfWeeks(weeks: readonly Week[]): number {
  const moves = weeks
    .slice(1)
    .map((week, index) => (week.isOf ? 1 : -1) * (week.level - weeks[index].level))
    .filter((move) => !Number.isNaN(move));
  const count = (is: boolean) => weeks.filter(({ isOf: of, level }) => of === is && !Number.isNaN(level)).length;
  if (count(true) < leastSeen || count(false) < leastSeen || !moves.every((move) => move > 0) || median(moves) < leastEffect) return NaN;
  const alike = weeks
    .slice(2)
    .map((week, index) => week.level - weeks[index].level)
    .filter((move) => !Number.isNaN(move));
  if (weekdaysApart(weeks) < leastDaysOfWeek) return NaN;
  const withinWeeks = weeks.flatMap(({ known, level }) => (Number.isNaN(level) ? [] : known.map(({ value }) => value - level)));
  const usual = Math.max(leastDistance, meanDistance(alike), mediansApart * meanDistance(withinWeeks));
  return moves.length * (Math.log(1.5) + Math.min(...moves) / usual);
}

/**
 * The number of weekdays that nearly always lie on the side of their week, seen from halfway between it and the weeks around it: in a wave of
 * nearly two weeks few do, for it moves over the weekdays; where weekends have no part, five do.
 */
function weekdaysApart(weeks: readonly Week[]): number {
  const sides: number[][] = Array.from({ length: 7 }, () => []);
  weeks.forEach(({ isOf: is, known, level }, index) => {
    const around = [weeks[index - 1], weeks[index + 1]].flatMap((week) =>
      week === undefined || Number.isNaN(week.level) ? [] : [week.level],
    );
    if (Number.isNaN(level) || around.length === 0) return;
    const middle = (level + mean(around)) / 2;
    for (const { value, weekday } of known) sides[weekday].push(value > middle === is ? 1 : 0);
  });
  return sides.filter((side) => side.length > 0 && mean(side) >= leastApart).length;
}

function meanOf(weeks: readonly Week[], is: boolean): number {
  return mean(weeks.flatMap((week) => (week.isOf === is ? week.known.map(({ value }) => value) : [])));
}
