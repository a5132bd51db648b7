import { TrainingJob, type TrainingJobProps } from '../../../constructs/kubernetes/training-job';
import { pod } from '../../../lib/config/check-pod';
import type { WorkloadPlan } from '../../../lib/plan/file/types';
import { at, configWith, find, type Manifest, objectsOf, workloadWith } from './support';

const image = 'registry.example.com/resnet:1.0.0';
const build = (props: Partial<TrainingJobProps> = {}, fields: Partial<WorkloadPlan> = {}): Manifest[] =>
  objectsOf((chart) => new TrainingJob(chart, 'It', { workload: workloadWith('resnet', fields), image, ...props }), 'prod');
const runOf = (props?: Partial<TrainingJobProps>, fields?: Partial<WorkloadPlan>) =>
  build(props, fields).find(({ kind }) => kind === 'Job' || kind === 'JobSet')!;
const name = (props?: Partial<TrainingJobProps>, fields?: Partial<WorkloadPlan>) => runOf(props, fields).metadata.name;

const checkpoint = { bytes: 1, writeSeconds: 100.5, intervalSeconds: 1234.5, mtbfSeconds: 86_400, lostShare: 0.1 };
const job = {
  basis: 'estimated',
  workers: 4,
  gpusPerWorker: 8,
  gpuName: 'H100',
  samplesPerSecond: 1,
  runSeconds: { value: 8e5, low: 7e5, high: 864_000 },
  efficiency: null,
  band: 0,
  spread: null,
  memory: null,
  checkpoint,
  data: null,
} as const;

describe('the name of a run', () => {
  test('is another one where what Kubernetes does not allow to change has changed, and only there', () => {
    expect(name()).toMatch(/^resnet-[0-9a-f]{8}$/);
    expect(name()).toBe(name());
    expect(name({ image: 'registry.example.com/resnet:1.0.1' })).not.toBe(name());
    expect(name({}, { peak: 2 })).not.toBe(name());
    expect(name({ pod: pod({ env: { A: 'b' } }) })).not.toBe(name());
    expect(name({ run: { atMost: 1_000, keepFor: 1_000, suspend: true, queue: 'research' } })).toBe(name());
  });
  test('is part of the address of the first worker, so that two runs do not meet', () => {
    const env = at(runOf({}, { peak: 2 }), 'spec.template.spec.containers.0.env');
    expect(env).toContainEqual({ name: 'PET_MASTER_ADDR', value: `${name({}, { peak: 2 })}-0.resnet` });
  });
});

test('a run starts when somebody says so, ends in time, and is taken away, where that is asked for', () => {
  expect(at(runOf(), 'spec.suspend')).toBeUndefined();
  expect(at(runOf({ run: { atMost: 90_500, keepFor: 60_000, suspend: true } }), 'spec')).toMatchObject({
    suspend: true,
    activeDeadlineSeconds: 91,
    ttlSecondsAfterFinished: 60,
  });
});

test.each(['Job', 'JobSet'] as const)('a %s of a queue carries its label and waits for Kueue', (as) => {
  const run = runOf({ run: { as, queue: 'research' } });
  expect(at(run, 'metadata.labels')).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'research' });
  expect(at(run, 'spec.suspend')).toBe(true);
});

describe('windows', () => {
  const [from, to] = [Date.UTC(2026, 10, 27, 22, 30), Date.UTC(2026, 10, 28, 4)];
  const windowed = (run: TrainingJobProps['run'] = {}) => build({ run: { windows: [{ from, to }], ...run } }, { peak: 2 });
  const cronJob = (run?: TrainingJobProps['run']) => find(windowed(run), 'CronJob', 'resnet-2611272230');

  test('are a CronJob each, in place of the Job, which begins once and ends with its window', () => {
    expect(windowed().map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Service', 'CronJob']);
    expect(at(cronJob(), 'spec')).toMatchObject({
      schedule: '30 22 27 11 *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 1_980,
    });
    expect(at(cronJob(), 'spec.jobTemplate.spec.activeDeadlineSeconds')).toBe(5.5 * 3_600);
    expect(at(cronJob({ atMost: 3_600_000 }), 'spec.jobTemplate.spec.activeDeadlineSeconds')).toBe(3_600);
  });
  test('of the plan are CronJobs as those of the config, and go before them', () => {
    const windows = [{ from: '2026-11-25T01:00:00Z', to: '2026-11-25T05:00:00Z', usd: 0, work: 1, workers: 2 }];
    const planned = build({ run: { windows: [{ from, to }] } }, { peak: 2, windows });
    expect(planned.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toContain('CronJob resnet-2611250100');
    expect(planned.filter(({ kind }) => kind === 'CronJob' || kind === 'Job')).toHaveLength(1);
  });
  test('that the next plan keeps are the same object, whatever the job has become: applied again they change nothing', () => {
    const kept = { from: '2026-11-25T01:00:00Z', to: '2026-11-25T05:00:00Z', usd: 0, work: 1, workers: 2 };
    const later = { from: '2026-11-26T01:00:00Z', to: '2026-11-26T05:00:00Z', usd: 3, work: 1, workers: 4 };
    const first = build({}, { peak: 2, windows: [kept] });
    const second = build({}, { peak: 4, floor: 4, windows: [kept, later] });
    const found = (objects: typeof first) => find(objects, 'CronJob', 'resnet-2611250100');
    expect(JSON.stringify(found(second))).toBe(JSON.stringify(found(first)));
    expect(at(find(second, 'CronJob', 'resnet-2611260100'), 'spec.jobTemplate.spec.completions')).toBe(4);
  });
  test('that are on spot, or must not be, are bound to such nodes beside what their pods ask for', () => {
    const window = { from: '2026-11-25T01:00:00Z', to: '2026-11-25T05:00:00Z', usd: 0, work: 1, workers: 2 };
    const termsOf = (capacity?: 'on-demand' | 'spot') => {
      const [built] = build({ pod: pod({ affinity: own }) }, { peak: 2, windows: [{ ...window, capacity }] }).filter(
        ({ kind }) => kind === 'CronJob',
      );
      const path = `spec.jobTemplate.spec.template.spec.affinity.nodeAffinity.${required}.nodeSelectorTerms`;
      return at(built, path);
    };
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const mine = { key: 'disk', operator: 'In', values: ['ssd'] };
    const own = { nodeAffinity: { [required]: { nodeSelectorTerms: [{ matchExpressions: [mine] }] } } };
    const label = 'eks.amazonaws.com/capacityType';
    expect(termsOf()).toEqual([{ matchExpressions: [mine] }]);
    expect(termsOf('spot')).toEqual([{ matchExpressions: [mine, { key: label, operator: 'In', values: ['SPOT'] }] }]);
    expect(termsOf('on-demand')).toEqual([{ matchExpressions: [mine, { key: label, operator: 'NotIn', values: ['SPOT'] }] }]);
  });
  test('are none where the plan has none left, and no Job begins in their place', () => {
    const patch = { ServiceAccount: { metadata: { annotations: { role: 'trainer' } } }, CronJob: { spec: { suspend: true } } };
    const left = build({ run: { holdDrains: true }, patch }, { peak: 0, windows: [] });
    expect(left.map(({ kind }) => kind)).toEqual(['ServiceAccount']);
    expect(at(left[0], 'metadata.annotations')).toEqual({ role: 'trainer' });
  });
  test('run what the Job would, with the address of the first worker as the controller of CronJobs will name it', () => {
    const job = runOf({}, { peak: 2 });
    const template = at(cronJob(), 'spec.jobTemplate.spec') as { template: object };
    const address = { name: 'PET_MASTER_ADDR', value: `resnet-2611272230-${from / 60_000}-0.resnet` };
    expect(at(cronJob(), 'spec.jobTemplate.spec.template.spec.containers.0.env')).toContainEqual(address);
    const name = job.metadata.name;
    expect(JSON.stringify(template.template).replace(address.value, `${name}-0.resnet`)).toBe(JSON.stringify(at(job, 'spec.template')));
  });
  test('wait for Kueue in a queue, and for somebody where that is asked for', () => {
    const queued = cronJob({ queue: 'research' });
    expect(at(queued, 'spec.jobTemplate.metadata.labels')).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'research' });
    expect([at(queued, 'spec.suspend'), at(queued, 'spec.jobTemplate.spec.suspend')]).toEqual([undefined, true]);
    expect(at(cronJob({ suspend: true }), 'spec.suspend')).toBe(true);
  });
});

describe('a JobSet', () => {
  test('starts all workers anew when one fails, as often as a Job alone would outlive', () => {
    const set = runOf({ run: { as: 'JobSet' } }, { peak: 4, job });
    expect(at(set, 'spec.failurePolicy')).toEqual({ maxRestarts: 40 });
    expect(at(set, 'spec.replicatedJobs.0.template.spec')).toMatchObject({ backoffLimit: 0, parallelism: 4, completions: 4 });
    expect(at(runOf({}, { peak: 4, job }), 'spec.backoffLimit')).toBe(160);
  });
  test('brings its own Service, at which workers find the first of them', () => {
    const objects = build({ run: { as: 'JobSet' } });
    const set = runOf({ run: { as: 'JobSet' } });
    expect(objects.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'JobSet']);
    const pod = at(set, 'spec.replicatedJobs.0.template.spec.template.spec');
    const { name } = set.metadata;
    expect(at(pod, 'containers.0.env')).toContainEqual({ name: 'PET_MASTER_ADDR', value: `${name}-w-0-0.${name}` });
    expect(at(pod, 'subdomain')).toBeUndefined();
  });
  test('of the longest name has pods whose names are short enough for a DNS label', () => {
    const set = runOf({ run: { as: 'JobSet' } });
    const replicated = at(set, 'spec.replicatedJobs.0.name') as string;
    expect(`${set.metadata.name.replace('resnet', 'x'.repeat(40))}-${replicated}-0-9999`.length).toBeLessThanOrEqual(63);
  });
});

test('checkpoints are written as often as the plan says, where the config says, and one more fits into the end of a worker', () => {
  const volumes = { saved: { mountPath: '/saved', claim: 'saved' }, images: { mountPath: '/images', s3: 'images', readOnly: true } };
  const spec = at(runOf({ run: { checkpoints: 'saved', data: 'images' }, pod: pod({ volumes }) }, { job }), 'spec.template.spec');
  for (const variable of [
    { name: 'CHECKPOINT_SECONDS', value: '1235' },
    { name: 'CHECKPOINT_DIR', value: '/saved' },
    { name: 'DATA_DIR', value: '/images' },
  ])
    expect(at(spec, 'containers.0.env')).toContainEqual(variable);
  expect(at(spec, 'terminationGracePeriodSeconds')).toBe(131);
});

test('a drain waits for a run only where that is asked for', () => {
  const budget = find(build({ run: { holdDrains: true } }, { peak: 4 }), 'PodDisruptionBudget', 'resnet');
  expect(at(budget, 'spec')).toEqual({
    minAvailable: 4,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
    selector: { matchLabels: { 'app.kubernetes.io/name': 'resnet' } },
  });
});

describe('EFA', () => {
  test('is asked for by the share of a node that a worker has', () => {
    const limits = (gpus: number) => {
      const { resources } = workloadWith('resnet').plan;
      return at(runOf({ run: { efa: true } }, { resources: { ...resources, gpus } }), 'spec.template.spec.containers.0.resources.limits');
    };
    expect(limits(8)).toMatchObject({ 'vpc.amazonaws.com/efa': '32' });
    expect(limits(2)).toMatchObject({ 'vpc.amazonaws.com/efa': '8' });
  });
  test('is refused where the nodes have none', () => {
    expect(() => build({ run: { efa: true } }, { pool: 'l40s', resources: workloadWith('chat').plan.resources })).toThrow(
      "workloads.resnet.run.efa: is set, and nodes of 'l40s-g6e-xlarge' have no EFA",
    );
  });
});

test('work that is no training is told nothing of torchrun', () => {
  const names = (job?: object) =>
    (at(runOf({}, job), 'spec.template.spec.containers.0.env') as readonly { readonly name: string }[]).map(({ name }) => name);
  expect(names()).toContain('PET_NNODES');
  expect(names({ job: { basis: 'stated', runSeconds: { high: 3_600 } } }).filter((name) => name.startsWith('PET_'))).toEqual([]);
});

test('a run whose volumes are not there is refused, and so is one of trainers that a queue feeds', () => {
  expect(() => configWith('resnet', { run: { checkpoints: 'saved' } })).toThrow(
    "workloads.resnet.run.checkpoints: names 'saved', which is no volume of the pod. Hint: volumes are: none",
  );
  expect(() => configWith('finetune', { run: { suspend: true } })).toThrow('workloads.finetune.run: is for a job');
});
