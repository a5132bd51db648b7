import { waitQuantileSeconds } from '../../demand/queueing';

/** A promise on the wait for a free place in a replica. */
export type WaitSlo = {
  /** Share of the requests it is made for, such as 0.95. */
  readonly quantile: number;
  readonly waitSeconds: number;
  /** Mean time that a request takes its place. */
  readonly serviceSeconds: number;
  /** Requests that a replica serves at once. */
  readonly placesPerReplica: number;
};

/** Loads that a number of replicas can take; looked up once a tick. */
export type Capacity = {
  /** All that they can serve. */
  readonly full: (replicas: number) => number;
  /** The most at which nothing is violated: the SLO holds; without one, as `full`. */
  readonly allowed: (replicas: number) => number;
  /** Fewest replicas at which a load violates nothing. */
  readonly needed: (load: number) => number;
};

export function capacityOf(perReplica: number, slo: WaitSlo | null): Capacity {
  const full = (replicas: number) => replicas * perReplica;
  if (slo === null) {
    return {
      full,
      allowed: full,
      needed: (load) => {
        const about = Math.ceil(load / perReplica);
        return load > about * perReplica ? about + 1 : about > 0 && load <= (about - 1) * perReplica ? about - 1 : about;
      },
    };
  }
  const table: number[] = [0];
  const allowed = (replicas: number) => {
    while (table.length <= replicas) table.push(largestLoad(table.length, perReplica, slo));
    return table[replicas];
  };
  return {
    full,
    allowed,
    needed: (load) => {
      let replicas = Math.floor(load / perReplica);
      while (allowed(replicas) < load) replicas++;
      return replicas;
    },
  };
}

/** The largest load at which the wait of the quantile is within the SLO, by halving. */
function largestLoad(replicas: number, perReplica: number, { quantile, waitSeconds, serviceSeconds, placesPerReplica }: WaitSlo): number {
  const servers = replicas * placesPerReplica;
  let [low, high] = [0, servers];
  for (let i = 0; i < 40; i++) {
    const load = (low + high) / 2;
    if (load > 0 && waitQuantileSeconds({ load, servers, serviceSeconds }, quantile) <= waitSeconds) low = load;
    else high = load;
  }
  return (low / servers) * replicas * perReplica;
}
