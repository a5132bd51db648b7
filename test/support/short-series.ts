/** Something that happens to a load: it jumps to another level, climbs or sinks to it, or goes out for some hours. */
export type Planted = {
  readonly kind: 'jump' | 'ramp' | 'outage';
  /** The first hour of it, and the hour after its last one; a jump takes none. */
  readonly from: number;
  readonly to: number;
  /** What it multiplies the load by, from `to` on for jumps and ramps, within it for an outage; NaN: nothing is observed meanwhile. */
  readonly times: number;
};

export type ShortSeries = { readonly values: Float64Array; readonly planted: readonly Planted[] };

/**
 * A made-up hourly load: days and weekends of its own shape, noise that lasts some hours, and one to three planted jumps, ramps and
 * outages. They are as likely in any hour after the second day and before `plantedUntil`; every third seed is sure to have each kind.
 */
export function shortSeries(seed: number, hours: number, plantedUntil = hours): ShortSeries {
  const next = chance(seed);
  const between = (low: number, high: number) => low + (high - low) * next();
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const level = 10 ** between(0.5, 3);
  const [wave, second, peak, weekend] = [between(0.1, 0.7), between(0, 0.25), between(0, 24), between(0.4, 1)];
  const [noise, lasting] = [between(0.03, 0.15), between(0, 0.9)];
  const kinds = (['jump', 'ramp', 'outage'] as const).filter((_, k) => seed % 3 === k || next() < 0.4);
  const firstDay = Math.floor(between(0, 7));
  const planted = kinds.map((kind): Planted => {
    const from = Math.floor(between(48, plantedUntil));
    if (kind === 'outage') return { kind, from, to: from + Math.ceil(between(0, 12)), times: [0, NaN, 0.1][Math.floor(next() * 3)] };
    const times = Math.exp((next() < 0.5 ? -1 : 1) * between(0.25, 1.1));
    return { kind, from, to: kind === 'jump' ? from : from + Math.ceil(between(12, 96)), times };
  });
  let error = 0;
  const values = Float64Array.from({ length: hours }, (_, hour) => {
    error = lasting * error + Math.sqrt(1 - lasting ** 2) * normal();
    const angle = (2 * Math.PI * (hour - peak)) / 24;
    const shape = Math.max(0.05, 1 + wave * Math.cos(angle) + second * Math.cos(2 * angle));
    const quieter = (firstDay + Math.floor(hour / 24)) % 7 >= 5 ? weekend : 1;
    const times = planted.reduce((product, event) => product * effectAt(event, hour), 1);
    return Number((level * shape * quieter * times * Math.exp(noise * error)).toPrecision(6));
  });
  return { values, planted };
}

function effectAt({ kind, from, to, times }: Planted, hour: number): number {
  if (kind === 'outage') return hour >= from && hour < to ? times : 1;
  if (hour < from) return 1;
  return hour >= to ? times : times ** ((hour - from) / (to - from));
}

/** A seeded stream of numbers in [0, 1). */
function chance(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
