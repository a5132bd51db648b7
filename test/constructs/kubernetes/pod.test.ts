import { podTemplate } from '../../../constructs/kubernetes/pod';
import type { PlannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import type { PodOptions } from '../../../constructs/kubernetes/pod';
import type { WorkloadPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { workloadWith } from './support';

const specOf = (workload: PlannedWorkload, options: Partial<PodOptions> = {}) =>
  podTemplate({ workload, image: 'registry.example.com/it:1.0.0', zones: 'spread', ...options }).spec;
const chat = (fields: Partial<WorkloadPlan> = {}) => workloadWith('chat', fields);
const gpuToleration = [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }];

describe('the taint of GPU nodes', () => {
  const [gpuGroup] = samplePlan().pools.l40s.groups;
  const [plainGroup] = samplePlan().pools.general.groups;
  const tolerationsOf = (groups: PlannedWorkload['pool']['groups']) => {
    const workload = chat();
    return specOf({ ...workload, pool: { ...workload.pool, groups } }).tolerations;
  };

  test('is tolerated where any group of the pool has GPUs, and only there', () => {
    expect(tolerationsOf([gpuGroup])).toEqual(gpuToleration);
    expect(tolerationsOf([plainGroup, gpuGroup])).toEqual(gpuToleration);
    expect(tolerationsOf([plainGroup])).toBeUndefined();
  });
  test('is tolerated beside every taint that the pool has of its own', () => {
    const workload = chat();
    const taints = [
      { key: 'team', value: 'ml', effect: 'NoExecute' as const },
      { key: 'shared', effect: 'NoSchedule' as const },
    ];
    expect(specOf({ ...workload, pool: { ...workload.pool, groups: [gpuGroup], taints } }).tolerations).toEqual([
      ...gpuToleration,
      { key: 'team', operator: 'Equal', value: 'ml', effect: 'NoExecute' },
      { key: 'shared', operator: 'Exists', effect: 'NoSchedule' },
    ]);
  });
});

describe('a pod', () => {
  test("chooses nodes by the labels that its pool has, or by the pool's name", () => {
    const workload = chat();
    expect(specOf(workload).nodeSelector).toEqual({ 'foresize.dev/pool': 'l40s' });
    const nodeSelector = { 'karpenter.sh/nodepool': 'gpu' };
    expect(specOf({ ...workload, pool: { ...workload.pool, nodeSelector } }).nodeSelector).toEqual(nodeSelector);
  });
  test('has shared memory where it has GPUs, and room in /tmp always', () => {
    const volumes = (gpus: number) => {
      const { resources } = chat().plan;
      const spec = specOf(chat({ resources: { ...resources, gpus } }));
      const mounts = spec.containers[0].volumeMounts ?? [];
      expect(mounts.map(({ name }) => name)).toEqual((spec.volumes ?? []).map(({ name }) => name));
      return mounts.map(({ mountPath }) => mountPath);
    };
    expect(volumes(1)).toEqual(['/tmp', '/dev/shm']);
    expect(volumes(0)).toEqual(['/tmp']);
    expect(specOf(chat()).volumes).toContainEqual({ name: 'shared-memory', emptyDir: { medium: 'Memory' } });
  });
  test('is limited to its GPUs and to memory, never in CPU', () => {
    const limits = (gpus: number) => specOf(chat({ resources: { ...chat().plan.resources, gpus } })).containers[0].resources.limits;
    expect(limits(4)).toEqual({ memory: '28805Mi', 'nvidia.com/gpu': '4' });
    expect(limits(0)).toEqual({ memory: '28805Mi' });
  });
  test('has the environment of its container beside its home', () => {
    const { env } = specOf(chat(), { env: [{ name: 'PORT', value: '80' }] }).containers[0];
    expect(env).toEqual([
      { name: 'HOME', value: '/tmp' },
      { name: 'PORT', value: '80' },
    ]);
  });
  test('runs as what it is named, without a token of the cluster and without variables of its Services', () => {
    expect(specOf(chat(), { podSpec: { restartPolicy: 'Never' } })).toMatchObject({
      serviceAccountName: 'chat',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 90,
    });
  });
});

describe('the place of a pod', () => {
  const gpuTypes = ['L40S'];

  test('is one of the nodes of its pool, of the GPU types that its workload may use', () => {
    expect(specOf(chat()).nodeSelector).toEqual({ 'foresize.dev/pool': 'l40s' });
    expect(specOf(chat({ gpuTypes }), { zones: 'spread' }).affinity).toMatchObject({ nodeAffinity: expect.anything() as object });
    expect(specOf(chat({ gpuTypes })).affinity?.podAffinity).toBeUndefined();
    expect(specOf(chat()).affinity).toBeUndefined();
  });
  test('is rather beside the other pods of its workload where those talk to each other', () => {
    const spec = specOf(chat(), { zones: 'together' });
    expect(spec.affinity).toEqual({
      nodeAffinity: undefined,
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: 'topology.kubernetes.io/zone',
              labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'chat' } },
            },
          },
        ],
      },
    });
    expect(spec.topologySpreadConstraints).toBeUndefined();
    expect(specOf(chat({ gpuTypes }), { zones: 'together' }).affinity?.nodeAffinity).toBeDefined();
  });
});
