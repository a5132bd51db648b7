import { ScheduledAutoscaler, type ScheduledAutoscalerProps } from '../../../constructs/kubernetes/scheduled-autoscaler';
import type { WorkloadPlan } from '../../../lib/plan/file/types';
import { at, objectsOf, workloadWith } from './support';

const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus.monitoring.svc:9090' } as const;

function specOf(props: ScheduledAutoscalerProps): unknown {
  const [object] = objectsOf((chart) => new ScheduledAutoscaler(chart, 'Autoscaler', props));
  return at(object, 'spec');
}

test('the lowest floor and the ceiling are those of the plan', () => {
  expect(specOf({ workload: workloadWith('chat') })).toMatchObject({
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

test('without a metric the live trigger goes by CPU at the target of the plan', () => {
  expect(at(specOf({ workload: workloadWith('chat') }), 'triggers.0')).toEqual({
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
  expect(at(specOf({ workload: workloadWith('chat') }), 'advanced.horizontalPodAutoscalerConfig.behavior')).toEqual({
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 12, periodSeconds: 15 }] },
    scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
  });
});

test('floors are exact only where the cluster can make them so: the tolerance is left out by default', () => {
  const behavior = 'advanced.horizontalPodAutoscalerConfig.behavior';
  expect(at(specOf({ workload: workloadWith('chat') }), `${behavior}.scaleUp.tolerance`)).toBeUndefined();
  expect(at(specOf({ workload: workloadWith('chat'), exactFloors: true }), `${behavior}.scaleUp.tolerance`)).toBe('0');
  expect(at(specOf({ workload: workloadWith('chat'), exactFloors: true }), `${behavior}.scaleDown.tolerance`)).toBeUndefined();
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
