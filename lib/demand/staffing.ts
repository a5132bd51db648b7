import { waits } from './erlang';
import { ceilTolerant } from './replicas';
import { meanWaitOfWaiting, waitExceeds } from './queueing';

/** What is promised, and how uneven service and arrivals are. */
export type WaitSlo = {
  /** Mean time of one service. */
  readonly serviceSeconds: number;
  /** Squared coefficient of variation of the service time. @default 1 */
  readonly serviceCv2?: number;
  /** Of the time between arrivals. @default 1 */
  readonly arrivalCv2?: number;
  /** Longest wait before service begins. */
  readonly waitSeconds: number;
  /** Share of arrivals that it is promised to, in (0, 1). */
  readonly quantile: number;
};

/**
 * The fewest servers with which a share `quantile` of arrivals waits at most `waitSeconds`.
 *
 * @param load in erlangs, >= 0
 * @returns a whole number >= 1
 * @see `waitExceeds` for the formula
 * @example serversForSlo(10, { serviceSeconds: 180, waitSeconds: 20, quantile: 0.8 }) // 14
 */
export function serversForSlo(load: number, slo: WaitSlo): number {
  let blocked = 1;
  for (let servers = 1; ; servers++) {
    blocked = (load * blocked) / (servers + load * blocked);
    if (servers <= load) continue;
    const mean = meanWaitOfWaiting({ load, servers, ...slo });
    const exceeds = mean === 0 ? 0 : waits(blocked, load, servers) * Math.exp(-slo.waitSeconds / mean);
    if (exceeds <= 1 - slo.quantile) return servers;
  }
}

export type SloTarget = {
  readonly servers: number;
  /** In erlangs. */
  readonly load: number;
  /** load / servers: the utilisation at which the promise still holds. */
  readonly target: number;
};

/**
 * The target utilisation that follows from a promise, in place of a habit such as 80 %: from the servers there are, the largest
 * load that keeps it; from a load, the fewest servers. Many servers may run fuller than few for the same promise.
 *
 * @param of `servers`, a whole number >= 1, or `load` in erlangs, > 0
 * @see `waitExceeds`
 */
export function targetForSlo(of: { readonly servers: number } | { readonly load: number }, slo: WaitSlo): SloTarget {
  if ('load' in of) {
    const servers = serversForSlo(of.load, slo);
    return { servers, load: of.load, target: of.load / servers };
  }
  const { servers } = of;
  let [low, high] = [0, servers];
  for (let step = 0; step < 60; step++) {
    const load = (low + high) / 2;
    if (load < servers && waitExceeds({ load, servers, ...slo }, slo.waitSeconds) <= 1 - slo.quantile) low = load;
    else high = load;
  }
  return { servers, load: low, target: low / servers };
}

/**
 * Servers for a load by the square-root rule: R + beta sqrt(R), rounded up.
 *
 * @param load R, in erlangs
 * @param beta how sure one wants to be; `halfinWhitt(beta)` is about the share that waits
 * @see Halfin and Whitt 1981; Borst, Mandelbaum and Reiman 2004
 */
export function squareRootStaffing(load: number, beta: number): number {
  return ceilTolerant(load + beta * Math.sqrt(load));
}
