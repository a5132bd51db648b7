import { fc, test as propertyTest } from '@fast-check/jest';
import { HorizontalAutoscaler } from '../../../constructs/kubernetes/horizontal-autoscaler';
import type { PlannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { at, objectsOf, workloadWith } from './support';

const metric = { kind: 'pods', name: 'requests_per_second' } as const;

function specOf(workload: PlannedWorkload, read?: typeof metric): unknown {
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

test('without a metric it goes by CPU at the target of the plan', () => {
  expect(at(specOf(workloadWith('search', { target: { load: 0.29 } })), 'metrics')).toEqual([
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 29 } } },
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
