import { randomOf } from '../random';
import { drawLevels, type LevelModel, levelModel, weeksOfYear } from './levels';

/** The load of workloads by whole weeks, oldest first: replicas, not rounded, by step of the week; NaN where nothing was observed. */
export type WeeklyLoads = Readonly<Record<string, readonly Float64Array[]>>;

export type FuturesInput = {
  /** At least one week; as many of each workload. */
  readonly loads: WeeklyLoads;
  /** Share of growth a month that the user declares, by workload; where it is left out the history says. */
  readonly growth: Readonly<Record<string, number>>;
  /** What announced events multiply a load by. @default 1 */
  readonly uplift?: (workload: string, week: number, step: number) => number;
  /** Weeks ahead, and how many courses are drawn. */
  readonly weeks: number;
  readonly draws: number;
  readonly seed: number;
};

/** Called with the loads of one week of one course; the arrays are used again for the next one. */
export type OnWeek = (draw: number, week: number, loads: Readonly<Record<string, Float64Array>>) => void;

/** Weeks of history whose shapes are drawn from. */
const shapeWeeks = 8;
/** Where there is a yearly season: weeks around the same one of a year before whose shapes are drawn from too. */
const aroundYearBefore = 2;

/**
 * Courses that loads may take over months: each week has the shape of a week of the past, the same one for all workloads, at a level that goes
 * on from that of now (`levelModel`). The same seed gives the same courses.
 *
 * @returns the models of the levels, by workload
 */
export function drawFutures(input: FuturesInput, onWeek: OnWeek): Readonly<Record<string, LevelModel>> {
  const { loads, growth, uplift, weeks, draws, seed } = input;
  const names = Object.keys(loads).sort();
  const past = Object.fromEntries(names.map((name) => [name, shapesOf(loads[name])]));
  const count = Math.min(...names.map((name) => loads[name].length));
  const models = Object.fromEntries(
    names.map((name) => [name, levelModel(past[name].means, Object.hasOwn(growth, name) ? growth[name] : null, weeks)]),
  );
  const hasSeason = names.some((name) => models[name].season.length > 0);
  const out = Object.fromEntries(names.map((name) => [name, new Float64Array(loads[name][0].length)]));
  for (let draw = 0; draw < draws; draw += 1) {
    const random = randomOf(seed + draw);
    const levels = Object.fromEntries(names.map((name) => [name, drawLevels(models[name], weeks, random)]));
    for (let week = 0; week < weeks; week += 1) {
      const source = drawnWeek(count, hasSeason ? week : null, random.uniform);
      for (const name of names) {
        const shape = past[name].shapes[source];
        const level = Math.exp(levels[name][week]);
        const load = out[name];
        for (let step = 0; step < shape.length; step += 1) load[step] = shape[step] * level;
        if (uplift !== undefined) for (let step = 0; step < shape.length; step += 1) load[step] *= uplift(name, week, step);
      }
      onWeek(draw, week, out);
    }
  }
  return models;
}

/** The week of the past whose shape a week ahead has. */
function drawnWeek(count: number, ahead: number | null, uniform: () => number): number {
  const recent = Math.min(count, shapeWeeks);
  const before = ahead === null ? -1 : count + (ahead % weeksOfYear) - weeksOfYear;
  if (before < 0 || uniform() < 0.5) return count - 1 - Math.floor(uniform() * recent);
  const place = before + Math.round((2 * uniform() - 1) * aroundYearBefore);
  return Math.max(0, Math.min(count - 1, place));
}

/** Each week as a multiple of its mean; a step that was not observed is taken from the other weeks. */
function shapesOf(weeks: readonly Float64Array[]): { readonly means: readonly number[]; readonly shapes: readonly Float64Array[] } {
  const means = weeks.map(meanOf);
  const relative = weeks.map((week, index) => week.map((value) => (means[index] > 0 ? value / means[index] : 1)));
  const usual = weeks[0].map((_, step) => meanOf(Float64Array.from(relative, (week) => week[step])));
  const shapes = relative.map((week) =>
    week.map((value, step) => (Number.isNaN(value) ? (Number.isNaN(usual[step]) ? 1 : usual[step]) : value)),
  );
  return { means, shapes };
}

function meanOf(values: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const value of values)
    if (!Number.isNaN(value)) {
      sum += value;
      count += 1;
    }
  return sum / count;
}
