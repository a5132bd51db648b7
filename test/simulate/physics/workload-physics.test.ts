import type { CapacityInput } from '../../../lib/config/schema';
import { poolOfferings } from '../../../lib/plan/supply/pool-offerings';
import { workloadSupply } from '../../../lib/plan/supply/supply';
import { withoutOwnSlo, workloadPhysics } from '../../../lib/simulate/physics/workload-physics';
import { rawConfig, testConfig } from '../../support/config';

const physicsOf = (overrides: Partial<CapacityInput>) => {
  const config = testConfig(overrides);
  const offerings = poolOfferings(config);
  return workloadPhysics(config, 'chat', workloadSupply(config, 'chat', offerings, null), offerings[config.workloads.chat.pool]).physics;
};
const l40s = (fields: object) => ({ pools: { l40s: { kind: 'gpuPool' as const, instances: ['g6e.12xlarge'], ...fields } } });
const chat = { ...rawConfig().workloads.chat };

describe('nodes at most', () => {
  test.each([
    ['nothing is stated', {}, Infinity],
    ['the pool has a ceiling in GPUs', l40s({ ceiling: '18 GPU' }), 4],
    ['the pool has a ceiling in nodes', l40s({ ceiling: '3 nodes' }), 3],
    ['a quota counts vCPU, 48 a node', { ...l40s({}), limits: { quotas: { 'L-DB2E81BA': '200 vCPU' } } }, 4],
    ['the workload has a ceiling, four replicas a node', { ...l40s({}), workloads: { chat: { ...chat, ceiling: 9 } } }, 3],
    [
      "there are machines of one's own",
      {
        pools: {
          l40s: {
            kind: 'gpuPool' as const,
            provider: 'none' as const,
            machines: [{ name: 'rack', count: 5, cpu: '48', memory: '300 GiB', gpus: 2, gpu: 'L40S' }],
          },
        },
      },
      5,
    ],
  ])('where %s', (_, overrides, most) => {
    expect(physicsOf(overrides).mostNodes).toBe(most);
  });
});

test('spot nodes are taken away as often as the provider states, and others never', () => {
  expect(physicsOf(l40s({})).interruptionsPerNodeHour).toBe(0);
  const spot = physicsOf(l40s({ capacity: ['spot'] })).interruptionsPerNodeHour;
  expect(spot).toBeGreaterThan(-Math.log(1 - 0.05) / 730);
  expect(spot).toBeLessThan(0.01);
});

test('tuned settings are replayed as the manifests of the cluster will carry them', () => {
  const carried = (version: string) => physicsOf({ cluster: { version } }).terms;
  expect(carried('1.35')).toEqual({ upTolerance: 0, highestTarget: 0.9, shortestWindowMs: 0 });
  expect(carried('1.34')).toEqual({ upTolerance: 0.1, highestTarget: 0.9, shortestWindowMs: 0 });
});

test.each([
  ['1.32', 'symmetric'],
  ['1.33', 'per-direction'],
  ['1.35', 'per-direction'],
])('the HPA of a cluster of version %s tests its tolerance as that version does: %s', (version, tolerance) => {
  expect(physicsOf({ cluster: { version } }).tolerance).toBe(tolerance);
});

test('with an SLO a replica is full at the load up to which it holds; with a stated target at its throughput', () => {
  const served = (fields: object) => {
    const workload = { ...chat, model: { name: 'llama-3-8b' }, tokens: { input: 512, output: 128 }, replica: { gpus: 1 }, ...fields };
    const config = testConfig({ workloads: { chat: workload as never } });
    const offerings = poolOfferings(config);
    const supply = workloadSupply(config, 'chat', offerings, null);
    const { physics, shareWithinSlo } = workloadPhysics(config, 'chat', supply, offerings.l40s);
    const throughput = supply.capacity?.amount ?? NaN;
    return { share: shareWithinSlo, full: physics.capacityPerReplica / throughput, target: supply.capacity?.target, physics, throughput };
  };
  const slo = { p95TimePerOutputToken: '40ms' };
  const { share, full, target, physics, throughput } = served({ slo });
  expect(share).toBeLessThan(1);
  expect([full, target]).toEqual([share, share]);
  expect(physics.throughputPerReplica).toBeCloseTo(throughput, 9);
  expect(withoutOwnSlo(physics)).toMatchObject({ capacityPerReplica: physics.throughputPerReplica });
  expect(withoutOwnSlo(physics).throughputPerReplica).toBeUndefined();
  expect(served({ slo, target: 0.7 })).toMatchObject({ share: 1, full: 1 });
  expect(served({})).toMatchObject({ share: 1, full: 1 });
});

test('nodes go as the owner of their pool takes them: the cluster-autoscaler after ten minutes, Karpenter after what the config says', () => {
  const karpenter = { role: 'nodes', ami: 'al2023@v20260807', consolidateAfter: '2m' };
  expect(physicsOf(l40s({}))).toMatchObject({ unneededMs: 600_000, delayAfterAddMs: 600_000 });
  expect(physicsOf(l40s({ owner: 'karpenter', karpenter }))).toMatchObject({ unneededMs: 135_000, delayAfterAddMs: 0 });
});
