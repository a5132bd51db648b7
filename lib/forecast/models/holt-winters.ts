import { seasonsOf } from '../training-data';
import type { ScaleKind, Sweep } from './sweep';
import { averageExperts, smooth, type Smoothing } from './holt-winters-smooth';
import type { Model } from './model';

/** Gains that are combined with each other: of the level, of the shorter season and of the longer one. */
type Grid = { readonly level: readonly number[]; readonly short: readonly number[]; readonly long: readonly number[] };

const fullGrid: Grid = { level: [0.005, 0.02, 0.05, 0.1, 0.3, 0.6, 1], short: [0.02, 0.1, 0.25], long: [0, 0.1, 0.3, 0.5] };
const weekGrid: Grid = { level: [0.005, 0.02, 0.1, 0.3, 1], short: [0.2, 0.5, 0.8], long: [0] };

const cycleGrid: Grid = { level: [0.005, 0.02, 0.1, 0.3, 1], short: [0.02, 0.05, 0.1, 0.25], long: [0, 0.05, 0.2] };

/** Exponential smoothing of level, day and week, on the scale of the values. */
export const holtWinters = dayAndWeek('holt-winters', 'linear', 1);

/** As `holtWinters`, on the log scale. */
export const holtWintersLog = dayAndWeek('holt-winters-log', 'log', 1);

/** As `holtWintersLog`, with a level that returns to its long-run mean. */
export const holtWintersReturning = dayAndWeek('holt-winters-log-returning', 'log', 0.97);

/** Exponential smoothing of level and week, without a pattern that the days of the week share. */
export const holtWintersWeek = weekAlone('holt-winters-week', 'linear');

/** As `holtWintersWeek`, on the log scale. */
export const holtWintersWeekLog = weekAlone('holt-winters-week-log', 'log');

/** Exponential smoothing of level, of the strongest season found beside the day and the week, and of the day. */
export const holtWintersCycle = cycleAndDay('holt-winters-cycle', 'linear');

/** As `holtWintersCycle`, on the log scale. */
export const holtWintersCycleLog = cycleAndDay('holt-winters-cycle-log', 'log');

/** As `holtWintersLog` with fewer sets of coefficients, for `effort: 'fast'`. */
export const holtWintersQuick = dayAndWeek('holt-winters-quick', 'log', 1, {
  level: [0.02, 0.1, 0.3, 1],
  short: [0.05, 0.2],
  long: [0, 0.3],
});

/**
 * Additive exponential smoothing with two seasons, for all combinations of a grid of coefficients. Nothing is optimised: each set of
 * coefficients is an expert, and at every origin the experts are averaged by their errors before it, one step, a quarter, a half and all of
 * the horizon ahead. One pass over the history serves all origins.
 *
 * @see J. W. Taylor, "Short-term electricity demand forecasting using double seasonal exponential smoothing", J. Operational Research
 *   Society 54 (2003), without its autoregressive term, which made the error on the recorded traces larger
 */
function dayAndWeek(name: string, scale: ScaleKind, persistence: number, grid = fullGrid): Model {
  return {
    name,
    nonNegativeOnly: scale === 'log',
    smallestTraining: (intervalMs) => 2 * (seasonsOf(intervalMs)[0]?.steps ?? smallestUnseasonal),
    paths: (sweep) => {
      const [day, week] = sweep.periods;
      return smoothAll(sweep, scale, { short: day ?? 1, long: week, persistence }, grid);
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
    paths: (sweep) => smoothAll(sweep, scale, { short: sweep.periods[1], long: undefined, persistence: 1 }, weekGrid),
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
      return smoothAll(sweep, scale, { short: cycle, long, persistence: 1 }, cycleGrid);
    },
  };
}

/** Fewest values to train on where the series has no season. */
const smallestUnseasonal = 6;

function smoothAll(
  sweep: Sweep,
  kind: ScaleKind,
  shape: Pick<Smoothing, 'short' | 'long' | 'persistence'>,
  grid: Grid,
): readonly Float64Array[] {
  const scaled = sweep.scaled(kind);
  if (scaled === null) throw new Error('the log scale needs values that are never negative');
  const long = shape.long !== undefined && sweep.values.length >= shape.long + shape.short ? shape.long : undefined;
  const experts = grid.level.flatMap((level) =>
    (shape.short > 1 ? grid.short : [0]).flatMap((shortGain) =>
      (long === undefined ? [0] : grid.long).map((longGain) =>
        smooth(scaled.values, sweep, { ...shape, long, level, shortGain, longGain }),
      ),
    ),
  );
  return averageExperts(experts, sweep).map((path) => path.map(scaled.back));
}
