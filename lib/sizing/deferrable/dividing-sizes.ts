/** Sizes, each of which divides the next, and what stands for each size that was asked for. */
export type DividingSizes = { readonly sizes: readonly number[]; readonly of: ReadonlyMap<number, number> };

/**
 * Sizes that divide one another, in ascending order: those asked for where they do, else some of them rounded up, by as little as will do.
 * Of such sizes it is enough to count: nodes hold what is asked for where, from each size up, they have as many whole places of that size.
 *
 * @param largest node; what fits on it is not rounded up beyond it where there is another way
 * @see Coffman, Garey and Johnson 1987, doi 10.1016/0885-064X(87)90009-4
 */
export function dividingSizes(asked: readonly number[], largest: number): DividingSizes {
  const inOrder = [...new Set(asked)].sort((a, b) => a - b);
  const ways = [powersOfTwo(inOrder), ...inOrder.map((anchor) => around(anchor, inOrder))];
  const rounding = (way: ReadonlyMap<number, number>) =>
    inOrder.reduce((sum, size) => {
      const to = way.get(size) ?? size;
      return sum + to / size - 1 + (size <= largest && to > largest ? 1_000 : 0);
    }, 0);
  const of = ways.reduce((least, way) => (rounding(way) < rounding(least) - 1e-9 ? way : least));
  return { sizes: [...new Set(of.values())].sort((a, b) => a - b), of };
}

function powersOfTwo(sizes: readonly number[]): ReadonlyMap<number, number> {
  return new Map(sizes.map((size) => [size, 2 ** Math.ceil(Math.log2(size))]));
}

/** One size as it is: smaller ones become divisors of the next, larger ones multiples of the one before. */
function around(anchor: number, sizes: readonly number[]): ReadonlyMap<number, number> {
  const of = new Map([[anchor, anchor]]);
  let next = anchor;
  for (const size of sizes.filter((one) => one < anchor).reverse()) {
    let divisor = size;
    while (next % divisor !== 0) divisor++;
    of.set(size, (next = divisor));
  }
  let before = anchor;
  for (const size of sizes.filter((one) => one > anchor)) of.set(size, (before = Math.ceil(size / before) * before));
  return of;
}
