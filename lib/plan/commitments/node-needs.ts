import { type Offering, reservedPriceOf } from '../../catalog';
import { type CapacityConfig, floorOwners, isJob, plainReservation, reservationsOf } from '../../config';
import type { NodePrices, WeeklyLoads } from '../../commit';
import { WEEK_MS } from '../../units';
import type { ForecastedLoads } from '../forecast-loads';
import { bufferOf } from '../nodes';
import { observedPath, workloadLoad, type WorkloadDemand } from '../replicas';
import { type ResolvedResources, roomFor } from '../supply';
import { floorOwnerOf } from '../workload-facts';

/** Nodes of one instance type, which one or several pools order: what a commitment is for. */
export type NodeNeeds = {
  readonly instanceType: string;
  readonly offering: Offering;
  readonly prices: NodePrices;
  /** USD an hour in a capacity block; `null`: not known. */
  readonly blockUsdPerHour: number | null;
  readonly pools: readonly PoolNeeds[];
  /** What the workloads asked for, by whole weeks until `end`; replicas, not rounded. */
  readonly loads: WeeklyLoads;
  /** Epoch ms: the end of the last whole week. */
  readonly end: number;
};

export type PoolNeeds = {
  readonly name: string;
  /** Of its nodes, how many may run on spot. */
  readonly spotShare: number;
  readonly workloads: readonly { readonly name: string; readonly room: number; readonly least: number; readonly buffer: number }[];
};

/** What is left out of the advice, and why. */
export type LeftOut = { readonly name: string; readonly why: string };

export type DemandOfMonths = Pick<ForecastedLoads, 'offerings' | 'observations' | 'dataThrough'> & {
  readonly demands: Readonly<Record<string, WorkloadDemand>>;
  readonly resources: Readonly<Record<string, ResolvedResources>>;
};

/**
 * What every pool asks for week by week, as nodes of the one instance type that its demand of the past costs least on: replicas at the load
 * that the plan provides for, and each replica its part of a node.
 *
 * @param leastWeeks whole weeks without which a workload is left out
 */
export function nodeNeeds(
  config: CapacityConfig,
  of: DemandOfMonths,
  leastWeeks = 1,
): { readonly types: readonly NodeNeeds[]; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const end = Math.floor(of.dataThrough / config.period) * config.period;
  const loads = new Map<string, readonly Float64Array[]>();
  for (const name of Object.keys(config.workloads).sort()) {
    const weeks = isJob(config.workloads[name]) ? 'runs once, and not over months' : weeksOf(config, name, of, end, leastWeeks);
    if (typeof weeks === 'string') leftOut.push({ name, why: weeks });
    else loads.set(name, weeks);
  }
  const byType = new Map<string, { readonly pool: PoolNeeds; readonly offering: Offering }[]>();
  for (const pool of Object.keys(of.offerings).sort()) {
    const chosen = typeFor(config, pool, of, loads);
    if (chosen === null) continue;
    if (typeof chosen === 'string') leftOut.push({ name: pool, why: chosen });
    else byType.set(chosen.offering.instanceType, [...(byType.get(chosen.offering.instanceType) ?? []), chosen]);
  }
  const types = [...byType]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([instanceType, chosen]): NodeNeeds => {
      const names = chosen.flatMap(({ pool }) => pool.workloads.map(({ name }) => name));
      const count = Math.min(...names.map((name) => loads.get(name)?.length ?? 0));
      return {
        instanceType,
        offering: chosen[0].offering,
        prices: pricesOf(config, chosen[0].offering, of.offerings),
        blockUsdPerHour: config.prices[instanceType]?.capacityBlock ?? null,
        pools: chosen.map(({ pool }) => pool),
        loads: Object.fromEntries(names.map((name) => [name, (loads.get(name) ?? []).slice(-count)])),
        end,
      };
    });
  return { types, leftOut };
}

/** Weeks of history below which little is known of a year. */
export const fewWeeks = 4;

/** The needs of workloads with four weeks of history and more, without those that have fewer; of all where none has so many. */
export function longNeeds(config: CapacityConfig, of: DemandOfMonths): ReturnType<typeof nodeNeeds> {
  const long = nodeNeeds(config, of, fewWeeks);
  return long.types.length > 0 ? long : nodeNeeds(config, of);
}

/** Nodes that pools need together by step, and how many of them may run on spot; NaN where the load of a workload is. */
export type NodesBySteps = { readonly nodes: Float64Array; readonly spot: Float64Array };

/** The nodes of all pools together for the loads of their workloads, as many steps of each. */
export function nodesFor(pools: readonly PoolNeeds[], loads: Readonly<Record<string, Float64Array>>): NodesBySteps {
  const steps = loads[pools[0].workloads[0].name].length;
  const [nodes, spot, share] = [new Float64Array(steps), new Float64Array(steps), new Float64Array(steps)];
  for (const { spotShare, workloads } of pools) {
    share.fill(0);
    for (const { name, room, least, buffer } of workloads) {
      const load = loads[name];
      for (let step = 0; step < steps; step += 1) share[step] += (Math.max(least, Math.ceil(load[step] - tiny)) + buffer) / room;
    }
    for (let step = 0; step < steps; step += 1) {
      const needed = Math.ceil(share[step] - tiny);
      nodes[step] += needed;
      spot[step] += Math.floor(needed * spotShare);
    }
  }
  return { nodes, spot };
}

const tiny = 1e-9;

/** The load of a workload in replicas by whole weeks, oldest first; the spans of past events are missing. A sentence where there is none. */
function weeksOf(
  config: CapacityConfig,
  name: string,
  { observations, demands }: DemandOfMonths,
  end: number,
  leastWeeks: number,
): readonly Float64Array[] | string {
  const { madeFrom } = demands[name];
  const path = madeFrom === undefined ? null : observedPath(madeFrom, observations.signals, Infinity);
  if (madeFrom === undefined || path === null) return 'nothing of its load was observed that can be used';
  const { providedFor } = workloadLoad(madeFrom);
  const count = Math.floor((end - path.steps[0].from) / WEEK_MS);
  if (count < leastWeeks) return `its history is shorter than ${leastWeeks === 1 ? 'a week' : `${leastWeeks} weeks`}`;
  const start = end - count * WEEK_MS;
  const steps = WEEK_MS / config.period;
  const weeks = Array.from({ length: count }, () => new Float64Array(steps).fill(NaN));
  const events = config.events.filter((event) => event.workload === undefined || event.workload === name);
  for (const { from, value } of path.steps) {
    const step = Math.floor((from - start) / config.period);
    if (step < 0 || step >= count * steps || events.some((event) => from >= event.from && from < event.to)) continue;
    weeks[Math.floor(step / steps)][step % steps] = value / providedFor;
  }
  const known = weeks.findIndex((_, index) => weeks.slice(index).every(isMostlyKnown));
  return known < 0 || count - known < leastWeeks ? 'its last week has too many gaps' : weeks.slice(known);
}

const leastKnown = 0.8;
const isMostlyKnown = (week: Float64Array): boolean => week.filter((value) => !Number.isNaN(value)).length >= leastKnown * week.length;

/** The instance type on demand that the past of a pool costs least on; `null` where none of its workloads is known. */
function typeFor(
  config: CapacityConfig,
  pool: string,
  { offerings, resources, demands }: DemandOfMonths,
  loads: ReadonlyMap<string, readonly Float64Array[]>,
) {
  const names = Object.keys(config.workloads)
    .filter((name) => config.workloads[name].pool === pool && loads.has(name))
    .sort();
  if (names.length === 0) return null;
  if (config.pools[pool].machines) return "its machines are one's own";
  if (plainReservation(config.pools[pool]) !== null) return 'all its nodes are of its reservation';
  const onDemand = offerings[pool].filter(({ capacityType, reservation }) => capacityType === 'on-demand' && !reservation);
  if (onDemand.length === 0) return 'it orders spot alone';
  const hasSpot = config.pools[pool].capacity.includes('spot');
  const candidates = onDemand.flatMap((offering) => {
    const workloads = names.map((name) => ({
      name,
      room: roomFor(resources[name], offering),
      least: floorOwners[floorOwnerOf(config.workloads[name])].movesByHour ? (config.workloads[name].floor ?? 1) : demands[name].floor,
      buffer: bufferOf(config, name),
    }));
    if (workloads.some(({ room }) => room === 0)) return [];
    const needs: PoolNeeds = { name: pool, spotShare: hasSpot ? config.limits.spotShare : 0, workloads };
    const count = Math.min(...names.map((name) => loads.get(name)?.length ?? 0));
    let nodes = 0;
    for (let week = -count; week < 0; week += 1) {
      const known = (name: string) => (loads.get(name)?.at(week) ?? new Float64Array()).map((value) => (Number.isNaN(value) ? 0 : value));
      nodes += nodesFor([needs], Object.fromEntries(names.map((name) => [name, known(name)]))).nodes.reduce((sum, value) => sum + value, 0);
    }
    return [{ pool: needs, offering, usd: nodes * offering.usdPerHour }];
  });
  if (candidates.length === 0) return 'no instance type of it has room for a replica of each of its workloads';
  return candidates.reduce((best, candidate) => (candidate.usd < best.usd ? candidate : best));
}

/**
 * What a node of an instance type costs by how it is bought, by its offering on demand. For a year: as the config states of one more of a
 * reservation of the type, else as `prices` or the catalogue have it.
 */
export function pricesOf(
  config: CapacityConfig,
  { instanceType, usdPerHour }: Offering,
  offerings: DemandOfMonths['offerings'],
): NodePrices {
  const spot = Object.values(offerings)
    .flat()
    .find((offering) => offering.instanceType === instanceType && offering.capacityType === 'spot');
  const stated = Object.keys(config.pools)
    .flatMap((pool) => reservationsOf(config, pool))
    .flatMap(({ kind, instance, usdPerHour: usd }) => (kind === 'reserved' && instance === instanceType ? (usd ?? []) : []));
  return {
    onDemand: usdPerHour,
    spot: spot?.usdPerHour ?? null,
    oneYear: stated.length > 0 ? Math.min(...stated) : reservedPriceOf(instanceType, config),
    threeYears: config.prices[instanceType]?.reserved3y ?? null,
  };
}
