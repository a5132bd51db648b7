import { TrainingJob } from '../../../constructs/kubernetes/training-job';
import type { WorkloadPlan } from '../../../lib/plan/file/types';
import { at, find, type Manifest, objectsOf, workloadWith } from './support';

const build = (fields: Partial<WorkloadPlan> = {}): Manifest[] =>
  objectsOf(
    (chart) =>
      new TrainingJob(chart, 'Resnet', {
        workload: workloadWith('resnet', fields),
        image: 'registry.example.com/resnet:1.0.0',
        command: ['torchrun', 'train.py'],
        closedNamespace: true,
      }),
    'prod',
  );
const jobIn = (objects: readonly Manifest[]) => objects.find(({ kind }) => kind === 'Job')!;
const job = (fields?: Partial<WorkloadPlan>) => jobIn(build(fields));

test('all workers of the plan run at once, each with its index', () => {
  expect(at(job({ peak: 4 }), 'spec')).toMatchObject({ completionMode: 'Indexed', parallelism: 4, completions: 4 });
});

test('torchrun finds all its settings in the environment', () => {
  const { name } = job({ peak: 4 }).metadata;
  expect(at(job({ peak: 4 }), 'spec.template.spec.containers.0.env')).toEqual([
    { name: 'HOME', value: '/tmp' },
    { name: 'PET_NNODES', value: '4' },
    { name: 'PET_NPROC_PER_NODE', value: '8' },
    { name: 'PET_NODE_RANK', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } } },
    { name: 'PET_MASTER_ADDR', value: `${name}-0.resnet` },
    { name: 'PET_MASTER_PORT', value: '29500' },
  ]);
});

test('the first worker has the name that the others call: a headless Service that does not wait for readiness', () => {
  expect(at(job(), 'spec.template.spec.subdomain')).toBe('resnet');
  expect(at(find(build(), 'Service', 'resnet'), 'spec')).toMatchObject({
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector: { 'app.kubernetes.io/name': 'resnet' },
  });
});

test('a pod is never restarted in place, and one that a drain took away does not count as failed', () => {
  expect(at(job(), 'spec.template.spec.restartPolicy')).toBe('Never');
  expect(at(job(), 'spec.podFailurePolicy')).toEqual({
    rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
  });
});

test('a failure that takes all workers with it counts once, however many they are', () => {
  expect(at(job(), 'spec.backoffLimit')).toBe(6);
  expect(at(job({ peak: 4 }), 'spec.backoffLimit')).toBe(24);
});

describe('a Job of 43 workers that run for 88 days', () => {
  const figures = { workers: 43, gpusPerWorker: 8, gpuName: 'H100', samplesPerSecond: 1, efficiency: null, band: 0, spread: null };
  const limit = (mtbfSeconds: number | null) => {
    const checkpoint = mtbfSeconds === null ? null : { bytes: 1, writeSeconds: 1, intervalSeconds: 1, mtbfSeconds, lostShare: 0 };
    const days = (count: number) => count * 86_400;
    const runSeconds = { value: days(60), low: days(47), high: days(88) };
    return at(
      job({ peak: 43, job: { basis: 'estimated', ...figures, runSeconds, memory: null, checkpoint, data: null } }),
      'spec.backoffLimit',
    );
  };

  test('outlives four times the interruptions that its plan expects, each of which ends all workers', () => {
    const expected = 88 / 6.1;
    expect(limit(6.1 * 86_400)).toBe(43 * Math.ceil(4 * expected));
  });
  test('outlives four interruptions a day where the plan does not know how often they come', () => {
    expect(limit(null)).toBe(43 * 88 * 4);
  });
  test('never asks for more than the API can count', () => {
    expect(limit(0.01)).toBe(2_147_483_647);
  });
});

test('workers prefer one zone, and no node is removed under them', () => {
  expect(at(job(), 'spec.template.spec.topologySpreadConstraints')).toBeUndefined();
  expect(
    at(job(), 'spec.template.spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerm.topologyKey'),
  ).toBe('topology.kubernetes.io/zone');
  expect(at(job(), 'spec.template.metadata.annotations')).toEqual({
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    'karpenter.sh/do-not-disrupt': 'true',
  });
});

test('workers share memory beyond the 64 MiB of a container, because they pass data through it', () => {
  expect(at(job(), 'spec.template.spec.volumes')).toContainEqual({ name: 'shared-memory', emptyDir: { medium: 'Memory' } });
  expect(at(job(), 'spec.template.spec.containers.0.volumeMounts')).toContainEqual({ name: 'shared-memory', mountPath: '/dev/shm' });
});

test('it has neither an autoscaler nor a disruption budget, which would block every drain of a Job', () => {
  expect(build().map((object) => object.kind)).toEqual(['ServiceAccount', 'Service', 'Job', 'NetworkPolicy']);
});

test('workers reach each other on any port, and nobody else', () => {
  const own = { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'resnet' } } };
  expect(at(find(build(), 'NetworkPolicy', 'resnet-peers'), 'spec')).toEqual({
    ...own,
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [own] }],
    egress: [{ to: [own] }],
  });
});

test('a worker that fits no node is refused', () => {
  expect(() => build({ resources: { gpus: 16, cpuMilli: 1, memoryMiB: 1, maxCpuMilli: 1, maxMemoryMiB: 1 } })).toThrow(
    'on h100-p5-48xlarge-reserved: 16 GPU of 8',
  );
});
