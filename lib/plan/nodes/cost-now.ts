import { offeringOf } from '../../catalog';
import type { CapacityConfig } from '../../config';
import { HOURS_PER_MONTH } from '../../units';
import { mapNames } from '../map-together';
import type { PoolOfferings } from '../supply';

/** USD a month (730 h) of what runs now; `null` where nothing says what that is. */
export type CostNow = {
  readonly pools: Readonly<Record<string, number | null>>;
  readonly workloads: Readonly<Record<string, number | null>>;
  readonly total: number | null;
};

/**
 * What runs now costs: what the config says runs in a pool (`running`), the machines of one's own, or else the servers of services
 * on the machine that they are stated to run on. A workload that has a pool to itself costs what the pool costs.
 *
 * @throws ProblemError `catalog/unknown-instance`, `catalog/no-price`, `catalog/no-spot-price` of an instance type in `running`
 */
export function costNow(config: CapacityConfig, offerings: PoolOfferings): CostNow {
  const names = Object.keys(config.workloads);
  const services = mapNames(names, (name) => serversNow(config, name));
  const pools = mapNames(Object.keys(offerings), (pool) => {
    const { running } = config.pools[pool];
    if (running !== undefined) return runningNow(config, pool, running);
    const own = offerings[pool].flatMap((offering) => (offering.own ? [offering.own.count * offering.usdPerHour] : []));
    if (own.length > 0) return sum(own) * HOURS_PER_MONTH;
    return sumKnown(names.filter((name) => config.workloads[name].pool === pool).map((name) => services[name]));
  });
  const isAlone = (name: string) => names.every((other) => other === name || config.workloads[other].pool !== config.workloads[name].pool);
  return {
    pools,
    workloads: mapNames(names, (name) => services[name] ?? (isAlone(name) ? pools[config.workloads[name].pool] : null)),
    total: sumKnown(Object.values(pools)),
  };
}

function serversNow(config: CapacityConfig, name: string): number | null {
  const workload = config.workloads[name];
  if (workload.kind !== 'service' || workload.machine === undefined) return null;
  return workload.servers * usdPerHourOf(config, workload.machine, 'on-demand', `workloads.${name}.machine`) * HOURS_PER_MONTH;
}

function runningNow(config: CapacityConfig, pool: string, running: Readonly<Record<string, number>>): number {
  const perHour = Object.entries(running).map(([key, count]) => {
    const [type, capacityType = 'on-demand'] = key.split('/') as [string, ('on-demand' | 'spot')?];
    return count * usdPerHourOf(config, type, capacityType, `pools.${pool}.running.${key}`);
  });
  return sum(perHour) * HOURS_PER_MONTH;
}

function usdPerHourOf({ region, prices }: CapacityConfig, type: string, capacityType: 'on-demand' | 'spot', path: string): number {
  return offeringOf(type, capacityType, { region, prices, path }).usdPerHour;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const sumKnown = (values: readonly (number | null)[]) => (values.every((value) => value !== null) ? sum(values) : null);
