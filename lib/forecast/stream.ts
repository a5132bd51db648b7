import { forecast } from './forecast';
import type { FitRunner, Forecast, ForecastInput, ForecastOptions } from './types';

/**
 * Forecasts any number of series in constant memory: each is read when there is room for it, `atOnce` are under way, and results come
 * in the order of the series. How many there will be is not known, so `options.among` is without end unless it is given.
 *
 * @param atOnce >= 1; twice the number of workers keeps them all busy
 * @throws ProblemError of the first series that cannot be forecast
 */
export function forecastEach(
  series: Iterable<ForecastInput> | AsyncIterable<ForecastInput>,
  options: ForecastOptions,
  run: FitRunner,
  atOnce: number,
): AsyncGenerator<Forecast> {
  return eachInOrder(series, (input) => forecast(input, { among: Infinity, ...options }, run), atOnce);
}

/**
 * Results in the order of the items, `atOnce` of them under way.
 *
 * @param atOnce >= 1
 * @throws what `work` throws for the first item that fails
 */
export async function* eachInOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  atOnce: number,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= atOnce) yield* first(underWay);
  }
  while (underWay.length > 0) yield* first(underWay);
}

async function* first<R>(underWay: Promise<R>[]): AsyncGenerator<R> {
  const next = underWay.shift();
  if (next !== undefined) yield await next;
}
