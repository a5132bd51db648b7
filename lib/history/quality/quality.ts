import type { QualityFinding } from './finding';
import { calendarFindings, effectsIn } from './calendar-effects';
import type { CalendarEffect, DayContext } from '../calendar';
import { excludedMask, isRepaired, lengthOf, longestOf, runsWhere } from '../runs';
import { type LevelShift } from './level-shift';
import type { ExcludedSpan } from '../operations';
import { type Outlier, type Unusual, unusualValues } from './outliers';
import { cutOffFinding } from './cut-off';
import { ageFindings, gapFindings } from './gaps';
import { type KnownEnds, type Plateau, plateauOf } from './plateaus';
import { courseFindings, shiftOf, withoutShift } from './course';
import { valueFindings } from './values';
import { type Seasonality, seasonality } from './seasonality';
import type { LoadSeries } from '../series';

export type QualityContext = KnownEnds & {
  /** Spans of the past that teach nothing: neither judged nor missed. */
  readonly excluded?: readonly Pick<ExcludedSpan, 'from' | 'to'>[];
  /** Spans in which something unusual is expected, such as events: no value in them is an outlier. */
  readonly expected?: readonly Pick<ExcludedSpan, 'from' | 'to'>[];
  /** Whose days the load may follow, and the spans that holidays explain; without it, no effect of the calendar is looked for. */
  readonly calendar?: DayContext & { readonly holidays: readonly Pick<ExcludedSpan, 'from' | 'to'>[] };
  /** Whether values count what happened in their interval, so that an interval that was not over when it was read shows too little. @default false */
  readonly counts?: boolean;
  /** Whether a forecast may learn from outliers. @default false */
  readonly outliersTeach?: boolean;
  /** The moment the age of the last observation counts from, epoch ms; without it, its age is not judged. */
  readonly asOf?: number;
  /** A last observation older than this is stale. @default nothing is */
  readonly maxAgeMs?: number;
};

export type SeriesQuality = {
  readonly intervals: number;
  /** Intervals without a value, excluded ones not counted. */
  readonly missing: number;
  /** Intervals whose value a rule of repair put there. */
  readonly filled: number;
  /** Intervals within excluded spans. */
  readonly excluded: number;
  /** Share of the time that was observed, 0..1, excluded spans left out. */
  readonly coverage: number;
  /** The longest time without a value, ms, excluded spans left out. */
  readonly longestGapMs: number;
  readonly seasonality: readonly Seasonality[];
  readonly levelShift: LevelShift | null;
  readonly outliers: readonly Outlier[];
  /** What the calendar does to the load: neither faults, nor part of level and repetition. */
  readonly effects: readonly CalendarEffect[];
  /** The level at which the load is cut off; `null` where it is not. */
  readonly plateau: Plateau | null;
  /** Places of values that are taken for faults, in order: no forecast learns from them. */
  readonly faults: readonly number[];
  readonly findings: readonly QualityFinding[];
};

/**
 * Judges a series: what is missing and what was filled, values that cannot be or look like a slip, its course (level, outliers,
 * repetition) and the age of its end. Values that a rule filled are not judged, since nobody observed them. What is taken for a fault
 * (outliers, an end that was not over) has no part in level and repetition either, and what the calendar explains has a part of its own.
 */
export function quality(
  series: LoadSeries,
  {
    excluded = [],
    expected = [],
    counts = false,
    outliersTeach = false,
    calendar,
    perReplica,
    asOf,
    maxAgeMs = Infinity,
  }: QualityContext = {},
): SeriesQuality {
  const { values, observed, intervalMs } = series;
  const mask = excludedMask(series, excluded);
  const kept = mask.reduce((count, flag) => count + 1 - flag, 0);
  const gaps = runsWhere(values.length, (index) => mask[index] === 0 && Number.isNaN(values[index]));
  const longest = longestOf(gaps);
  const explained = calendar && excludedMask(series, [...excluded, ...expected, ...calendar.holidays]);
  const atFirst = calendar && explained ? effectsIn(series, explained, calendar) : noEffects;
  const unusual = unusualValues(series, excludedMask(series, [...excluded, ...expected, ...atFirst.spans]), counts);
  const teaching = outliersTeach ? mask : withPlaces(mask, unusual);
  const known = calendar && explained && !outliersTeach ? effectsIn(series, withPlaces(explained, unusual), calendar) : atFirst;
  const ordinary = (some: Uint8Array): Uint8Array => joinedMasks(some, excludedMask(series, known.spans));
  // A shift that is there without the outliers is where it is with them: next to a shift, it makes some.
  const shift = shiftOf(series, ordinary(teaching));
  const levelShift = shift && (shiftOf(series, ordinary(mask)) ?? shift);
  const course = { ...unusual, seasonality: seasonality(series, ordinary(teaching)), levelShift };
  const settled = { ...course, outliers: withoutShift(series, course) };
  const plateau = plateauOf(series, teaching, { perReplica });
  const faults = outliersTeach ? [] : placesOf(settled);
  return {
    intervals: values.length,
    missing: lengthOf(gaps),
    filled: values.reduce((count, _, index) => count + (isRepaired(series, index) ? 1 : 0), 0),
    excluded: values.length - kept,
    coverage: kept === 0 ? 0 : observed.reduce((total, share, index) => (mask[index] === 0 ? total + share : total), 0) / kept,
    longestGapMs: (longest.to - longest.from) * intervalMs,
    seasonality: settled.seasonality,
    levelShift: settled.levelShift,
    outliers: settled.outliers,
    effects: known.effects,
    plateau,
    faults,
    findings: [
      ...gapFindings(series, mask, gaps),
      ...valueFindings(series, mask),
      ...courseFindings(series, settled, outliersTeach),
      ...(calendar ? calendarFindings(series, known, calendar) : []),
      ...(plateau === null ? [] : [cutOffFinding(series, plateau, { perReplica })]),
      ...(asOf === undefined ? [] : ageFindings(series, asOf, maxAgeMs)),
    ],
  };
}

type Faulty = Pick<Unusual, 'outliers' | 'partialEnd'>;

const placesOf = ({ outliers, partialEnd }: Faulty): number[] =>
  [...outliers, ...(partialEnd ? [partialEnd] : [])].map(({ index }) => index);

const noEffects = { effects: [], spans: [] };

const joinedMasks = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((flag, index) => flag | other[index]);

function withPlaces(mask: Uint8Array, faulty: Faulty): Uint8Array {
  const all = mask.slice();
  for (const index of placesOf(faulty)) all[index] = 1;
  return all;
}
