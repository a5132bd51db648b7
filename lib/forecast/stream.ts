import { forecast } from './forecast';
import type { FitRunner, Forecast, ForecastInput, ForecastOptions } from './types';

/**
 * Forecasts any number of series in constant memory: each is read when there is room for it, `atOnce` are under way, and results come
 * in the order of the series. How many there will be is not known, so `options.among` is without end unless it is given.
 *
 * @param atOnce >= 1; twice the number of workers keeps them all busy
 * @throws ProblemError of the first series that cannot be forecast
 */
export async function* forecastEach(
  series: Iterable<ForecastInput> | AsyncIterable<ForecastInput>,
  options: ForecastOptions,
  run: FitRunner,
  atOnce: number,
): AsyncGenerator<Forecast> {
  const underWay: Promise<Forecast>[] = [];
  for await (const input of series) {
    const result = forecast(input, { among: Infinity, ...options }, run);
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= atOnce) yield* first(underWay);
  }
  while (underWay.length > 0) yield* first(underWay);
}

async function* first(underWay: Promise<Forecast>[]): AsyncGenerator<Forecast> {
  const next = underWay.shift();
  if (next !== undefined) yield await next;
}
