/** A number in 0..1 that looks like chance, by whole numbers alone. */
const noise = (i: number, of: number) => ((i * i * 31 + i * 17 + of * 7919) % 1009) / 1009;

const wave = (i: number, period: number) => {
  // A parabola each half period in place of a sine, which is not the same on every machine to the last bit.
  const place = ((i % period) / period) * 2;
  const half = place % 1;
  return (place < 1 ? 4 : -4) * half * (1 - half);
};

/** Small series, made by formula, that models and forecasts are held to. */
export const fixedSeries = {
  /** Three and a half weeks by the hour: a day's wave, quieter weekends, growth, noise, a gap, an outage, a spike and a small cycle of five hours. */
  shop: Float64Array.from({ length: 588 }, (_, i) => {
    if (i >= 200 && i < 205) return NaN;
    if (i >= 310 && i < 314) return 0;
    const day = Math.floor(i / 24);
    const usual = (day % 7 >= 5 ? 0.6 : 1) * (100 + 50 * wave(i, 24) + 0.05 * i) + 6 * wave(i, 5);
    return (i === 505 ? 3 : 1) * usual * (0.92 + 0.16 * noise(i, 1));
  }),
  /** Two weeks by the hour of low counts, none at night and some at times. */
  queue: Float64Array.from({ length: 336 }, (_, i) => {
    const hour = i % 24;
    return hour < 7 || noise(i, 2) < 0.35 ? 0 : 1 + Math.floor(8 * noise(i, 3)) + (hour === 12 ? 5 : 0);
  }),
  /** Eleven weeks by the day, with trend and a shift of the level. */
  daily: Float64Array.from({ length: 77 }, (_, i) => (i % 7 >= 5 ? 300 : 500) + 2 * i + (i >= 60 ? 150 : 0) + 60 * noise(i, 4)),
};
