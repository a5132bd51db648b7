import { fc, test as property } from '@fast-check/jest';
import { offeringsOf } from '../../../lib/catalog/offerings';
import type { Offering } from '../../../lib/catalog/offering';
import { loneCost, roomFor } from '../../../lib/plan/supply/lone-cost';

const hour = 3_600_000;
const flat = (value: number) => ({ steps: [{ from: 0, value }], end: 24 * hour });
const l40s = offeringsOf({ instances: ['g6e.xlarge', 'g6e.12xlarge'], capacity: ['on-demand', 'spot'], region: 'us-east-1' });
const onDemand = l40s.filter(({ capacityType }) => capacityType === 'on-demand');
const general = offeringsOf({ instances: ['m7i.xlarge', 'm7i.4xlarge'], capacity: ['on-demand'], region: 'us-east-1' });
const oneGpu = { gpus: 1, cpuMilli: 3_000, memoryMiB: 20_000 };

/** Every number of nodes of each kind, up to what would do alone. */
function cheapestByHand(replicas: number, offerings: readonly Offering[], spotShare: number): number {
  let best = Infinity;
  const rooms = offerings.map((each) => roomFor(oneGpu, each));
  const walk = (index: number, room: number, onSpot: number, usd: number): void => {
    if (usd >= best) return;
    if (index === offerings.length) {
      if (room >= replicas && onSpot <= spotShare * room + 1e-9) best = usd;
      return;
    }
    for (let nodes = 0; nodes <= Math.ceil(replicas / rooms[index]) + 4; nodes++) {
      const more = nodes * rooms[index];
      walk(
        index + 1,
        room + more,
        onSpot + (offerings[index].capacityType === 'spot' ? more : 0),
        usd + nodes * offerings[index].usdPerHour,
      );
    }
  };
  walk(0, 0, 0, 0);
  return best * 24;
}

property.prop([fc.integer({ min: 1, max: 14 }), fc.constantFrom(0, 0.25, 0.5, 1)], { numRuns: 40 })(
  'a workload alone costs what the cheapest whole nodes cost, spot within its share',
  (replicas, share) => {
    expect(loneCost(flat(replicas), oneGpu, l40s, share)).toBeCloseTo(cheapestByHand(replicas, l40s, share), 6);
  },
);

test('a schedule costs the sum of its hours', () => {
  const schedule = {
    steps: [
      { from: 0, value: 2 },
      { from: 6 * hour, value: 6 },
    ],
    end: 24 * hour,
  };
  const at = (replicas: number) => loneCost(flat(replicas), oneGpu, onDemand, 0.5) ?? NaN;
  expect(loneCost(schedule, oneGpu, onDemand, 0.5)).toBeCloseTo((6 * at(2) + 18 * at(6)) / 24, 9);
  expect(loneCost(flat(0), oneGpu, onDemand, 0.5)).toBe(0);
});

test('where there is nothing but spot, its share is no bound', () => {
  const spot = l40s.filter(({ capacityType }) => capacityType === 'spot');
  expect(loneCost(flat(3), oneGpu, spot, 0.5)).toBeLessThan(loneCost(flat(3), oneGpu, onDemand, 0.5) ?? 0);
});

test('a replica that no node holds has no price', () => {
  expect(loneCost(flat(1), { gpus: 8, cpuMilli: 1, memoryMiB: 1 }, l40s, 0.5)).toBeNull();
  expect(loneCost(flat(1), { gpus: 0, cpuMilli: 99_000, memoryMiB: 1 }, general, 0.5)).toBeNull();
});
