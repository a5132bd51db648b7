import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as constructs from '../../../constructs/kubernetes';
import { parseConfig } from '../../../lib/config/parse';
import * as helpers from '../../../lib/config/helpers';
import { root } from '../../support/foresize';
import { letsThrough } from '../../support/played-network';
import { samplePlan } from '../../support/sample-plan';
import { at, buildObjects, configWith, find, type Manifest, sampleInput, workloadWith } from './support';

/** The examples of the page, without what imports and exports. */
const [config, app, network, metrics, training] = [...readFileSync(join(root, 'docs/pods.md'), 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(
  ([, code]) => code.replace(/^import .*$/gm, ''),
);

const run = (code: string, names: Readonly<Record<string, unknown>>): unknown =>
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own code
  (new Function(...Object.keys(names), code) as (...values: unknown[]) => unknown)(...Object.values(names));

test('the config of the page is one, and its workload becomes the pod that the page tells of', () => {
  const parsed = parseConfig(run(config.replace('export default', 'return'), helpers));
  const { pod, patch, preset, image, metric } = parsed.workloads.chat as Extract<(typeof parsed.workloads)[string], { kind: 'inference' }>;
  const chart = new cdk8s.Chart(cdk8s.Testing.app(), 'chart');
  const chat = new constructs.InferenceService(chart, 'Chat', {
    workload: workloadWith('chat'),
    image: image!,
    metric,
    preset,
    pod,
    patch,
  });
  expect(at(chat.deployment.toJson(), 'metadata.annotations')).toEqual({ 'example.com/owner': 'search' });
  const container = at(chat.deployment.toJson(), 'spec.template.spec.containers.0');
  expect(at(container, 'args.0')).toBe('meta-llama/Llama-3.1-8B-Instruct');
  expect(at(container, 'volumeMounts')).toContainEqual({ name: 'models', mountPath: '/models' });
});

test('the app of the page gives a Deployment with the owner that it adds', () => {
  const objects: Manifest[] = [];
  class App extends cdk8s.App {
    override synth(): void {
      objects.push(...this.charts.flatMap((chart) => chart.toJson() as Manifest[]));
    }
  }
  run(app, { ...cdk8s, ...constructs, ...helpers, App, loadProject: () => ({ plan: samplePlan() }) });
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  expect(at(deployment, 'metadata.annotations')).toEqual({ 'example.com/owner': 'search' });
  expect(at(deployment, 'spec.template.spec.terminationGracePeriodSeconds')).toBe(120);
});

test('what the page opens of a closed namespace is opened', () => {
  const { reaches, calledBy } = (run(`return { ${network} }`, helpers) as { readonly chat: Readonly<Record<string, unknown>> }).chat;
  const policies = buildObjects(configWith('chat', { reaches, calledBy }));
  const chat = { namespace: 'sample', labels: { 'app.kubernetes.io/name': 'chat' } };
  expect(letsThrough(policies, chat, { address: '52.84.1.1' }, 443)).toBe(true);
  expect(letsThrough(policies, chat, { namespace: 'data', labels: { app: 'redis' } }, 6379)).toBe(true);
  expect(letsThrough(policies, { namespace: 'gateway', labels: {} }, chat, 8000)).toBe(true);
  expect(letsThrough(policies, { namespace: 'elsewhere', labels: {} }, chat, 8000)).toBe(false);
});

test('the monitor of the page scrapes the pods', () => {
  const { monitor } = (run(`return { ${metrics} }`, helpers) as { readonly chat: Readonly<Record<string, unknown>> }).chat;
  const found = find(buildObjects(configWith('chat', { monitor })), 'PodMonitor', 'chat');
  expect(found.metadata).toMatchObject({ labels: { release: 'kube-prometheus-stack' } });
});

test('the training of the page becomes a run of a queue that knows where its checkpoints are', () => {
  const { kind, ...fields } = run(`return ${training}`, helpers) as Record<string, unknown>;
  expect(kind).toBe(sampleInput.workloads.resnet.kind);
  const parsed = configWith('resnet', fields).workloads.resnet as Extract<
    ReturnType<typeof configWith>['workloads'][string],
    { kind: 'training' }
  >;
  const chart = new cdk8s.Chart(cdk8s.Testing.app(), 'chart');
  const { job } = new constructs.TrainingJob(chart, 'It', { ...parsed, image: parsed.image!, workload: workloadWith('resnet') });
  expect(at(job?.toJson(), 'metadata.labels')).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'research' });
  expect(at(job?.toJson(), 'spec.template.spec.containers.0.env')).toContainEqual({ name: 'CHECKPOINT_DIR', value: '/checkpoints' });
});
