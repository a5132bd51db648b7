import { fc, test as propertyTest } from '@fast-check/jest';
import { HorizontalAutoscaler } from '../../../constructs/kubernetes/horizontal-autoscaler';
import type { LiveMetricInput } from '../../../lib/config';
import type { PlannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { at, objectsOf, workloadWith } from './support';

const metric = { kind: 'pods', name: 'requests_per_second' } as const;

function specOf(workload: PlannedWorkload, read: LiveMetricInput = metric): unknown {
  const [object] = objectsOf((chart) => new HorizontalAutoscaler(chart, 'Autoscaler', { workload, metric: read }));
  return at(object, 'spec');
}

test('floor and ceiling are those of the plan, and it scales the Deployment of its name', () => {
  expect(specOf(workloadWith('search'))).toMatchObject({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'search' },
    minReplicas: 3,
    maxReplicas: 8,
  });
});

test('the target of a metric of the pods is throughput x target of the plan', () => {
  expect(at(specOf(workloadWith('search'), metric), 'metrics')).toEqual([
    { type: 'Pods', pods: { metric: { name: 'requests_per_second' }, target: { type: 'AverageValue', averageValue: '9600m' } } },
  ]);
});

const milliOf = (quantity: unknown) => (String(quantity).endsWith('m') ? Number.parseInt(String(quantity), 10) : Number(quantity) * 1000);

propertyTest.prop([fc.integer({ min: 20, max: 10_000_000 }), fc.integer({ min: 500, max: 999 })])(
  'the target is throughput x target to a thousandth, and never above it',
  (throughputMilli, targetPermille) => {
    const workload = workloadWith('search', { throughputPerReplica: throughputMilli / 1000, target: { load: targetPermille / 1000 } });
    const exact = (throughputMilli * targetPermille) / 1000;
    const got = milliOf(at(specOf(workload, metric), 'metrics.0.pods.target.averageValue'));
    expect(Number.isInteger(got)).toBe(true);
    // The plan has 6 significant digits, and so has the product.
    expect(got).toBeLessThanOrEqual(exact * (1 + 1e-5));
    expect(got).toBeGreaterThan(exact * (1 - 1e-5) - 1);
  },
);

const cpuAt = (averageUtilization: number) => [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } },
];

test('where the config says CPU it goes by CPU, at the target of the plan or one that is stated', () => {
  const workload = workloadWith('search', { target: { load: 0.29 } });
  expect(at(specOf(workload, { kind: 'cpu' }), 'metrics')).toEqual(cpuAt(29));
  expect(at(specOf(workload, { kind: 'cpu', utilisation: 0.6 }), 'metrics')).toEqual(cpuAt(60));
});

test('without GPUs it goes by CPU where no metric is stated; with GPUs that is refused with the line to add', () => {
  const build = (workload: PlannedWorkload) => objectsOf((chart) => new HorizontalAutoscaler(chart, 'Autoscaler', { workload }))[0];
  const { resources } = workloadWith('search').plan;
  expect(at(build(workloadWith('search', { resources: { ...resources, gpus: 0 } })), 'spec.metrics')).toEqual(cpuAt(80));
  expect(() => build(workloadWith('search'))).toThrow(
    "workloads.search.metric: is missing: CPU says nothing of the load of a GPU, so no autoscaler is written that goes by it. Hint: say what it shall follow, such as metric: podsMetric('requests_per_second'); or metric: cpuMetric() where CPU is really meant",
  );
});

test('of several metrics the one that asks for most replicas counts, each with what a replica carries of it', () => {
  const waiting = { kind: 'pods', name: 'requests_waiting', perReplica: 4 } as const;
  expect(at(specOf(workloadWith('search'), [metric, waiting, { kind: 'cpu', utilisation: 0.9 }]), 'metrics')).toEqual([
    { type: 'Pods', pods: { metric: { name: 'requests_per_second' }, target: { type: 'AverageValue', averageValue: '9600m' } } },
    { type: 'Pods', pods: { metric: { name: 'requests_waiting' }, target: { type: 'AverageValue', averageValue: '4' } } },
    ...cpuAt(90),
  ]);
});

test.each([
  ['PromQL', { kind: 'prometheus', query: 'up', url: 'http://p:9090' } as const, 'an HPA cannot read PromQL'],
  ['a formula', { triggers: { rate: metric }, formula: 'rate / 9' }, 'an HPA knows no formula'],
])('%s is refused with who can read it', (_, read, message) => {
  expect(() => specOf(workloadWith('search'), read)).toThrow(`workloads.search.metric: ${message}`);
});

test('it scales what it is told to, one container of it, and takes the place of an HPA that is there', () => {
  const target = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' };
  const props = { workload: workloadWith('search'), target, metric: { kind: 'cpu' }, container: 'app', takesOver: 'web-hpa' } as const;
  const [object] = objectsOf((chart) => new HorizontalAutoscaler(chart, 'Autoscaler', props));
  expect(object.metadata.name).toBe('web-hpa');
  expect(at(object, 'spec.scaleTargetRef')).toEqual(target);
  expect(at(object, 'spec.metrics')).toEqual([
    {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 80 } },
    },
  ]);
});

test('a service goes by CPU and memory, each at its own target', () => {
  expect(at(specOf(workloadWith('storefront')), 'metrics')).toEqual([
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 77 } } },
    { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 63 } } },
  ]);
});

test('a service whose plan forecast CPU alone is not scaled by a memory that the plan knows nothing of', () => {
  const cpu = { p50: 40, protected: 60, replicas: 3, from: 'history' } as const;
  const workload = workloadWith('storefront', { load: [{ from: '2026-11-23T00:00:00Z', p50: 2, protected: 3, replicas: 3, cpu }] });
  expect(at(specOf(workload), 'metrics')).toEqual([
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 77 } } },
  ]);
});

test('the live load moves replicas as Kubernetes does by default, written out', () => {
  expect(at(specOf(workloadWith('search')), 'behavior')).toEqual({
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Percent', value: 100, periodSeconds: 15 },
        { type: 'Pods', value: 4, periodSeconds: 15 },
      ],
    },
    scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
  });
});

test('a target too small for an autoscaler that counts in thousandths is refused with the reason', () => {
  expect(() => specOf(workloadWith('search', { throughputPerReplica: 0.01 }), metric)).toThrow(
    'workloads.search.replica.throughput: one replica carries 0.008 req/s, too little for an autoscaler, which counts in thousandths ' +
      '(expected at least 0.01 at the target utilisation). Hint: count the load in something smaller, such as tokens instead of requests',
  );
});

test('a metric without a throughput in the plan is refused', () => {
  expect(() => specOf(workloadWith('search', { throughputPerReplica: null }), metric)).toThrow(
    'workloads.search: has a metric, but the plan knows no throughput of a replica',
  );
});

test('a target that a replay has tuned is followed exactly where the cluster can', () => {
  const tolerance = (scaleDown: object | undefined, exactFloors: boolean) => {
    const workload = workloadWith('search', { scaleDown: scaleDown as never });
    const [object] = objectsOf((chart) => new HorizontalAutoscaler(chart, 'Autoscaler', { workload, metric, exactFloors }));
    return at(object, 'spec.behavior.scaleUp.tolerance');
  };
  const tuned = { windowSeconds: 900, type: 'percent', value: 10, periodSeconds: 60 };
  expect([tolerance(tuned, true), tolerance(tuned, false), tolerance(undefined, true)]).toEqual(['0', undefined, undefined]);
});

test('what somebody set for a time stands on it, with the reason, the owner and the end', () => {
  const overrides = [{ ceiling: 4, until: '2026-11-24T08:00:00Z', because: 'a full database', by: 'ann' }];
  const [object] = objectsOf(
    (chart) => new HorizontalAutoscaler(chart, 'Autoscaler', { workload: workloadWith('search', { overrides }), metric }),
  );
  expect(object.metadata).toMatchObject({
    annotations: { 'foresize.dev/override': 'ceiling 4 until 2026-11-24T08:00:00Z, by ann: a full database' },
  });
});
