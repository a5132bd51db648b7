import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { InferenceService, type InferenceServiceProps } from '../../../constructs/kubernetes/inference-service';
import { TrainingJob } from '../../../constructs/kubernetes/training-job';
import { pod } from '../../../lib/config/check-pod';
import { root } from '../../support/foresize';
import { at, find, type Manifest, objectsOf, workloadWith } from './support';

const image = 'registry.example.com/it:1';
const served = (props: Partial<InferenceServiceProps> = {}): Manifest =>
  find(
    objectsOf((chart) => new InferenceService(chart, 'It', { workload: workloadWith('chat'), image, metric: { kind: 'cpu' }, ...props })),
    'Deployment',
    'chat',
  );
const vllm = (props: Partial<InferenceServiceProps> = {}) =>
  served({ preset: 'vllm', port: 8000, pod: pod({ args: ['a/model'] }), ...props });
const trained = (props: { readonly args?: string[]; readonly command?: string[] } = {}): Manifest =>
  objectsOf(
    (chart) =>
      new TrainingJob(chart, 'It', {
        workload: workloadWith('resnet'),
        image,
        preset: 'pytorch',
        command: props.command,
        pod: pod({ args: props.args ?? ['train.py'] }),
      }),
  ).find(({ kind }) => kind === 'Job')!;
const emitted: Readonly<Record<string, Manifest>> = { vllm: vllm(), http: served({ preset: 'http' }), pytorch: trained() };

/** The rows of the table of docs/pods.md, by their first column. */
const rows = readFileSync(join(root, 'docs/pods.md'), 'utf8')
  .split('\n')
  .flatMap((line) => /^\| `(vllm|http|pytorch)` +\|(.*)\|$/.exec(line)?.slice(1) ?? [])
  .reduce<string[][]>(
    (all, cell, index) => (index % 2 === 0 ? [...all, [cell]] : [...all.slice(0, -1), [...all[all.length - 1], cell]]),
    [],
  )
  .map(([preset, rest]) => {
    const [, user, writes, port, liveness, ends, source] = rest.split('|').map((cell) => cell.trim());
    return { preset, user, writes, port, liveness, ends, source };
  });

test('every preset has a row in docs/pods.md with a source', () => {
  expect(rows.map(({ preset }) => preset).sort()).toEqual(Object.keys(emitted).sort());
  for (const { source } of rows) expect(source).toMatch(/[\w-]+\/[\w-]+/);
});

describe.each(rows)('the emitted pod of preset $preset holds what its row says', ({ preset, user, writes, port, liveness, ends }) => {
  const spec = at(emitted[preset], 'spec.template.spec');
  const container = at(spec, 'containers.0');

  test('the user is a number other than root, with a name for it', () => {
    expect(at(spec, 'securityContext')).toMatchObject({ runAsNonRoot: true, runAsUser: Number(user), runAsGroup: Number(user) });
    expect(at(container, 'env')).toContainEqual({ name: 'USER', value: expect.stringMatching(/^[a-z]+$/) as string });
  });
  test('every path that it writes is in a volume that can be written', () => {
    const mounts = (at(container, 'volumeMounts') as { mountPath: string; readOnly?: boolean }[]).filter(({ readOnly }) => !readOnly);
    const env = at(container, 'env') as { name: string; value: string }[];
    const home = env.find(({ name }) => name === 'HOME')!.value;
    const paths = [...writes.matchAll(/`([^`]+)`/g)].map(([, path]) => path.replace('~', home));
    expect(paths).not.toHaveLength(0);
    for (const path of paths) expect(mounts.some(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`))).toBe(true);
    expect(at(container, 'securityContext.readOnlyRootFilesystem')).toBe(true);
  });
  test('it is asked where it answers', () => {
    const ports = at(container, 'ports') as { containerPort: number }[] | undefined;
    expect(ports?.map(({ containerPort }) => String(containerPort)) ?? ['none']).toEqual([port]);
    expect(at(container, 'livenessProbe') === undefined).toBe(liveness === 'none');
  });
  test('it ends as it says', () => {
    const drain = at(container, 'lifecycle.preStop.sleep.seconds') as number | undefined;
    const grace = at(spec, 'terminationGracePeriodSeconds') as number;
    expect(`${drain === undefined ? 'none' : `${drain} s`}, ${grace} s`).toBe(ends);
    expect(grace).toBeLessThanOrEqual(120);
  });
});

describe('vLLM', () => {
  const args = (props: Partial<InferenceServiceProps> = {}) => at(vllm(props), 'spec.template.spec.containers.0.args') as string[];
  const fourGpus = { ...workloadWith('chat').plan.resources, gpus: 4 };

  test('is told what the plan was made by, behind the arguments of the config', () => {
    const workload = workloadWith('chat', { resources: fourGpus });
    expect(args({ workload, model: { precision: 'fp8', kvPrecision: 'fp8', longest: 8192 } })).toEqual([
      ...['a/model', '--port', '8000', '--tensor-parallel-size', '4', '--max-model-len', '8192'],
      ...['--quantization', 'fp8', '--kv-cache-dtype', 'fp8', '--shutdown-timeout', '95'],
    ]);
    expect(args({ model: { precision: 'bf16' } })).toEqual([
      'a/model',
      '--port',
      '8000',
      '--dtype',
      'bfloat16',
      '--shutdown-timeout',
      '95',
    ]);
    expect(args({ model: { precision: 'fp16', kvPrecision: 'bf16' } })).toContain('float16');
    expect(args({ model: { precision: 'int4' } })).toEqual(['a/model', '--port', '8000', '--shutdown-timeout', '95']);
  });
  test.each([
    ['--max-model-len=4096', '--max-model-len'],
    ['--max_model_len', '--max-model-len'],
    ['--pipeline-parallel-size=4', '--tensor-parallel-size'],
    ['-tp=2', '--tensor-parallel-size'],
    ['--shutdown-timeout=5', '--shutdown-timeout'],
  ])('%s of the config stands in place of %s of the plan', (given, left) => {
    const workload = workloadWith('chat', { resources: fourGpus });
    expect(args({ workload, model: { longest: 8192 }, pod: pod({ args: ['a/model', given] }) })).not.toContain(left);
  });
  test('must be told which model to serve', () => {
    for (const none of [undefined, [], ['--max-model-len', '8192']])
      expect(() => vllm({ pod: pod({ args: none }) })).toThrow(
        'workloads.chat.pod.args: names no model, and vLLM would serve one of its own choice',
      );
    expect(args({ pod: pod({ args: ['--model=a/model'] }) })[0]).toBe('--model=a/model');
  });
  test.each([
    ['2m', '15s', 95],
    ['60s', '20s', 30],
    ['5m', '0s', 290],
    ['12s', '5s', 0],
  ])('with %s of grace and %s of drain its requests have %i s', (grace, drain, shutdown) => {
    const given = args({ pod: pod({ args: ['a/model'], grace, drain }) });
    expect(given[given.indexOf('--shutdown-timeout') + 1]).toBe(String(shutdown));
  });
  test('is asked at its own path unless the config names another', () => {
    const path = (healthPath?: string) => at(vllm({ healthPath }), 'spec.template.spec.containers.0.readinessProbe.httpGet.path');
    expect(path()).toBe('/health');
    expect(path('/ready')).toBe('/ready');
  });
  test('is not taken out for answering late: readiness waits twice as long as a busy server takes', () => {
    expect(at(vllm(), 'spec.template.spec.containers.0.readinessProbe')).toMatchObject({ timeoutSeconds: 10, failureThreshold: 6 });
  });

  const hasPython = spawnSync('python3', ['--version']).status === 0;
  (hasPython ? test : test.skip)(
    `is alive while it is idle or makes steps, and not while requests wait and it makes none${hasPython ? '' : ' (skipped: no python3 here)'}`,
    async () => {
      let metrics = '';
      const server = createServer((_, response) => response.end(metrics)).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      rmSync('/tmp/.engine-steps', { force: true });
      const [, ...probe] = at(vllm({ port }), 'spec.template.spec.containers.0.livenessProbe.exec.command') as string[];
      const isAlive = (steps: number, running: number, waiting: number) => {
        metrics = [
          '# HELP vllm:num_requests_running Number of requests.',
          `vllm:num_requests_running{engine="0",model_name="a/{b}"} ${running}.0`,
          `vllm:num_requests_waiting{engine="0",model_name="a/{b}"} ${waiting}.0`,
          `vllm:iteration_tokens_total_count{engine="0",model_name="a/{b}"} ${steps}.0`,
          `vllm:iteration_tokens_total_count{engine="1",model_name="a/{b}"} 1.0`,
          '',
        ].join('\n');
        return new Promise<boolean>((resolve) => spawn('python3', probe, { stdio: 'ignore' }).once('exit', (code) => resolve(code === 0)));
      };
      try {
        expect(await isAlive(5, 1, 0)).toBe(true);
        expect(await isAlive(6, 1, 0)).toBe(true);
        expect(await isAlive(6, 1, 0)).toBe(false);
        expect(await isAlive(6, 0, 1)).toBe(false);
        expect(await isAlive(6, 0, 0)).toBe(true);
        expect(await isAlive(0, 1, 0)).toBe(true);
      } finally {
        server.close();
        rmSync('/tmp/.engine-steps', { force: true });
      }
      expect(await isAlive(7, 0, 0)).toBe(false);
      rmSync('/tmp/.engine-steps', { force: true });
    },
  );
});

test('a server of HTTP is alive as long as its port takes connections, however slow it is', () => {
  const container = at(emitted.http, 'spec.template.spec.containers.0');
  expect(at(container, 'livenessProbe')).toMatchObject({ tcpSocket: { port: 'http' } });
  expect(at(container, 'command')).toBeUndefined();
});

test('PyTorch runs torchrun unless the config gives a command, with a share of the CPU for each of its processes', () => {
  const container = (props?: Parameters<typeof trained>[0]) => at(trained(props), 'spec.template.spec.containers.0');
  expect(container()).toMatchObject({ command: ['torchrun'], args: ['train.py'] });
  expect(container({ command: ['bash'], args: ['-c', 'x'] })).toMatchObject({ command: ['bash'], args: ['-c', 'x'] });
  expect(at(container(), 'env')).toContainEqual({ name: 'OMP_NUM_THREADS', value: '3' });
});

test('what the config says stands in place of a preset', () => {
  const spec = at(
    served({ preset: 'http', pod: pod({ user: 5, env: { USER: 'me' }, drain: '0s', grace: '9s', probes: { liveness: false } }) }),
    'spec.template.spec',
  );
  expect(spec).toMatchObject({ securityContext: { runAsUser: 5 }, terminationGracePeriodSeconds: 9 });
  expect(at(spec, 'containers.0.env')).toContainEqual({ name: 'USER', value: 'me' });
  expect(at(spec, 'containers.0.lifecycle')).toBeUndefined();
  expect(at(spec, 'containers.0.livenessProbe')).toBeUndefined();
});
