import type { MachineConfig } from '../config/schema';
import { type Problem, ProblemError } from '../problems';
import { gpuFacts } from './gpus';
import type { Offering } from './offering';
import { defaultDaemonSets } from './offerings';

/**
 * Machines of one's own as offerings: as many as there are, at what they cost (nothing, unless the config says so), sorted by `id`.
 * CPU and memory are what the node allots to pods; DaemonSets take their part of it as everywhere.
 *
 * @param path where they stand in the config: `pools.rack.machines`
 * @throws ProblemError `catalog/unknown-gpu`
 */
export function ownMachines(machines: readonly MachineConfig[], path: string): readonly Offering[] {
  const problems: Problem[] = [];
  const offerings = machines.map((machine, index): Offering => {
    const { name, count, cpu, memory, gpus, gpu, pods, price = 0 } = machine;
    return {
      id: `${name}/own`,
      instanceType: name,
      capacityType: 'own',
      usdPerHour: price,
      quotaCode: null,
      gpus,
      gpuName: gpu === undefined ? null : knownGpu(gpu, `${path}[${index}].gpu`, problems),
      vCpu: cpu / 1_000,
      memoryMiB: memory,
      allocatableCpuMilli: cpu,
      allocatableMemoryMiB: memory,
      daemonSetCpuMilli: defaultDaemonSets.cpuMilli,
      daemonSetMemoryMiB: defaultDaemonSets.memoryMiB,
      maxPods: pods,
      arch: 'amd64',
      efaInterfaces: 0,
      localNvmeGB: 0,
      own: { count, path: `${path}[${index}].count` },
    };
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return offerings.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function knownGpu(name: string, path: string, problems: Problem[]): string {
  try {
    return gpuFacts(name, path).name;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return name;
  }
}
