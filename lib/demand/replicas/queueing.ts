import { ProblemError } from '../../problems';

/** An M/M/c queue: one line and several servers, with independent arrivals and exponential service times. */
export type Queue = {
  /** Offered load: arrival rate x mean service time, in erlangs. */
  readonly load: number;
  readonly servers: number;
  /** Mean time of one service. */
  readonly serviceSeconds: number;
};

/**
 * The wait that a share `quantile` of all arrivals does not exceed; 0 where at least that share does not wait. The time of those who wait
 * is exponential with the mean S / (c - a), for S the service time, c the servers and a the load.
 *
 * @param quantile in [0, 1)
 * @returns seconds
 * @throws ProblemError `demand/queue-unstable` when servers <= load
 */
export function waitQuantileSeconds({ load, servers, serviceSeconds }: Queue, quantile: number): number {
  const waitProbability = erlangC(load, servers);
  return waitProbability <= 1 - quantile ? 0 : (serviceSeconds / (servers - load)) * Math.log(waitProbability / (1 - quantile));
}

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
 * @see A. K. Erlang 1917; C = B / (1 - rho (1 - B)) with rho = offeredLoad / servers
 * @example erlangC(1, 2) // 1/3
 */
export function erlangC(offeredLoad: number, servers: number): number {
  refuseUnstable(offeredLoad, servers);
  const blocked = erlangB(offeredLoad, servers);
  return blocked / (1 - (offeredLoad / servers) * (1 - blocked));
}

function refuseUnstable(offeredLoad: number, servers: number): void {
  if (Number.isInteger(servers) && servers > offeredLoad && offeredLoad >= 0) return;
  throw new ProblemError({
    code: 'demand/queue-unstable',
    path: 'servers',
    message: 'cannot keep up: the queue would grow for ever',
    expected: `a whole number above the offered load of ${offeredLoad}`,
    received: `${servers}`,
  });
}
