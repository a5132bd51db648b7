import { ScheduledAutoscaler, type ScheduledAutoscalerProps } from '../../../constructs/kubernetes/scheduled-autoscaler';
import type { WorkloadPlan } from '../../../lib/plan/file/types';
import { testLive } from '../../support/live-floor';
import { at, objectsOf, workloadWith } from './support';

const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus.monitoring.svc:9090' } as const;

function specOf(props: ScheduledAutoscalerProps): unknown {
  const [object] = objectsOf((chart) => new ScheduledAutoscaler(chart, 'Autoscaler', props));
  return at(object, 'spec');
}

test('the lowest floor and the ceiling are those of the plan', () => {
  expect(specOf({ workload: workloadWith('chat'), metric })).toMatchObject({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat' },
    minReplicaCount: 2,
    maxReplicaCount: 12,
  });
});

test('cron triggers carry the schedule of the plan, in UTC', () => {
  expect(at(specOf({ workload: workloadWith('chat'), metric }), 'triggers')).toEqual([
    {
      type: 'prometheus',
      metricType: 'AverageValue',
      metadata: { serverAddress: metric.url, query: metric.query, threshold: '9.6', ignoreNullValues: 'false' },
    },
    {
      type: 'cron',
      metricType: 'AverageValue',
      metadata: { timezone: 'Etc/UTC', start: '50 5 23 11 *', end: '0 0 24 11 *', desiredReplicas: '3' },
    },
    {
      type: 'cron',
      metricType: 'AverageValue',
      metadata: { timezone: 'Etc/UTC', start: '50 5 23 11 *', end: '0 18 23 11 *', desiredReplicas: '6' },
    },
  ]);
});

test('a floor that stays flat has no cron triggers: the live one works above it', () => {
  const spec = specOf({ workload: workloadWith('chat', { floors: 'flat', floor: 4 }), metric });
  expect(at(spec, 'minReplicaCount')).toBe(4);
  expect(at(spec, 'triggers')).toEqual([expect.objectContaining({ type: 'prometheus' })]);
});

describe("under owner: 'live'", () => {
  const floor = { url: 'http://prometheus.monitoring.svc:9090', query: 'foresize:floor:replicas{plan="prod",workload="chat"}' };
  const workload = workloadWith('chat', { owner: 'live', target: { load: 0.9 }, scaleDown: testLive.scaleDown });

  test('one trigger reads the recorded floor in place of cron triggers: a target of 1, and a rule that is gone is an error and never a zero', () => {
    const spec = specOf({ workload, metric, floor });
    expect(at(spec, 'triggers.1')).toEqual({
      type: 'prometheus',
      metricType: 'AverageValue',
      metadata: { serverAddress: floor.url, query: floor.query, threshold: '1', ignoreNullValues: 'false' },
    });
    expect(at(spec, 'triggers')).toHaveLength(2);
    expect(spec).toMatchObject({ minReplicaCount: 2, pollingInterval: 15, fallback: { replicas: 2, behavior: 'currentReplicasIfHigher' } });
  });

  test('the autoscaler above it aims and goes down as the plan says, and goes up in one step', () => {
    const spec = specOf({ workload, metric, floor, exactFloors: true });
    expect(at(spec, 'triggers.0.metadata.threshold')).toBe('10.8');
    expect(at(spec, 'advanced.horizontalPodAutoscalerConfig.behavior')).toMatchObject({
      scaleUp: { policies: [{ type: 'Pods', value: 12, periodSeconds: 15 }], tolerance: '0' },
      scaleDown: { stabilizationWindowSeconds: 0 },
    });
  });

  test('in a formula the floor stands beside what the formula says, and the peak is what it falls back on', () => {
    const formula = { triggers: { load: { ...metric, perReplica: 4 } }, formula: 'load / 4' };
    const spec = specOf({ workload, metric: formula, floor });
    expect(at(spec, 'advanced.scalingModifiers')).toEqual({ formula: 'max(load / 4, floor_0)', target: '1', metricType: 'AverageValue' });
    expect(at(spec, 'triggers.1.name')).toBe('floor_0');
    expect(at(spec, 'fallback.replicas')).toBe(workload.plan.peak);
  });

  test('without a place to read the floor it is refused', () => {
    expect(() => specOf({ workload, metric })).toThrow("is 'live', and nothing says where the floor is read");
  });
});

test('the last step of the schedule ends with the horizon', () => {
  const workload = workloadWith('chat', {
    schedule: [
      { from: '2026-11-23T00:00:00Z', replicas: 2 },
      { from: '2026-11-29T05:50:00Z', replicas: 6 },
    ],
  });
  expect(at(specOf({ workload, metric }), 'triggers.1.metadata')).toMatchObject({ start: '50 5 29 11 *', end: '0 0 30 11 *' });
});

test('a load that Prometheus does not know is an error and not zero', () => {
  expect(at(specOf({ workload: workloadWith('chat'), metric }), 'triggers.0.metadata.ignoreNullValues')).toBe('false');
});

test('where the config says CPU the live trigger goes by it, at the target of the plan', () => {
  expect(at(specOf({ workload: workloadWith('chat'), metric: { kind: 'cpu' } }), 'triggers.0')).toEqual({
    type: 'cpu',
    metricType: 'Utilization',
    metadata: { value: '80' },
  });
});

test('a service has a live trigger for CPU and one for memory', () => {
  const triggers = at(specOf({ workload: workloadWith('storefront') }), 'triggers') as unknown[];
  expect(triggers.slice(0, 2)).toEqual([
    { type: 'cpu', metricType: 'Utilization', metadata: { value: '77' } },
    { type: 'memory', metricType: 'Utilization', metadata: { value: '63' } },
  ]);
});

test('a scheduled floor is reached in one step, up to the ceiling, and left after five minutes', () => {
  expect(at(specOf({ workload: workloadWith('chat'), metric }), 'advanced.horizontalPodAutoscalerConfig.behavior')).toEqual({
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 12, periodSeconds: 15 }] },
    scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
  });
});

test('floors are exact only where the cluster can make them so: the tolerance is left out by default', () => {
  const behavior = 'advanced.horizontalPodAutoscalerConfig.behavior';
  expect(at(specOf({ workload: workloadWith('chat'), metric }), `${behavior}.scaleUp.tolerance`)).toBeUndefined();
  expect(at(specOf({ workload: workloadWith('chat'), metric, exactFloors: true }), `${behavior}.scaleUp.tolerance`)).toBe('0');
  expect(at(specOf({ workload: workloadWith('chat'), metric, exactFloors: true }), `${behavior}.scaleDown.tolerance`)).toBeUndefined();
});

test('a floor that never moves needs no schedule: no cron trigger, and replicas move as the live load moves them', () => {
  const { plan } = workloadWith('chat');
  const schedule = [{ from: plan.schedule[0].from, replicas: plan.floor }];
  const spec = specOf({ workload: workloadWith('chat', { schedule, floorSchedule: undefined }), metric, exactFloors: true });
  expect((at(spec, 'triggers') as { type: string }[]).map(({ type }) => type)).toEqual(['prometheus']);
  expect(at(spec, 'advanced.horizontalPodAutoscalerConfig.behavior.scaleUp')).toMatchObject({
    policies: [
      { type: 'Percent', value: 100, periodSeconds: 15 },
      { type: 'Pods', value: 4, periodSeconds: 15 },
    ],
  });
});

test('above a flat floor too, settings that a replay has tuned are followed exactly where the cluster can', () => {
  const tolerance = (more: Partial<WorkloadPlan>, exactFloors: boolean) =>
    at(
      specOf({ workload: workloadWith('chat', { floors: 'flat', ...more }), metric, exactFloors }),
      'advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.tolerance',
    );
  expect(tolerance({ scaleDown: tuned }, true)).toBe('0');
  expect(tolerance({ scaleDown: tuned }, false)).toBeUndefined();
  expect(tolerance({}, true)).toBeUndefined();
});

const tuned = { windowSeconds: 900, type: 'percent', value: 10, periodSeconds: 60 } as const;
const down = { stabilizationWindowSeconds: 900, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }] };

test('what a replay has tuned is how replicas go down, under a schedule and above a flat floor', () => {
  const behavior = (more: Partial<WorkloadPlan>) =>
    at(
      specOf({ workload: workloadWith('chat', { scaleDown: tuned, ...more }), metric }),
      'advanced.horizontalPodAutoscalerConfig.behavior',
    );
  expect(behavior({})).toMatchObject({ scaleDown: down, scaleUp: { policies: [{ type: 'Pods', value: 12, periodSeconds: 15 }] } });
  expect(behavior({ floors: 'flat' })).toMatchObject({
    scaleDown: down,
    scaleUp: {
      policies: [
        { type: 'Percent', value: 100, periodSeconds: 15 },
        { type: 'Pods', value: 4, periodSeconds: 15 },
      ],
    },
  });
});

test('where floors are lower than what nodes are sized for, cron triggers carry the floors', () => {
  const floorSchedule = [
    { from: '2026-11-23T00:00:00Z', replicas: 2 },
    { from: '2026-11-23T05:50:00Z', replicas: 4 },
  ];
  const triggers = at(specOf({ workload: workloadWith('chat', { floorSchedule }), metric }), 'triggers') as { metadata: object }[];
  expect(triggers.slice(1).map(({ metadata }) => metadata)).toEqual([
    { timezone: 'Etc/UTC', start: '50 5 23 11 *', end: '0 0 30 11 *', desiredReplicas: '4' },
  ]);
});

test('a workload with GPUs and without a metric is refused with the line to add, and never goes by CPU unasked', () => {
  expect(() => specOf({ workload: workloadWith('chat') })).toThrow(
    "workloads.chat.metric: is missing: CPU says nothing of the load of a GPU, so no autoscaler is written that goes by it. Hint: say what it shall follow, such as metric: prometheusMetric('sum(vllm:num_requests_waiting)', { url: 'http://prometheus.monitoring.svc:9090', perReplica: 4 }); or metric: cpuMetric() where CPU is really meant",
  );
});

const waiting = { kind: 'prometheus', query: 'sum(vllm:num_requests_waiting)', url: metric.url, perReplica: 4 } as const;
const cache = { kind: 'prometheus', query: 'sum(vllm:kv_cache_usage_perc)', url: metric.url, perReplica: 0.8 } as const;

test('of several triggers KEDA takes the one that asks for most: each has what a replica carries of it', () => {
  const triggers = at(specOf({ workload: workloadWith('chat'), metric: [metric, waiting, cache] }), 'triggers') as unknown[];
  expect(triggers.slice(0, 3).map((trigger) => [at(trigger, 'metadata.query'), at(trigger, 'metadata.threshold')])).toEqual([
    [metric.query, '9.6'],
    [waiting.query, '4'],
    [cache.query, '0.8'],
  ]);
  expect((triggers[3] as { type: string }).type).toBe('cron');
});

test('with a formula the floors are part of it, since KEDA then knows one number alone', () => {
  const formula = { triggers: { queue: waiting, cache }, formula: 'queue / 4 + cache / 2' };
  const spec = specOf({ workload: workloadWith('chat'), metric: formula });
  expect(at(spec, 'advanced.scalingModifiers')).toEqual({
    formula: 'max(queue / 4 + cache / 2, floor_0, floor_1)',
    target: '1',
    metricType: 'AverageValue',
  });
  expect((at(spec, 'triggers') as { type: string; name?: string }[]).map(({ type, name }) => [type, name])).toEqual([
    ['prometheus', 'queue'],
    ['prometheus', 'cache'],
    ['cron', 'floor_0'],
    ['cron', 'floor_1'],
  ]);
});

test('a formula stands as it is where the floor does not move', () => {
  const workload = workloadWith('chat', { floors: 'flat' });
  const spec = specOf({ workload, metric: { triggers: { queue: waiting }, formula: 'queue / 4' } });
  expect(at(spec, 'advanced.scalingModifiers.formula')).toBe('queue / 4');
});

test('while Prometheus is away its trigger asks for what there is, and for the lowest floor of the plan at least', () => {
  expect(at(specOf({ workload: workloadWith('chat'), metric }), 'fallback')).toEqual({
    failureThreshold: 3,
    replicas: 2,
    behavior: 'currentReplicasIfHigher',
  });
});

test('KEDA refuses a fallback where nothing can fall back: with CPU alone there is none', () => {
  expect(at(specOf({ workload: workloadWith('storefront', { floors: 'flat' }) }), 'fallback')).toBeUndefined();
});

test('it scales what it is told to, and counts the CPU of one container where a pod has several', () => {
  const target = { apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet', name: 'llama' };
  const spec = specOf({ workload: workloadWith('storefront'), target, container: 'app' });
  expect(at(spec, 'scaleTargetRef')).toEqual(target);
  expect(at(spec, 'triggers.0.metadata')).toEqual({ value: '77', containerName: 'app' });
});

test('an HPA that is there is taken over by its name, with the annotation that KEDA wants for it', () => {
  const [object] = objectsOf(
    (chart) => new ScheduledAutoscaler(chart, 'It', { workload: workloadWith('chat'), metric, takesOver: 'vllm-hpa' }),
  );
  expect(at(object, 'metadata.annotations')).toEqual({ 'scaledobject.keda.sh/transfer-hpa-ownership': 'true' });
  expect(at(object, 'spec.advanced.horizontalPodAutoscalerConfig.name')).toBe('vllm-hpa');
});

test('what somebody set for a time stands on it, with the reason, the owner and the end', () => {
  const overrides = [{ floor: 40, until: '2026-11-24T08:00:00Z', because: 'a launch', by: 'ann' }];
  const [object] = objectsOf(
    (chart) => new ScheduledAutoscaler(chart, 'Autoscaler', { workload: workloadWith('chat', { overrides }), metric }),
  );
  expect(object.metadata).toMatchObject({
    annotations: { 'foresize.dev/override': 'floor 40 until 2026-11-24T08:00:00Z, by ann: a launch' },
  });
  const [plain] = objectsOf((chart) => new ScheduledAutoscaler(chart, 'Autoscaler', { workload: workloadWith('chat'), metric }));
  expect(plain.metadata).not.toHaveProperty('annotations');
});
