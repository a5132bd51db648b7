import { ProblemError } from '../problems';

/**
 * Probability that an arrival is turned away when all servers are busy and none may wait (Erlang B).
 *
 * @param offeredLoad arrival rate x mean service time, in erlangs, >= 0
 * @param servers a whole number >= 0
 * @returns probability in [0, 1]
 * @see A. K. Erlang 1917; the recursion B(n) = aB(n-1) / (n + aB(n-1)) avoids factorials
 */
export function erlangB(offeredLoad: number, servers: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (offeredLoad * blocked) / (n + offeredLoad * blocked);
  return blocked;
}

/**
 * Probability that an arrival waits when none is turned away (Erlang C, the M/M/c queue).
 *
 * @param offeredLoad arrival rate x mean service time, in erlangs, >= 0
 * @param servers a whole number > offeredLoad
 * @returns probability in [0, 1]
 * @throws ProblemError `demand/queue-unstable` when servers <= offeredLoad: the queue would grow for ever
 * @see A. K. Erlang 1917
 * @example erlangC(1, 2) // 1/3
 */
export function erlangC(offeredLoad: number, servers: number): number {
  refuseUnstable(offeredLoad, servers);
  return waits(erlangB(offeredLoad, servers), offeredLoad, servers);
}

/** Erlang C from Erlang B: B / (1 - rho (1 - B)). */
export function waits(blocked: number, offeredLoad: number, servers: number): number {
  return blocked / (1 - (offeredLoad / servers) * (1 - blocked));
}

/**
 * Probability of waiting in the limit of many servers, where there are R + beta sqrt(R) of them for a load of R:
 * 1 / (1 + beta Phi(beta) / phi(beta)).
 *
 * @param beta > 0; how far above the load one staffs, in square roots of it
 * @see Halfin and Whitt 1981, Operations Research 29(3)
 */
export function halfinWhitt(beta: number): number {
  const density = Math.exp((-beta * beta) / 2) / Math.sqrt(2 * Math.PI);
  return 1 / (1 + (beta * standardNormal(beta)) / density);
}

export function refuseUnstable(offeredLoad: number, servers: number): void {
  if (Number.isInteger(servers) && servers > offeredLoad && offeredLoad >= 0) return;
  throw new ProblemError({
    code: 'demand/queue-unstable',
    path: 'servers',
    message: 'cannot keep up: the queue would grow for ever',
    expected: `a whole number above the offered load of ${offeredLoad}`,
    received: `${servers}`,
  });
}

/** Probability that a standard normal lies below z. @see Abramowitz and Stegun 1964, 7.1.26; error below 1.5e-7 */
function standardNormal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-x * x);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}
