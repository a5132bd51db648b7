import { TrainingDeployment } from '../../../constructs/kubernetes/training-deployment';
import { at, find, type Manifest, objectsOf, workloadWith } from './support';

const build = (): Manifest[] =>
  objectsOf(
    (chart) =>
      new TrainingDeployment(chart, 'Finetune', { workload: workloadWith('finetune'), image: 'registry.example.com/finetune:1.0.0' }),
  );

test('it has as many replicas as the plan says, and no HPA', () => {
  expect(at(find(build(), 'Deployment', 'finetune'), 'spec.replicas')).toBe(2);
  expect(build().map((object) => object.kind)).toEqual(['ServiceAccount', 'Deployment', 'PodDisruptionBudget']);
});

test('a new version needs no GPU beyond those of the plan', () => {
  expect(at(find(build(), 'Deployment', 'finetune'), 'spec.strategy.rollingUpdate')).toEqual({ maxSurge: 0, maxUnavailable: 1 });
});

test('trainers that a queue feeds answer nobody: no port, no probe', () => {
  const container = at(find(build(), 'Deployment', 'finetune'), 'spec.template.spec.containers.0');
  expect(at(container, 'image')).toBe('registry.example.com/finetune:1.0.0');
  expect(at(container, 'ports')).toBeUndefined();
  expect(at(container, 'readinessProbe')).toBeUndefined();
});
