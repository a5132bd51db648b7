import { waitQuantileSeconds } from '../../demand';

/** What is promised of the time that requests wait for a free place in a replica. */
export type WaitSlo = {
  /** Share of the requests that wait no longer, such as 0.95. */
  readonly quantile: number;
  readonly waitSeconds: number;
  /** Mean time that a request holds its place. */
  readonly serviceSeconds: number;
  /** Requests that a replica serves at once. */
  readonly placesPerReplica: number;
};

/** Which load a number of replicas can take, and how many replicas a load needs. */
export type Capacity = {
  /** The load that so many replicas serve when they are full. */
  readonly full: (replicas: number) => number;
  /** The largest load without a violation: up to there the SLO holds; without an SLO it is that of `full`. */
  readonly allowed: (replicas: number) => number;
  /** The fewest replicas that serve a load without a violation. */
  readonly needed: (load: number) => number;
};

/** @param perReplica load at which a replica is full */
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
