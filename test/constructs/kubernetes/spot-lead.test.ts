import { fc, test as properties } from '@fast-check/jest';
import { plannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { ServerFleet } from '../../../constructs/kubernetes/server-fleet';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { at, find, objectsOf } from './support';

type Sizes = { readonly floor: number; readonly peak: number; readonly ceiling: number };
const sizes = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.nat(3), fc.nat(5)).map(([floor, more, evenMore]): Sizes => ({
    floor,
    peak: floor + more,
    ceiling: floor + more + evenMore,
  }));

/** A workload alone in a pool of nodes with one place each, some of them spot. */
function planOf(pods: Sizes, kept: Sizes, spot: Sizes): CapacityPlan {
  const plan = samplePlan();
  const { l40s } = plan.pools;
  const [group] = l40s.groups;
  const [night, day] = ['2026-11-23T00:00:00Z', '2026-11-23T06:00:00Z'];
  const groupOf = (capacityType: 'on-demand' | 'spot', { floor, peak, ceiling }: Sizes) => ({
    ...group,
    name: capacityType,
    capacityType,
    floor,
    peak,
    ceiling,
    schedule: [
      { from: night, nodes: floor },
      { from: day, nodes: peak },
    ],
  });
  const schedule = [
    { from: night, replicas: pods.floor },
    { from: day, replicas: pods.peak },
  ];
  return {
    ...plan,
    workloads: { chat: { ...plan.workloads.chat, ...pods, schedule } },
    pools: { l40s: { ...l40s, groups: [groupOf('on-demand', kept), groupOf('spot', spot)] } },
  };
}

const plans = fc.record({ pods: sizes(2, 9), kept: sizes(0, 6), spot: sizes(0, 9) });

/** Pods one after the other on the kind of node that is wished for where the bound and its places allow it; how many found a place, and where. */
function placed(pods: number, places: { kept: number; spot: number }, lead: number, wishes: readonly boolean[]) {
  const on = { kept: 0, spot: 0 };
  const may = (kind: 'kept' | 'spot') => on[kind] < places[kind] && on[kind] + 1 - on[kind === 'kept' ? 'spot' : 'kept'] <= lead;
  for (let index = 0; index < pods; index += 1) {
    const [first, second] = wishes[index % wishes.length] ? (['spot', 'kept'] as const) : (['kept', 'spot'] as const);
    const kind = may(first) ? first : may(second) ? second : undefined;
    if (kind !== undefined) on[kind] += 1;
  }
  return on;
}

describe('where a scheduler is bound not to start all of a floor on spot', () => {
  const wishes = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
  properties.prop([plans, wishes])(
    'no pod waits for it, at the floor, the peak, the ceiling and in a roll-out, whatever the order',
    (sizes, order) => {
      const { pods, kept, spot } = sizes;
      const { spotLead: lead, surge } = plannedWorkload(planOf(pods, kept, spot), 'chat');
      fc.pre(lead !== undefined);
      if (lead === undefined) return;
      for (const [size, count] of [
        ['floor', pods.floor],
        ['peak', pods.peak],
        ['ceiling', Math.min(pods.ceiling + surge, kept.ceiling + spot.ceiling)],
      ] as const) {
        const on = placed(count, { kept: kept[size], spot: spot[size] }, lead, order);
        expect(on.kept + on.spot).toBe(count);
      }
    },
  );
  properties.prop([plans])('and of the floor at least one is elsewhere, even if spot is filled first', ({ pods, kept, spot }) => {
    const { spotLead: lead } = plannedWorkload(planOf(pods, kept, spot), 'chat');
    fc.pre(lead !== undefined);
    if (lead !== undefined) expect(placed(pods.floor, { kept: kept.floor, spot: 99 }, lead, [true]).kept).toBeGreaterThan(0);
  });
});

const steady = { floor: 6, peak: 7, ceiling: 9 };
const few = { floor: 3, peak: 3, ceiling: 4 };
const many = { floor: 3, peak: 4, ceiling: 6 };

test('the pods say so: by the label of spot nodes, with both kinds counted even where one has no node', () => {
  const plan = planOf(steady, few, many);
  const objects = objectsOf(
    (chart) =>
      new ServerFleet(chart, 'It', {
        workload: plannedWorkload(
          { ...plan, workloads: { chat: { ...plan.workloads.chat, kind: 'service', target: { cpu: 0.7, memory: 0.5 } } } },
          'chat',
        ),
        image: 'registry.example.com/it:1',
      }),
  );
  const constraints = at(find(objects, 'Deployment', 'chat'), 'spec.template.spec.topologySpreadConstraints') as readonly object[];
  expect(constraints.filter((one) => at(one, 'whenUnsatisfiable') === 'DoNotSchedule')).toEqual([
    {
      labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'chat' } },
      maxSkew: 5,
      minDomains: 2,
      topologyKey: 'eks.amazonaws.com/capacityType',
      whenUnsatisfiable: 'DoNotSchedule',
    },
  ]);
});

const withoutSpot = (plan: CapacityPlan): CapacityPlan => {
  const { l40s } = plan.pools;
  return { ...plan, pools: { l40s: { ...l40s, groups: l40s.groups.filter(({ capacityType }) => capacityType !== 'spot') } } };
};

test.each([
  ['a floor of one, which is somewhere', planOf({ floor: 1, peak: 2, ceiling: 3 }, few, many)],
  ['more places off spot than the bound, for they must be had when spot is rare', planOf(steady, { floor: 6, peak: 6, ceiling: 6 }, many)],
  ['a ceiling that only spot can hold', planOf({ ...steady, ceiling: 30 }, few, { floor: 3, peak: 4, ceiling: 30 })],
  ['hours without a node that is no spot', planOf(steady, { floor: 0, peak: 3, ceiling: 4 }, { floor: 6, peak: 6, ceiling: 6 })],
  ['a pool without spot', withoutSpot(planOf(steady, few, many))],
] as const)('no scheduler is bound with %s', (_, plan) => {
  expect(plannedWorkload(plan, 'chat').spotLead).toBeUndefined();
});

test('nor where others share the pool, and may have taken the places', () => {
  const plan = planOf(steady, few, many);
  expect(plannedWorkload({ ...plan, workloads: { ...plan.workloads, search: plan.workloads.chat } }, 'chat').spotLead).toBeUndefined();
});
