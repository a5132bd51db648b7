import { isMeasuredByLoad } from '../../config';
import { serversAtTarget, type Step, type StepFunction } from '../../demand';
import { WEEK_MS } from '../../units';
import { type Observations, teachingOf } from '../load';
import type { DemandInput } from './demand-types';

/** How far back it is looked where nothing else is asked for. */
const usualSpanMs = 4 * WEEK_MS;

/**
 * How the load of a workload moved in the last weeks, by period and in the unit of its replicas: of a service in servers at their
 * target. What is missing or taken for a fault is left out.
 *
 * @param spanMs how far back it is looked. @default four weeks
 * @returns `null` where nothing was observed
 */
export function observedPath(
  { config, name, machine }: DemandInput,
  signals: Observations['signals'],
  spanMs = usualSpanMs,
): StepFunction | null {
  const workload = config.workloads[name];
  if (isMeasuredByLoad(workload)) return pathOf(signals, `${name}.load`, spanMs, (value) => value);
  const { servers, target } = workload;
  const of = (resource: 'cpu' | 'memory') =>
    pathOf(signals, `${name}.${resource}`, spanMs, (percent) =>
      serversAtTarget(servers * (machine?.[resource] ?? 1), percent, target[resource]),
    );
  const [cpu, memory] = [of('cpu'), of('memory')];
  return cpu === null || memory === null ? (cpu ?? memory) : larger(cpu, memory);
}

function pathOf(signals: Observations['signals'], key: string, spanMs: number, value: (observed: number) => number): StepFunction | null {
  if (!Object.hasOwn(signals, key)) return null;
  const { start, intervalMs, values } = teachingOf(signals[key]);
  const end = start + values.length * intervalMs;
  const steps: Step[] = [];
  values.forEach((observed, index) => {
    const from = start + index * intervalMs;
    if (from >= end - spanMs && !Number.isNaN(observed)) steps.push({ from, value: value(observed) });
  });
  return steps.length === 0 ? null : { steps, end };
}

/** At each time that either knows, the larger of those that know it. */
function larger(a: StepFunction, b: StepFunction): StepFunction {
  const values = new Map(a.steps.map(({ from, value }) => [from, value]));
  for (const { from, value } of b.steps) values.set(from, Math.max(value, values.get(from) ?? 0));
  const steps = [...values].sort(([x], [y]) => x - y).map(([from, value]) => ({ from, value }));
  return { steps, end: Math.max(a.end, b.end) };
}
