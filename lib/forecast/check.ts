import { type CodeOf, type Problem, ProblemError } from '../problems';
import type { ForecastInput, ForecastOptions } from './types';

/**
 * Refuses what no forecast can be made of.
 *
 * @throws ProblemError with every fault found: `forecast/steps`, `forecast/quantiles`, `forecast/interval`,
 *   `forecast/not-finite`, `forecast/too-short`
 */
export function checkForecast({ intervalMs, values }: ForecastInput, { steps, quantiles }: ForecastOptions): void {
  const problems: Problem[] = [];
  const refuse = (code: CodeOf<'forecast'>, path: string, message: string, expected: string, received: string, hint?: string) =>
    problems.push({ code: `forecast/${code}`, path, message, expected, received, ...(hint === undefined ? {} : { hint }) });
  if (!Number.isInteger(steps) || steps < 1)
    refuse('steps', 'forecast.steps', 'the horizon is no number of steps', 'a whole number from 1 up', `${steps}`);
  if (!quantiles.every((q, i) => q > 0 && q < 1 && (i === 0 || q > quantiles[i - 1]))) {
    refuse('quantiles', 'forecast.quantiles', 'the quantiles are not usable', 'ascending numbers between 0 and 1', quantiles.join(', '));
  }
  if (!(intervalMs > 0 && Number.isFinite(intervalMs)))
    refuse('interval', 'forecast.interval', 'the interval is no length of time', 'milliseconds above 0', `${intervalMs}`);
  const infinite = values.findIndex((value) => Math.abs(value) === Infinity);
  if (infinite >= 0)
    refuse(
      'not-finite',
      `history value ${infinite + 1}`,
      'the history holds an infinite value',
      'finite values, NaN where one is missing',
      `${values[infinite]}`,
    );
  const observed = values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  if (observed < 2)
    refuse(
      'too-short',
      'history',
      'the history is too short to forecast from',
      'at least 2 observed values',
      `${observed}`,
      'record more load, or state the load in the config',
    );
  if (problems.length > 0) throw new ProblemError(problems);
}
