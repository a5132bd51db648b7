import { erlangC } from './erlang';

/** A queue with one line and several servers. */
export type Queue = {
  /** Arrival rate x mean service time, in erlangs. */
  readonly load: number;
  readonly servers: number;
  /** Mean time of one service. */
  readonly serviceSeconds: number;
  /** Squared coefficient of variation of the service time: 0 where all take as long, 1 where exponential. @default 1 */
  readonly serviceCv2?: number;
  /** The same of the time between arrivals: 1 where they come independently of each other. @default 1 */
  readonly arrivalCv2?: number;
};

/**
 * Mean wait of all arrivals, those that do not wait included. Exact for M/M/c; otherwise by Allen and Cunneen: the wait in M/M/c
 * times (arrivalCv2 + serviceCv2) / 2. Exact again for one server that is fed by independent
 * arrivals (Pollaczek-Khinchine); within 20 % of a simulation on up to 16 servers for serviceCv2 up to 1, within
 * 30 % for 5, where it errs on the long side.
 *
 * @returns seconds
 * @throws ProblemError `demand/queue-unstable`
 * @see A. O. Allen, Probability, Statistics, and Queueing Theory, 1990, section 5.3 (Allen-Cunneen)
 */
export function meanWaitSeconds(queue: Queue): number {
  return erlangC(queue.load, queue.servers) * meanWaitOfWaiting(queue);
}

/**
 * Probability that an arrival waits longer than `seconds`: Erlang C x e^(-seconds / mean wait of those who wait). Exact for M/M/c;
 * otherwise the wait of those who wait is taken as exponential with the mean of Allen and Cunneen.
 *
 * @throws ProblemError `demand/queue-unstable`
 */
export function waitExceeds(queue: Queue, seconds: number): number {
  const waiting = erlangC(queue.load, queue.servers);
  const mean = meanWaitOfWaiting(queue);
  return mean === 0 ? 0 : waiting * Math.exp(-seconds / mean);
}

/**
 * The wait that a share `quantile` of arrivals does not exceed; 0 where so many do not wait at all.
 *
 * @param quantile in [0, 1)
 * @returns seconds
 * @throws ProblemError `demand/queue-unstable`
 */
export function waitQuantileSeconds(queue: Queue, quantile: number): number {
  const waiting = erlangC(queue.load, queue.servers);
  return waiting <= 1 - quantile ? 0 : meanWaitOfWaiting(queue) * Math.log(waiting / (1 - quantile));
}

/** Mean wait of those who wait at all: S / (c - a) x (arrivalCv2 + serviceCv2) / 2, in seconds. */
export function meanWaitOfWaiting({ load, servers, serviceSeconds, serviceCv2 = 1, arrivalCv2 = 1 }: Queue): number {
  return (serviceSeconds / (servers - load)) * ((arrivalCv2 + serviceCv2) / 2);
}
