export { type CalendarEffect, calendarEffects, effectSpans, effectText } from './effects';
export type { DayContext } from './days';
