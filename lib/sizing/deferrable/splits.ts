import { type Group, type Prepared, slotOf } from './prepare';

/**
 * Every way in which what may run in several markets of a group runs in them: demand by market and level with all of it in markets of their
 * own nodes. Each answer is the same array, filled anew.
 */
export function* splitsOf(prepared: Prepared, { joint }: Group, demand: Int32Array): Generator<Int32Array> {
  const { markets, levels } = prepared;
  const split = demand.slice();
  const open = joint.flatMap((market) => {
    split.fill(0, slotOf(prepared, market, 0), slotOf(prepared, market, levels));
    const { of, sizes } = markets[market];
    return sizes.flatMap((size, level) => {
      const gpus = demand[slotOf(prepared, market, level)];
      return gpus > 0 ? [{ slots: of.map((leaf) => slotOf(prepared, leaf, level)), size, gpus }] : [];
    });
  });
  yield* from(0);

  function* from(place: number): Generator<Int32Array> {
    if (place === open.length) {
      yield split;
      return;
    }
    const { slots, size, gpus } = open[place];
    yield* over(place, slots, size, gpus);
  }

  /** Some into the first of the slots, the rest into those after it. */
  function* over(place: number, [first, ...others]: readonly number[], size: number, gpus: number): Generator<Int32Array> {
    const before = split[first];
    for (let here = others.length === 0 ? gpus : 0; here <= gpus; here += size) {
      split[first] = before + here;
      if (others.length === 0) yield* from(place + 1);
      else yield* over(place, others, size, gpus - here);
    }
    split[first] = before;
  }
}
