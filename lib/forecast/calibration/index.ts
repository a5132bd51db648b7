export { assess, type Assessment } from './assess';
export { calibrate, quantilesAround } from './calibration';
export { lastWeekAgain } from './last-week';
export { inSampleDifferences, isThin, untested } from './thin';
export { widenAll, widened } from './widen';
