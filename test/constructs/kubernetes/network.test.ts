import { AllowCalls } from '../../../constructs/kubernetes/allow-calls';
import { AllowReaching } from '../../../constructs/kubernetes/allow-reaching';
import { TrainingJob } from '../../../constructs/kubernetes/training-job';
import { parseConfig } from '../../../lib/config/parse';
import { configDigest } from '../../../lib/config/digest';
import { letsThrough, type Side } from '../../support/played-network';
import { buildObjects, type Manifest, objectsOf, sampleConfig, sampleInput, workloadWith } from './support';

const podOf = (name: string, namespace = 'sample'): Side => ({ namespace, labels: { 'app.kubernetes.io/name': name } });
const address = (text: string): Side => ({ address: text });
const chat = podOf('chat');
const [hub, inside, ownDatabase] = [address('52.84.1.1'), address('10.1.2.3'), address('10.20.0.7')];
const dns: Side = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };

/** The sample with further fields of `chat`, in a namespace that is made and closed unless told otherwise. */
const input = (fields: object, more: object = {}) => ({
  ...sampleInput,
  workloads: { ...sampleInput.workloads, chat: { ...sampleInput.workloads.chat, ...fields } },
  ...more,
});
const build = (fields: object = {}, more: object = {}): Manifest[] => buildObjects(parseConfig(input(fields, more)));

test('what nothing is said of stays closed, but for the DNS of the cluster, the own namespace and the Prometheus that is asked for the load', () => {
  const policies = build();
  expect(letsThrough(policies, chat, hub, 443)).toBe(false);
  expect(letsThrough(policies, chat, inside, 443)).toBe(false);
  expect(letsThrough(policies, chat, dns, 53, 'UDP')).toBe(true);
  expect(letsThrough(policies, chat, address('169.254.20.10'), 53, 'UDP')).toBe(true);
  expect(letsThrough(policies, podOf('storefront'), chat, 8000)).toBe(true);
  expect(letsThrough(policies, podOf('prometheus', 'monitoring'), chat, 8000)).toBe(true);
  expect(letsThrough(policies, podOf('gateway', 'edge'), chat, 8000)).toBe(false);
  expect(letsThrough(policies, podOf('prometheus', 'monitoring'), podOf('search'), 8080)).toBe(false);
});

test.each([
  ['huggingface.co', hub, 443],
  ['example.com:8443', hub, 8443],
  ['s3', hub, 443],
  ['s3', address('169.254.170.23'), 80],
  ['sts', address('fd00:ec2::23'), 80],
  ['10.20.0.0/16:5432', ownDatabase, 5432],
  ['10.20.0.0/16', ownDatabase, 9999],
  ['fd12::/16', address('fd12::7'), 443],
  ['huggingface.co', address('2600:9000::1'), 443],
])('with %s among what it reaches, it does reach it', (reach, place, port) => {
  expect(letsThrough(build({ reaches: [reach] }), chat, place, port)).toBe(true);
});

test.each([
  ['huggingface.co', hub, 80],
  ['huggingface.co', inside, 443],
  ['huggingface.co', address('169.254.169.254'), 443],
  ['huggingface.co', address('169.254.170.23'), 80],
  ['10.20.0.0/16:5432', ownDatabase, 22],
  ['10.20.0.0/16:5432', hub, 5432],
])('%s opens nothing else', (reach, place, port) => {
  expect(letsThrough(build({ reaches: [reach] }), chat, place, port)).toBe(false);
  expect(letsThrough(build({ reaches: [reach] }), podOf('search'), place, port)).toBe(false);
});

test('pods of other namespaces are reached by their labels', () => {
  const policies = build({ reaches: [{ namespace: 'data', pods: { app: 'redis' }, port: 6379 }] });
  expect(letsThrough(policies, chat, { namespace: 'data', labels: { app: 'redis' } }, 6379)).toBe(true);
  expect(letsThrough(policies, chat, { namespace: 'data', labels: { app: 'other' } }, 6379)).toBe(false);
  expect(letsThrough(policies, chat, { namespace: 'other', labels: { app: 'redis' } }, 6379)).toBe(false);
});

test('callers are namespaces, pods and ranges of addresses, at the port of the workload alone', () => {
  const policies = build({ calledBy: ['gateway', { namespace: 'edge', pods: { app: 'nginx' } }, '10.0.0.0/16'] });
  expect(letsThrough(policies, podOf('any', 'gateway'), chat, 8000)).toBe(true);
  expect(letsThrough(policies, podOf('any', 'gateway'), chat, 22)).toBe(false);
  expect(letsThrough(policies, { namespace: 'edge', labels: { app: 'nginx' } }, chat, 8000)).toBe(true);
  expect(letsThrough(policies, { namespace: 'edge', labels: {} }, chat, 8000)).toBe(false);
  expect(letsThrough(policies, address('10.0.3.4'), chat, 8000)).toBe(true);
  expect(letsThrough(policies, inside, chat, 8000)).toBe(false);
});

test.each([
  ['a name of the hub', { args: ['meta-llama/Llama-3.1-8B-Instruct'] }, true],
  ['an option', { args: ['--model', 'meta-llama/Llama-3.1-8B-Instruct'] }, true],
  ['an address of S3', { args: ['s3://models/llama'] }, true],
  ['a path', { args: ['/models/llama'] }, false],
  ['an option with a path', { args: ['--model=/models/llama'] }, false],
  ['a name, and the hub is off', { args: ['meta-llama/Llama-3.1-8B-Instruct'], env: { HF_HUB_OFFLINE: '1' } }, false],
])('vLLM reaches at its start what its model is loaded from: %s', (_, pod, opens) => {
  expect(letsThrough(build({ preset: 'vllm', pod }), chat, hub, 443)).toBe(opens);
  expect(letsThrough(build({ preset: 'vllm', pod, reaches: [] }), chat, hub, 443)).toBe(false);
});

test('a namespace that somebody else closed is opened likewise, and not closed or made here', () => {
  const policies = build({ reaches: ['s3'], calledBy: ['gateway'] }, { namespace: { name: 'sample', closed: true } });
  expect(policies.filter(({ kind, metadata }) => kind === 'Namespace' || metadata.name === 'default-deny')).toEqual([]);
  expect(letsThrough(policies, chat, hub, 443)).toBe(true);
  expect(letsThrough(policies, chat, dns, 53, 'UDP')).toBe(true);
  expect(letsThrough(policies, podOf('any', 'gateway'), chat, 8000)).toBe(true);
});

test('where nothing is known to be closed no policy is written, and one that is asked for is refused', () => {
  const open = { namespace: 'sample' };
  expect(build({}, open).filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
  expect(() => parseConfig(input({ reaches: ['s3'] }, open))).toThrow(
    "workloads.chat.reaches: opens a closed network, and that of namespace 'sample' is not known to be closed. Hint: namespace: { name: 'sample', closed: true } says that somebody else closed it, create: true makes and closes it; or leave this out",
  );
  const alone = () =>
    objectsOf((chart) => new TrainingJob(chart, 'It', { workload: workloadWith('resnet'), image: 'example.com/it:1', reaches: ['s3'] }));
  expect(alone).toThrow('workloads.resnet.reaches: opens a closed network, and nothing says that this one is closed');
});

test('trainers of both forms reach their data', () => {
  const workloads = {
    ...sampleInput.workloads,
    resnet: { ...sampleInput.workloads.resnet, reaches: ['s3'] },
    finetune: { ...sampleInput.workloads.finetune, reaches: ['10.20.0.0/16:5432'] },
  };
  const policies = buildObjects(sampleConfig({ workloads }));
  expect(letsThrough(policies, podOf('resnet'), hub, 443)).toBe(true);
  expect(letsThrough(policies, podOf('finetune'), ownDatabase, 5432)).toBe(true);
  expect(letsThrough(policies, podOf('resnet'), podOf('resnet'), 29_500)).toBe(true);
});

test.each([
  ['reaches', 'https://huggingface.co', "must be a host ('huggingface.co', 'example.com:8443')"],
  ['reaches', 'data', 'or a service of AWS (bedrock, dynamodb,'],
  ['reaches', '10.0.0.0/8:99999', 'must be a host'],
  ['reaches', '10.0.0.0/64', 'must be a host'],
  ['calledBy', '10.0.0.0/8:80', 'must be a namespace, a range'],
  ['calledBy', 'Gateway', 'must be a namespace'],
])('%s: what cannot be read is refused in a config: %s', (key, text, message) => {
  expect(() => parseConfig(input({ [key]: [text] }))).toThrow(message);
});

test('and by constructs that are used alone', () => {
  const workload = workloadWith('chat');
  expect(() => objectsOf((chart) => new AllowReaching(chart, 'It', { workload, reaches: ['https://huggingface.co'] }))).toThrow(
    "workloads.chat.reaches: cannot be read (expected a host such as 'huggingface.co', a range such as '10.0.0.0/8:5432', or a service of AWS such as 's3', got https://huggingface.co)",
  );
  expect(() => objectsOf((chart) => new AllowCalls(chart, 'It', { workload, port: 80, calledBy: ['10.0.0.0/8:80'] }))).toThrow(
    'workloads.chat.calledBy: cannot be read (expected a namespace',
  );
});

test('neither changes a size: the plan stays that of the config', () => {
  expect(configDigest(parseConfig(input({ reaches: ['s3'], calledBy: ['gateway'] })))).toBe(configDigest(parseConfig(input({}))));
});
