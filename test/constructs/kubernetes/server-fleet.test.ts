import { ServerFleet } from '../../../constructs/kubernetes/server-fleet';
import { at, find, objectsOf, workloadWith } from './support';

const build = () =>
  objectsOf(
    (chart) =>
      new ServerFleet(chart, 'Storefront', { workload: workloadWith('storefront'), image: 'registry.example.com/storefront:1.0.0' }),
  );

test('a server asks for no GPU and tolerates no GPU node', () => {
  const pod = at(find(build(), 'Deployment', 'storefront'), 'spec.template.spec');
  expect(at(pod, 'containers.0.resources')).toEqual({ requests: { cpu: '3620m', memory: '13000Mi' }, limits: { memory: '13400Mi' } });
  expect(at(pod, 'tolerations')).toBeUndefined();
  expect(at(pod, 'nodeSelector')).toEqual({ 'foresize.dev/pool': 'general' });
  expect(at(pod, 'volumes')).toEqual([{ name: 'tmp', emptyDir: {} }]);
});

test('it carries no replicas and is scaled by CPU and memory between the floor and ceiling of the plan', () => {
  expect(at(find(build(), 'Deployment', 'storefront'), 'spec.replicas')).toBeUndefined();
  const scaled = find(build(), 'ScaledObject', 'storefront');
  expect(at(scaled, 'spec')).toMatchObject({ minReplicaCount: 2, maxReplicaCount: 10 });
  expect(at(scaled, 'spec.triggers.0.type')).toBe('cpu');
  expect(at(scaled, 'spec.triggers.1.type')).toBe('memory');
});
