import { checkPacking } from '../support/check-packing';
import { offering, pool, replica } from './support';

const node = offering('n', { gpus: 4, usdPerHour: 1, allocatableCpuMilli: 10_000, daemonSetCpuMilli: 1_000, allocatableMemoryMiB: 40_000 });

test('a replica needs its GPUs on one node', () => {
  const gpus = pool('p', { offerings: [node], classes: [replica('w', 3, 100, 100)] });
  expect(checkPacking(gpus, { 'p/n/on-demand': 2 }, { w: 2 })).toBeNull();
  expect(checkPacking(gpus, { 'p/n/on-demand': 2 }, { w: 3 })).toBe('pool p: no room on 2 nodes for 1 of w');
});

test('what DaemonSets take is not there for replicas', () => {
  const cpu = pool('p', { offerings: [node], classes: [replica('w', 0, 3_100, 100)] });
  expect(checkPacking(cpu, { 'p/n/on-demand': 1 }, { w: 2 })).toBeNull();
  expect(checkPacking(cpu, { 'p/n/on-demand': 1 }, { w: 3 })).not.toBeNull();
});

test('ten pods of a node are left to DaemonSets', () => {
  const pods = pool('p', { offerings: [{ ...node, maxPods: 12 }], classes: [replica('w', 0, 1, 1)] });
  expect(checkPacking(pods, { 'p/n/on-demand': 1 }, { w: 2 })).toBeNull();
  expect(checkPacking(pods, { 'p/n/on-demand': 1 }, { w: 3 })).not.toBeNull();
});

test('it finds a packing that placing the largest first misses', () => {
  // 10 CPU a node: 4 + 3 + 3 twice, where largest first puts 4 + 4 together.
  const ten = { ...node, daemonSetCpuMilli: 0 };
  const mixed = pool('p', { offerings: [ten], classes: [replica('a', 0, 4_000, 1), replica('b', 0, 3_000, 1)] });
  expect(checkPacking(mixed, { 'p/n/on-demand': 2 }, { a: 2, b: 4 })).toBeNull();
  expect(checkPacking(mixed, { 'p/n/on-demand': 2 }, { a: 3, b: 3 })).toBe('pool p: no room on 2 nodes for 1 of a');
});

test('nodes of another pool are not counted', () => {
  const gpus = pool('p', { offerings: [node], classes: [replica('w', 1)] });
  expect(checkPacking(gpus, { 'q/n/on-demand': 5 }, { w: 1 })).toBe('pool p: no room on 0 nodes for 1 of w');
});
