import type { HpaMetric, HpaPod, HpaTolerance } from './hpa-types';

/** CPU of a pod younger than this counts only once it is ready and was measured since. */
const cpuInitializationMs = 300_000;
/** A pod that became unready this soon after its start has never been ready. */
const initialReadinessMs = 30_000;

/**
 * The replicas that one metric asks for, before limits and rates.
 *
 * Where the ratio of usage to target is within the tolerance, the replicas stay. Pods without a measurement are taken for idle when the
 * others ask for more, and for busy (at the target, or at least at all that they ask for) when the others ask for less; pods that are not
 * ready are idle when the others ask for more. If that turns the direction, the replicas stay.
 *
 * @param current replicas of the scale, >= 1
 * @param now epoch ms
 * @returns `undefined` where the metric cannot be read
 * @see Kubernetes, pkg/controller/podautoscaler/replica_calculator.go
 */
export function replicasByMetric(metric: HpaMetric, current: number, tolerance: HpaTolerance, now: number): number | undefined {
  switch (metric.kind) {
    case 'average': {
      if (metric.milli === undefined) return undefined;
      return isWithin(metric.milli / (metric.targetMilli * current), tolerance) ? current : Math.ceil(metric.milli / metric.targetMilli);
    }
    case 'value': {
      if (metric.milli === undefined) return undefined;
      const ratio = metric.milli / metric.targetMilli;
      return isWithin(ratio, tolerance) ? current : Math.ceil(ratio * metric.readyPods);
    }
    default:
      return metric.pods && replicasByPods(metric, metric.pods, current, tolerance, now);
  }
}

/** Whether a ratio of usage to target is close enough to 1 to stay put. */
export function isWithin(ratio: number, { up, down, test }: HpaTolerance): boolean {
  if (test === 'per-direction') return 1 - down <= ratio && ratio <= 1 + up;
  return Math.abs(1 - ratio) <= (ratio > 1 ? up : down);
}

type PodMetric = Extract<HpaMetric, { kind: 'utilization' | 'pods' }>;
/** A pod's usage as it enters the calculation, and what it asks for. */
type Measured = { readonly milli: number; readonly requestMilli: number };

function replicasByPods(
  metric: PodMetric,
  pods: readonly HpaPod[],
  current: number,
  tolerance: HpaTolerance,
  now: number,
): number | undefined {
  const isCpu = metric.kind === 'utilization' && metric.resource === 'cpu';
  const alive = pods.filter(({ phase, deleting }) => phase !== 'failed' && deleting !== true);
  const pending = alive.filter(({ phase }) => phase === 'pending');
  const running = alive.filter(({ phase }) => phase === 'running');
  const missing = running.filter(({ usage }) => usage === undefined);
  const measured = running.filter(({ usage }) => usage !== undefined);
  const unready = [...pending, ...(isCpu ? measured.filter((pod) => !countsForCpu(pod, now)) : [])];
  const counted = measured.filter((pod) => !unready.includes(pod));
  if (counted.length === 0) return undefined;

  const measurements = counted.map((pod) => ({ milli: pod.usage?.milli ?? 0, requestMilli: pod.requestMilli ?? 0 }));
  const ratio = ratioOf(metric, measurements);
  if (ratio === undefined) return undefined;
  const weighsUnready = unready.length > 0 && ratio > 1;
  if (!weighsUnready && missing.length === 0) return isWithin(ratio, tolerance) ? current : Math.ceil(ratio * counted.length);

  const assumed = [
    ...measurements,
    ...missing.flatMap((pod) => assumedUsage(metric, pod, ratio)),
    ...(weighsUnready ? unready.map(idle) : []),
  ];
  const next = ratioOf(metric, assumed) ?? ratio;
  if (isWithin(next, tolerance) || (ratio < 1 && next > 1) || (ratio > 1 && next < 1)) return current;
  const replicas = Math.ceil(next * assumed.length);
  return (next < 1 && replicas > current) || (next > 1 && replicas < current) ? current : replicas;
}

const idle = ({ requestMilli = 0 }: HpaPod): Measured => ({ milli: 0, requestMilli });

/** What a pod without a measurement is taken to use: nothing against a rise, and its full share against a fall. */
function assumedUsage(metric: PodMetric, pod: HpaPod, ratio: number): Measured[] {
  const { requestMilli = 0 } = pod;
  if (metric.kind === 'pods') return [ratio < 1 ? { milli: metric.targetMilli, requestMilli } : idle(pod)];
  if (ratio < 1) return [{ milli: Math.floor((requestMilli * Math.max(100, metric.targetPercent)) / 100), requestMilli }];
  return ratio > 1 ? [idle(pod)] : [];
}

/** Usage by target. Kubernetes cuts the mean and the percentage to whole numbers first. */
function ratioOf(metric: PodMetric, pods: readonly Measured[]): number | undefined {
  const used = pods.reduce((sum, { milli }) => sum + milli, 0);
  if (metric.kind === 'pods') return Math.trunc(used / pods.length) / metric.targetMilli;
  const asked = pods.reduce((sum, { requestMilli }) => sum + requestMilli, 0);
  return asked === 0 ? undefined : Math.trunc((used * 100) / asked) / metric.targetPercent;
}

/** Whether a pod's CPU tells of its load yet: at its start it is busy with itself. */
function countsForCpu({ ready, startedAt, readinessChangedAt, usage }: HpaPod, now: number): boolean {
  if (startedAt === undefined || readinessChangedAt === undefined || usage === undefined) return false;
  if (startedAt + cpuInitializationMs > now) return ready && usage.at >= readinessChangedAt + usage.windowMs;
  return ready || startedAt + initialReadinessMs <= readinessChangedAt;
}
