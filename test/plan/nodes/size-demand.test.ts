import { highsSolver } from '../../../lib/adapters/highs';
import type { CapacityInput } from '../../../lib/config/schema';
import { sizeDemand } from '../../../lib/plan/nodes/size-demand';
import type { WorkloadDemand } from '../../../lib/plan/replicas';
import { poolOfferings } from '../../../lib/plan/supply';
import type { Solver } from '../../../lib/sizing';
import { rawConfig, testConfig } from '../../support/config';
import { demandOf, hours, resources } from '../replicas/support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const { chat } = rawConfig().workloads;
const usdPerHour = 1.861;
const month = 730;
type Given = {
  readonly config?: Partial<CapacityInput>;
  readonly demands?: Readonly<Record<string, WorkloadDemand>>;
  readonly needed?: Readonly<Record<string, WorkloadDemand>>;
  readonly ordinary?: Readonly<Record<string, WorkloadDemand>>;
  readonly asked?: object;
};
/** Workloads of one GPU a replica, on nodes of one GPU. */
function sized({ config: change = {}, demands = { chat: demandOf([2, 4]) }, needed = demands, ordinary, asked = {} }: Given = {}) {
  const workloads = Object.fromEntries(Object.keys(demands).map((name) => [name, chat]));
  const config = testConfig({ workloads, pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '4m' } }, ...change });
  const each = { ...resources, cpuMilli: 1_000, memoryMiB: 1_024, ...asked };
  return sizeDemand(config, {
    offerings: poolOfferings(config),
    needed,
    demands,
    resources: Object.fromEntries(Object.keys(demands).map((name) => [name, each])),
    ordinary: ordinary ?? null,
    previous: null,
    solver,
  });
}
const stepsOf = ({ pools }: ReturnType<typeof sized>, pool = 'l40s') =>
  pools[pool].groups.map(({ schedule }) => schedule.map(({ nodes }) => nodes));

describe('what is paid', () => {
  test('is the mean of the hours, for the protected loads and for the median ones', () => {
    const median = { medianSchedule: hours([1, 1]) };
    const { cost, pools } = sized({ demands: { chat: demandOf([2, 4], median) } });
    expect(cost.usdPerMonth.p95).toBeCloseTo(3 * usdPerHour * month, 6);
    expect(cost.usdPerMonth.p50).toBeCloseTo(usdPerHour * month, 6);
    expect(cost.usdPerMonth).toEqual(pools.l40s.usdPerMonth);
    expect(cost.usd).toEqual(pools.l40s.usd);
    expect(cost.usd.p95).toBeCloseTo(3 * usdPerHour * 24, 6);
    expect(cost).toMatchObject({ gapPercent: 0, status: 'optimal', termination: 'proven' });
    expect(cost.bound).toBeCloseTo(cost.usd.p95, 6);
  });
  test('is the sum of all pools', () => {
    const pools = Object.fromEntries(['l40s', 'other'].map((name) => [name, { kind: 'gpuPool' as const, instances: ['g6e.xlarge'] }]));
    const workloads = { chat, search: { ...chat, pool: 'other' } };
    const { cost, pools: made } = sized({
      config: { workloads, pools },
      demands: { chat: demandOf([2, 2]), search: demandOf([3, 3]) },
    });
    expect(cost.usdPerMonth.p95).toBeCloseTo(5 * usdPerHour * month, 6);
    expect([made.l40s.groups[0].peak, made.other.groups[0].peak]).toEqual([2, 3]);
  });
  test('of nodes that Terraform holds is their peak all the time, which is in the bound too', () => {
    const config = { pools: { l40s: { kind: 'gpuPool' as const, instances: ['g6e.xlarge'], owner: 'terraform' as const } } };
    const { cost } = sized({ config, demands: { chat: demandOf([2, 4], { wantedCeiling: 4 }) } });
    expect(cost.usdPerMonth.p95).toBeCloseTo(4 * usdPerHour * month, 6);
    expect(cost.bound).toBeCloseTo(cost.usd.p95, 6);
    expect(cost.gapPercent).toBeCloseTo(0, 9);
  });
  test('is nothing where nothing runs', () => {
    const { cost } = sized({ demands: { chat: demandOf([0, 0]) } });
    expect(cost).toMatchObject({ usdPerMonth: { p50: 0, p95: 0 }, bound: 0, gapPercent: 0 });
  });
});

describe('a budget', () => {
  const owned = (budget: number, owner: 'terraform' | 'autoscaler') => () =>
    sized({
      config: { pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], owner } }, limits: { budget: `${budget} USD/month` } },
      demands: { chat: demandOf([2, 4], { wantedCeiling: 4 }) },
    });
  test('is for what is paid: of nodes that Terraform holds for all of them', () => {
    expect(owned(Math.ceil(3 * usdPerHour * month), 'autoscaler')).not.toThrow();
    expect(owned(Math.ceil(3 * usdPerHour * month), 'terraform')).toThrow(/^limits\.budget/);
    expect(owned(Math.ceil(4 * usdPerHour * month), 'terraform')).not.toThrow();
  });
  test('that floors held by a guardrail pass says which, and what the load needs', () => {
    const given = { demands: { chat: demandOf([4, 4]) }, needed: { chat: demandOf([2, 2]) } };
    const config = { limits: { budget: '2000 USD/month' as const } };
    expect(() => sized({ ...given, config })).toThrow(/guardrails\.stepDown holds chat at up to 4 replicas where its load needs 2/);
    expect(() => sized({ demands: given.demands, config })).not.toThrow(/stepDown/);
    expect(() => sized({ demands: given.demands, config })).toThrow(/^limits\.budget/);
  });
});

describe('nodes', () => {
  test('follow the replicas of every workload of their pool, together', () => {
    const demands = { chat: demandOf([1, 3, 1]), search: demandOf([2, 1, 1]) };
    expect(stepsOf(sized({ demands }))).toEqual([[3, 4, 2]]);
  });
  test('change where a reservation begins and ends, within a period of the load too, each by the time that a replica takes to start', () => {
    const pools = {
      l40s: {
        kind: 'gpuPool' as const,
        instances: ['g6e.xlarge'],
        reservation: {
          id: 'cr-0abc',
          kind: 'reservation' as const,
          instance: 'g6e.xlarge',
          count: 1,
          from: '2026-11-23T00:30:00Z',
          to: '2026-11-23T01:30:00Z',
        },
      },
    };
    const made = sized({ config: { pools }, demands: { chat: demandOf([2, 2]) } });
    const onDemand = made.pools.l40s.groups.find(({ capacityType }) => capacityType === 'on-demand');
    expect(onDemand?.schedule.map(({ from, nodes }) => `${from.slice(11, 16)} ${nodes}`)).toEqual(['00:00 2', '00:40 1', '01:20 2']);
  });
  test('keep the shares of spot for the protected loads, and are priced for the median ones without its share by type', () => {
    const pools = { l40s: { kind: 'gpuPool' as const, instances: ['g6e.xlarge', 'g6e.2xlarge'], capacity: ['spot' as const] } };
    const made = sized({
      config: { pools, limits: { spotShare: 1, spotTypeShare: 0.5 } },
      demands: { chat: demandOf([4, 4], { medianSchedule: hours([1, 1]) }) },
    });
    expect(made.pools.l40s.groups.map(({ peak }) => peak)).toEqual([2, 2]);
    expect(made.cost.usdPerMonth.p50).toBeCloseTo(0.7816 * month, 6);
  });
  test('hold the GPUs, CPU and memory that each replica asks for', () => {
    const pools = { l40s: { kind: 'gpuPool' as const, instances: ['g6e.12xlarge'] } };
    const peakWith = (asked: object) => sized({ config: { pools }, asked }).pools.l40s.groups[0].peak;
    expect(peakWith({})).toBe(1);
    expect(peakWith({ gpus: 2 })).toBe(2);
    expect(peakWith({ cpuMilli: 20_000 })).toBe(2);
    expect(peakWith({ memoryMiB: 300_000 })).toBe(4);
  });
  test('are of the GPU types that a workload may use', () => {
    const config = {
      workloads: { chat: { ...chat, replica: { gpus: 1, throughput: '12 req/s', gpuTypes: ['L40S'] } } as never },
      pools: { l40s: { kind: 'gpuPool' as const, instances: ['g5.xlarge', 'g6e.xlarge'] } },
    };
    expect(sized({ config }).pools.l40s.groups.map(({ instanceType, peak }) => [instanceType, peak])).toEqual([['g6e.xlarge', 4]]);
  });
  test('stay within the ceiling of their pool, and replicas may rise as far as that allows', () => {
    const pools = { l40s: { kind: 'gpuPool' as const, instances: ['g6e.xlarge'], ceiling: '6 GPU' as const } };
    const made = sized({ config: { pools } });
    expect(made.pools.l40s.groups[0].ceiling).toBe(6);
    expect(made.sized.replicaCeilings.chat).toBe(6);
    expect(sized().sized.replicaCeilings.chat).toBe(8);
  });
});

describe('an ordinary month', () => {
  test('is priced by ordinary time; the horizon by what is planned', () => {
    const { cost } = sized({ demands: { chat: demandOf([9, 9]) }, ordinary: { chat: demandOf([2, 2]) } });
    expect(cost.usd.p95).toBeCloseTo(9 * usdPerHour * 24, 6);
    expect(cost.usdPerMonth.p95).toBeCloseTo(2 * usdPerHour * month, 6);
  });
  test('that begins with the plan has the horizon, and ordinary time after it', () => {
    const { cost } = sized({ demands: { chat: demandOf([9, 9]) }, ordinary: { chat: demandOf([2, 2]) } });
    expect(cost.usdNextMonth.p95).toBeCloseTo(usdPerHour * (9 * 24 + 2 * (month - 24)), 6);
  });
  test('is priced also where the limits would not allow it', () => {
    const config = { pools: { l40s: { kind: 'gpuPool' as const, instances: ['g6e.xlarge'], ceiling: '4 GPU' as const } } };
    const { cost } = sized({ config, demands: { chat: demandOf([1, 1]) }, ordinary: { chat: demandOf([6, 6]) } });
    expect(cost.usdPerMonth.p95).toBeCloseTo(6 * usdPerHour * month, 6);
  });
  test('is what the budget is for, together with what the horizon adds to it', () => {
    const planned = (budget: number) => () =>
      sized({
        config: { limits: { budget: `${budget} USD/month` } },
        demands: { chat: demandOf([9, 9]) },
        ordinary: { chat: demandOf([2, 2]) },
      });
    const needed = Math.ceil(usdPerHour * (9 * 24 + 2 * (month - 24)));
    expect(planned(needed)).not.toThrow();
    expect(planned(needed - 1)).toThrow(
      `limits.budget: the cheapest nodes that hold the demand cost ${needed.toLocaleString('en')} USD in the month that begins with the plan (402 in the 1d of the plan, ordinary time for the rest at 2717 USD/month), the budget is ${(needed - 1).toLocaleString('en')}: 1 short`,
    );
  });
});
