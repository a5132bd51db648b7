import { checkJobCeiling, checkQueueDeadline, tooShort } from '../../../lib/plan/supply/deadline-checks';
import { poolOfferings } from '../../../lib/plan/supply/pool-offerings';
import { awaitsStart, workloadSupply } from '../../../lib/plan/supply/supply';
import type { TrainingConfig } from '../../../lib/config/schema';
import { rawConfig, testConfig } from '../../support/config';

const { chat } = rawConfig().workloads;
const minute = 60_000;

function supply(fields: object, startMs: number | null = Date.UTC(2026, 10, 23)) {
  const config = testConfig({
    workloads: { w: { ...('servers' in fields ? {} : chat), ...fields } as typeof chat },
    pools: {
      l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'], bootTime: '4m' },
      general: { kind: 'pool', instances: ['m7i.4xlarge'] },
    },
  });
  return workloadSupply(config, 'w', poolOfferings(config), startMs);
}
const csv = (path: string, unit: string) => ({ kind: 'csv', path, unit });
const service = { kind: 'service', pool: 'general', servers: 10, machine: 'm7i.xlarge' };
const job = { kind: 'training', load: undefined, samples: 1e6, deadline: '365d', replica: { gpus: 4, throughput: '100 samples/s' } };
const queue = { ...job, samples: undefined, deadline: undefined, load: csv('jobs.csv', 'samples/s'), form: 'deployment' };

describe('what a replica is and does', () => {
  test('of inference is its measured throughput, with the GPUs that the config states', () => {
    const { capacity, job: estimate, resources } = supply({});
    expect(capacity).toMatchObject({ amount: 12, basis: 'measured' });
    expect([estimate, resources.gpus]).toEqual([null, 1]);
  });
  test('of inference has the GPUs that its model is estimated to need, where the config states none', () => {
    const model = { name: 'llama-3-70b' };
    const { capacity, resources } = supply({ model, replica: {} });
    expect(capacity?.gpus).toBeGreaterThan(1);
    expect(resources.gpus).toBe(capacity?.gpus);
  });
  test('of a training job is its estimate, and a worker has the GPUs of that', () => {
    const { capacity, job: estimate, resources } = supply({ ...job, replica: { throughput: '100 samples/s' } });
    expect([capacity, estimate?.gpusPerWorker, resources.gpus]).toEqual([null, 1, 1]);
  });
  test('of a service is its present server, whatever the nodes of its pool', () => {
    const { capacity, job: estimate, resources } = supply({ ...service, cpu: csv('cpu.csv', '%') });
    expect([capacity, estimate, resources.server]).toEqual([null, null, { cpuMilli: 4_000, memoryMiB: 16_384 }]);
  });
  test('is worked out on the GPU types alone that the workload may use', () => {
    expect(() => supply({ replica: { gpus: 1, throughput: '12 req/s', gpuTypes: ['H100'] } })).toThrow(
      /sizing\/no-gpu|has a GPU that w may use/,
    );
  });
});

describe('deadlines, before any history is read', () => {
  test('a queue whose deadline is over before its first trainer starts is refused', () => {
    expect(() => supply({ ...queue, deadline: '11m' })).not.toThrow();
    expect(() => supply({ ...queue, deadline: '10m' })).toThrow(/w\.deadline: is over before the first worker can start/);
  });
  test('a job whose ceiling is below the workers that its deadline needs is refused, and one whose deadline cannot be counted yet is not', () => {
    expect(() => supply({ ...job, deadline: '1h', ceiling: 1 })).toThrow(/w\.ceiling: is below what the deadline needs/);
    expect(supply({ ...job, deadline: '2026-11-23T01:00:00Z', ceiling: 1 }, null).job?.workers).toBe(1);
  });
  test('only a job whose deadline is a moment awaits the start of the plan, and only until it is known', () => {
    const moment = { ...job, deadline: '2026-11-24T00:00:00Z' };
    expect(awaitsStart(supply(moment, null))).toBe(true);
    expect(awaitsStart(supply(moment))).toBe(false);
    expect(awaitsStart(supply({ ...job, deadline: '1d' }, null))).toBe(false);
    expect(awaitsStart(supply({}, null))).toBe(false);
  });
});

describe('the checks of deadlines', () => {
  const withDeadline = (deadline: object | undefined) => () => checkQueueDeadline('w', { deadline } as TrainingConfig, 6 * minute);

  test('a queue needs more time than boot and cold start take; a moment and none at all are left alone', () => {
    expect(withDeadline({ after: 6 * minute })).toThrow(/boot and cold start take 6m \(got 6m\)/);
    expect(withDeadline({ after: 6 * minute + 1 })).not.toThrow();
    expect(withDeadline({ at: 0 })).not.toThrow();
    expect(withDeadline(undefined)).not.toThrow();
  });
  test('the refusal names lead and deadline', () => {
    expect(tooShort('w', 6 * minute, 5 * minute)).toEqual({
      code: 'demand/deadline',
      path: 'workloads.w.deadline',
      message: 'is over before the first worker can start: boot and cold start take 6m',
      received: '5m',
    });
  });
  test('a ceiling holds a job of as many workers, and none holds any', () => {
    expect(() => checkJobCeiling('w', 3, 3)).not.toThrow();
    expect(() => checkJobCeiling('w', undefined, 1_000)).not.toThrow();
    expect(() => checkJobCeiling('w', 3, 4)).toThrow(
      'workloads.w.ceiling: is below what the deadline needs (expected at least 4 workers, got 3)',
    );
  });
});
