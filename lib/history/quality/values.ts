import { formatFigure } from '../../figures';
import { DAY_MS, formatDuration, formatTime, WEEK_MS } from '../../units';
import type { QualityFinding } from './finding';
import { isObserved, lengthOf, longestOf, type Run, runsWhere, spanOf } from '../runs';
import type { LoadSeries } from '../series';

/** A run of equal values at least this long is a flat line, unless the series is shorter than twice that. */
const flatLineMs = DAY_MS;
/** Utilisation above the whole by more than this share of it is no rounding. */
const rounding = 0.005;
const leastForSlip = 48;
/** Share of the steps at which a sum of counters rises at least. */
const leastRisesOfSum = 0.9;

/**
 * Values that cannot be, or look like a slip: nothing but zeros, flat lines, utilisation over the whole, a ratio called percent, a
 * counter read as a rate. Only observed values count.
 *
 * @param excluded 1 for each interval that teaches nothing
 */
export function valueFindings(series: LoadSeries, excluded: Uint8Array): QualityFinding[] {
  const values = series.values.map((value, index) => (excluded[index] === 0 && isObserved(series, index) ? value : NaN));
  const valued = Array.from(values.keys()).filter((index) => !Number.isNaN(values[index]));
  if (valued.length < 2) return [];
  const whole = spanOf(series, { from: valued[0], to: valued[valued.length - 1] + 1 });
  if (valued.every((index) => values[index] === 0)) {
    return [
      {
        code: 'history/all-zero',
        severity: 'look',
        ...whole,
        count: valued.length,
        message: 'every value is 0',
        consequence: 'the forecast is 0 throughout: is it the right column?',
      },
    ];
  }
  const slip = ratioFinding(series, values, valued) ?? counterFinding(series, values, valued);
  return [
    ...flatFindings(series, values, valued.length),
    ...impossibleFindings(series, values, valued),
    ...(slip === undefined ? [] : [{ ...slip, severity: 'look' as const, ...whole, count: valued.length }]),
  ];
}

function flatFindings(series: LoadSeries, values: Float64Array, valueCount: number): QualityFinding[] {
  const { intervalMs } = series;
  const least = Math.max(3, Math.ceil(flatLineMs / intervalMs));
  if (valueCount < 2 * least) return [];
  const equalToNext = (index: number): boolean => values[index] === values[index + 1];
  const runs = runsWhere(values.length - 1, equalToNext).map(({ from, to }): Run => ({ from, to: to + 1 }));
  const flat = runs.filter((run) => run.to - run.from >= least && !isWeekly(values, run, WEEK_MS / intervalMs));
  if (flat.length === 0) return [];
  const longest = longestOf(flat);
  const value = values[longest.from];
  const rest = valueCount - lengthOf(flat);
  const usuallyStays = rest === 0 || lengthOf(runs) - lengthOf(flat) > rest / 2;
  return [
    {
      code: 'history/flat-line',
      severity: usuallyStays ? 'note' : 'look',
      ...spanOf(series, longest),
      count: lengthOf(flat),
      message: `the value stays at ${formatFigure(value)} for ${formatDuration((longest.to - longest.from) * intervalMs)} from ${formatTime(spanOf(series, longest).from)}${others(flat.length - 1)}`,
      consequence:
        value === 0
          ? 'an outage looks like this: if it was one, exclude the span; if not, the zeros count'
          : 'a stuck sensor looks like this: exclude the span if it is one',
    },
  ];
}

const others = (count: number): string => (count === 0 ? '' : `, and ${count} more such ${count === 1 ? 'span' : 'spans'}`);

/** An idle weekend is no flat line: the week before or after is as flat, nine tenths of it. */
function isWeekly(values: Float64Array, { from, to }: Run, week: number): boolean {
  if (!Number.isInteger(week)) return false;
  return [-week, week].some((offset) => {
    let equal = 0;
    for (let index = from; index < to; index += 1) if (values[index + offset] === values[from]) equal += 1;
    return equal >= 0.9 * Math.min(to - from, week);
  });
}

function impossibleFindings(series: LoadSeries, values: Float64Array, valued: readonly number[]): QualityFinding[] {
  const { unit } = series;
  if (unit === null || unit.noun === 'MW') return [];
  const whole = unit.noun === '%' ? 100 : unit.noun === 'ratio' ? 1 : Infinity;
  const scale = whole === Infinity ? Math.max(...valued.map((index) => Math.abs(values[index]))) : whole;
  const over = valued.filter((index) => values[index] > whole * (1 + rounding));
  const under = valued.filter((index) => values[index] < -rounding * scale);
  const report = (impossible: readonly number[], text: string, extreme: (a: number, b: number) => boolean, consequence: string) => {
    if (impossible.length === 0) return [];
    const worst = impossible.reduce((best, index) => (extreme(values[index], values[best]) ? index : best));
    const figure = `${formatFigure(values[worst])} at ${formatTime(spanOf(series, { from: worst, to: worst }).from)}`;
    return [
      {
        code: 'history/impossible-values',
        severity: 'look',
        ...spanOf(series, { from: impossible[0], to: impossible[impossible.length - 1] + 1 }),
        count: impossible.length,
        message: `${impossible.length} of ${valued.length} values ${text}, the worst ${figure}`,
        consequence,
      } as const,
    ];
  };
  return [
    ...report(
      over,
      unit.noun === '%' ? 'exceed 100 %' : 'exceed 1',
      (a, b) => a > b,
      'utilisation is a share of what there is; of one core, or of a request, it is another figure: give usage and capacity instead',
    ),
    ...report(under, 'are below 0', (a, b) => a < b, `there is no negative amount of ${unit.noun}: check the query or the export`),
  ];
}

type Slip = Pick<QualityFinding, 'code' | 'message' | 'consequence'>;

function ratioFinding({ unit }: LoadSeries, values: Float64Array, valued: readonly number[]): Slip | undefined {
  if (unit?.noun !== '%' || valued.length < leastForSlip || valued.some((index) => !(values[index] >= 0 && values[index] <= 1)))
    return undefined;
  return {
    code: 'history/likely-ratio',
    message: `no value exceeds 1 %, the largest is ${formatFigure(Math.max(...valued.map((index) => values[index])))}`,
    consequence: "a ratio looks like this: say unit: 'ratio' if it is one",
  };
}

/**
 * A counter hardly ever falls, and where it does, it begins again near 0; a sum of counters may fall less far. No load behaves like
 * that: where falls are small, it counts only if next to all other steps rise.
 */
function counterFinding({ kind }: LoadSeries, values: Float64Array, valued: readonly number[]): Slip | undefined {
  if (kind === 'level' || valued.length < leastForSlip) return undefined;
  const pairs = valued.slice(1).map((index, place) => [values[valued[place]], values[index]] as const);
  const rises = pairs.filter(([before, after]) => after > before).length;
  const falls = pairs.filter(([before, after]) => after < before);
  const fallsFar = falls.length <= 0.03 * pairs.length && falls.every(([before, after]) => after <= before / 2);
  if (!(fallsFar && rises >= 0.5 * pairs.length) && !(rises >= leastRisesOfSum * pairs.length)) return undefined;
  return {
    code: 'history/likely-counter',
    message: `the value rises at ${rises} of ${pairs.length} steps and falls at ${falls.length}`,
    consequence: fallsFar
      ? "a counter looks like this: say series: 'counter' if it is one"
      : 'a sum of counters looks like this: take the rate of each first, then the sum',
  };
}
