import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../units';

/** How far apart observations are. */
export type Spacing = {
  /** Usual difference of neighbours, ms. */
  readonly usualMs: number;
  /** Another difference, not within a tenth of the usual one, that makes up a tenth or more of all; `null` without one. */
  readonly other: { readonly ms: number; readonly count: number } | null;
};

const tenth = 0.1;
const roundDurationsMs = [1, 2, 5, 10, 15, 20, 30]
  .flatMap((n) => [n * SECOND_MS, n * MINUTE_MS])
  .concat(
    [1, 2, 3, 4, 6, 8, 12].map((n) => n * HOUR_MS),
    [DAY_MS, 7 * DAY_MS],
  );

/**
 * Finds the usual spacing from a histogram of the differences of neighbours: the most frequent one, the smaller of equals.
 * Where no difference makes up half, though half lie within a tenth of the most frequent one, the times jitter: then their
 * mean, taken to a round duration within a twentieth of it.
 *
 * @param counts how often each difference (ms, > 0) occurs; not empty
 */
export function usualSpacing(counts: ReadonlyMap<number, number>): Spacing {
  const entries = [...counts].sort(([a], [b]) => a - b);
  const total = sum(entries.map(([, count]) => count));
  const [modeMs, modeCount] = mostFrequent(entries);
  const near = entries.filter(([ms]) => isNear(ms, modeMs));
  const nearCount = sum(near.map(([, count]) => count));
  const jitters = modeCount < total / 2 && nearCount >= total / 2 && near.length > 1;
  const usualMs = jitters ? roundDuration(sum(near.map(([ms, count]) => ms * count)) / nearCount) : modeMs;

  const rest = entries.filter(([ms]) => !isNear(ms, usualMs));
  const [otherMs, otherCount] = rest.length > 0 ? mostFrequent(rest) : [0, 0];
  return { usualMs, other: otherCount >= tenth * total ? { ms: otherMs, count: otherCount } : null };
}

/** Whole ticks of 15 seconds that divide an hour, and a minute or into whole minutes. */
const gridsMs = [
  ...[15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map((minutes) => minutes * MINUTE_MS),
];

/** The finest regular grid, an hour at most, that is no finer than observations `spacingMs` apart. Returns its interval in ms. */
export function gridOfSpacing(spacingMs: number): number {
  return gridsMs.find((gridMs) => gridMs >= spacingMs) ?? HOUR_MS;
}

/** Bounds the histogram: differences of ten seconds and more are counted by the second, shorter ones by the millisecond. */
export function spacingKey(differenceMs: number): number {
  return differenceMs < 10_000 ? differenceMs : Math.round(differenceMs / 1_000) * 1_000;
}

const isNear = (ms: number, toMs: number): boolean => Math.abs(ms - toMs) <= tenth * toMs;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const mostFrequent = (entries: readonly (readonly [number, number])[]): readonly [number, number] =>
  entries.reduce((best, entry) => (entry[1] > best[1] ? entry : best));

function roundDuration(ms: number): number {
  return roundDurationsMs.find((round) => Math.abs(round - ms) <= round / 20) ?? Math.round(ms);
}
