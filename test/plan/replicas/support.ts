import type { StepFunction } from '../../../lib/demand/replicas/steps';
import type { Prediction } from '../../../lib/plan/load';
import type { DemandInput, WorkloadDemand } from '../../../lib/plan/replicas/demand-types';
import { testConfig } from '../../support/config';

export const hour = 3_600_000;
export const start = Date.UTC(2026, 10, 23);
export const grid = (steps: number) => ({ start, steps, periodMs: hour });
export const resources = { gpus: 1, cpuMilli: 3000, memoryMiB: 12288, maxCpuMilli: 3720, maxMemoryMiB: 28805, derived: [] };

/** Steps of an hour each from the start of the plan. */
export const hours = (values: readonly number[]): StepFunction => ({
  steps: values.map((value, index) => ({ from: start + index * hour, value })),
  end: start + values.length * hour,
});

/** A prediction whose protected load is given by period; the median is half of it. */
export function prediction(protectedLoad: readonly number[], change: Partial<Prediction> = {}): Prediction {
  const paths = { p50: Float64Array.from(protectedLoad, (value) => value / 2), protected: Float64Array.from(protectedLoad) };
  return {
    ...paths,
    ordinary: paths,
    untestedFrom: Infinity,
    heldFrom: Infinity,
    from: 'given',
    summary: null,
    notes: [],
    ...change,
  };
}

const chat = {
  kind: 'inference',
  load: { kind: 'csv', path: 'chat.csv', unit: 'req/s' },
  replica: { gpus: 1, throughput: '10 req/s' },
  target: 0.5,
  coldStart: '6m',
  pool: 'l40s',
};

/** What the demand of workload `chat` is made from: 10 req/s a replica, half of it aimed at, and a lead of 10 minutes. */
export function inputOf(
  signals: Readonly<Record<string, readonly number[] | Prediction>>,
  workload: object = {},
  change: Partial<DemandInput> = {},
): DemandInput {
  const predictions = Object.fromEntries(
    Object.entries(signals).map(([name, values]) => [`chat.${name}`, 'p50' in values ? values : prediction(values)]),
  );
  const steps = Object.values(predictions)[0].p50.length;
  const config = testConfig({
    horizon: `${steps}h`,
    workloads: { chat: stated({ ...chat, ...workload }) as never },
  });
  return {
    config,
    name: 'chat',
    predictions: { signals: predictions, warnings: [] },
    grid: grid(steps),
    resources,
    capacity: null,
    job: null,
    ...change,
  };
}

/** Without the fields that are `undefined`. */
const stated = (fields: object): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** A demand of so many replicas by the hour. */
export function demandOf(replicas: readonly number[], change: Partial<WorkloadDemand> = {}): WorkloadDemand {
  const schedule = hours(replicas);
  const peak = Math.max(...replicas);
  return {
    floor: Math.min(...replicas),
    peak,
    wantedCeiling: 2 * peak,
    unit: 'req/s',
    throughputPerReplica: 10,
    target: 0.5,
    leadMs: 600_000,
    load: [],
    schedule,
    medianSchedule: schedule,
    compression: { stepsBefore: 1, steps: 1, addedReplicaHours: 0, addedPercent: 0 },
    reasons: [],
    path: null,
    ...change,
  };
}

export const textsOf = (reasons: readonly { readonly code: string; readonly text: string }[]): Record<string, string> =>
  Object.fromEntries(reasons.map(({ code, text }) => [code, text]));
