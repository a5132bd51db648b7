import { formatFigure, plural, significant } from '../../figures';
import { DAY_MS, formatLoadUnit, formatTime, HOUR_MS, WEEK_MS } from '../../units';
import { dailyLevels, type LevelShift, levelShift } from './level-shift';
import type { QualityFinding } from './finding';
import { spanOf } from '../runs';
import type { Outlier, Unusual } from './outliers';
import { leastStrength, type Seasonality } from './seasonality';
import type { LoadSeries } from '../series';

export type Course = Unusual & {
  readonly seasonality: readonly Seasonality[];
  readonly levelShift: LevelShift | null;
};

/** A level that has held for four weeks is the present one, and known well. */
const settledMs = 4 * WEEK_MS;

export function shiftOf(series: LoadSeries, excluded: Uint8Array): LevelShift | null {
  const daily = dailyLevels(series, excluded);
  return daily === null ? null : levelShift(daily);
}

/** Next to a shift the old level is far from the new: that is said once, as a shift. */
export function withoutShift({ start, intervalMs }: LoadSeries, course: Course): readonly Outlier[] {
  const { levelShift: shift, outliers } = course;
  if (shift === null) return outliers;
  return outliers.filter(({ index }) => {
    const at = start + index * intervalMs;
    return at < shift.at - DAY_MS || at >= shift.at + DAY_MS;
  });
}

/**
 * Findings of how a series goes: its level, single values, its repetition.
 *
 * @param outliersTeach whether a forecast learns from outliers
 */
export function courseFindings(series: LoadSeries, course: Course, outliersTeach: boolean): QualityFinding[] {
  const { levelShift: shift, outliers, recurring, partialEnd, seasonality } = course;
  return [
    ...(shift === null ? [] : [shiftFinding(series, shift)]),
    ...(outliers.length === 0 ? [] : [outlierFinding(series, outliers, outliersTeach)]),
    ...(recurring.length === 0 ? [] : [recurringFinding(series, recurring)]),
    ...(partialEnd === null ? [] : [partialEndFinding(series, partialEnd, outliersTeach)]),
    ...(seasonality.length === 0 ? [] : [seasonalityFinding(series, seasonality)]),
  ];
}

function shiftFinding(series: LoadSeries, { at, before, after, pValue }: LevelShift): QualityFinding {
  const { start, intervalMs, values } = series;
  const end = start + values.length * intervalMs;
  const percent = before === 0 ? '' : ` (${after > before ? '+' : ''}${Math.round((100 * (after - before)) / Math.abs(before))} %)`;
  const sure = pValue < 1e-6 ? 'p < 0.000001' : `p = ${significant(pValue, 2)}`;
  return {
    code: 'history/level-shift',
    severity: end - at < settledMs ? 'look' : 'note',
    from: at,
    to: end,
    count: Math.round((end - at) / intervalMs),
    message: `the daily level moved from ${formatFigure(before)} to ${formatFigure(after)}${withUnit(series)}${percent} on ${formatTime(at).slice(0, 10)}, ${sure}`,
    consequence: 'what lies before teaches another level: exclude it if the change is for good, or exclude the span if it was a fault',
  };
}

function outlierFinding(series: LoadSeries, outliers: readonly Outlier[], teach: boolean): QualityFinding {
  const [some, lie] = outliers.length === 1 ? ['1 value', 'lies'] : [`${outliers.length} values`, 'lie'];
  return {
    code: 'history/outliers',
    severity: 'look',
    ...spanAround(series, outliers),
    count: outliers.length,
    message: `${some} ${lie} far from what is usual at the time, the worst ${worstText(series, outliers)}`,
    consequence: teach
      ? "the forecast learns from them, as outliers: 'learn' says"
      : "left out of the forecast; a fault: exclude the span; something that comes again: name it as an event; the nature of the load: outliers: 'learn'",
  };
}

function recurringFinding(series: LoadSeries, again: readonly Outlier[]): QualityFinding {
  return {
    code: 'history/recurring',
    severity: 'note',
    ...spanAround(series, again),
    count: again.length,
    message: `${plural(again.length, 'value')} far from what is usual at the time ${again.length === 1 ? 'comes' : 'come'} again, the worst ${worstText(series, again)}`,
    consequence: 'taken for load, not for a fault; what the forecast does not carry on, name as an event',
  };
}

function partialEndFinding(series: LoadSeries, end: Outlier, teach: boolean): QualityFinding {
  return {
    code: 'history/partial-end',
    severity: 'look',
    ...spanAround(series, [end]),
    count: 1,
    message: `the last interval counts ${worstText(series, [end])}, as one does that was not over when it was read`,
    consequence: teach
      ? "the forecast learns from it, as outliers: 'learn' says"
      : "left out of the forecast; export whole intervals alone; if it is right, outliers: 'learn'",
  };
}

function spanAround(series: LoadSeries, some: readonly Outlier[]): { readonly from: number; readonly to: number } {
  return spanOf(series, { from: some[0].index, to: some[some.length - 1].index + 1 });
}

function worstText(series: LoadSeries, some: readonly Outlier[]): string {
  const worst = some.reduce((best, outlier) => (distance(outlier) > distance(best) ? outlier : best));
  const at = formatTime(spanOf(series, { from: worst.index, to: worst.index }).from);
  return `${formatFigure(worst.value)}${withUnit(series)} at ${at} where ${formatFigure(worst.usual)} is usual`;
}

const distance = ({ value, usual }: Outlier): number => Math.abs(value - usual);

function seasonalityFinding(series: LoadSeries, seasonality: readonly Seasonality[]): QualityFinding {
  const { values } = series;
  const clearSeasons = seasonality.filter(({ strength }) => strength >= leastStrength);
  const list = clearSeasons.map(({ periodMs, strength }) => `every ${periodMs / HOUR_MS} h (strength ${strength.toFixed(2)})`);
  return {
    code: 'history/seasonality',
    severity: 'note',
    ...spanOf(series, { from: 0, to: values.length }),
    count: values.length,
    message: list.length === 0 ? 'repeats neither by the day nor by the week' : `repeats ${list.join(' and ')}`,
    consequence: list.length === 0 ? 'a forecast has little more than the level to go by' : 'a forecast can go by it',
  };
}

function withUnit({ unit }: LoadSeries): string {
  return unit === null ? '' : ` ${formatLoadUnit(unit)}`;
}
