export { assess, calibrate, type Calibration, quantilesAround } from './calibration';
export { normalQuantile, widenAll, widened } from './normal';
export { inSampleDifferences, isThin, untested } from './thin';
