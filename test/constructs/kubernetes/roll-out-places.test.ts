import { fc, test as properties } from '@fast-check/jest';
import { InferenceService } from '../../../constructs/kubernetes/inference-service';
import { plannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { unplaced } from '../../support/small-scheduler';
import { at, find, objectsOf } from './support';

/** How many pods of a workload a roll-out may have beside `replicas`, as its Deployment says. */
function surgeOf(plan: CapacityPlan, name: string, replicas: number): number {
  const objects = objectsOf(
    (chart) =>
      new InferenceService(chart, 'It', {
        workload: plannedWorkload(plan, name),
        image: 'registry.example.com/it:1',
        metric: { kind: 'cpu' },
      }),
  );
  const surge = at(find(objects, 'Deployment', name), 'spec.strategy.rollingUpdate.maxSurge') as number | string;
  return typeof surge === 'number' ? surge : Math.ceil((Number.parseInt(surge, 10) / 100) * replicas);
}

/** A pool of one kind of node with one workload, as large as its nodes allow. */
const plans = fc
  .record({
    gpusOfNode: fc.constantFrom(1, 2, 4, 8),
    gpus: fc.constantFrom(1, 2, 4),
    nodes: fc.integer({ min: 1, max: 12 }),
    spare: fc.integer({ min: 0, max: 3 }),
    left: fc.integer({ min: 0, max: 5 }),
  })
  .filter(({ gpus, gpusOfNode }) => gpus <= gpusOfNode)
  .map(({ gpusOfNode, gpus, nodes, spare, left }): CapacityPlan => {
    const plan = samplePlan();
    const { l40s } = plan.pools;
    const group = { ...l40s.groups[1], capacityType: 'on-demand' as const };
    const most = nodes * Math.floor(gpusOfNode / gpus);
    const peak = Math.max(1, most - left);
    const resources = { ...plan.workloads.chat.resources, gpus };
    return {
      ...plan,
      workloads: { chat: { ...plan.workloads.chat, floor: 1, peak, ceiling: most, resources } },
      pools: {
        l40s: { ...l40s, groups: [{ ...group, floor: 1, peak: nodes, ceiling: nodes + spare, node: { ...group.node, gpus: gpusOfNode } }] },
      },
    };
  });

describe('every pod finds a place beside the DaemonSets', () => {
  properties.prop([plans])('at the floor, at the peak and at the ceiling, on the nodes that the plan has then', (plan) => {
    for (const size of ['floor', 'peak', 'ceiling'] as const)
      expect(
        unplaced(plan, 'l40s', size === 'floor' ? ({ peak }) => peak : (group) => group[size], (_, workload) => workload[size]),
      ).toEqual([]);
  });
  properties.prop([plans])('with a roll-out in progress at the peak, on the most nodes that the pool may have', (plan) => {
    const pods = plan.workloads.chat.peak + surgeOf(plan, 'chat', plan.workloads.chat.peak);
    expect(
      unplaced(
        plan,
        'l40s',
        ({ ceiling }) => ceiling,
        () => pods,
      ),
    ).toEqual([]);
  });
  properties.prop([plans])('and a roll-out at the peak always has a way on: a place for a new pod, or an old one that may go', (plan) => {
    const { peak } = plan.workloads.chat;
    const surge = surgeOf(plan, 'chat', peak);
    const hasRoom =
      unplaced(
        plan,
        'l40s',
        ({ ceiling }) => ceiling,
        () => peak + 1,
      ).length === 0;
    expect(surge > 0).toBe(hasRoom);
  });
});

test('in the sample plan, whose pools hold several workloads, all pods have a place at their floors, peaks and ceilings', () => {
  const plan = samplePlan();
  for (const pool of Object.keys(plan.pools)) {
    expect(
      unplaced(
        plan,
        pool,
        ({ floor, peak }) => Math.max(floor, peak),
        (_, { floor }) => floor,
      ),
    ).toEqual([]);
    expect(
      unplaced(
        plan,
        pool,
        ({ peak }) => peak,
        (_, { peak }) => peak,
      ),
    ).toEqual([]);
    expect(
      unplaced(
        plan,
        pool,
        ({ ceiling }) => ceiling,
        (_, { ceiling }) => ceiling,
      ),
    ).toEqual([]);
  }
});
