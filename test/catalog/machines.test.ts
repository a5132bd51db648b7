import { interruptionsOfGpu, machinesFor } from '../../lib/catalog/machines';
import { interruptionsPerGpuHour } from '../../lib/demand/training/checkpoint';
import { nearNames } from '../../lib/catalog/near-names';

const onDemand = { gpu: 'L40S', region: 'us-east-1', capacity: 'on-demand' } as const;

test('machines with a GPU come with the cheapest GPU first, and the largest is that with most of them', () => {
  const { entries, largest, mostGpus, unpriced } = machinesFor(onDemand);
  const prices = entries.map(({ usdPerGpuHour }) => usdPerGpuHour ?? NaN);
  expect(prices).toEqual([...prices].sort((a, b) => a - b));
  expect(largest?.gpus).toBe(mostGpus);
  expect(Math.max(...entries.map(({ gpus }) => gpus))).toBe(mostGpus);
  expect(unpriced).toBeNull();
});

test('a machine that is named and has no such GPU is refused with those that do', () => {
  expect(() => machinesFor({ ...onDemand, instanceType: 'm7i.xlarge' })).toThrow('m7i.xlarge has no L40S');
});

test('without a price there is no cost, and the node is the largest machine that is known to have the GPU', () => {
  const { entries, largest, node, unpriced } = machinesFor({ ...onDemand, gpu: 'V100-16GB', capacity: 'reserved' });
  expect([entries, largest]).toEqual([[], null]);
  expect(node).toEqual({ gpus: 8, networkGbps: 25 });
  expect(unpriced).toBe(
    'no reserved price of V100-16GB is known in us-east-1, so no cost is shown; nor is one in any other region. A node is taken to be a p3.16xlarge, with 8 GPUs and 25 Gbit/s',
  );
});

test('a GPU is lost by its hardware, and on spot by the upper end of what is stated for its machine besides', () => {
  expect(interruptionsOfGpu(null, 8)).toBe(interruptionsPerGpuHour);
  const [one, eight] = [1, 8].map((gpus) => interruptionsOfGpu('5-10%', gpus) - interruptionsPerGpuHour);
  expect(one / eight).toBeCloseTo(8, 9);
  expect(interruptionsOfGpu('>20%', 1)).toBeGreaterThan(interruptionsOfGpu('15-20%', 1));
});

test('near names are those that differ by fewest characters, in any case', () => {
  expect(nearNames('g6e.xlrge', ['g6.xlarge', 'G6E.xlarge', 'p5.48xlarge'], 2)).toEqual(['G6E.xlarge', 'g6.xlarge']);
});
