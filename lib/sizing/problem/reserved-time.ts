import { type Offering, podRoom, type Reservation } from '../../catalog';
import type { Problem } from '../../problems';
import { formatTime } from '../../units';
import type { DemandSegment, ReplicaClass, SizingPool } from './pools';

/** Replicas that fit on nothing but what is reserved, at a time when none of that is there. */
export function outsideReservations({ name, offerings, classes }: SizingPool, segments: readonly DemandSegment[]): readonly Problem[] {
  const bound = classes.filter((one) => offerings.every((offering) => offering.reservation || !fitsOn(offering, one)));
  const all = offerings.flatMap((offering) => (offering.reservation ? [{ ...offering, reservation: offering.reservation }] : []));
  const isThere = ({ from, to }: Reservation, segment: DemandSegment) => segment.from >= from && segment.to <= to;
  const wanting = (segment: DemandSegment) =>
    bound.filter(
      (one) => segment.replicas[one.workload] > 0 && !all.some((each) => fitsOn(each, one) && isThere(each.reservation, segment)),
    );
  const bare = segments.filter((segment) => wanting(segment).length > 0);
  const without = [...new Set(bare.flatMap(wanting))];
  const reserved = all.filter((each) => without.some((one) => fitsOn(each, one)));
  if (reserved.length === 0) return [];
  const [first] = bare;
  const last = bare[bare.length - 1];
  const who = without
    .map(({ workload }) => workload)
    .sort()
    .join(' and ');
  const before = reserved.filter(({ reservation }) => reservation.to <= first.from).sort((a, b) => b.reservation.to - a.reservation.to);
  const after = reserved.filter(({ reservation }) => reservation.from >= first.to).sort((a, b) => a.reservation.from - b.reservation.from);
  const [nearest] = [...before, ...after, ...reserved];
  const ends = before.length > 0;
  const time = ends ? nearest.reservation.to : nearest.reservation.from;
  return [
    {
      code: 'sizing/reservation-time',
      path: nearest.reservation.path.replace(/count$/, ends ? 'to' : 'from'),
      message: `${titleOf(nearest)} can be used ${ends ? 'until' : 'from'} ${formatTime(time)}, and ${who} needs nodes ${ends ? `until ${formatTime(last.to)}` : `from ${formatTime(first.from)}`}`,
      hint: `reserve for longer, or add instance types to pools.${name}.instances that can be ordered beside it`,
    },
  ];
}

/** `reservation cr-0abc`. */
export function titleOf({ capacityType, reservation }: Offering): string {
  return `${capacityType === 'capacity-block' ? 'capacity block' : 'reservation'} ${reservation?.id}`;
}

export function fitsOn(offering: Offering, { gpus, cpuMilli, memoryMiB, gpuNames, noSpot = false }: ReplicaClass): boolean {
  const room = podRoom(offering);
  const isUsable = gpuNames === undefined || (offering.gpuName !== null && gpuNames.includes(offering.gpuName));
  if (noSpot && offering.capacityType === 'spot') return false;
  return isUsable && offering.gpus >= gpus && room.cpuMilli >= cpuMilli && room.memoryMiB >= memoryMiB && room.pods >= 1;
}
