export { assess, type Assessment } from './assess';
export { calibrate, quantilesAround } from './calibration';
export { lastWeekAgain } from './last-week';
export { normalQuantile, widenAll, widened } from './normal';
export { inSampleDifferences, isThin, untested } from './thin';
