import { checkPacking } from '../support/check-packing';
import { nodeKey, type SizingLimits, type SizingPool } from '../../lib/sizing/problem/pools';
import type { Instance } from './support';

type Quantities = Readonly<Record<string, number>>;

/** Nodes of one pool that are within its own limits. */
type Choice = { readonly nodes: Quantities; readonly usdPerHour: number; readonly vCpuByQuota: Quantities };

/**
 * The least cost by trying every number of nodes of every offering and placing every replica.
 *
 * @returns `null` where nothing is within the limits
 */
export function bruteForce({ pools, limits, replicas }: Instance): number | null {
  const choices = pools.map((pool) => worthwhile(pool, choicesOf(pool, limits, replicas), replicas));
  let best = Infinity;
  const combine = (index: number, usdPerHour: number, used: Quantities): void => {
    if (usdPerHour >= best) return;
    if (index === pools.length) {
      best = usdPerHour;
      return;
    }
    for (const choice of choices[index]) {
      const sum = added(used, choice.vCpuByQuota);
      if (withinQuotas(sum, limits)) combine(index + 1, usdPerHour + choice.usdPerHour, sum);
    }
  };
  combine(0, 0, {});
  return best === Infinity ? null : best;
}

/** Every choice of node numbers within the pool's ceiling, its share of spot and the quotas. */
function choicesOf(pool: SizingPool, limits: SizingLimits, replicas: Quantities): readonly Choice[] {
  const total = pool.classes.reduce((sum, { workload }) => sum + replicas[workload], 0);
  const hasGpus = pool.offerings.some(({ gpus }) => gpus > 0);
  const choices: Choice[] = [];
  const counts = pool.offerings.map(() => 0);
  const sumOf = (weight: (offering: SizingPool['offerings'][number]) => number) =>
    counts.reduce((sum, count, index) => sum + count * weight(pool.offerings[index]), 0);
  const visit = (index: number): void => {
    if (index < counts.length) {
      for (counts[index] = 0; counts[index] <= total; counts[index]++) visit(index + 1);
      counts[index] = 0;
      return;
    }
    const size = hasGpus ? sumOf(({ gpus }) => gpus) : sumOf(({ vCpu }) => vCpu);
    const spot = sumOf(({ capacityType, gpus, vCpu }) => (capacityType === 'spot' ? (hasGpus ? gpus : vCpu) : 0));
    if (spot > pool.spotShare * size + 1e-9) return;
    const { amount, unit } = pool.ceiling ?? { amount: Infinity, unit: 'nodes' };
    if (sumOf(({ gpus, vCpu }) => (unit === 'GPU' ? gpus : unit === 'vCPU' ? vCpu : 1)) > amount) return;
    const vCpuByQuota = pool.offerings.reduce<Quantities>(
      (sum, { quotaCode, vCpu }, at) => (quotaCode === null ? sum : added(sum, { [quotaCode]: counts[at] * vCpu })),
      {},
    );
    if (!withinQuotas(vCpuByQuota, limits)) return;
    const nodes = Object.fromEntries(pool.offerings.map((offering, at) => [nodeKey(pool.name, offering), counts[at]]));
    choices.push({ nodes, usdPerHour: sumOf(({ usdPerHour }) => usdPerHour), vCpuByQuota });
  };
  visit(0);
  return choices.sort((a, b) => a.usdPerHour - b.usdPerHour);
}

/** Those that hold the replicas, without such as cost no less and use no less of any quota than another one. */
function worthwhile(pool: SizingPool, choices: readonly Choice[], replicas: Quantities): readonly Choice[] {
  const kept: Choice[] = [];
  const limitsSpot = pool.spotShare < 1 && pool.offerings.some(({ capacityType }) => capacityType === 'spot');
  for (const choice of choices) {
    if (kept.some(({ vCpuByQuota }) => Object.entries(vCpuByQuota).every(([code, vCpu]) => vCpu <= choice.vCpuByQuota[code]))) continue;
    if (checkPacking(pool, choice.nodes, replicas) !== null) continue;
    if (!limitsSpot || noneIdle(pool, choice.nodes, replicas)) kept.push(choice);
  }
  return kept;
}

/** Whether the replicas can be placed so that every node holds one, by trying all placements. */
function noneIdle(pool: SizingPool, nodes: Quantities, replicas: Quantities): boolean {
  const wanted = pool.classes.flatMap((replica) => Array.from({ length: replicas[replica.workload] }, () => replica));
  const rooms = pool.offerings.flatMap((offering) =>
    Array.from({ length: nodes[nodeKey(pool.name, offering)] }, () => ({
      left: [
        offering.gpus,
        offering.allocatableCpuMilli - offering.daemonSetCpuMilli,
        offering.allocatableMemoryMiB - offering.daemonSetMemoryMiB,
        offering.maxPods - 10,
      ],
      replicas: 0,
    })),
  );
  const place = (index: number): boolean => {
    if (rooms.filter(({ replicas }) => replicas === 0).length > wanted.length - index) return false;
    if (index === wanted.length) return true;
    const need = [wanted[index].gpus, wanted[index].cpuMilli, wanted[index].memoryMiB, 1];
    const tried = new Set<string>();
    return rooms.some((room) => {
      const state = `${room.left.join()} ${room.replicas}`;
      if (tried.has(state) || room.left.some((amount, at) => amount < need[at])) return false;
      tried.add(state);
      need.forEach((amount, at) => (room.left[at] -= amount));
      room.replicas++;
      const done = place(index + 1);
      need.forEach((amount, at) => (room.left[at] += amount));
      room.replicas--;
      return done;
    });
  };
  return place(0);
}

function added(a: Quantities, b: Quantities): Quantities {
  return Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}

function withinQuotas(used: Quantities, { quotas }: SizingLimits): boolean {
  return Object.entries(used).every(([code, vCpu]) => vCpu <= (quotas[code] ?? Infinity));
}
