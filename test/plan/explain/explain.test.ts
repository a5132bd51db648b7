import { bindingText } from '../../../lib/plan/explain/binding-text';
import { explain } from '../../../lib/plan/explain/explain';
import { costReason, nodeKindText, proofReason, rejectedReason, reservedReason, zonesReason } from '../../../lib/plan/explain/node-reasons';
import { ceilingReason, queueReason, resourcesReason } from '../../../lib/plan/explain/demand-reasons';
import { forecastReasons } from '../../../lib/plan/explain/forecast-reasons';
import { tunedSettingsReason, verdictReason } from '../../../lib/plan/explain/replay-reasons';
import { strategyNote, strategyReasons } from '../../../lib/plan/explain/strategy-text';
import type { CapacityPlan, ForecastSummary, Strategy, StrategyOption, WorkloadPlan } from '../../../lib/plan/file';
import { samplePlan } from '../../support/sample-plan';
import { textsOf } from '../replicas/support';

const hour = 3_600_000;
const planWith = (change: Partial<WorkloadPlan>): CapacityPlan => {
  const plan = samplePlan();
  return { ...plan, workloads: { ...plan.workloads, chat: { ...plan.workloads.chat, ...change } } };
};
const rowsOf = (change: Partial<WorkloadPlan>) => explain(planWith(change), 'chat').rows.map(({ text }) => text);
const point = { from: '2026-11-23T00:00:00Z', p50: 10, protected: 15, replicas: 2 };

describe('the explanation of a workload', () => {
  test('begins with its sizes and its histories, and ends with its share of the cost and the strategy', () => {
    const plan = planWith({ reasons: [{ code: 'demand/replicas', text: 'as many as needed' }] });
    const source = { origin: 'chat.csv', from: 'a', to: 'b', interval: '1h', observations: 9, missingPeriods: 1, repairs: ['filled 1'] };
    const history = { 'chat.load': source, 'chatter.load': source };
    const { kind, headline, chain } = explain({ ...plan, sources: { ...plan.sources, history: history as never } }, 'chat');
    expect([kind, headline]).toEqual(['workload', 'chat: floor 2, peak 6, ceiling 12 replicas in pool l40s, owner keda']);
    expect(chain).toEqual([
      { code: 'history/read', text: 'load: 9 observations every 1h from chat.csv, a to b; 1 periods missing; filled 1' },
      { code: 'demand/replicas', text: 'as many as needed' },
      {
        code: 'cost/share',
        text: '230.137 USD in the horizon: its share, by GPU-hours asked for, of the 2761.64 that pool l40s costs; 1000 USD in an ordinary month',
      },
    ]);
  });
  test('tells of an event within a period from when on its replicas are scheduled', () => {
    const load = [
      { ...point, replicas: 9 },
      { ...point, from: '2026-11-23T01:00:00Z' },
    ];
    const schedule = [
      { from: '2026-11-23T00:00:00Z', replicas: 2 },
      { from: '2026-11-23T00:14:00Z', replicas: 9 },
      { from: '2026-11-23T00:40:00Z', replicas: 2 },
    ];
    expect(rowsOf({ load, schedule })).toEqual([
      'median 10, protected 15 req/s -> 9; nodes for 2, 9 from 2026-11-23T00:14:00Z for an event within it, floor 2',
      'median 10, protected 15 req/s -> 2; nodes for 2, floor 2',
    ]);
  });
  test('tells of each period why more or fewer replicas are scheduled than its load needs', () => {
    const load = [
      point,
      { ...point, from: '2026-11-23T06:00:00Z' },
      { ...point, from: '2026-11-23T20:00:00Z', replicas: 5, untested: true as const },
    ];
    expect(rowsOf({ load })).toEqual([
      'median 10, protected 15 req/s -> 2; nodes for 2, floor 2',
      'median 10, protected 15 req/s -> 2; nodes for 6 (lead, joined steps or a floor), floor 6',
      'median 10, protected 15 req/s -> 5; nodes for 3 (the queue holds the rest), floor 3; lead beyond the backtest',
    ]);
    expect(rowsOf({ load: [point], floorSchedule: [{ from: point.from, replicas: 1 }] })).toEqual([
      'median 10, protected 15 req/s -> 2; nodes for 2, floor 1',
    ]);
  });
  test('of a service names both resources, and where a value was given or held', () => {
    const cpu = { p50: 10, protected: 40, replicas: 2, from: 'given' as const };
    const memory = { p50: 10, protected: 30, replicas: 1, from: 'held' as const };
    expect(rowsOf({ kind: 'service', load: [{ ...point, cpu, memory, binds: 'cpu' }] })).toEqual([
      'cpu 40 % (given) -> 2, memory 30 % (no value given: the last one stays) -> 1; cpu binds: 2; nodes for 2, floor 2',
    ]);
    expect(rowsOf({ kind: 'service', load: [{ ...point, cpu, binds: 'cpu' }] })).toEqual([
      'cpu 40 % (given) -> 2; cpu binds: 2; nodes for 2, floor 2',
    ]);
  });
  test('without a load has a row for each step of its schedule', () => {
    expect(explain(samplePlan(), 'resnet').rows).toEqual([{ from: '2026-11-23T00:00:00Z', text: '1 worker' }]);
  });
  test('is refused for a name that the plan does not have', () => {
    expect(() => explain(samplePlan(), 'constructor')).toThrow(
      'constructor: is neither a workload nor a pool of the plan. Hint: names are: chat, search, storefront, resnet, finetune, l40s, h100, general',
    );
  });
});

describe('the explanation of a pool', () => {
  test('names its groups, what its workloads ask for, and the limits that concern it', () => {
    const limit = (name: string) => ({ limit: name, used: 1, available: 1, unit: 'GPU', at: 'a', savesUsd: 0 }) as never;
    const plan = {
      ...samplePlan(),
      binding: [limit('quota.L-1'), limit('pool.l40s.ceiling'), limit('pool.h100.ceiling'), limit('budget')],
    };
    const { headline, chain, rows, binding } = explain(plan, 'l40s');
    expect(headline).toBe(
      'l40s: g6e.xlarge on-demand 2 to 4, at most 12; g6e.12xlarge spot 1 to 2, at most 3; 2071.23 USD in the horizon expected, 2761.64 planned; an ordinary month 9000 and 12000',
    );
    expect(chain.map(({ text }) => text)).toEqual([
      'chat: 2 to 6 replicas of 1 GPU, 3 CPU, 12288 MiB',
      'search: 3 to 4 replicas of 1 GPU, 3 CPU, 12288 MiB',
      'finetune: 2 to 2 replicas of 1 GPU, 3 CPU, 12288 MiB',
      'proven of all pools together: no other nodes hold these replicas within the limits for less',
    ]);
    expect(rows.map(({ text }) => text)[0]).toBe('l40s-g6e-xlarge: 2 x g6e.xlarge');
    expect(rows).toHaveLength(6);
    expect(binding.map(({ limit: name }) => name)).toEqual(['quota.L-1', 'pool.l40s.ceiling']);
  });
});

test('a limit that binds says what one more would save from half a dollar on', () => {
  const fact = { limit: 'quota', used: 6, available: 6, unit: 'GPU', at: 'noon' } as const;
  expect(bindingText({ ...fact, savesUsd: 0.49 })).toBe('6 of 6 GPU, first at noon');
  expect(bindingText({ ...fact, savesUsd: 0.5 })).toBe('6 of 6 GPU, first at noon; one GPU more would save about 1 USD in the horizon');
  expect(bindingText({ ...fact, unit: 'nodes', savesUsd: 12.4 })).toBe(
    '6 of 6 nodes, first at noon; one node more would save about 12 USD in the horizon',
  );
});

describe('the sentence of an offering that is not used', () => {
  const text = (tooDearByUsdPerHour: number | null, insteadRuns: string[] = []) =>
    rejectedReason({ offering: 'a/spot', usdPerHour: 2, tooDearByUsdPerHour, lacks: 'memory', insteadRuns }).text;
  test('says how far its price is from paying', () => {
    expect([null, 0, 0.5, 2].map((dearBy) => text(dearBy))).toEqual([
      'not used: a/spot at 2 USD/h, it is memory short of every replica',
      'not used: a/spot at 2 USD/h, it costs no more than what runs, and was not needed',
      'not used: a/spot at 2 USD/h, its price would have to fall by about 0.5 USD/h',
      'not used: a/spot at 2 USD/h, it would not be worth having for nothing',
    ]);
  });
  test('says what runs in its place', () => {
    expect(text(0, ['b'])).toMatch(/; b runs in its place$/);
    expect(text(0, ['b', 'c'])).toMatch(/; b, c run in its place$/);
  });
});

test('what is proven of a plan that is not the cheapest for certain is how much less others could cost', () => {
  const cost = { ...samplePlan().cost, status: 'feasible' as const, gapPercent: 1.5 };
  expect(proofReason(cost).text).toBe('proven of all pools together: other nodes could cost at most 1.5 % less');
  expect(proofReason({ ...cost, termination: 'stopped' }).text).toMatch(/1\.5 % less; the search was stopped there$/);
});

test('reserved nodes are told with their zone and span, where these are stated', () => {
  const held = { id: 'cr-0a', count: 2, instanceType: 'p5.48xlarge', zone: 'us-east-1a', from: -Infinity, to: 24 * hour };
  expect(reservedReason(held).text).toMatch(/^cr-0a holds 2 p5\.48xlarge in zone us-east-1a until 1970-01-02T00:00:00Z: paid for already/);
  expect(nodeKindText('a', 1.5, undefined)).toBe('a at 1.5 USD/h');
  expect(nodeKindText('a', 0, 2)).toBe('2 of a, paid for');
  expect(zonesReason(['a', 'b'], 0.6).text).toMatch(/spread over them, at most 60 % in one$/);
  expect(costReason(samplePlan().workloads.storefront, samplePlan().pools.general).text).toContain(
    'by CPU-hours asked for, of the 115.068 that',
  );
});

test('a ceiling says where it comes from', () => {
  const ceiling = (change: object) => ceilingReason({ ceiling: 8, wanted: 8, peak: 4, isStated: false, pool: 'gpu', ...change }).text;
  expect([{ isStated: true }, { ceiling: 6 }, {}, { wanted: 4, ceiling: 4 }].map(ceiling)).toEqual([
    'ceiling 8: as the config says',
    "ceiling 6: twice the peak would be 8, the limits of pool 'gpu' allow no more",
    'ceiling 8: twice the peak, since the config states none',
    'ceiling 4: the peak, since its size or that of its pool is fixed',
  ]);
});

test('what a replica asks for names the amounts that are its share of a node', () => {
  const asked = { gpus: 1, cpuMilli: 1500, memoryMiB: 512, maxCpuMilli: 0, maxMemoryMiB: 0 };
  expect(resourcesReason(asked, []).text).toBe('a replica asks for 1 GPU, 1.5 CPU, 512 MiB');
  expect(resourcesReason(asked, ['cpu', 'memory']).text).toMatch(
    / \(cpu, memory: its share of the pool's smallest node, a twentieth of CPU and memory left free\)$/,
  );
});

test('trainers of a queue are told with what asks for most of them: what waits, what arrives, or both', () => {
  const text = (waiting: number | null, to: number) =>
    queueReason({ workers: 1, deadlineMs: 6 * hour, waiting, binds: { from: 0, to } }).text;
  expect(text(50, 0)).toBe('1 trainer, all the time, does each item within 6h of its arrival; most are asked for by the 50 that wait now');
  expect(text(null, hour)).toMatch(/asked for by what arrives from 1970-01-01T00:00:00Z to 1970-01-01T01:00:00Z$/);
  expect(text(50, hour)).toMatch(/the 50 that wait now and what arrives from/);
});

test('a forecast names its models by weight, its cycles, its sibling and its events', () => {
  const summary = {
    chosen: 'combination',
    models: [
      { name: 'seasonal naive', weight: 0 },
      { name: 'ets', weight: 0.996 },
      { name: 'theta', weight: 0.004 },
    ],
    relativeMae: 0.5,
    origins: 24,
    testedAhead: '3d',
    seasons: [{ period: '12h', share: 0.25 }],
    like: { workload: 'search', times: 2, common: 48, spread: 0.1 },
    events: [{ name: 'sale', from: 'a', to: 'b', uplift: 2, source: '2 past ones', stated: 3 }],
  } as unknown as ForecastSummary;
  expect(textsOf(forecastReasons('load', summary, 0.95, ['the level shifted']))).toEqual({
    'forecast/model': 'load: combination (ets 100 %); 0.5 of the error of seasonal naive in 24 backtests, tested 3d ahead',
    'forecast/protect': "load: the floor covers the 0.95 quantile of each period's mean",
    'forecast/season': 'load: a cycle of 12h was found, 25 % of what other seasons leave',
    'forecast/like':
      "load: too young for a shape of its own; before it stands the past of 'search' times 2, by 48 periods that both know, and quantiles are wider by a spread of 0.1",
    'forecast/note': 'load: the level shifted',
    'forecast/event': "load: event 'sale' lifts it 2 times from a to b, 2 past ones (the config states 3)",
  });
  const plain = { ...summary, relativeMae: null, seasons: undefined, like: undefined, events: [] } as unknown as ForecastSummary;
  expect(textsOf(forecastReasons('load', plain, 0.9, []))['forecast/model']).toMatch(/; too little history to test$/);
});

test('a verdict says what the plan does with it, where it does not simply follow', () => {
  const text = (follows: Parameters<typeof verdictReason>[2]) => verdictReason('plan', 'cheapest', follows).text;
  expect(text(null)).toBe('plan: cheapest');
  expect(text({ advice: 'nobody acts on it' })).toBe('plan: cheapest. This is advice: nobody acts on it');
  expect(text({ instead: 'hpa is taken' })).toBe('plan: cheapest; hpa is taken');
});

test('settings that a replay tuned are told with the floor there and here', () => {
  const scaleDown = { type: 'percent', value: 10, periodSeconds: 60, windowSeconds: 300 } as const;
  const settings = { target: 0.5, headroom: 0.8, floor: 2, scaleDown };
  expect(tunedSettingsReason({ policy: 'plan', strategy: 'horizontal', settings }, 3).text).toBe(
    'the autoscaler aims at 50 %, down by 10 % in 60 s after 300 s; floors such that a replica carries 80 % of its throughput at the protected load, at least 2: as tuned in the replay',
  );
  expect(tunedSettingsReason({ policy: 'hpa-tuned', strategy: 'reactive', settings }, 2).text).toContain('; one floor of 2: as tuned');
  expect(tunedSettingsReason({ policy: 'hpa-tuned', strategy: 'reactive', settings }, 3).text).toContain(
    '; one floor, there of 2 and here of 3: as tuned',
  );
  expect(tunedSettingsReason({ policy: 'live', strategy: 'horizontal', settings }, 3).text).toContain(
    '; the floor follows the load each minute, at least 3; where the load cannot be seen, floors by the hour at the protected load: as tuned',
  );
});

describe('the sentences of a strategy', () => {
  const option = (name: StrategyOption['name'], change: Partial<StrategyOption> = {}): StrategyOption => ({
    name,
    usd: 100,
    size: null,
    replicas: null,
    strainedShare: null,
    lossShare: null,
    restarts: 0,
    needs: null,
    why: `${name} it is`,
    ...change,
  });
  const strategy = {
    chosen: 'vertical',
    inForce: 'horizontal',
    usd: 80,
    reason: 'cheapest',
    runnerUp: { name: 'horizontal', usd: 100, why: 'as it is' },
    options: [
      option('vertical', { usd: 80, needs: 'a window' }),
      option('horizontal', { usd: 100 }),
      option('hybrid', { restarts: 3, needs: 'a metric' }),
      option('reactive', { usd: null, why: 'nothing to follow' }),
    ],
  } as unknown as Strategy;
  test('name the choice, the runner-up, and each other way with its price and needs', () => {
    expect(strategyReasons(strategy).map(({ text }) => text)).toEqual([
      'strategy vertical (horizontal is in force), 80 USD in the horizon were it alone in its pool: cheapest',
      'runner-up horizontal, 100 USD: as it is',
      'hybrid would cost 100 USD: hybrid it is; 3 replicas start anew; needs a metric',
      'reactive is not possible: nothing to follow',
    ]);
    expect(strategyReasons({ ...strategy, inForce: 'vertical', runnerUp: null })[0].text).toMatch(/^strategy vertical, 80 USD/);
    expect(strategyReasons(undefined)).toEqual([]);
  });
  test('advise what is chosen and not in force, with what it saves and needs', () => {
    expect(strategyNote('chat', strategy)).toBe(
      'advice for chat: vertical, about 20 USD in the horizon less than horizontal were it alone; it needs a window',
    );
    expect(strategyNote('chat', { ...strategy, inForce: 'vertical' })).toBeNull();
  });
});
