import { type NodeCounts, nodeKey, type Offering, type ReplicaClass, type SizingPool } from './types';

/** States that the search keeps in mind at most: what is asked of it here stays far below. */
const mostStates = 50_000;

/**
 * Places every replica of a pool on single nodes, from nothing but the node counts: a second opinion that shares no code with the
 * program that chose the nodes.
 *
 * Nodes are filled one after another; of all that may then be left over, only what no other filling betters is carried on. So an
 * answer is exact, in either direction.
 *
 * @param nodes by `nodeKey`; those of other pools are ignored
 * @param replicas by workload
 * @returns `null` when all find room, otherwise a sentence that says what does not
 */
export function checkPacking(pool: SizingPool, nodes: NodeCounts, replicas: Readonly<Record<string, number>>): string | null {
  const classes = pool.classes.filter(({ workload }) => replicas[workload] > 0);
  const all = pool.offerings.flatMap((offering) => Array.from({ length: nodes[nodeKey(pool.name, offering)] ?? 0 }, () => offering));
  const machines = all.sort((a, b) => b.gpus - a.gpus || b.allocatableMemoryMiB - a.allocatableMemoryMiB || (a.id < b.id ? -1 : 1));
  let leftovers: readonly (readonly number[])[] = [classes.map(({ workload }) => replicas[workload])];
  for (const machine of machines) {
    if (leftovers.some((left) => left.every((count) => count === 0))) return null;
    leftovers = best(leftovers.flatMap((left) => afterFilling(machine, classes, left)));
    if (leftovers.length > mostStates) return `pool ${pool.name}: undecided, too many ways to fill ${machines.length} nodes`;
  }
  if (leftovers.some((left) => left.every((count) => count === 0))) return null;
  const fewest = [...leftovers].sort((a, b) => sum(a) - sum(b))[0];
  const missing = classes.map(({ workload }, index) => `${fewest[index]} of ${workload}`).filter((_, index) => fewest[index] > 0);
  return `pool ${pool.name}: no room on ${machines.length} nodes for ${missing.join(', ')}`;
}

/** What can be left after one node is filled until nothing more goes in. */
function afterFilling(machine: Offering, classes: readonly ReplicaClass[], left: readonly number[]): readonly (readonly number[])[] {
  const results: number[][] = [];
  const place = (index: number, rest: readonly number[], cpuMilli: number, memoryMiB: number, gpus: number, pods: number): void => {
    if (index === classes.length) {
      results.push([...rest]);
      return;
    }
    const replica = classes[index];
    for (let count = 0; count <= rest[index]; count++) {
      const room = {
        cpuMilli: cpuMilli - count * replica.cpuMilli,
        memoryMiB: memoryMiB - count * replica.memoryMiB,
        gpus: gpus - count * replica.gpus,
        pods: pods - count,
      };
      if (Math.min(room.cpuMilli, room.memoryMiB, room.gpus, room.pods) < 0) break;
      place(
        index + 1,
        rest.map((value, at) => (at === index ? value - count : value)),
        room.cpuMilli,
        room.memoryMiB,
        room.gpus,
        room.pods,
      );
    }
  };
  const forPodsCpu = machine.allocatableCpuMilli - machine.daemonSetCpuMilli;
  const forPodsMemory = machine.allocatableMemoryMiB - machine.daemonSetMemoryMiB;
  place(0, left, forPodsCpu, forPodsMemory, machine.gpus, machine.maxPods - 10);
  return best(results);
}

/** Each once, and none that leaves at least as much of everything as another. */
function best(all: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const distinct = [...new Map(all.map((left) => [left.join(), left])).values()].sort((a, b) => sum(a) - sum(b));
  const kept: (readonly number[])[] = [];
  for (const left of distinct) if (!kept.some((other) => other.every((count, index) => count <= left[index]))) kept.push(left);
  return kept;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
