import { type CalendarEffect, calendarEffects, type DayContext, effectSpans, effectText } from '../calendar';
import type { QualityFinding } from './finding';
import type { LoadSeries } from '../series';

/** Effects of the calendar, and the spans of the past that they explain, in the order of the effects. */
export type KnownEffects = {
  readonly effects: readonly CalendarEffect[];
  readonly spans: readonly { readonly from: number; readonly to: number }[];
};

/** @param explained 1 for each interval that has another reason to be unusual, or teaches nothing */
export function effectsIn(series: LoadSeries, explained: Uint8Array, context: DayContext): KnownEffects {
  const { start, intervalMs, values } = series;
  const effects = calendarEffects(
    { start, intervalMs, values: values.map((value, index) => (explained[index] === 1 ? NaN : value)) },
    context,
  );
  return { effects, spans: effects.flatMap((effect) => effectSpans(effect, context, start, endOf(series))) };
}

export function calendarFindings(series: LoadSeries, { effects }: KnownEffects, context: DayContext): QualityFinding[] {
  const { start, intervalMs } = series;
  const end = endOf(series);
  return effects.map((effect): QualityFinding => {
    const spans = effectSpans(effect, context, start, end).map(({ from, to }) => ({ from: Math.max(start, from), to: Math.min(end, to) }));
    return {
      code: 'history/calendar',
      severity: 'note',
      from: spans[0].from,
      to: spans[spans.length - 1].to,
      count: Math.round(spans.reduce((total, { from, to }) => total + to - from, 0) / intervalMs),
      message: effectText(effect, context, end),
      consequence: "coming ones are lifted by what these teach; where that is chance, calendar: 'ignore'",
    };
  });
}

const endOf = ({ start, intervalMs, values }: LoadSeries): number => start + values.length * intervalMs;
