/**
 * Runs `work` on every item, on at most `atOnce` items at a time, and yields the results in the order of the items.
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
    if (underWay.length >= atOnce) yield* oldest(underWay);
  }
  while (underWay.length > 0) yield* oldest(underWay);
}

async function* oldest<R>(underWay: Promise<R>[]): AsyncGenerator<R> {
  const next = underWay.shift();
  if (next !== undefined) yield await next;
}
