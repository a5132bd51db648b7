import { orderable, poolOfferings } from '../../../lib/plan/supply/pool-offerings';
import { rawConfig, testConfig } from '../../support/config';

const pools = {
  l40s: {
    kind: 'gpuPool',
    instances: ['g6e.xlarge'],
    reservation: { id: 'cr-0abc', instance: 'p5.48xlarge', count: 2 },
  },
};
const offerings = poolOfferings(testConfig(rawConfig({ pools: pools as never }))).l40s;
const replica = (gpus: number) => ({ gpus, cpuMilli: 1_000, memoryMiB: 4_096 });

test('a workload is priced on what can be ordered, and on a reservation only where nothing else holds it', () => {
  expect(orderable(offerings, replica(1)).map(({ instanceType }) => instanceType)).toEqual(['g6e.xlarge']);
  expect(orderable(offerings, replica(8)).map(({ instanceType }) => instanceType)).toContain('p5.48xlarge');
});
