import { seasonsOf } from '../training-data';
import type { ScaleKind, Sweep } from './sweep';
import { averageExperts, smooth, type Smoothing } from './holt-winters-smooth';
import type { Model } from './model';

type Grid = { readonly levels: readonly number[]; readonly days: readonly number[]; readonly weeks: readonly number[] };

const fullGrid: Grid = { levels: [0.005, 0.02, 0.05, 0.1, 0.3, 0.6, 1], days: [0.02, 0.1, 0.25], weeks: [0, 0.1, 0.3, 0.5] };
const weekGrid: Grid = { levels: [0.005, 0.02, 0.1, 0.3, 1], days: [0.2, 0.5, 0.8], weeks: [0] };

const cycleGrid: Grid = { levels: [0.005, 0.02, 0.1, 0.3, 1], days: [0.02, 0.05, 0.1, 0.25], weeks: [0, 0.05, 0.2] };

/** Smoothing of level, day and week on the scale of the values. */
export const holtWinters = dayAndWeek('holt-winters', 'linear', 1);

/** The same on the log scale. */
export const holtWintersLog = dayAndWeek('holt-winters-log', 'log', 1);

/** The same with a level that returns to where it was in the long run. */
export const holtWintersReturning = dayAndWeek('holt-winters-log-returning', 'log', 0.97);

/** Smoothing of level and week, the days of which have nothing to do with each other. */
export const holtWintersWeek = weekAlone('holt-winters-week', 'linear');

/** The same on the log scale. */
export const holtWintersWeekLog = weekAlone('holt-winters-week-log', 'log');

/** Smoothing of level, the strongest season found, and day. */
export const holtWintersCycle = cycleAndDay('holt-winters-cycle', 'linear');

/** The same on the log scale. */
export const holtWintersCycleLog = cycleAndDay('holt-winters-cycle-log', 'log');

/** Few coefficients, for the least effort. */
export const holtWintersQuick = dayAndWeek('holt-winters-quick', 'log', 1, {
  levels: [0.02, 0.1, 0.3, 1],
  days: [0.05, 0.2],
  weeks: [0, 0.3],
});

/**
 * Double-seasonal additive exponential smoothing for a whole grid of coefficients at once. Nothing is optimized: each set of coefficients
 * is an expert, and at every origin the experts are averaged by how well they did a few steps, a quarter, a half and all of the
 * horizon ahead until then. One pass over the history serves all origins.
 *
 * @see J. W. Taylor, "Short-term electricity demand forecasting using double seasonal exponential smoothing", J. Operational Research
 *   Society 54 (2003), without its autoregressive term, which made the traces worse
 */
function dayAndWeek(name: string, scale: ScaleKind, persistence: number, grid = fullGrid): Model {
  return {
    name,
    nonNegativeOnly: scale === 'log',
    smallestTraining: (intervalMs) => 2 * (seasonsOf(intervalMs)[0]?.steps ?? smallestUnseasonal),
    paths: (sweep) => {
      const [day, week] = sweep.periods;
      return run(sweep, scale, { short: day ?? 1, long: week, persistence }, grid);
    },
  };
}

function weekAlone(name: string, scale: ScaleKind): Model {
  const seasons = (intervalMs: number) => seasonsOf(intervalMs).map(({ steps }) => steps);
  return {
    name,
    nonNegativeOnly: scale === 'log',
    smallestTraining: (intervalMs) => {
      const [day, week = Infinity] = seasons(intervalMs);
      return week + day;
    },
    paths: (sweep) => run(sweep, scale, { short: sweep.periods[1], long: undefined, persistence: 1 }, weekGrid),
  };
}

function cycleAndDay(name: string, scale: ScaleKind): Model {
  return {
    name,
    nonNegativeOnly: scale === 'log',
    smallestTraining: () => smallestUnseasonal,
    paths: (sweep) => {
      const [day] = sweep.periods;
      const [cycle = day ?? 1] = sweep.cycles.filter((steps) => 2 * steps <= sweep.origins[0]);
      const long = day === undefined || day % cycle === 0 ? undefined : day;
      return run(sweep, scale, { short: cycle, long, persistence: 1 }, cycleGrid);
    },
  };
}

/** Fewest values without any season. */
const smallestUnseasonal = 6;

function run(
  sweep: Sweep,
  kind: ScaleKind,
  shape: Pick<Smoothing, 'short' | 'long' | 'persistence'>,
  { levels, days, weeks }: Grid,
): readonly Float64Array[] {
  const scaled = sweep.scaled(kind);
  if (scaled === null) throw new Error('the log scale needs values that are never negative');
  const long = shape.long !== undefined && sweep.values.length >= shape.long + shape.short ? shape.long : undefined;
  const experts = levels.flatMap((level) =>
    (shape.short > 1 ? days : [0]).flatMap((shortGain) =>
      (long === undefined ? [0] : weeks).map((longGain) => smooth(scaled.values, sweep, { ...shape, long, level, shortGain, longGain })),
    ),
  );
  return averageExperts(experts, sweep).map((path) => path.map(scaled.back));
}
