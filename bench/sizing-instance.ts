import { readFileSync } from 'node:fs';
import type { CapacityType } from '../lib/catalog';
import type { HorizonProblem, HorizonSolution } from '../lib/sizing/problem/horizon';
import { usualLimits } from '../test/support/usual-limits';

type Instance = {
  readonly name: string;
  readonly periods: number;
  readonly periodHours: number;
  readonly offerings: readonly {
    readonly name: string;
    readonly instanceType: string;
    readonly capacityType: CapacityType;
    readonly gpu: string | null;
    readonly gpus: number;
    readonly vcpu: number;
    readonly allocatableMilliCpu: number;
    readonly allocatableMemoryMiB: number;
    readonly usdPerHour: number;
    readonly quota: string;
    readonly maxNodes: number;
  }[];
  readonly classes: readonly {
    readonly name: string;
    readonly milliCpu: number;
    readonly memoryMiB: number;
    readonly on: Readonly<Record<string, readonly [gpus: number, throughput: number]>>;
  }[];
  readonly demand: Readonly<Record<string, readonly number[]>>;
  readonly quotas: Readonly<Record<string, number>>;
  readonly gpuCeiling: number;
  readonly spotShare: number;
};

export type BenchInstance = { readonly name: string; readonly problem: HorizonProblem };

/** Reads an instance of the form that the README of the sizing instances states. */
export function readInstance(file: string): BenchInstance {
  const instance = JSON.parse(readFileSync(file, 'utf8')) as Instance;
  const offerings = instance.offerings.map((offering) => ({
    name: offering.name,
    instanceType: offering.instanceType,
    capacityType: offering.capacityType,
    gpu: offering.gpu,
    gpus: offering.gpus,
    vCpu: offering.vcpu,
    cpuMilli: offering.allocatableMilliCpu,
    memoryMiB: offering.allocatableMemoryMiB,
    usdPerHour: offering.usdPerHour,
    quota: offering.quota,
    mostNodes: offering.maxNodes,
    ...(offering.capacityType === 'reserved' ? { committed: { least: 0, most: offering.maxNodes } } : {}),
  }));
  const { quotas, gpuCeiling, spotShare } = instance;
  const problem: HorizonProblem = {
    periods: instance.periods,
    periodHours: instance.periodHours,
    offerings,
    classes: instance.classes.map(({ name, milliCpu, memoryMiB, on }) => ({
      name,
      cpuMilli: milliCpu,
      memoryMiB,
      on: Object.fromEntries(Object.entries(on).map(([gpu, [gpus, throughput]]) => [gpu, { gpus, throughput }])),
    })),
    demand: instance.demand,
    limits: usualLimits(offerings, { quotas, gpuCeiling, spotShare }, ({ quota }) => quota),
  };
  return { name: instance.name, problem };
}

/** An answer in the form of that README. */
export function solutionJson({ committed, periods }: HorizonSolution): string {
  return `${JSON.stringify({ reserved: committed, periods })}\n`;
}
