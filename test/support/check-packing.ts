import type { Offering } from '../../lib/catalog/offering';
import { type NodeCounts, nodeKey, type ReplicaClass, type SizingPool } from '../../lib/sizing/problem/pools';

/** States that the search keeps in mind at most: what is asked of it here stays far below. */
const mostStates = 50_000;

/**
 * Places every replica of a pool on single nodes, from nothing but the node counts: a second opinion that shares no code with the
 * program that chose the nodes.
 *
 * First the largest replicas go where they fit first; where that fails, nodes are filled one after another in every way, and of all
 * that may then be left over only what no other filling betters is carried on. So an answer is exact, in either direction.
 *
 * @param nodes by `nodeKey`; those of other pools are ignored
 * @param replicas by workload
 * @returns `null` when all find room, otherwise a sentence that says what does not
 */
export function checkPacking(pool: SizingPool, nodes: NodeCounts, replicas: Readonly<Record<string, number>>): string | null {
  const classes = pool.classes.filter(({ workload }) => replicas[workload] > 0);
  const all = pool.offerings.flatMap((offering) => Array.from({ length: nodes[nodeKey(pool.name, offering)] ?? 0 }, () => offering));
  const machines = all.sort((a, b) => b.gpus - a.gpus || b.allocatableMemoryMiB - a.allocatableMemoryMiB || (a.id < b.id ? -1 : 1));
  if (firstFit(machines, classes, replicas)) return null;
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

function firstFit(machines: readonly Offering[], classes: readonly ReplicaClass[], replicas: Readonly<Record<string, number>>): boolean {
  const rooms = machines.map((machine) => ({
    cpuMilli: machine.allocatableCpuMilli - machine.daemonSetCpuMilli,
    memoryMiB: machine.allocatableMemoryMiB - machine.daemonSetMemoryMiB,
    gpus: machine.gpus,
    pods: machine.maxPods - 10,
  }));
  const largestFirst = [...classes].sort((a, b) => b.gpus - a.gpus || b.cpuMilli - a.cpuMilli || b.memoryMiB - a.memoryMiB);
  return largestFirst.every((replica) => {
    for (let count = replicas[replica.workload]; count > 0; count--) {
      const room = rooms.find(
        ({ cpuMilli, memoryMiB, gpus, pods }) =>
          pods >= 1 && gpus >= replica.gpus && cpuMilli >= replica.cpuMilli && memoryMiB >= replica.memoryMiB,
      );
      if (!room) return false;
      room.cpuMilli -= replica.cpuMilli;
      room.memoryMiB -= replica.memoryMiB;
      room.gpus -= replica.gpus;
      room.pods -= 1;
    }
    return true;
  });
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
    const most = Math.max(
      0,
      Math.min(
        rest[index],
        pods,
        replica.cpuMilli > 0 ? Math.floor(cpuMilli / replica.cpuMilli) : Infinity,
        replica.memoryMiB > 0 ? Math.floor(memoryMiB / replica.memoryMiB) : Infinity,
        replica.gpus > 0 ? Math.floor(gpus / replica.gpus) : Infinity,
      ),
    );
    // The last class takes all it can: to leave room for nothing helps nobody.
    for (let count = index === classes.length - 1 ? most : 0; count <= most; count++) {
      const room = {
        cpuMilli: cpuMilli - count * replica.cpuMilli,
        memoryMiB: memoryMiB - count * replica.memoryMiB,
        gpus: gpus - count * replica.gpus,
        pods: pods - count,
      };
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
