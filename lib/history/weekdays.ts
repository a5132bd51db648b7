import { median } from './robust';

/** What each of the seven weekdays adds to a level. Days are whole numbers; the weekday is their remainder by 7. */
export type WeekdayEffects = readonly number[];

/** Medians of the differences from the seven days around each. */
export function weekdayEffects(levels: Float64Array, days: readonly number[]): WeekdayEffects {
  return effectsOf(days, (index) => levels[index] - median(levels.filter((_, other) => Math.abs(days[other] - days[index]) <= 3)));
}

/** Likewise, with a step at `at` taken out: levels of the two sides and effects of the weekdays, in turn (Tukey's median polish). */
export function weekdayEffectsAround(levels: Float64Array, days: readonly number[], at: number, first: WeekdayEffects): WeekdayEffects {
  let effects = first;
  for (let pass = 0; pass < 3; pass += 1) {
    const even = levels.map((level, index) => level - effects[days[index] % 7]);
    const [before, after] = [median(even.slice(0, at)), median(even.slice(at))];
    effects = effectsOf(days, (index) => levels[index] - (index < at ? before : after));
  }
  return effects;
}

function effectsOf(days: readonly number[], differenceAt: (index: number) => number): WeekdayEffects {
  const byWeekday: number[][] = Array.from({ length: 7 }, () => []);
  days.forEach((day, index) => byWeekday[day % 7].push(differenceAt(index)));
  return byWeekday.map((differences) => (differences.length === 0 ? 0 : median(differences)));
}
