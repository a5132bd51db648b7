import type { CapacityType, Offering } from '../../lib/catalog/offering';
import { randomOf } from '../../lib/random';
import type { ReplicaClass, SizingLimits, SizingPool } from '../../lib/sizing/problem/pools';

/** A generator of numbers in 0..1 from a seed. */
export function seeded(seed: number): () => number {
  return randomOf(seed).uniform;
}

export function offering(
  type: string,
  fields: Partial<Offering> & { readonly usdPerHour: number },
  capacityType: CapacityType = 'on-demand',
): Offering {
  return {
    id: `${type}/${capacityType}`,
    instanceType: type,
    capacityType,
    quotaCode: capacityType === 'spot' ? 'L-3819A6DF' : 'L-DB2E81BA',
    gpus: 1,
    gpuName: 'L40S',
    vCpu: 4,
    memoryMiB: 32_768,
    allocatableCpuMilli: 4_000,
    allocatableMemoryMiB: 32_000,
    daemonSetCpuMilli: 0,
    daemonSetMemoryMiB: 0,
    maxPods: 60,
    arch: 'amd64',
    efaInterfaces: 0,
    localNvmeGB: 0,
    ...fields,
  };
}

export function replica(workload: string, gpus: number, cpuMilli = 1_000, memoryMiB = 4_000): ReplicaClass {
  return { workload, gpus, cpuMilli, memoryMiB };
}

export function pool(name: string, fields: Partial<SizingPool> & Pick<SizingPool, 'offerings' | 'classes'>): SizingPool {
  return { name, ceiling: null, spotShare: 1, ...fields };
}

export const noLimits: SizingLimits = { quotas: {} };

export const hourMs = 3_600_000;
export const monday = Date.UTC(2026, 10, 23);

/** One segment an hour from Monday on. */
export function hourly(replicas: readonly Readonly<Record<string, number>>[]) {
  return replicas.map((wanted, hour) => ({ from: monday + hour * hourMs, to: monday + (hour + 1) * hourMs, replicas: wanted }));
}

export type Instance = {
  readonly pools: readonly SizingPool[];
  readonly limits: SizingLimits;
  readonly replicas: Readonly<Record<string, number>>;
};

/** A small random instance: one or two pools, up to three offerings and two or three workloads each, and limits that may be too tight. */
export function smallInstance(seed: number): Instance {
  const random = seeded(seed);
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const chance = (probability: number) => random() < probability;
  const replicas: Record<string, number> = {};
  const pools = Array.from({ length: chance(0.4) ? 2 : 1 }, (_, poolIndex): SizingPool => {
    const hasGpus = chance(0.7);
    const offerings = Array.from({ length: whole(1, 3) }, (__, index): Offering => {
      const scale = [1, 2, 4][whole(0, 2)];
      return offering(
        `t${poolIndex}${index}.x${scale}`,
        {
          gpus: hasGpus ? scale : 0,
          vCpu: 4 * scale,
          allocatableCpuMilli: 3_900 * scale + whole(0, 300),
          allocatableMemoryMiB: 14_000 * scale + whole(0, 4_000),
          daemonSetCpuMilli: 200,
          daemonSetMemoryMiB: 512,
          maxPods: chance(0.1) ? 12 : 58,
          usdPerHour: Number((scale * (0.5 + random())).toFixed(3)),
        },
        chance(0.4) ? 'spot' : 'on-demand',
      );
    });
    const classes = Array.from({ length: whole(1, 3) }, (__, index) => {
      const workload = `w${poolIndex}${index}`;
      replicas[workload] = whole(0, 3);
      return replica(workload, hasGpus ? whole(0, 2) : 0, whole(5, 35) * 100, whole(5, 130) * 100);
    });
    const ceiling = chance(0.3) ? { amount: whole(2, 8), unit: hasGpus ? ('GPU' as const) : ('nodes' as const) } : null;
    return pool(`p${poolIndex}`, { offerings, classes, ceiling, spotShare: [0.3, 0.5, 1][whole(0, 2)] });
  });
  const quotas: Record<string, number> = {};
  if (chance(0.5)) quotas['L-DB2E81BA'] = 4 * whole(2, 10);
  if (chance(0.3)) quotas['L-3819A6DF'] = 4 * whole(0, 6);
  return { pools, limits: { quotas }, replicas };
}
