/** History of live sources: Prometheus, CloudWatch, and the cache of what they answered. */
export { liveHistory, type LiveHistoryOptions } from './reader';
export { type MinutesOptions, openMinutes } from './minutes';
