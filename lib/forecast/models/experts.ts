import type { Sweep } from '../sweep';

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
