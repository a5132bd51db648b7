import { signalsOf, sourcesOf, withhold } from '../../../lib/plan/load/observations';
import type { Problem } from '../../../lib/problems';
import { rawConfig, testConfig } from '../../support/config';
import { observationsOf, observedOf } from './observed';

const { chat } = rawConfig().workloads;
const csv = (path: string, unit: string) => ({ kind: 'csv', path, unit });
const service = (fields: object) =>
  ({ kind: 'service', servers: 10, machine: 'm7i.xlarge', pool: 'general', ...fields }) as unknown as typeof chat;
const config = testConfig({
  workloads: {
    web: service({ memory: csv('memory.csv', '%'), cpu: { usage: csv('usage.csv', 'cores'), capacity: csv('capacity.csv', 'cores') } }),
    chat,
    given: service({ forecast: { from: '2026-11-23T00:00:00Z', cpu: [70] } }),
  },
  pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] }, general: { kind: 'pool', instances: ['m7i.xlarge'] } },
});

test('signals come by the name of their workload, a load for inference, CPU before memory for a service, none where numbers are given', () => {
  expect(signalsOf(config).map(({ workload, name }) => `${workload}.${name}`)).toEqual(['chat.load', 'web.cpu', 'web.memory']);
});

test('sources are those of all signals, usage and capacity one each', () => {
  expect(sourcesOf(config).map((source) => 'path' in source && source.path)).toEqual([
    'chat.csv',
    'usage.csv',
    'capacity.csv',
    'memory.csv',
  ]);
});

describe('workloads whose history cannot be used', () => {
  const problem = (workload: string): Problem => ({ code: 'history/stale', path: `workloads.${workload}`, message: 'is stale' });
  const observations = {
    ...observationsOf({ 'a.load': observedOf('a.load', [1]), 'b.load': observedOf('b.load', [1]), 'c.load': observedOf('c.load', [1]) }),
    withheld: { z: [problem('z')] },
  };
  const unusable = { a: [problem('a')], c: [problem('c'), problem('c')] };
  const under = (rule: 'refuse' | 'keep-floor') => testConfig({ history: { unusable: rule } });

  test('are refused all together, each problem once, where the config says so', () => {
    expect(() => withhold(under('refuse'), observations, unusable)).toThrow(/^workloads\.a: is stale\nworkloads\.c: is stale$/);
  });
  test('are taken out of the signals and withheld, beside those withheld before, where their floors are to be kept', () => {
    const { signals, withheld } = withhold(under('keep-floor'), observations, unusable);
    expect(Object.keys(signals)).toEqual(['b.load']);
    expect(Object.keys(withheld).sort()).toEqual(['a', 'c', 'z']);
    expect(withheld.a).toBe(unusable.a);
  });
  test('are none where no problem is told: the observations stay as they are', () => {
    expect(withhold(under('refuse'), observations, {})).toBe(observations);
  });
});
