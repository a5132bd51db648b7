export { widenAll } from './calibration';
export {
  type Applied,
  type Calendar,
  datesOff,
  type EventForecast,
  forecastWithEvents,
  holidayOccurrences,
  holidaysBetween,
  type Occurrence,
} from './events';
export { forecast } from './forecast';
export { type HourPeaks, hourPeaks } from './hour-peaks';
export { fitTask, normalEquations, type NormalEquations, reasonOf, ridge } from './models';
export { isRepeated, type Regime, regimeOf, regimes } from './regime';
export { repeatingRises, type RepeatingRises } from './rises';
export { accuracyOf, type ForecastAccuracy, type PastForecast, rollingForecasts } from './rolling';
export { type Borrowed, borrowShape, leastCommonMs, ownShapeMs } from './sibling';
export { eachInOrder } from './stream';
export {
  type ArimaOrder,
  type ArmaFitter,
  type Effort,
  type FitResult,
  type FitRunner,
  type FitTask,
  type Forecast,
  type ForecastInput,
  type FoundSeason,
  originsByEffort,
} from './types';
