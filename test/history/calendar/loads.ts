import type { DayContext } from '../../../lib/history/calendar';
import { type Day, daysBetween } from '../../../lib/history/calendar/days';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { normalFrom, randomFrom } from '../quality/noise';

/** Days of a zone without holidays. */
export const daysOfZone = (timeZone = 'UTC', daysOff: readonly string[] = []): DayContext => ({ timeZone, daysOff: new Set(daysOff) });

type Options = { readonly start: number; readonly days: number; readonly seed: number; readonly context?: DayContext };

const weekdays = [1, 1.05, 1.1, 1.05, 1, 0.6, 0.5];

/** A load by the hour with a wave by the day, quieter weekends and noise by the hour and the day, times what is said of each day. */
export function loadOf({ start, days, seed, context = daysOfZone() }: Options, times: (day: Day) => number) {
  const next = normalFrom(seed);
  const ofDay = daysBetween(context, start, start + days * DAY_MS).map((day) => ({ ...day, times: times(day) * Math.exp(0.05 * next()) }));
  const values = Float64Array.from({ length: days * 24 }, (_, hour) => {
    const at = start + hour * HOUR_MS;
    const day = ofDay.find(({ to }) => at < to) ?? ofDay[ofDay.length - 1];
    const wave = 20 + 10 * Math.sin((2 * Math.PI * (at - day.from)) / DAY_MS);
    return wave * weekdays[day.weekday] * day.times * Math.exp(0.05 * next());
  });
  return { start, intervalMs: HOUR_MS, values };
}

/**
 * A load that follows no calendar, of a seed: a wave by the day, weekdays, noise by the hour and by the day that depends on what came
 * before, heavy tails in every fourth, growth, jumps of the level and stretches of outliers.
 */
export function ordinaryLoad(seed: number, days: number) {
  const [random, next] = [randomFrom(seed), normalFrom(seed + 0.5)];
  const pick = (choices: readonly number[]) => choices[Math.floor(random() * choices.length)];
  const start = Date.UTC(2024, Math.floor(random() * 36), 1 + Math.floor(random() * 28));
  const week = [1, 1, 1, 1, 1, 0.3 + 0.7 * random(), 0.3 + 0.7 * random()].map((times) => times * (1 + 0.1 * random()));
  const [byHour, byDay] = [
    { dependence: pick([0, 0.5, 0.9, 0.97]), spread: pick([0.05, 0.1, 0.3, 0.5]) },
    { dependence: pick([0, 0.5, 0.8, 0.9]), spread: pick([0.02, 0.1, 0.2, 0.3]) },
  ];
  const isHeavy = random() < 0.25;
  const growth = random() < 0.3 ? 0.01 * (random() - 0.3) : 0;
  const changes = Array.from({ length: Math.floor(random() * 3) }, () => ({
    from: random() * days,
    to: Infinity,
    times: Math.exp(0.7 * next()),
  }));
  const outliers = Array.from({ length: random() < 0.5 ? Math.floor((random() * days) / 4) : 0 }, () => {
    const from = random() * days;
    return { from, to: from + 1.2 * random(), times: Math.exp(1.5 * next()) };
  });
  let [ofHour, ofDay] = [0, 0];
  const stepOf = (before: number, { dependence, spread }: typeof byHour, size = 1) =>
    dependence * before + size * spread * Math.sqrt(1 - dependence ** 2) * next();
  const values = Float64Array.from({ length: days * 24 }, (_, hour) => {
    const day = hour / 24;
    if (hour % 24 === 0) ofDay = stepOf(ofDay, byDay, isHeavy && random() < 0.1 ? 4 : 1);
    ofHour = stepOf(ofHour, byHour);
    const weekday = (new Date(start + hour * HOUR_MS).getUTCDay() + 6) % 7;
    const wave = 20 + 10 * Math.sin(2 * Math.PI * day);
    return [...changes, ...outliers].reduce(
      (load, { from, to, times }) => (day >= from && day < to ? load * times : load),
      wave * week[weekday] * Math.exp(ofHour + ofDay + growth * day),
    );
  });
  return { start, intervalMs: HOUR_MS, values };
}
