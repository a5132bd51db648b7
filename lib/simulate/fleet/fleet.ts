import type { DeferrableJob, JobLimit, JobOffering, JobWindow, SteadyDemand } from '../../sizing';
import { HOUR_MS, WEEK_MS } from '../../units';

/**
 * What a config runs and what it runs on, over weeks that are past, as far as dollars depend on it: loads as replicas, jobs that may wait,
 * and nodes with their prices. Periods are counted from `start`; a week is a whole number of them.
 */
export type Fleet = {
  /** Epoch ms of the first period that is known. */
  readonly start: number;
  readonly periodMs: number;
  /** The first period that is replayed, and the one after the last: whole weeks, with one before them at least. */
  readonly from: number;
  readonly to: number;
  readonly offerings: readonly FleetOffering[];
  readonly loads: readonly FleetLoad[];
  /** Jobs of the weeks that are replayed. */
  readonly jobs: readonly FleetJob[];
  /** Jobs as a week may have them, periods counted from its begin: several draws of them, by which nodes are committed to. */
  readonly usualJobs: readonly (readonly FleetJob[])[];
  readonly limits: readonly JobLimit[];
  /** Periods from a plan to the moment from which on windows are those that it has: until then, those of the plan before. */
  readonly deployPeriods: number;
  /** By market. @default none */
  readonly interruptionsPerNodeHour?: Readonly<Record<string, number>>;
};

export type FleetOffering = Omit<JobOffering, 'most' | 'usdPerHour'> & {
  readonly instanceType: string;
  /** Beside what is held; the price on demand, or one that spot has a share in. */
  readonly usdPerHour: number;
  /** `null`: it is spot alone. */
  readonly onDemandUsdPerHour: number | null;
  /** Paid for in every hour; `null`: no price is known. */
  readonly reservedUsdPerHour: Readonly<Record<ReservedTerm, number | null>>;
  /** Nodes that are held already. */
  readonly held: number;
};

export type FleetLoad = {
  readonly name: string;
  readonly market: string;
  /** GPUs of a replica, or what else nodes of the market are counted in. */
  readonly gpus: number;
  /** Replicas that the load asks for, not rounded, from `start` of the fleet to its `to`; NaN where nothing was observed. */
  readonly values: Float64Array;
  /** How full a replica is planned. */
  readonly target: number;
  /** Replicas at least, and beside what the load asks for. */
  readonly least: number;
  readonly buffer: number;
  /** Quantile of its forecast at which hours are given to jobs. */
  readonly quantile: number;
};

/** `earliest` and `deadline` are counted from `from` of the fleet; its first market is the one on demand. */
export type FleetJob = DeferrableJob & {
  readonly growth: 'buy' | 'pause';
  /** The period from which on it is known of. */
  readonly knownFrom: number;
};

/** How nodes are committed to, beside what is held. */
export type ReservedTerm = 'oneYear' | 'threeYears';

/** Nodes that are paid for in every hour, by offering. */
export type Holding = Readonly<Record<string, number>>;

/** What a job runs, in the order of the jobs. */
export type Course = readonly (readonly JobWindow[])[];

export const periodHoursOf = ({ periodMs }: Fleet): number => periodMs / HOUR_MS;

export function periodsPerWeek({ periodMs }: Fleet): number {
  return WEEK_MS / periodMs;
}

/** Replicas for a load: what follows it within the hour is the same for everybody here. */
export function replicasOf({ least, buffer }: FleetLoad, value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(least, Math.ceil(value - 1e-9)) + buffer;
}

/** What came of the loads in some periods. */
export function loadsThatCame(fleet: Fleet, from: number, to: number): readonly SteadyDemand[] {
  return fleet.loads.map((load) => ({
    market: load.market,
    gpus: load.gpus,
    replicas: Array.from(load.values.subarray(from, to), (value) => replicasOf(load, value)),
  }));
}

/** The nodes there are to have, those held without a price: they are paid for in any case. */
export function nodesToHave({ offerings }: Fleet, holding: Holding, isOnDemand = false): readonly JobOffering[] {
  return offerings.flatMap(({ name, market, gpus, usdPerHour, onDemandUsdPerHour }): JobOffering[] => {
    const price = isOnDemand ? onDemandUsdPerHour : usdPerHour;
    const held = Object.hasOwn(holding, name) ? holding[name] : 0;
    return [
      ...(held > 0 ? [{ name: `${name}${heldSuffix}`, market, gpus, usdPerHour: 0, most: held }] : []),
      ...(price === null ? [] : [{ name, market, gpus, usdPerHour: price }]),
    ];
  });
}

/** Marks nodes that are held in the name of their offering. */
const heldSuffix = '+held';

/** Whether nodes of a schedule are paid for beside what is held. */
export const isBought = (name: string): boolean => !name.endsWith(heldSuffix);

/** Limits that count what is held as well. */
export function limitsWith({ limits }: Fleet): readonly JobLimit[] {
  return limits.map((limit) => ({
    ...limit,
    sizes: { ...limit.sizes, ...Object.fromEntries(Object.entries(limit.sizes).map(([name, size]) => [`${name}${heldSuffix}`, size])) },
  }));
}
