import { crossValidate, type Backtest } from '../backtest';
import { learn, type Calibration } from './calibration';
import { errorsOf, slotsOf } from './errors';
import { lastValue } from '../models';
import type { FitRunner, ForecastInput } from '../types';

/**
 * Whether a backtest is too small to choose a model or quantiles by: it has fewer than 20 observations, or fewer than 5 origins (fewer than
 * `maximumOrigins`, where that is below 5).
 */
export function isThin({ origins, actual }: Backtest, maximumOrigins = 5): boolean {
  const observations = actual.reduce((sum, observed) => sum + observed.filter((value) => !Number.isNaN(value)).length, 0);
  return origins.length < Math.min(5, maximumOrigins) || observations < 20;
}

/** A backtest without its origins: only the paths from the end of the series are left. */
export function untested(backtest: Backtest): Backtest {
  const models = backtest.models.map((model) => ({ ...model, paths: [] }));
  return { ...backtest, origins: [], testedSteps: 0, actual: [], levels: backtest.levels.slice(-1), models };
}

/**
 * A calibration for a history that is too short for a backtest. Its errors are the differences between a value of the history and the
 * values after it, each with both signs, for so few values do not show a drift.
 */
export async function inSampleDifferences(series: ForecastInput, steps: number, run: FitRunner): Promise<Calibration> {
  const values = series.values.slice(0, series.values.findLastIndex((value) => !Number.isNaN(value)) + 1);
  const backtest = await crossValidate({ ...series, values }, [lastValue], { steps, seasons: [] }, run);
  const [{ paths }] = backtest.models;
  const slots = slotsOf([]);
  const differences = errorsOf(
    backtest,
    paths,
    paths.map((path) => path && path.map(() => 0)),
    'additive',
    slots,
  );
  const mirroredColumn = <T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(column: T, mirrored: T): T => {
    const both = new (column.constructor as new (length: number) => T)(2 * column.length);
    both.set(column);
    both.set(mirrored, column.length);
    return both;
  };
  const repeatedColumn = <T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(column: T) => mirroredColumn(column, column);
  const evidence = {
    form: differences.form,
    error: mirroredColumn(
      differences.error,
      differences.error.map((error) => -error),
    ),
    lead: repeatedColumn(differences.lead),
    slot: repeatedColumn(differences.slot),
    origin: repeatedColumn(differences.origin),
    weight: repeatedColumn(differences.weight),
    spread: repeatedColumn(differences.spread),
    age: repeatedColumn(differences.age),
  };
  return { ...learn(evidence, slots, backtest.testedSteps), lately: 1 };
}
