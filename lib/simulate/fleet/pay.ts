import { scheduleJobs, type SteadyDemand } from '../../sizing';
import { type Course, type Fleet, type FleetJob, type Holding, isBought, nodesToHave, periodHoursOf } from './fleet';

/** What ran in some periods, and what it cost. */
export type Paid = {
  /** USD of the nodes that were bought beside what is held. */
  readonly usd: number;
  /** Nodes bought, by period and offering. */
  readonly nodes: readonly Readonly<Record<string, number>>[];
  /** What was in use, and what was there, what is held included: GPUs of each market, weighted by what one costs on demand. */
  readonly used: number;
  readonly there: number;
};

export type PayInput = {
  readonly periods: number;
  /** Replicas that ran. */
  readonly loads: readonly SteadyDemand[];
  readonly jobs: readonly FleetJob[];
  /** Windows of the jobs. */
  readonly course: Course;
  readonly holding: Holding;
  /** Whether everything beside what is held is on demand. */
  readonly isOnDemand?: boolean;
};

/** The cheapest nodes, hour by hour, for what came of the loads and for the jobs that ran. */
export function payFor(fleet: Fleet, input: PayInput): Paid {
  const { periods, loads, jobs, course, holding, isOnDemand = false } = input;
  const steady = [...loads, ...asSteady(jobs, course, periods)];
  const { nodes: all, usd } = scheduleJobs(
    { periods, periodHours: periodHoursOf(fleet), offerings: nodesToHave(fleet, holding, isOnDemand), steady, limits: [], jobs: [] },
    { roundsPerJob: 0, boundSteps: 0 },
  );
  const nodes = all.map((counts) => Object.fromEntries(Object.entries(counts).filter(([name]) => isBought(name))));
  const weights = gpuWeights(fleet);
  let [used, there] = [0, 0];
  for (const { market, gpus, replicas } of steady) for (const count of replicas) used += count * gpus * (weights[market] ?? 0);
  for (const { name, market, gpus } of fleet.offerings) {
    const held = Object.hasOwn(holding, name) ? holding[name] : 0;
    for (const counts of nodes) there += (held + (counts[name] ?? 0)) * gpus * (weights[market] ?? 0);
  }
  return { usd, nodes, used, there };
}

/** What holding nodes costs in some periods. */
export function usdOfHolding(fleet: Fleet, holding: Holding, priceOf: (offering: string) => number, periods: number): number {
  return fleet.offerings.reduce(
    (sum, { name }) => sum + (Object.hasOwn(holding, name) ? holding[name] * priceOf(name) : 0) * periods * periodHoursOf(fleet),
    0,
  );
}

/** Jobs with their windows as demand that is there whatever else is decided. */
export function asSteady(jobs: readonly FleetJob[], course: Course, periods: number): readonly SteadyDemand[] {
  const all = new Map<string, { readonly market: string; readonly gpus: number; readonly replicas: number[] }>();
  for (const [index, { workers, gpusPerWorker }] of jobs.entries()) {
    for (const { from, to, market } of course[index]) {
      const key = `${gpusPerWorker} ${market}`;
      const one = all.get(key) ?? { market, gpus: gpusPerWorker, replicas: new Array<number>(periods).fill(0) };
      all.set(key, one);
      for (let period = Math.max(0, from); period < Math.min(to, periods); period++) one.replicas[period] += workers;
    }
  }
  return [...all.values()];
}

/** What a GPU costs on demand, by market; of spot alone what it costs there. */
function gpuWeights({ offerings }: Fleet): Readonly<Record<string, number>> {
  const weights: Record<string, number> = {};
  for (const { market, gpus, onDemandUsdPerHour, usdPerHour } of offerings)
    weights[market] = Math.min(weights[market] ?? Infinity, (onDemandUsdPerHour ?? usdPerHour) / gpus);
  return weights;
}
