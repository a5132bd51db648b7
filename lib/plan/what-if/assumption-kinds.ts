import { gpuFacts, gpuNames, instancesByType, instanceTable, quotaCode } from '../../catalog';
import { type CapacityConfig, isJob, type PoolConfig } from '../../config';
import { formatDuration, parseDuration, parseMachineAmount, parseTimes, parseUsdPerHour } from '../../units';
import { eventTimes, eventNames, loadTimes } from './changed-loads';
import { measuredInPool, withPrecision } from './changed-supply';
import type { Read } from './types';

export type AssumptionKind = {
  /** How it is written. */
  readonly form: string;
  /** What it says, for the help. */
  readonly says: string;
  /** Of what it can be assumed; `null` where it takes no name. */
  readonly names: (config: CapacityConfig) => readonly string[] | null;
  readonly read: (value: string, name: string, config: CapacityConfig) => Read;
};

const workloads = ({ workloads: all }: CapacityConfig): readonly string[] => Object.keys(all).sort();
/** Pools whose nodes are ordered by instance type. */
const ordered = ({ pools }: CapacityConfig): readonly string[] =>
  Object.keys(pools)
    .filter((name) => pools[name].machines === undefined)
    .sort();

/** All that can be assumed, by the word that it is written with. */
export const assumptionKinds = {
  load: {
    form: 'chat=3x',
    says: 'the load of a workload, or of `all`, times a factor',
    names: (config) => [...workloads(config), 'all'],
    read: (value, name, config) => {
      const times = parseTimes(value);
      if (times === undefined || times <= 0) return { expected: "a multiple of its load such as '3x'" };
      const names = name === 'all' ? workloads(config).filter((one) => !isJob(config.workloads[one])) : [name];
      if (names.some((one) => isJob(config.workloads[one])))
        return { impossible: 'is a job that runs once, and has no load', hint: 'assume it of another workload' };
      return { inLoads: loadTimes(names, times), times: Object.fromEntries(names.map((one) => [one, times])) };
    },
  },
  event: {
    form: 'event.black-friday=5x',
    says: 'what a coming event lifts the load by, in place of what is forecast',
    names: eventNames,
    read: (value, name) => {
      const times = parseTimes(value);
      return times === undefined || times <= 0
        ? { expected: "a multiple of the usual load such as '5x'" }
        : { inLoads: eventTimes(name, times) };
    },
  },
  quota: {
    form: 'quota.L-DB2E81BA=128',
    says: 'a quota of AWS, in vCPU',
    names: quotaCodes,
    read: (value, name) => {
      const amount = /^\d+$/.test(value) ? Number(value) : parseMachineAmount(value);
      const vCpu = typeof amount === 'number' ? amount : amount?.unit === 'vCPU' ? amount.amount : undefined;
      if (vCpu === undefined) return { expected: "vCPU such as '128'" };
      return { inConfig: (config) => ({ ...config, limits: { ...config.limits, quotas: { ...config.limits.quotas, [name]: vCpu } } }) };
    },
  },
  spot: {
    form: 'spot=off',
    says: 'no spot; `on`: spot in every pool; `0.8`: the largest share on spot',
    names: () => null,
    read: (value) => {
      if (value === 'off') return { inConfig: eachPool((pool) => ({ ...pool, capacity: ['on-demand'] })) };
      if (value === 'on') return { inConfig: eachPool((pool) => ({ ...pool, capacity: ['on-demand', 'spot'] })) };
      const share = Number(value);
      if (!(share >= 0 && share <= 1)) return { expected: "'off', 'on', or the largest share on spot, such as '0.8'" };
      return { inConfig: (config) => ({ ...config, limits: { ...config.limits, spotShare: share } }) };
    },
  },
  price: {
    form: 'price.g6e.xlarge=2.5',
    says: 'USD an hour on demand; of spot: price.g6e.xlarge/spot',
    names: (config) =>
      [...new Set(ordered(config).flatMap((pool) => config.pools[pool].instances))].flatMap((type) => [type, `${type}/spot`]),
    read: (value, name) => {
      const usd = /^\d+(\.\d+)?$/.test(value) ? Number(value) : parseUsdPerHour(value);
      if (usd === undefined || usd <= 0) return { expected: "USD an hour such as '2.5'" };
      const [type, capacity] = name.split('/');
      const key = capacity === 'spot' ? 'spot' : 'onDemand';
      return { inConfig: (config) => ({ ...config, prices: { ...config.prices, [type]: { ...config.prices[type], [key]: usd } } }) };
    },
  },
  protect: {
    form: 'protect.chat=0.99',
    says: 'the quantile of the load that floors cover',
    names: workloads,
    read: (value, name) => {
      const quantile = Number(value);
      if (!(quantile > 0 && quantile < 1)) return { expected: 'a quantile between 0 and 1' };
      return { inConfig: ofWorkload(name, { protect: quantile }), forecasts: [name] };
    },
  },
  target: {
    form: 'target.chat=0.6',
    says: 'how full a replica may be',
    names: (config) => workloads(config).filter((name) => config.workloads[name].kind === 'inference'),
    read: (value, name) => {
      const share = Number(value);
      return share > 0 && share < 1 ? { inConfig: ofWorkload(name, { target: share }) } : { expected: 'a utilisation between 0 and 1' };
    },
  },
  precision: {
    form: 'precision.chat=fp8',
    says: 'of the weights; a measured throughput goes by the estimates of both',
    names: workloads,
    read: withPrecision,
  },
  gpu: {
    form: 'gpu.l40s=L4',
    says: 'a pool of instance types with another GPU',
    names: (config) => ordered(config).filter((name) => config.pools[name].kind === 'gpuPool'),
    read: (value, name, config) => {
      const pool = config.pools[name];
      const known = gpuNames.filter((gpu) => typesWith(gpu).length > 0);
      if (!gpuNames.some((gpu) => gpu.toLowerCase() === value.toLowerCase())) return { expected: `one of ${known.join(', ')}` };
      const types = typesWith(gpuFacts(value).name);
      if (types.length === 0) return { expected: `one of ${known.join(', ')}` };
      if (pool.kind === 'gpuPool' && pool.reservation !== undefined)
        return { impossible: `is of pool '${name}', whose reservation holds instances of another type`, hint: 'assume it of another pool' };
      return {
        inConfig: (whole) => {
          const measured = measuredInPool(whole, name);
          return { ...measured, pools: { ...measured.pools, [name]: { ...measured.pools[name], instances: types } } };
        },
      };
    },
  },
  region: {
    form: 'region=eu-central-1',
    says: 'all of it in another region, at the prices of its catalogue',
    names: () => null,
    read: (value, _, config) => {
      const regions = Object.keys(instanceTable.regions).sort();
      if (!regions.includes(value)) return { expected: `one of ${regions.join(', ')}` };
      const held = Object.keys(config.pools).filter((name) => 'reservation' in config.pools[name]);
      if (held.length > 0)
        return { impossible: `reservations of ${held.join(', ')} are of ${config.region}`, hint: 'leave them out of a config of its own' };
      return { inConfig: inRegion(value) };
    },
  },
  lead: {
    form: 'lead.chat=30m',
    says: 'boot of a node and cold start together',
    names: workloads,
    read: (value, name, { workloads: all, pools }) => {
      const lead = parseDuration(value);
      const { pool } = all[name];
      if (lead === undefined) return { expected: "a duration such as '30m'" };
      const coldStart = lead - pools[pool].bootTime;
      if (coldStart < 0)
        return { expected: `at least ${formatDuration(pools[pool].bootTime)}, which the boot of a node of '${pool}' takes` };
      return { inConfig: ofWorkload(name, { coldStart }) };
    },
  },
  horizon: {
    form: 'horizon=14d',
    says: 'how far the plan goes',
    names: () => null,
    read: (value, _, { period, workloads: all }) => {
      const horizon = parseDuration(value);
      if (horizon === undefined || horizon <= 0 || horizon % period !== 0)
        return { expected: `a duration such as '14d', a whole number of periods of ${formatDuration(period)}` };
      return { inConfig: (config) => ({ ...config, horizon }), forecasts: Object.keys(all) };
    },
  },
  budget: {
    form: "budget='90000 USD/month'",
    says: 'the budget',
    names: () => null,
    read: (value) => {
      const perHour = parseUsdPerHour(/^\d+(\.\d+)?$/.test(value) ? `${value} USD/month` : value);
      if (perHour === undefined || perHour <= 0) return { expected: "USD a month such as '90000'" };
      return { inConfig: (config) => ({ ...config, limits: { ...config.limits, budget: perHour } }) };
    },
  },
  floor: { form: 'floor.chat=4', says: 'the fewest replicas', names: workloads, read: (value, name) => replicas(value, name, 'floor') },
  ceiling: {
    form: 'ceiling.chat=60',
    says: 'the most replicas',
    names: workloads,
    read: (value, name) => replicas(value, name, 'ceiling'),
  },
} as const satisfies Readonly<Record<string, AssumptionKind>>;

function replicas(value: string, name: string, key: 'floor' | 'ceiling'): Read {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) return { expected: 'a whole number of replicas, at least 1' };
  return { inConfig: ofWorkload(name, { [key]: count }) };
}

/** A workload with other values of fields that it has. */
function ofWorkload(name: string, change: object): (config: CapacityConfig) => CapacityConfig {
  return (config) => ({
    ...config,
    workloads: { ...config.workloads, [name]: { ...config.workloads[name], ...change } },
  });
}

function eachPool(change: (pool: PoolConfig) => PoolConfig): (config: CapacityConfig) => CapacityConfig {
  return (config) => ({
    ...config,
    pools: Object.fromEntries(
      Object.entries(config.pools).map(([name, pool]) => [name, pool.machines === undefined ? change(pool) : pool]),
    ),
  });
}

/** In another region zones have other names, and prices of one's own are others. */
function inRegion(region: string): (config: CapacityConfig) => CapacityConfig {
  return (config) => {
    const { zones } = config.limits;
    const moved = eachPool((pool) => (Array.isArray(pool.zones) ? { ...pool, zones: pool.zones.length } : pool))(config);
    return { ...moved, region, prices: {}, limits: { ...config.limits, zones: typeof zones === 'number' ? zones : zones.length } };
  };
}

/** The quotas that machines of the pools count against. */
function quotaCodes({ pools }: CapacityConfig): readonly string[] {
  const codes = Object.values(pools).flatMap(({ instances }) =>
    instances.flatMap((type) => [quotaCode(type, 'on-demand') ?? [], quotaCode(type, 'spot') ?? []].flat()),
  );
  return [...new Set(codes)].sort();
}

function typesWith(gpu: string): string[] {
  return [...instancesByType.values()].filter((facts) => facts.gpu === gpu && facts.gpus > 0).map(({ type }) => type);
}
