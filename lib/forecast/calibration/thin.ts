import { crossValidate, type Backtest } from '../backtest';
import { learn, type Calibration } from './calibration';
import { errorsOf, slotsOf } from './errors';
import { lastValue } from '../models';
import type { FitRunner, ForecastInput } from '../types';

/** Whether a backtest, of `most` origins at most, says too little to choose a model or a quantile by. */
export function isThin({ origins, actual }: Backtest, most = 5): boolean {
  const observed = actual.reduce((sum, came) => sum + came.filter((value) => !Number.isNaN(value)).length, 0);
  return origins.length < Math.min(5, most) || observed < 20;
}

/** A backtest as if there had been none: only the paths from the end of the series are left. */
export function untested(backtest: Backtest): Backtest {
  const models = backtest.models.map((model) => ({ ...model, paths: [] }));
  return { ...backtest, origins: [], testedSteps: 0, actual: [], levels: backtest.levels.slice(-1), models };
}

/**
 * Stands in for the errors of a backtest where the history is too short for one: how far the series moved away from its own last
 * value, in both directions alike, for so few values do not tell a drift.
 */
export async function inSampleDifferences(series: ForecastInput, steps: number, run: FitRunner): Promise<Calibration> {
  const values = series.values.slice(0, series.values.findLastIndex((value) => !Number.isNaN(value)) + 1);
  const backtest = await crossValidate({ ...series, values }, [lastValue], { steps, seasons: [] }, run);
  const [{ paths }] = backtest.models;
  const slots = slotsOf([]);
  const once = errorsOf(
    backtest,
    paths,
    paths.map((path) => path && path.map(() => 0)),
    'additive',
    slots,
  );
  const twice = <T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(column: T, mirrored: T): T => {
    const both = new (column.constructor as new (length: number) => T)(2 * column.length);
    both.set(column);
    both.set(mirrored, column.length);
    return both;
  };
  const same = <T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(column: T) => twice(column, column);
  const evidence = {
    form: once.form,
    error: twice(
      once.error,
      once.error.map((error) => -error),
    ),
    lead: same(once.lead),
    slot: same(once.slot),
    origin: same(once.origin),
    weight: same(once.weight),
    spread: same(once.spread),
    age: same(once.age),
  };
  return { ...learn(evidence, slots, backtest.testedSteps), lately: 1 };
}
