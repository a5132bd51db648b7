import { notAsked } from '../../lib/plan/replay';
import type { WorkloadDemand } from '../../lib/plan/replicas';
import type { StrategyDecision } from '../../lib/plan/strategy';
import { poolOfferings, workloadSupply } from '../../lib/plan/supply';
import { assembleWorkload } from '../../lib/plan/workload-plan';
import type { SizingResult } from '../../lib/sizing';
import { rawConfig, testConfig } from '../support/config';

const start = Date.UTC(2026, 10, 23);
const schedule = { steps: [{ from: start, value: 4 }], end: start + 86_400_000 };
const demand: WorkloadDemand = {
  floor: 2,
  peak: 4,
  wantedCeiling: 8,
  unit: 'req/s',
  throughputPerReplica: 12,
  target: null,
  leadMs: 600_000,
  load: [],
  schedule,
  medianSchedule: schedule,
  compression: {} as WorkloadDemand['compression'],
  reasons: [{ code: 'floor', text: 'the first link' } as never],
  path: null,
};
type Options = {
  readonly fields?: object;
  readonly demanded?: Partial<WorkloadDemand>;
  readonly granted?: number;
  readonly summaries?: Readonly<Record<string, object>>;
  readonly now?: number;
};

function assembled({ fields = {}, demanded = {}, granted = 8, summaries = {}, now }: Options = {}) {
  const { chat } = rawConfig().workloads;
  const workload = 'servers' in fields ? fields : { ...chat, ...fields };
  const config = testConfig({
    workloads: { w: workload as typeof chat, other: chat },
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] }, general: { kind: 'pool', instances: ['m7i.4xlarge'] } },
  });
  const { resources, job } = workloadSupply(config, 'w', poolOfferings(config), start);
  const decision: StrategyDecision = { strategy: null as never, demand: { ...demand, ...demanded }, resources, replayed: notAsked };
  const signals = Object.fromEntries(Object.entries(summaries).map(([key, summary]) => [key, { summary }]));
  return assembleWorkload(
    config,
    'w',
    decision,
    { replicaCeilings: { w: granted } } as unknown as SizingResult,
    { signals, warnings: [] } as never,
    { usd: 23, usdPerMonth: 100, now: now ?? null },
    job,
  );
}
const linkOf = ({ reasons }: ReturnType<typeof assembled>, code: string) => reasons.find((reason) => reason.code === code)?.text;

describe('the ceiling of a workload', () => {
  test('is the wanted one where the limits grant it, with the default named in the chain', () => {
    const made = assembled();
    expect(made.ceiling).toBe(8);
    expect(linkOf(made, 'ceiling')).toBe('ceiling 8: twice the peak, since the config states none');
  });
  test('is what the limits allow where that is less, and never below the peak', () => {
    const made = assembled({ granted: 6 });
    expect(made.ceiling).toBe(6);
    expect(linkOf(made, 'ceiling')).toBe("ceiling 6: twice the peak would be 8, the limits of pool 'l40s' allow no more");
    expect(assembled({ granted: 3 }).ceiling).toBe(4);
  });
  test('is the peak where that is what was wanted, and the stated one where the config states it', () => {
    expect(linkOf(assembled({ demanded: { wantedCeiling: 4 } }), 'ceiling')).toMatch(/^ceiling 4: the peak, since its size/);
    expect(linkOf(assembled({ fields: { ceiling: 8 } }), 'ceiling')).toBe('ceiling 8: as the config says');
  });
});

test('times are told in seconds, the cost is the new one beside that of the previous plan', () => {
  expect(assembled()).toMatchObject({ coldStartSeconds: 360, leadSeconds: 600, usd: { p95: 23 }, usdPerMonth: { now: null, p95: 100 } });
  expect(assembled({ now: 80 }).usdPerMonth).toEqual({ now: 80, p95: 100 });
});

test('the target is that of the demand where it has one, else that of the config', () => {
  expect(assembled({ demanded: { target: 0.55 } }).target).toEqual({ load: 0.55 });
  expect(assembled({ fields: { target: 0.6 } }).target).toEqual({ load: 0.6 });
});

test('forecasts are those of its own signals', () => {
  const summaries = { 'w.load': { chosen: 'own' }, 'other.load': { chosen: 'other' } };
  expect(assembled({ summaries }).forecast).toEqual({ load: { chosen: 'own' } });
});

test('the chain goes from the demand over resources and ceiling to the defaults in use, of its own fields alone', () => {
  const made = assembled();
  expect(made.reasons.map(({ code }) => code)).toEqual(['floor', 'demand/resources', 'ceiling', 'assumed']);
  expect(linkOf(made, 'demand/resources')).toMatch(
    /^a replica asks for 1 GPU, .* \(cpu, memory: its share of the pool's smallest node, a twentieth of CPU and memory left free\)$/,
  );
  const assumed = (linkOf(made, 'assumed') ?? '').replace(/^.*: /, '').split(', ');
  expect([...assumed].sort()).toEqual(['owner', 'protect', 'target']);
});

test('defaults of other workloads, and of what is no size, are not named', () => {
  const stated = { protect: 0.9, target: 0.7, owner: 'keda', coldStart: '5m' };
  expect(linkOf(assembled({ fields: stated }), 'assumed')).toBeUndefined();
  expect(linkOf(assembled({ fields: { protect: 0.9, target: 0.7 } }), 'assumed')).toMatch(/: owner$/);
});

test('an autoscaler of a service aims at percent of what its pod asks for, rounded down', () => {
  const made = assembled({
    fields: {
      kind: 'service',
      servers: 10,
      machine: 'm7i.xlarge',
      pool: 'general',
      target: 0.7,
      cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
    },
  });
  const { cpuMilli, memoryMiB } = made.resources;
  expect(made.autoscalerPercent).toEqual({ cpu: Math.floor((70 * 4_000) / cpuMilli), memory: Math.floor((70 * 16_384) / memoryMiB) });
  expect(assembled().autoscalerPercent).toBeNull();
});
