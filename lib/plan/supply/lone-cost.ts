import { type Offering, podRoom } from '../../catalog';
import type { StepFunction } from '../../demand';
import { HOUR_MS } from '../../units';
import type { ReplicaResources } from '../file';

/**
 * USD of the cheapest whole nodes that hold a schedule of replicas through its whole span, were they alone in their pool: no neighbours that fill
 * their nodes up, no quota, no ceiling. It is for comparing ways to run one workload at one price, not for what a plan costs.
 *
 * Spot is held to its share, counted in replicas that nodes have room for.
 *
 * @returns `null` where no node holds a replica
 */
export function loneCost(
  schedule: StepFunction,
  replica: Pick<ReplicaResources, 'gpus' | 'cpuMilli' | 'memoryMiB'>,
  offerings: readonly Offering[],
  spotShare: number,
): number | null {
  const slots = offerings.map((offering) => ({ offering, room: roomFor(replica, offering) })).filter(({ room }) => room > 0);
  if (slots.length === 0) return null;
  const peak = Math.max(...schedule.steps.map(({ value }) => value));
  const usdOf = costs(slots, peak, slots.some(({ offering }) => offering.capacityType !== 'spot') ? spotShare : 1);
  const { steps, end } = schedule;
  return steps.reduce((sum, { from, value }, index) => sum + (usdOf[value] * ((steps[index + 1]?.from ?? end) - from)) / HOUR_MS, 0);
}

export type ReplicaNeeds = Pick<ReplicaResources, 'gpus' | 'cpuMilli' | 'memoryMiB'>;

/** Replicas that one node has room for. */
export function roomFor({ gpus, cpuMilli, memoryMiB }: ReplicaNeeds, node: Offering): number {
  const room = podRoom(node);
  return Math.floor(Math.min(gpus === 0 ? Infinity : node.gpus / gpus, room.cpuMilli / cpuMilli, room.memoryMiB / memoryMiB, room.pods));
}

type Slot = { readonly offering: Offering; readonly room: number };

/** USD an hour by number of replicas, 0 to `peak`. */
function costs(slots: readonly Slot[], peak: number, spotShare: number): readonly number[] {
  const steady = slots.filter(({ offering }) => offering.capacityType !== 'spot');
  const spot = slots.filter(({ offering }) => offering.capacityType === 'spot');
  const largest = Math.max(...slots.map(({ room }) => room));
  const exactSteady = exactly(steady, peak + largest);
  const exactSpot = exactly(spot, peak + largest);
  // Room for at least so many.
  const atLeast = [...exactSteady];
  for (let count = atLeast.length - 2; count >= 0; count--) atLeast[count] = Math.min(atLeast[count], atLeast[count + 1]);
  return Array.from({ length: peak + 1 }, (_, replicas) => {
    let best = Infinity;
    for (let onSpot = 0; onSpot < exactSpot.length; onSpot++) {
      if (exactSpot[onSpot] === Infinity) continue;
      const beside =
        spotShare >= 1 ? 0 : spotShare <= 0 ? (onSpot === 0 ? 0 : Infinity) : Math.ceil((onSpot * (1 - spotShare)) / spotShare - 1e-9);
      const needed = Math.max(replicas - onSpot, beside, 0);
      if (needed < atLeast.length) best = Math.min(best, exactSpot[onSpot] + atLeast[needed]);
    }
    return best;
  });
}

/** USD an hour of nodes with room for exactly so many; Infinity where none add up to it. */
function exactly(slots: readonly Slot[], largestRoom: number): number[] {
  const usd = [0, ...Array.from({ length: largestRoom }, () => Infinity)];
  for (let room = 1; room <= largestRoom; room++) {
    for (const slot of slots) if (slot.room <= room) usd[room] = Math.min(usd[room], usd[room - slot.room] + slot.offering.usdPerHour);
  }
  return usd;
}
