import { App, Chart } from 'cdk8s';
import { HorizontalAutoscaler } from '../../../constructs/kubernetes/horizontal-autoscaler';
import { ScheduledAutoscaler } from '../../../constructs/kubernetes/scheduled-autoscaler';
import { VerticalAutoscaler } from '../../../constructs/kubernetes/vertical-autoscaler';
import { at, objectsOf, workloadWith } from './support';

test('it sizes pods when they start, up to the most that fits', () => {
  const [object] = objectsOf(
    (chart) => new VerticalAutoscaler(chart, 'Autoscaler', { workload: workloadWith('finetune'), kind: 'Deployment' }),
  );
  expect(at(object, 'spec')).toEqual({
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'finetune' },
    updatePolicy: { updateMode: 'Initial' },
    resourcePolicy: {
      containerPolicies: [
        {
          containerName: 'main',
          controlledResources: ['cpu', 'memory'],
          controlledValues: 'RequestsOnly',
          maxAllowed: { cpu: '3720m', memory: '28805Mi' },
        },
      ],
    },
  });
});

test('a Job is its target where a Job makes the pods', () => {
  const [object] = objectsOf((chart) => new VerticalAutoscaler(chart, 'Autoscaler', { workload: workloadWith('resnet'), kind: 'Job' }));
  expect(at(object, 'spec.targetRef')).toEqual({ apiVersion: 'batch/v1', kind: 'Job', name: 'resnet' });
});

test.each([
  ['HorizontalPodAutoscaler', HorizontalAutoscaler],
  ['ScaledObject', ScheduledAutoscaler],
] as const)('synthesis fails where a %s scales the same Deployment, whichever came first', (kind, Autoscaler) => {
  const app = new App();
  new VerticalAutoscaler(new Chart(app, 'a'), 'Vertical', { workload: workloadWith('finetune'), kind: 'Deployment' });
  new Autoscaler(new Chart(app, 'b'), 'Horizontal', { workload: workloadWith('finetune'), metric: { kind: 'cpu' } });
  expect(() => app.synthYaml()).toThrow(
    `Deployment 'finetune' must not have both a VerticalPodAutoscaler and a ${kind} ('finetune') in order for neither to undo what the other does`,
  );
});

test.each([
  ['another workload', 'sample', 'chat'],
  ['the same name in another namespace', 'other', 'finetune'],
])('it stands beside an autoscaler of %s', (_, namespace, name) => {
  const app = new App();
  new VerticalAutoscaler(new Chart(app, 'a', { namespace: 'sample' }), 'Vertical', {
    workload: workloadWith('finetune'),
    kind: 'Deployment',
  });
  new HorizontalAutoscaler(new Chart(app, 'b', { namespace }), 'Horizontal', { workload: workloadWith(name), metric: { kind: 'cpu' } });
  expect(app.synthYaml()).toContain('kind: HorizontalPodAutoscaler');
});
