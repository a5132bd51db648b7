import type { Sweep } from './sweep';
import { pathOf } from './model';

export type Smoothing = {
  /** Steps of the shorter season; 1 is none. */
  readonly short: number;
  /** Steps of the longer one. */
  readonly long: number | undefined;
  /** Gains in 0..1 of the level and of the two seasons, of what the level leaves. */
  readonly level: number;
  readonly shortGain: number;
  readonly longGain: number;
  /** Share of the level's distance from its own slow mean that is left after a step; 1: the level stays where it is. */
  readonly persistence: number;
};

/**
 * One pass of exponential smoothing over a complete series, with a path and a score at every origin.
 *
 * Level, short and long season start from the first short season. The gain of the long season falls from double to its final value over
 * its first two rounds, for at first it knows nothing. A value that was missing moves nothing and scores nothing.
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
  const start = level;
  let slow = level;
  let largest = 0;
  const leads = leadsOf(steps);
  const powers = leads.map((lead) => persistence ** lead);
  const pending = leads.map((lead) => new Float64Array(lead));
  const paths: Float64Array[] = [];
  const scores: number[] = [];
  let error = 0;
  let weight = 0;
  let atShort = 0;
  let atLong = 0;
  for (let t = 0, origin = 0; ; t++) {
    while (origin < origins.length && origins[origin] === t) {
      let left = 1;
      paths.push(
        pathOf(steps, (step) => {
          left *= persistence;
          return slow + (level - slow) * left + shortSeason[(t + step) % short] + longSeason[(t + step) % long];
        }),
      );
      scores.push(weight > 0 ? error / weight + rounding * largest : 1);
      origin += 1;
    }
    if (t === end) return { paths, scores };
    if (t >= short) {
      const value = values[t];
      const known = missing[t] === 0;
      largest = Math.max(largest, Math.abs(value - start));
      const here = slow + (level - slow) * persistence;
      const miss = known ? value - here - shortSeason[atShort] - longSeason[atLong] : 0;
      level = here + gain * miss;
      slow += slowGain * (level - slow);
      const rest = (1 - gain) * miss;
      shortSeason[atShort] += shortGain * rest;
      if (longGain > 0) longSeason[atLong] += longGain * Math.max(1, 2 / (1 + Math.floor(t / long))) * rest;
      for (let k = 0; k < leads.length; k++) {
        const lead = leads[k];
        const slot = t % lead;
        if (known && t >= short + lead && t >= 2 * short) {
          error = error * forgetting + Math.abs(value - pending[k][slot]);
          weight = weight * forgetting + 1;
        }
        pending[k][slot] = slow + (level - slow) * powers[k] + shortSeason[(t + lead) % short] + longSeason[(t + lead) % long];
      }
    }
    if (++atShort === short) atShort = 0;
    if (++atLong === long) atLong = 0;
  }
}

/** Gain of the slow mean that a level returns to. */
const slowGain = 0.01;

/** Share of the largest move so far that an error may be by rounding alone: experts that are that good are equal. */
const rounding = 1e-9;

/** What one set of coefficients says at each origin, and its mean absolute error until then. */
export type Expert = { readonly paths: readonly Float64Array[]; readonly scores: readonly number[] };

/** Leads that experts are scored at: the first, a quarter, a half and all of the horizon. */
export function leadsOf(steps: number): number[] {
  return [...new Set([1, Math.ceil(steps / 4), Math.ceil(steps / 2), steps])];
}

/** Share of a past error's weight that is left after each score: about the last eighty steps count, at four scores a step. */
export const forgetting = 0.997;

/** Mean of the experts' paths by weights 1 / score^16: close to the best one, and steadier than it. */
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
      const said = paths[o];
      for (let step = 0; step < steps; step++) path[step] += weight * said[step];
    }
    return path.map((sum) => sum / total);
  });
}

const power = 16;
const negligible = 1e-6;
