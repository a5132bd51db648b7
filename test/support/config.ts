import { parseConfig } from '../../lib/config/parse';
import type { CapacityConfig, CapacityInput } from '../../lib/config/schema';

/** A small valid config, with whatever the test puts in its place. */
export function rawConfig(overrides: Partial<CapacityInput> = {}): CapacityInput {
  return {
    name: 'test',
    region: 'us-east-1',
    horizon: '24h',
    asOf: 'data',
    workloads: {
      chat: {
        kind: 'inference',
        load: { kind: 'csv', path: 'chat.csv', unit: 'req/s' },
        replica: { gpus: 1, throughput: '12 req/s' },
        coldStart: '6m',
        pool: 'l40s',
      },
    },
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] } },
    ...overrides,
  };
}

export function testConfig(overrides: Partial<CapacityInput> = {}): CapacityConfig {
  return parseConfig(rawConfig(overrides));
}

/** A workload whose load is read from a server of Prometheus that `history.prometheus` names. */
export const liveChat = {
  kind: 'inference',
  load: { kind: 'prometheus', query: 'load', unit: 'req/s' },
  replica: { gpus: 1, throughput: '12 req/s' },
  coldStart: '6m',
  pool: 'l40s',
  image: 'registry.example.com/chat:1',
};
