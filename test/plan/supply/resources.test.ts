import { offeringsOf, podRoom } from '../../../lib/catalog';
import { replicaResources } from '../../../lib/plan/supply/resources';
import { rawConfig, testConfig } from '../../support/config';

const offerings = (...instances: string[]) => offeringsOf({ instances, capacity: ['on-demand'], region: 'us-east-1' });
const roomOf = (instance: string) => podRoom(offerings(instance)[0]);
/** What one of so many replicas asks for of a node that they share. */
const askedOf = (instance: string, replicas: number) => {
  const { cpuMilli, memoryMiB } = roomOf(instance);
  const asked = (room: number) => Math.ceil(Math.floor(room / replicas) * 0.95);
  return { cpuMilli: asked(cpuMilli), memoryMiB: asked(memoryMiB) };
};
const pools = {
  l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] },
  general: { kind: 'pool', instances: ['m7i.xlarge'] },
} as const;

function resourcesOf(fields: object, instances: readonly string[], machine?: string, gpusByModel?: number) {
  const { chat } = rawConfig().workloads;
  const workload = 'kind' in fields && fields.kind === 'service' ? fields : { ...chat, ...fields };
  const config = testConfig({ workloads: { w: workload as typeof chat }, pools: pools as never });
  return replicaResources(
    'w',
    config.workloads.w,
    offerings(...instances),
    machine === undefined ? undefined : offerings(machine)[0],
    gpusByModel,
  );
}
const throughput = '12 req/s';
const withDaemonSets = (daemonSets: { cpu?: number; memory?: number }, ...instances: string[]) =>
  replicaResources(
    'w',
    testConfig({ workloads: { w: rawConfig().workloads.chat }, pools: pools as never }).workloads.w,
    offeringsOf({ instances, capacity: ['on-demand'], region: 'us-east-1', daemonSets }),
  );
const replica = (fields: object) => ({ replica: { throughput, ...fields } });
const training = (fields: object = {}) => ({
  kind: 'training',
  load: undefined,
  samples: 1_000,
  deadline: '1d',
  replica: { throughput: '1 samples/s', ...fields },
});

test('DaemonSets that take all of every node are refused by their own name, with what a node has', () => {
  expect(() => withDaemonSets({ cpu: 100_000, memory: 512 }, 'g6e.xlarge')).toThrow(
    'pools.l40s.daemonSets: leave nothing of any node for other pods (expected less than 3.92 CPU, 28.6 GiB (g6e.xlarge, after the kubelet), got 100 CPU, 0.5 GiB). Hint: state what the DaemonSets of one node ask for in all, or add a larger instance type to the pool',
  );
  expect(() => withDaemonSets({ memory: 64 * 1024 }, 'g6e.xlarge')).toThrow('pools.l40s.daemonSets: leave nothing');
  expect(withDaemonSets({ cpu: 100_000 }, 'g6e.xlarge', 'g6e.48xlarge').gpus).toBe(1);
});

describe('GPUs that the config leaves out', () => {
  test('are one for what an autoscaler moves, and those of the smallest node for what trains', () => {
    const nodes = ['g6e.48xlarge', 'g6e.12xlarge'];
    expect(resourcesOf(replica({}), nodes).gpus).toBe(1);
    expect(resourcesOf(training(), nodes).gpus).toBe(4);
  });
  test('are those that the model was estimated to need, and none in a pool without GPUs', () => {
    expect(resourcesOf(replica({}), ['g6e.48xlarge'], undefined, 2).gpus).toBe(2);
    expect(resourcesOf(replica({}), ['m7i.xlarge']).gpus).toBe(0);
  });
  test('never replace stated ones', () => {
    expect(resourcesOf(replica({ gpus: 4 }), ['g6e.48xlarge'], undefined, 2)).toMatchObject({ gpus: 4, derived: ['cpu', 'memory'] });
  });
});

describe('CPU and memory that the config leaves out', () => {
  test('are the share of the node by GPUs but for a twentieth, so that all replicas fit with some room to spare', () => {
    expect(resourcesOf(replica({ gpus: 3 }), ['g6e.48xlarge'])).toMatchObject(askedOf('g6e.48xlarge', 2));
  });
  test('are the share on the node that gives least, of those that can hold a replica', () => {
    const [small, large] = [resourcesOf(replica({ gpus: 1 }), ['g6e.xlarge']), resourcesOf(replica({ gpus: 1 }), ['g6e.16xlarge'])];
    expect(small.cpuMilli).toBeLessThan(large.cpuMilli);
    expect(resourcesOf(replica({ gpus: 1 }), ['g6e.16xlarge', 'g6e.xlarge'])).toMatchObject({
      cpuMilli: small.cpuMilli,
      memoryMiB: small.memoryMiB,
    });
    const four = resourcesOf(replica({ gpus: 4 }), ['g6e.xlarge', 'g6e.12xlarge']);
    expect(four.cpuMilli).toBe(askedOf('g6e.12xlarge', 1).cpuMilli);
  });
  test('are the whole node but for a twentieth where there is no GPU', () => {
    expect(resourcesOf(replica({}), ['m7i.xlarge'])).toMatchObject({
      ...askedOf('m7i.xlarge', 1),
      derived: ['gpus', 'cpu', 'memory'],
    });
  });
});

test('stated CPU and memory stand as they are, and the most that a replica can have is never below them', () => {
  const room = roomOf('g6e.12xlarge');
  const [cpu, memory] = [2, 8];
  const stated = resourcesOf(replica({ gpus: 1, cpu: `${cpu}`, memory: `${memory}Gi` }), ['g6e.12xlarge']);
  expect(stated).toEqual({
    gpus: 1,
    cpuMilli: 2_000,
    memoryMiB: 8_192,
    maxCpuMilli: Math.floor(room.cpuMilli / 4),
    maxMemoryMiB: Math.floor(room.memoryMiB / 4),
    derived: [],
  });
  const greedy = resourcesOf(replica({ gpus: 1, cpu: '40', memory: '300Gi' }), ['g6e.12xlarge']);
  expect(greedy).toMatchObject({ cpuMilli: 40_000, maxCpuMilli: 40_000, memoryMiB: 300 * 1_024, maxMemoryMiB: 300 * 1_024 });
});

describe('a service', () => {
  const web = { kind: 'service', pool: 'general', servers: 10, machine: 'm7i.xlarge', cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' } };

  test('asks for the room of its present server, and utilisation is measured on the whole of that', () => {
    const { cpuMilli, memoryMiB } = roomOf('m7i.xlarge');
    const large = roomOf('m7i.4xlarge');
    expect(resourcesOf(web, ['m7i.4xlarge'], 'm7i.xlarge')).toEqual({
      gpus: 0,
      cpuMilli,
      memoryMiB,
      maxCpuMilli: large.cpuMilli,
      maxMemoryMiB: large.memoryMiB,
      derived: [],
      server: { cpuMilli: 4_000, memoryMiB: 16_384 },
    });
  });
  test('has the first node of its pool for its server where none is given', () => {
    expect(resourcesOf(web, ['m7i.2xlarge', 'm7i.4xlarge'])).toEqual(resourcesOf(web, ['m7i.2xlarge', 'm7i.4xlarge'], 'm7i.2xlarge'));
  });
});

test.each([
  [
    'GPUs',
    { gpus: 2 },
    ['g6e.xlarge'],
    'expected at most 1 GPU, 3.52 CPU, 27.6 GiB (g6e.xlarge, after the kubelet and DaemonSets), got 2 GPU)',
  ],
  ['CPU', { gpus: 1, cpu: '4' }, ['g6e.xlarge'], 'got 1 GPU, 4 CPU)'],
  ['memory', { gpus: 1, memory: '32Gi' }, ['g6e.xlarge'], 'got 1 GPU, 32 GiB)'],
  [
    'GPUs of the largest node, whatever the order',
    { gpus: 9 },
    ['g6e.12xlarge', 'g6e.48xlarge', 'g6e.24xlarge', 'g6e.4xlarge'],
    '(g6e.48xlarge, ',
  ],
  ['CPUs of the largest node of as many GPUs', { gpus: 2 }, ['g6e.xlarge', 'g6e.16xlarge', 'g6e.4xlarge'], '(g6e.16xlarge, '],
])('a replica of more %s than any node has room for is refused with what the largest node has', (_what, fields, instances, text) => {
  expect(() => resourcesOf(replica(fields), instances)).toThrow("workloads.w.replica: fits no node of pool 'l40s'");
  expect(() => resourcesOf(replica(fields), instances)).toThrow(text);
});
