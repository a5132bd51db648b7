import { mapNames, mapWorkloads } from '../../lib/plan/map-together';
import { handOverMsOf, hasNoMetricToFollow, floorOwnerOf, leadMsOf } from '../../lib/plan/workload-facts';
import { ProblemError } from '../../lib/problems';
import { rawConfig, testConfig } from '../support/config';

const { chat } = rawConfig().workloads;
const refuse = (name: string): never => {
  throw new ProblemError({ code: 'plan/no-gpu', path: name, message: 'is refused' });
};

describe('a value for each of several names', () => {
  test('is made in the order of the names, whatever order they come in', () => {
    const made: string[] = [];
    const values = mapNames(['b', 'c', 'a'], (name) => made.push(name));
    expect(made).toEqual(['a', 'b', 'c']);
    expect(Object.entries(values)).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
  });
  test('is refused with the problems of all names together, after every name was tried', () => {
    const tried: string[] = [];
    const values = () => mapNames(['c', 'b', 'a'], (name) => (tried.push(name), name === 'b' ? 0 : refuse(name)));
    expect(values).toThrow(/^a: is refused\nc: is refused$/);
    expect(tried).toEqual(['a', 'b', 'c']);
  });
  test('lets an error that is no problem of the input through at once', () => {
    const values = () =>
      mapNames(['a', 'b'], (name) => {
        if (name === 'a') throw new RangeError('a mistake of the code');
        return refuse(name);
      });
    expect(values).toThrow(RangeError);
  });
  test('of a config are its workloads', () => {
    const { workloads } = testConfig({ workloads: { other: chat, chat } });
    expect(mapWorkloads({ workloads }, (name) => workloads[name].kind)).toEqual({ chat: 'inference', other: 'inference' });
  });
});

describe('facts of a workload', () => {
  const config = testConfig({
    workloads: {
      chat,
      slow: { ...chat, coldStart: '10m' } as typeof chat,
      measured: { ...chat, metric: { kind: 'pods', name: 'requests' }, owner: 'manifests' } as never,
      job: { kind: 'training', samples: 1e6, deadline: '1d', replica: { throughput: '100 samples/s' }, pool: 'h100' } as never,
      web: {
        kind: 'service',
        servers: 10,
        machine: 'm7i.xlarge',
        pool: 'general',
        owner: 'manifests',
        cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
      } as never,
    },
    pools: {
      l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '90s' },
      h100: { kind: 'gpuPool', instances: ['p5.48xlarge'], bootTime: '4m' },
      general: { kind: 'pool', instances: ['m7i.xlarge'] },
      idle: { kind: 'pool', instances: ['m7i.xlarge'] },
    },
  });
  const { workloads } = config;

  test('its lead is boot and cold start, in whole minutes upwards', () => {
    expect(leadMsOf(config, workloads.chat)).toBe(8 * 60_000);
    expect(leadMsOf(config, { ...workloads.chat, coldStart: 210_000 })).toBe(5 * 60_000);
  });
  test('nodes of a pool are handed over within the longest lead of its workloads, and at once where it has none', () => {
    expect(handOverMsOf(config, 'l40s')).toBe(leadMsOf(config, workloads.slow));
    expect(handOverMsOf(config, 'idle')).toBe(0);
  });
  test('only inference without a metric leaves an autoscaler nothing to follow', () => {
    const names = Object.keys(workloads).filter((name) => hasNoMetricToFollow(workloads[name]));
    expect(names.sort()).toEqual(['chat', 'slow']);
  });
  test('its owner moves the floor of what is autoscaled, and the manifests that of a job', () => {
    expect(['chat', 'web', 'job'].map((name) => floorOwnerOf(workloads[name]))).toEqual(['keda', 'manifests', 'manifests']);
  });
});
