import { type StepFunction, valueHours } from '../../demand';
import type { Compression } from '../file';

/** What joining the steps of a schedule costs. */
export function compressionOf(before: StepFunction, after: StepFunction): Compression {
  const hours = valueHours(before);
  const added = valueHours(after) - hours;
  return {
    stepsBefore: before.steps.length,
    steps: after.steps.length,
    addedReplicaHours: added,
    addedPercent: hours === 0 ? 0 : (100 * added) / hours,
  };
}
