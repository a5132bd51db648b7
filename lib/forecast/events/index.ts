export { type Applied, applyLifts } from './events';
export { type Calendar, type EventForecast, forecastWithEvents, prepare } from './forecast-events';
export { datesOff, holidayOccurrences, holidaysBetween } from './holidays';
export type { Occurrence } from './occurrence';
