import type { Observations } from '../../lib/plan/load';
import { planWarnings } from '../../lib/plan/plan-warnings';
import type { ForecastedLoads } from '../../lib/plan/forecast-loads';
import type { WorkloadDemand } from '../../lib/plan/replicas';
import { poolOfferings, workloadSupply } from '../../lib/plan/supply';
import type { CapacityConfig } from '../../lib/config/schema';
import type { SizingResult } from '../../lib/sizing';
import { HOUR_MS } from '../../lib/units';
import { rawConfig, testConfig } from '../support/config';
import { observationsOf, observedOf } from './load/observed';

const start = Date.UTC(2026, 10, 23);
const metric = { kind: 'pods', name: 'requests' };
const chat = { ...rawConfig().workloads.chat, metric, owner: 'manifests' } as never;
const configOf = (more: object = {}) => testConfig({ workloads: { chat }, ...more });

function warnings(
  config: CapacityConfig,
  observations: Observations = observationsOf({}),
  demands: Readonly<Record<string, Partial<WorkloadDemand>>> = {},
  replicaCeilings: SizingResult['replicaCeilings'] = {},
  noted: ForecastedLoads['predictions']['warnings'] = [],
) {
  const offerings = poolOfferings(config);
  const supplies = Object.fromEntries(Object.keys(config.workloads).map((name) => [name, workloadSupply(config, name, offerings, start)]));
  const loads: ForecastedLoads = {
    asOf: start,
    dataThrough: start,
    grid: { start, steps: 24, periodMs: HOUR_MS },
    offerings,
    supplies,
    observations,
    predictions: { signals: {}, warnings: noted },
  };
  return planWarnings(config, loads, demands as Readonly<Record<string, WorkloadDemand>>, { replicaCeilings } as SizingResult);
}

test('a plan in which everything is as it should be warns of nothing', () => {
  expect(warnings(configOf())).toEqual([]);
});

test('what reading gave to look at comes before the findings in the histories, and what is only good to know does not come', () => {
  const finding = (severity: 'look' | 'note') => ({
    code: 'history/flat',
    severity,
    message: 'is flat',
    consequence: 'it is used as it is',
  });
  const observed = { ...observedOf('chat.load', [1]), quality: { findings: [finding('look'), finding('note')] } as never };
  const read = { code: 'history/duplicates', path: 'chat.csv', message: 'has duplicates', hint: 'remove them' } as never;
  expect(warnings(configOf(), { ...observationsOf({ 'chat.load': observed }), warnings: { chat: [read] } })).toEqual([
    { code: 'history/duplicates', path: 'chat.csv', message: 'has duplicates' },
    { code: 'history/flat', path: 'workloads.chat.load', message: 'is flat; it is used as it is' },
  ]);
});

test('what was guessed of the cells of a file is told with the option that states it; what needs no option is not', () => {
  const guess = {
    code: 'history/read-as',
    path: 'chat.csv',
    message: 'times are read as day/month/year',
    hint: "state it: dateFormat: 'dd/mm/yyyy'",
  };
  const plain = { code: 'history/read-as', path: 'chat.csv', message: 'what stands behind the numbers is read' };
  expect(warnings(configOf(), { ...observationsOf({}), notes: { chat: [guess, plain] as never } })).toEqual([
    { code: 'history/read-as', path: 'chat.csv', message: "times are read as day/month/year; state it: dateFormat: 'dd/mm/yyyy'" },
  ]);
});

test('the stages warn in the order in which they ran: what is withheld, histories, forecasts, then the rest', () => {
  const noted = { code: 'forecast/untested', path: 'workloads.chat.load', message: 'is short' } as const;
  const problem = { code: 'history/stale', path: 'workloads.other.load', message: 'is stale' } as const;
  const blind = configOf({ workloads: { chat: rawConfig().workloads.chat } });
  const codes = warnings(blind, { ...observationsOf({}), withheld: { other: [problem] } }, {}, {}, [noted]).map(({ code }) => code);
  expect(codes).toEqual(['history/withheld', 'forecast/untested', 'demand/no-metric']);
});

test('a workload on GPUs without a metric is warned of, and one without GPUs is not', () => {
  const workloads = {
    b: rawConfig().workloads.chat,
    a: rawConfig().workloads.chat,
    c: { ...rawConfig().workloads.chat, pool: 'cpus', replica: { throughput: '1 req/s' } },
  };
  const config = configOf({ workloads, pools: { ...rawConfig().pools, cpus: { kind: 'pool', instances: ['m7i.xlarge'] } } });
  expect(warnings(config).map(({ path }) => path)).toEqual(['workloads.a.metric', 'workloads.b.metric']);
});

test('an event is warned of when it is over, has an uplift, and does not come again', () => {
  const events = [
    { name: 'over', dates: ['2026-11-22'], uplift: 2 },
    { name: 'silent', dates: ['2026-11-22'] },
    { name: 'again', dates: ['2026-11-22', '2026-12-01'], uplift: 2 },
    { name: 'now', from: '2026-11-22T23:00:00Z', to: '2026-11-23T01:00:00Z', uplift: 2 },
  ];
  expect(warnings(configOf({ events }))).toEqual([
    { code: 'forecast/past-event', path: 'events.over', message: 'was over at 2026-11-23T00:00:00Z: it lifts nothing' },
  ]);
});

test('a ceiling that the limits lower is warned of with both numbers, of which the first is never below the peak', () => {
  const demand = { wantedCeiling: 8, peak: 4 };
  const lowered = (ceiling: number) => warnings(configOf(), undefined, { chat: demand }, { chat: ceiling }).map(({ message }) => message);
  expect(lowered(8)).toEqual([]);
  expect(lowered(7)).toEqual(['is 7 in place of 8: the limits allow no more']);
  expect(lowered(3)).toEqual(['is 4 in place of 8: the limits allow no more']);
});
