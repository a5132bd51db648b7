import type { Sweep } from './sweep';
import { pathOf } from './model';

/** Periods and coefficients of one exponential smoothing with at most two seasons. */
export type Smoothing = {
  /** Steps of the shorter season; 1 means that there is no season. */
  readonly short: number;
  /** Steps of the longer season; `undefined` means that there is none. */
  readonly long: number | undefined;
  /** Gain of the level, 0..1: how far it moves towards each new value. */
  readonly level: number;
  /** Gain of the shorter season, 0..1, on what remains of the error when the level has moved. */
  readonly shortGain: number;
  /** The same for the longer season. */
  readonly longGain: number;
  /** Share of the distance between the level and its own slow mean that is left after a step; with 1 the level does not return. */
  readonly persistence: number;
};

/**
 * Runs exponential smoothing once over a complete series and returns a path and a score at every origin.
 *
 * The level and the shorter season start from the first short season, the longer season from zero. The gain of the longer season is doubled
 * in its first round, because it starts without knowledge. A value that was missing corrects nothing and is not scored.
 */
export function smooth(
  values: Float64Array,
  { missing, origins, steps }: Pick<Sweep, 'missing' | 'origins' | 'steps'>,
  { short, long = 1, level: gain, shortGain, longGain, persistence }: Smoothing,
): Expert {
  const end = origins[origins.length - 1];
  const shortSeason = new Float64Array(short);
  const longSeason = new Float64Array(long);
  let level = 0;
  for (let i = 0; i < short; i++) level += values[i] / short;
  for (let i = 0; i < short; i++) shortSeason[i] = values[i] - level;
  const startLevel = level;
  let slowMean = level;
  let largestMove = 0;
  const leads = leadsOf(steps);
  const powers = leads.map((lead) => persistence ** lead);
  const pending = leads.map((lead) => new Float64Array(lead));
  const paths: Float64Array[] = [];
  const scores: number[] = [];
  let error = 0;
  let weight = 0;
  let shortPlace = 0;
  let longPlace = 0;
  for (let t = 0, origin = 0; ; t++) {
    while (origin < origins.length && origins[origin] === t) {
      let remainingShare = 1;
      paths.push(
        pathOf(steps, (step) => {
          remainingShare *= persistence;
          return slowMean + (level - slowMean) * remainingShare + shortSeason[(t + step) % short] + longSeason[(t + step) % long];
        }),
      );
      scores.push(weight > 0 ? error / weight + rounding * largestMove : 1);
      origin += 1;
    }
    if (t === end) return { paths, scores };
    if (t >= short) {
      const value = values[t];
      const observed = missing[t] === 0;
      largestMove = Math.max(largestMove, Math.abs(value - startLevel));
      const predictedLevel = slowMean + (level - slowMean) * persistence;
      const residual = observed ? value - predictedLevel - shortSeason[shortPlace] - longSeason[longPlace] : 0;
      level = predictedLevel + gain * residual;
      slowMean += slowGain * (level - slowMean);
      const remaining = (1 - gain) * residual;
      shortSeason[shortPlace] += shortGain * remaining;
      if (longGain > 0) longSeason[longPlace] += longGain * Math.max(1, 2 / (1 + Math.floor(t / long))) * remaining;
      for (let k = 0; k < leads.length; k++) {
        const lead = leads[k];
        const slot = t % lead;
        if (observed && t >= short + lead && t >= 2 * short) {
          error = error * forgetting + Math.abs(value - pending[k][slot]);
          weight = weight * forgetting + 1;
        }
        pending[k][slot] = slowMean + (level - slowMean) * powers[k] + shortSeason[(t + lead) % short] + longSeason[(t + lead) % long];
      }
    }
    if (++shortPlace === short) shortPlace = 0;
    if (++longPlace === long) longPlace = 0;
  }
}

/** Gain of the slow mean to which the level returns. */
const slowGain = 0.01;

/** A mean error below this share of the largest move so far may be rounding alone: experts that are so good count as equal. */
const rounding = 1e-9;

/**
 * What one set of coefficients gives at each origin: a path, and a score, which is its mean absolute error before that origin (1 where
 * nothing was scored yet).
 */
export type Expert = { readonly paths: readonly Float64Array[]; readonly scores: readonly number[] };

/** Leads at which experts are scored: the first step, a quarter, a half and all of the horizon. */
export function leadsOf(steps: number): number[] {
  return [...new Set([1, Math.ceil(steps / 4), Math.ceil(steps / 2), steps])];
}

/** Factor on the weight of all past errors at each new score. With four scores a step, about the last eighty steps count. */
export const forgetting = 0.997;

/**
 * Mean of the experts' paths with the weights 1 / score^16, by origin. It is close to the path of the best expert and changes less from
 * origin to origin.
 */
export function averageExperts(experts: readonly Expert[], { origins, steps }: Pick<Sweep, 'origins' | 'steps'>): Float64Array[] {
  return origins.map((_, o) => {
    let best = Infinity;
    for (const { scores } of experts) best = Math.min(best, scores[o]);
    const path = new Float64Array(steps);
    let total = 0;
    for (const { scores, paths } of experts) {
      const weight = scores[o] === best ? 1 : (best / scores[o]) ** power;
      if (!(weight > negligible)) continue;
      total += weight;
      const expertPath = paths[o];
      for (let step = 0; step < steps; step++) path[step] += weight * expertPath[step];
    }
    return path.map((sum) => sum / total);
  });
}

const power = 16;
const negligible = 1e-6;
