import { waitQuantileSeconds } from '../../lib/demand/replicas/queueing';

/** Rules of the literature that estimates are held against. */

/** Operations of a training step of a GPT that recomputes every layer, by its shape. @see Narayanan et al. 2021, arXiv 2104.04473, equation 3 */
export function gptStepFlops(shape: {
  readonly batch: number;
  readonly sequence: number;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly vocabulary: number;
}): number {
  const { batch: B, sequence: s, layers: l, hiddenSize: h, vocabulary: V } = shape;
  return 96 * B * s * l * h ** 2 * (1 + s / (6 * h) + V / (16 * l * h));
}

/** Operations to train on so many tokens: 6 a parameter and token, 8 where every layer is recomputed. */
export function trainingFlops(parameters: number, tokens: number, recompute: 'none' | 'full' = 'none'): number {
  return (recompute === 'full' ? 8 : 6) * parameters * tokens;
}

/** The fewest servers with which a share `quantile` of arrivals waits at most `waitSeconds`. */
export function serversForWait(load: number, serviceSeconds: number, waitSeconds: number, quantile: number): number {
  let servers = Math.floor(load) + 1;
  while (waitQuantileSeconds({ load, servers, serviceSeconds }, quantile) > waitSeconds) servers += 1;
  return servers;
}

/** The share of arrivals that waits at most `waitSeconds`, by halving. */
export function shareWithin(load: number, servers: number, serviceSeconds: number, waitSeconds: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (waitQuantileSeconds({ load, servers, serviceSeconds }, middle) <= waitSeconds) low = middle;
    else high = middle;
  }
  return low;
}
