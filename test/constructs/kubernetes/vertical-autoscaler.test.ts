import { App, Chart } from 'cdk8s';
import { HorizontalAutoscaler } from '../../../constructs/kubernetes/horizontal-autoscaler';
import { ScheduledAutoscaler } from '../../../constructs/kubernetes/scheduled-autoscaler';
import { VerticalAutoscaler } from '../../../constructs/kubernetes/vertical-autoscaler';
import { at, objectsOf, workloadWith } from './support';

test('it sizes pods when they start, up to the most that fits', () => {
  const [object] = objectsOf((chart) => new VerticalAutoscaler(chart, 'Autoscaler', { workload: workloadWith('storefront') }));
  expect(at(object, 'spec')).toEqual({
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'storefront' },
    updatePolicy: { updateMode: 'Initial' },
    resourcePolicy: {
      containerPolicies: [
        {
          containerName: 'main',
          controlledResources: ['cpu', 'memory'],
          controlledValues: 'RequestsOnly',
          maxAllowed: { cpu: '3720m', memory: '13400Mi' },
        },
      ],
    },
  });
});

test.each(['resnet', 'finetune', 'chat'])('synthesis fails for %s, which is no service on CPUs', (name) => {
  const app = new App();
  new VerticalAutoscaler(new Chart(app, 'a'), 'Vertical', { workload: workloadWith(name) });
  expect(() => app.synthYaml()).toThrow('must be a service without GPUs in order for a VerticalPodAutoscaler to size its pods');
});

test.each([
  ['HorizontalPodAutoscaler', HorizontalAutoscaler],
  ['ScaledObject', ScheduledAutoscaler],
] as const)('synthesis fails where a %s scales the same Deployment, whichever came first', (kind, Autoscaler) => {
  const app = new App();
  new VerticalAutoscaler(new Chart(app, 'a'), 'Vertical', { workload: workloadWith('storefront') });
  new Autoscaler(new Chart(app, 'b'), 'Horizontal', { workload: workloadWith('storefront'), metric: { kind: 'cpu' } });
  expect(() => app.synthYaml()).toThrow(
    `Deployment 'storefront' must not have both a VerticalPodAutoscaler and a ${kind} ('storefront') in order for neither to undo what the other does`,
  );
});

test.each([
  ['another workload', 'sample', 'chat'],
  ['the same name in another namespace', 'other', 'storefront'],
])('it stands beside an autoscaler of %s', (_, namespace, name) => {
  const app = new App();
  new VerticalAutoscaler(new Chart(app, 'a', { namespace: 'sample' }), 'Vertical', {
    workload: workloadWith('storefront'),
  });
  new HorizontalAutoscaler(new Chart(app, 'b', { namespace }), 'Horizontal', { workload: workloadWith(name), metric: { kind: 'cpu' } });
  expect(app.synthYaml()).toContain('kind: HorizontalPodAutoscaler');
});
