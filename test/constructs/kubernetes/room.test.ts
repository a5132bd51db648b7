import { InferenceService } from '../../../constructs/kubernetes/inference-service';
import { plannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { roomAtPeak } from '../../../constructs/kubernetes/room';
import type { CapacityPlan, NodeGroupPlan, PoolPlan, WorkloadPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { at, find, objectsOf } from './support';

/** A pool with some nodes of one GPU, and the given workloads on it. */
function planOf(
  nodes: Partial<NodeGroupPlan>,
  workloads: Record<string, Partial<WorkloadPlan>>,
  pool: Partial<PoolPlan> = {},
): CapacityPlan {
  const plan = samplePlan();
  const { l40s } = plan.pools;
  return {
    ...plan,
    pools: { l40s: { ...l40s, ...pool, groups: [{ ...l40s.groups[0], ...nodes }] } },
    workloads: Object.fromEntries(Object.entries(workloads).map(([name, fields]) => [name, { ...plan.workloads.chat, ...fields }])),
  };
}

const rollout = (plan: CapacityPlan) =>
  at(
    find(
      objectsOf(
        (chart) =>
          new InferenceService(chart, 'It', {
            workload: plannedWorkload(plan, 'chat'),
            metric: { kind: 'cpu' },
            image: 'registry.example.com/it:1',
          }),
      ),
      'Deployment',
      'chat',
    ),
    'spec.strategy.rollingUpdate',
  );

describe('a new version', () => {
  test('starts a quarter of the replicas beside the old ones where the pool has room for them at the peak', () => {
    expect(rollout(planOf({ peak: 4, ceiling: 8 }, { chat: { peak: 4 } }))).toEqual({ maxSurge: '25%', maxUnavailable: 0 });
  });
  test('starts as many as there is room for where that is fewer', () => {
    expect(rollout(planOf({ peak: 8, ceiling: 9 }, { chat: { peak: 8 } }))).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });
  test('replaces a replica in its place where the pool is full at the peak: a fifth GPU of four would never come', () => {
    expect(rollout(planOf({ peak: 4, ceiling: 4 }, { chat: { peak: 4, ceiling: 4 } }))).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });
  test('does so too where other workloads of the pool have what it would need', () => {
    const plan = planOf({ peak: 6, ceiling: 6 }, { chat: { peak: 4 }, search: { peak: 2 }, elsewhere: { pool: 'h100', peak: 9 } });
    expect(rollout(plan)).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });
  test('counts no node that nobody may add', () => {
    expect(rollout(planOf({ peak: 4, ceiling: 8 }, { chat: { peak: 4 } }, { owner: 'terraform' }))).toEqual({
      maxSurge: 0,
      maxUnavailable: 1,
    });
  });
});

describe('the room beside the peak', () => {
  const room = (nodes: Partial<NodeGroupPlan>, fields: Partial<WorkloadPlan>) => roomAtPeak(planOf(nodes, { chat: fields }), 'chat', 10);
  const { node } = samplePlan().pools.l40s.groups[1];

  test('is counted in whole pods of whole nodes', () => {
    expect(room({ ceiling: 2, node }, { peak: 5 })).toBe(3);
    expect(
      room({ ceiling: 2, node }, { peak: 5, resources: { gpus: 2, cpuMilli: 1, memoryMiB: 1, maxCpuMilli: 1, maxMemoryMiB: 1 } }),
    ).toBe(0);
  });
  test('ends where CPU or memory does, whatever GPUs are left', () => {
    const resources = { gpus: 0, cpuMilli: 20_000, memoryMiB: 1, maxCpuMilli: 1, maxMemoryMiB: 1 };
    expect(room({ ceiling: 2, node }, { peak: 1, resources })).toBe(3);
    expect(room({ ceiling: 2, node }, { peak: 1, resources: { ...resources, cpuMilli: 1, memoryMiB: 200_000 } })).toBe(1);
  });
  test('is none on GPUs that the workload may not use', () => {
    expect(room({ ceiling: 2, node }, { peak: 1, gpuTypes: ['L40S'] })).toBe(7);
    expect(room({ ceiling: 2, node }, { peak: 1, gpuTypes: ['H100'] })).toBe(0);
  });
});
