import { offeringsOf } from '../../../lib/catalog/offerings';
import type { StepFunction } from '../../../lib/demand/replicas/steps';
import type { StrategyContext } from '../../../lib/plan/strategy/option';
import { decideStrategy, type StrategyDecision } from '../../../lib/plan/strategy/strategy';
import type { CapacityPlan, StrategyName, StrategyOption } from '../../../lib/plan/file/types';
import { workloadSupply } from '../../../lib/plan/supply/supply';
import { withheldDemand } from '../../../lib/plan/replicas/withheld';
import type { DemandInput } from '../../../lib/plan/replicas/demand-types';
import { workloadDemand } from '../../../lib/plan/replicas/workload-demand';
import { parseTime } from '../../../lib/units';
import { rawConfig, testConfig } from '../../support/config';

const start = parseTime('2026-11-23T00:00:00Z') ?? NaN;
const hour = 3_600_000;
const metric = { kind: 'prometheus', query: 'x', url: 'http://prometheus:9090' };
export const chat = { ...rawConfig().workloads.chat, metric, replica: { gpus: 1, throughput: '10 req/s' } };
export const web = {
  kind: 'service',
  cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
  servers: 10,
  machine: 'm7i.xlarge',
  target: 0.6,
  coldStart: '1m',
  pool: 'general',
};

export const level = Array.from({ length: 48 }, () => 400);
/** Ten times as much from eight to twelve, within the hour. */
export const steep = Array.from({ length: 48 }, (_, at) => (at % 24 >= 8 && at % 24 < 12 ? 400 : 40));
export const slow = Array.from({ length: 48 }, (_, at) => 400 + 40 * Math.sin((2 * Math.PI * at) / 24));

type Path = readonly number[];
export type Case = {
  readonly workload: object;
  readonly pools?: object;
  readonly limits?: object;
  /** Of the load, or of the CPU of a service, by period of the plan; the median is that times `median`. */
  readonly protected: Path;
  /** Of the memory of a service. @default none is known */
  readonly memory?: Path;
  readonly median?: number;
  /** What was observed; by default the same. */
  readonly past?: Path | null;
  readonly before?: StrategyDecision;
  /** Its forecast is withheld, and its floor kept. */
  readonly withheld?: true;
};

/** Decides for one workload, named `it`, whose forecast and past are given. */
export function decision(given: Case): StrategyDecision {
  const { context, previous } = contextOf(given);
  return decideStrategy(context, previous);
}

/** What the strategy of one workload, named `it`, is decided by: its forecast and past are given. */
export function contextOf({ workload, pools, limits = {}, protected: path, memory, median = 0.8, past = path, before, withheld }: Case): {
  readonly context: StrategyContext;
  readonly previous: CapacityPlan | null;
} {
  const config = testConfig({
    workloads: { it: workload as never },
    pools: (pools ?? {
      l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '4m' },
      general: { kind: 'pool', instances: ['m7i.xlarge', 'm7i.4xlarge'], bootTime: '3m', daemonSets: { cpu: '200m', memory: '512 MiB' } },
    }) as never,
    limits,
  });
  const { pool, kind } = config.workloads.it;
  const { instances, capacity, daemonSets } = config.pools[pool];
  const offerings = offeringsOf({ instances, capacity, region: 'us-east-1', daemonSets });
  const grid = { start, steps: path.length, periodMs: hour };
  const pathsOf = (values: Path) => ({
    p50: Float64Array.from(values, (value) => value * median),
    protected: Float64Array.from(values),
  });
  const signalOf = (values: Path) => ({
    ...pathsOf(values),
    ordinary: pathsOf(values),
    untestedFrom: values.length,
    heldFrom: values.length,
    from: 'history' as const,
    summary: null,
    notes: [],
  });
  const key = kind === 'service' ? 'it.cpu' : 'it.load';
  const input: DemandInput = {
    config,
    name: 'it',
    grid,
    predictions: { signals: { [key]: signalOf(path), ...(memory && { 'it.memory': signalOf(memory) }) }, warnings: [] },
    ...workloadSupply(config, 'it', { [pool]: offerings }, start),
  };
  const observed = ({ machine }: DemandInput): StepFunction | null =>
    past && {
      steps: past.map((value, index) => ({
        from: start + index * hour,
        value: kind === 'service' ? (10 * (machine?.cpu ?? 1) * value) / 60 : value,
      })),
      end: start + past.length * hour,
    };
  const previous = ((before && { workloads: { it: { strategy: before.strategy, floors: before.floors, ...before.demand } } }) ??
    null) as never;
  const stated = withheld ? withheldDemand(config, 'it', [], previous, grid, input.capacity) : workloadDemand(input);
  return { context: { input, stated, offerings, observed, previousSize: null }, previous };
}

export const optionOf = ({ strategy }: StrategyDecision, name: StrategyName): StrategyOption | undefined =>
  strategy.options.find((option) => option.name === name);
export const usdOf = (of: StrategyDecision, name: StrategyName): number => optionOf(of, name)?.usd ?? NaN;
