import { type Offering, reservedPriceOf } from '../../catalog';
import type { CapacityConfig } from '../../config';
import type { SizedSegment } from '../../sizing';
import { HOURS_PER_MONTH } from '../../units';
import type { ReservationAdvice } from '../file';

/**
 * How many nodes that a pool orders on demand would cost less reserved. The n-th node of a type runs while n or more of it do; it pays
 * where that share of the hours is more than the reserved price is of the one on demand. Advice: nothing applies it.
 *
 * The reserved price is what the config states of a reservation of the type, else that of the catalogue for a year; a type without one is
 * left out.
 *
 * @param segments of ordinary time
 * @param key of an offering in the nodes of a segment
 */
export function reservationAdvice(
  offerings: readonly Offering[],
  segments: readonly SizedSegment[],
  key: (offering: Offering) => string,
  where: Pick<CapacityConfig, 'region' | 'prices'>,
): readonly ReservationAdvice[] {
  const ordered = offerings.filter(({ capacityType }) => capacityType === 'on-demand');
  const hours = segments.reduce((sum, { from, to }) => sum + (to - from), 0);
  return [...new Set(ordered.map(({ instanceType }) => instanceType))].sort().flatMap((instanceType) => {
    const own = ordered.filter((offering) => offering.instanceType === instanceType);
    const price = reservedPrice(offerings, instanceType, where);
    if (price === null || hours === 0) return [];
    const onDemand = own[0].usdPerHour;
    const counts = segments.map(({ from, to, nodes }) => ({
      length: to - from,
      count: own.reduce((sum, offering) => sum + (nodes[key(offering)] ?? 0), 0),
    }));
    let nodes = 0;
    let savesUsdPerHour = 0;
    for (;;) {
      const running = counts.reduce((sum, { length, count }) => sum + (count > nodes ? length : 0), 0) / hours;
      const saves = running * onDemand - price.usdPerHour;
      if (saves <= 0) break;
      nodes += 1;
      savesUsdPerHour += saves;
    }
    if (nodes === 0) return [];
    const usdPerHour = { onDemand, reserved: price.usdPerHour };
    return [{ instanceType, nodes, usdPerHour, savesUsdPerMonth: savesUsdPerHour * HOURS_PER_MONTH, price: price.source }];
  });
}

function reservedPrice(offerings: readonly Offering[], instanceType: string, where: Pick<CapacityConfig, 'region' | 'prices'>) {
  const stated = offerings.flatMap(({ instanceType: type, reservation }) =>
    type === instanceType && reservation && reservation.oneMoreUsdPerHour !== null ? [reservation.oneMoreUsdPerHour] : [],
  );
  if (stated.length > 0) return { usdPerHour: Math.min(...stated), source: 'as the config states' };
  return reservedPriceOf(instanceType, where);
}
