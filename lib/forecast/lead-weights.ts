import { knotsAnOctave, pooled, type Score, sumsOf } from './score';

/**
 * What each model's word is worth at each lead: 1 / E^8, as shares, where E is its error relative to the yardstick's at this lead. Errors at
 * leads near by count as well (a Gaussian of half a doubling), and the error over all leads counts as much as 96 errors at this one: a
 * model that is right about the next hour need not be right about next week, but twenty origins know little of a single lead.
 *
 * (Measured with weights alike at all leads, on the half of the series that constants were chosen on: 0.738 a day ahead became 0.732; a
 * week ahead, over origins of the whole traces, 0.855 became 0.847. With 12 to 192 errors, or a whole doubling, it
 * moves by less than 0.005; backtests of only eight origins want the more.)
 *
 * @param able which models take part
 * @param weights of the origins, > 0
 * @param without index of an origin whose errors do not count
 * @returns by knot, then by model; no shares at all where nobody is able
 */
export function leadWeights(
  scores: readonly Score[],
  able: readonly boolean[],
  weights: readonly number[],
  without?: number,
): readonly (readonly number[])[] {
  const sums = scores.map((score, m) => (able[m] ? sumsOf(score, without, weights) : null));
  const overall = sums.map((sum) => sum && pooled(sum));
  const knots = sums.reduce((most, sum) => Math.max(most, sum?.count.length ?? 0), 0);
  const unit = weights.reduce((sum, weight, o) => (o === without ? sum : sum + weight), 0) / Math.max(1, weights.length);
  const kernel = Float64Array.from({ length: knots }, (_, apart) => Math.exp(-0.5 * (apart / (width * knotsAnOctave)) ** 2));
  return Array.from({ length: Math.max(1, knots) }, (_, knot) =>
    shares(
      sums.map((sum, m) => {
        const error = overall[m];
        if (sum === null || error === null) return Infinity;
        let [own, yardstick, count] = [0, 0, 0];
        for (let other = 0; other < knots; other++) {
          const near = kernel[Math.abs(knot - other)];
          own += near * sum.own[other];
          yardstick += near * sum.yardstick[other];
          count += near * sum.count[other];
        }
        const prior = (priorErrors * unit * yardstick) / count;
        return (own + prior * error) / (yardstick + prior);
      }),
    ),
  );
}

/** Errors at one lead that the error over all leads is worth. */
const priorErrors = 96;

/** Doublings of the lead over which errors count. */
const width = 0.5;

/** 1 / E^8 as shares; a share too small to have a say in a median is none. */
function shares(errors: readonly number[]): readonly number[] {
  const raw = errors.map((error) => error ** -power);
  const sum = raw.reduce((a, b) => a + b, 0);
  const heard = raw.map((share) => (share > negligible * sum ? share : 0));
  const total = heard.reduce((a, b) => a + b, 0);
  return heard.map((share) => (total > 0 ? share / total : 0));
}

/** Between 5 and 12 the error changes by less than two percent. */
const power = 8;

/** A share below this has no say in a median. */
const negligible = 1e-4;
