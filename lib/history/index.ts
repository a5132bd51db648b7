export { type CalendarEffect, calendarEffects, type DayContext, effectSpans, effectText } from './calendar';
export { type ClockChange, clockOf, createLocalClock, type LocalClock } from './clock-changes';
export { excludedMask, isObserved, isRepaired, type Run, runsWhere, spanOf } from './runs';
export { divide, type ExcludedSpan, excludeSpans, toRatePerSecond } from './operations';
export { ageFindings, completedFinding, leastStrength, quality, type SeriesQuality, usabilityProblems } from './quality';
export { withQueue } from './queue';
export { createSeriesReader, placeOf, readSeries, type SeriesReader, type SourceName } from './reading';
export { repairGaps } from './repair';
export { mean, median, quantile, spread } from './robust';
export {
  type HistoryOutcome,
  type HistoryReader,
  type HistoryReading,
  type HistoryRequest,
  type LoadSeries,
  readingOf,
  type SeriesKind,
} from './series';
export {
  epochMilliseconds,
  epochSeconds,
  explainTimestamp,
  isoPattern,
  looksLikeTimestamp,
  plausibleFromMs,
  plausibleToMs,
  shorten,
} from './timestamp';
