import { isAutoscaled, isMeasuredByLoad, podNeed, type WorkloadConfig } from '../../config';
import { type Offering, podRoom } from '../../catalog';
import { type Problem, ProblemError } from '../../problems';
import type { ReplicaResources } from '../file';

export type ResolvedResources = ReplicaResources & {
  /** Which of them were not in the config and follow from the pool's smallest node. */
  readonly derived: readonly ('gpus' | 'cpu' | 'memory')[];
  /** Of a service: the whole of its present server, machine or pod, on which utilisation is measured. */
  readonly server?: { readonly cpuMilli: number; readonly memoryMiB: number };
};

/**
 * Works out the GPUs, CPU and memory that one replica requests. The config's numbers stand. GPUs that it leaves out are one for inference
 * and a whole node of the smallest kind for training. CPU and memory that it leaves out are the replica's share, by GPUs, of the smallest
 * node that can hold it (all of that node where there is no GPU), but for a twentieth, so that replicas pack by GPU, little is left idle
 * beside them, and one still has a place where a node has somewhat less room than is known.
 *
 * A replica is a whole pod: what the config states is of its main container, and what containers beside it ask for comes on top. What
 * follows from the node holds both.
 *
 * @param gpusByModel GPUs that its model was estimated to need, where the config states none
 * @param machine for a service: the offering that is its present server, where that is no pod
 * @throws ProblemError `sizing/no-fit` when no node of the pool can hold one replica
 */
export function replicaResources(
  name: string,
  workload: WorkloadConfig,
  offerings: readonly Offering[],
  machine?: Offering,
  gpusByModel?: number,
): ResolvedResources {
  const need = podNeed(workload.pod);
  const { beside } = need;
  if (!isMeasuredByLoad(workload)) {
    const { cpu, memory } = machine === undefined && workload.replica ? workload.replica : {};
    if (cpu !== undefined && memory !== undefined) {
      const pod = { gpus: 0, cpuMilli: Math.ceil(cpu), memoryMiB: Math.ceil(memory) };
      const room = smallestShare(fitting(offerings, pod, name, workload.pool), 0);
      return { ...pod, maxCpuMilli: room.cpuMilli, maxMemoryMiB: room.memoryMiB, derived: [], server: pod };
    }
    const present = machine ?? offerings[0];
    const { cpuMilli, memoryMiB } = podRoom(present);
    mustLeaveRoom(name, { cpuMilli, memoryMiB }, beside);
    const largest = fitting(offerings, { gpus: 0, cpuMilli, memoryMiB }, name, workload.pool);
    const share = smallestShare(largest, 0);
    return {
      gpus: 0,
      cpuMilli,
      memoryMiB,
      maxCpuMilli: share.cpuMilli,
      maxMemoryMiB: share.memoryMiB,
      ...besideOf(beside),
      derived: [],
      server: { cpuMilli: present.vCpu * 1_000, memoryMiB: present.memoryMiB },
    };
  }
  const { gpus: wanted } = workload.replica;
  const [cpu, memory] = [withBeside(workload.replica.cpu, 'cpuMilli', need), withBeside(workload.replica.memory, 'memoryMiB', need)];
  const smallestGpus = Math.min(...offerings.map((offering) => offering.gpus));
  const gpus = wanted ?? gpusByModel ?? (smallestGpus === 0 ? 0 : isAutoscaled(workload) ? 1 : smallestGpus);
  const least = { gpus, cpuMilli: cpu ?? (need.before.cpuMilli || undefined), memoryMiB: memory ?? (need.before.memoryMiB || undefined) };
  const able = fitting(offerings, least, name, workload.pool);
  const share = smallestShare(able, gpus);
  const cpuMilli = Math.ceil(cpu ?? Math.max(share.cpuMilli * askedShare, need.before.cpuMilli));
  const memoryMiB = Math.ceil(memory ?? Math.max(share.memoryMiB * askedShare, need.before.memoryMiB));
  mustLeaveRoom(name, { cpuMilli, memoryMiB }, beside);
  return {
    gpus,
    cpuMilli,
    memoryMiB,
    maxCpuMilli: Math.max(Math.ceil(cpu ?? 0), share.cpuMilli),
    maxMemoryMiB: Math.max(Math.ceil(memory ?? 0), share.memoryMiB),
    ...besideOf(beside),
    derived: (['gpus', 'cpu', 'memory'] as const).filter((key) => workload.replica[key] === undefined),
  };
}

/** What a replica asks for of its share of a node, where the config does not say what it needs. */
const askedShare = 0.95;

type Beside = ReturnType<typeof podNeed>;

/** What the main container asks for together with what runs beside it, or what runs before it if that is more. */
function withBeside(main: number | undefined, resource: keyof Beside['beside'], { beside, before }: Beside): number | undefined {
  return main === undefined ? undefined : Math.max(main + beside[resource], before[resource]);
}

function besideOf(beside: Beside['beside']): Pick<ReplicaResources, 'beside'> {
  return beside.cpuMilli > 0 || beside.memoryMiB > 0 ? { beside } : {};
}

/** The containers beside the main one must leave it something of its replica. */
function mustLeaveRoom(name: string, { cpuMilli, memoryMiB }: Beside['beside'], beside: Beside['beside']): void {
  if (beside.cpuMilli < cpuMilli && beside.memoryMiB < memoryMiB) return;
  throw new ProblemError({
    code: 'sizing/no-fit',
    path: `workloads.${name}.pod.containers`,
    message: 'leave nothing of a replica to its main container',
    expected: `less than ${describe({ gpus: 0, cpuMilli, memoryMiB })} together`,
    received: describe({ gpus: 0, ...beside }),
    hint: 'ask for less beside it, or add a larger instance type to the pool',
  });
}

/** What a replica asks for; what is left out it takes as it comes. */
type Need = { readonly gpus: number; readonly cpuMilli?: number; readonly memoryMiB?: number };

/** What each of as many replicas as the GPUs allow can have, on the node that gives least. */
function smallestShare(offerings: readonly Offering[], gpus: number): { cpuMilli: number; memoryMiB: number } {
  const shares = offerings.map((offering) => {
    const { cpuMilli, memoryMiB } = podRoom(offering);
    const replicas = gpus === 0 ? 1 : Math.floor(offering.gpus / gpus);
    return { cpuMilli: Math.floor(cpuMilli / replicas), memoryMiB: Math.floor(memoryMiB / replicas) };
  });
  return { cpuMilli: Math.min(...shares.map((share) => share.cpuMilli)), memoryMiB: Math.min(...shares.map((share) => share.memoryMiB)) };
}

function fitting(offerings: readonly Offering[], need: Need, name: string, pool: string): readonly Offering[] {
  const able = offerings.filter((offering) => {
    const { cpuMilli, memoryMiB } = podRoom(offering);
    return offering.gpus >= need.gpus && cpuMilli >= (need.cpuMilli ?? 1) && memoryMiB >= (need.memoryMiB ?? 1);
  });
  if (able.length > 0) return able;
  const largest = offerings.reduce((best, offering) =>
    offering.gpus > best.gpus || (offering.gpus === best.gpus && offering.vCpu > best.vCpu) ? offering : best,
  );
  const room = podRoom(largest);
  if (offerings.every((offering) => podRoom(offering).cpuMilli <= 0 || podRoom(offering).memoryMiB <= 0))
    throw new ProblemError({
      code: 'sizing/no-fit',
      path: `pools.${pool}.daemonSets`,
      message: 'leave nothing of any node for other pods',
      expected: `less than ${amounts(largest.allocatableCpuMilli, largest.allocatableMemoryMiB)} (${largest.instanceType}, after the kubelet)`,
      received: amounts(largest.daemonSetCpuMilli, largest.daemonSetMemoryMiB),
      hint: 'state what the DaemonSets of one node ask for in all, or add a larger instance type to the pool',
    } satisfies Problem);
  throw new ProblemError({
    code: 'sizing/no-fit',
    path: `workloads.${name}.replica`,
    message: `fits no node of pool '${pool}'`,
    expected: `at most ${describe({ gpus: largest.gpus, ...room })} (${largest.instanceType}, after the kubelet and DaemonSets)`,
    received: describe(need),
    hint: 'ask for less, or add a larger instance type to the pool',
  } satisfies Problem);
}

function describe({ gpus, cpuMilli, memoryMiB }: Need): string {
  return [
    `${gpus} GPU`,
    ...(cpuMilli === undefined ? [] : [cpuText(cpuMilli)]),
    ...(memoryMiB === undefined ? [] : [memoryText(memoryMiB)]),
  ].join(', ');
}

const amounts = (cpuMilli: number, memoryMiB: number): string => `${cpuText(cpuMilli)}, ${memoryText(memoryMiB)}`;
const cpuText = (cpuMilli: number): string => `${cpuMilli / 1_000} CPU`;
const memoryText = (memoryMiB: number): string => `${Math.round((memoryMiB / 1_024) * 10) / 10} GiB`;
