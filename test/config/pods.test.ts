import { configDigest } from '../../lib/config/digest';
import { podNeed } from '../../lib/config/pod-need';
import { pod } from '../../lib/config/check-pod';
import type { PodInput } from '../../lib/config/pod-schema';
import type { ProblemError } from '../../lib/problems';
import { configWith } from '../constructs/kubernetes/support';

const problemsOf = (input: PodInput, overrides: Record<string, unknown> = {}) => {
  try {
    configWith('chat', { pod: input, ...overrides });
    return [];
  } catch (error) {
    return (error as ProblemError).problems.map(
      ({ code, path, message }) => `${code} ${path.replace('config: workloads.chat.', '')}: ${message}`,
    );
  }
};
const image = 'registry.example.com/it:1';

test('nothing of a pod changes the digest of a config, except what containers beside the main one ask for', () => {
  const digest = (input: PodInput) => configDigest(configWith('chat', { pod: input }));
  const none = configDigest(configWith('chat', {}));
  expect(digest({ args: ['x'], env: { A: 'b' }, grace: '2m', containers: { proxy: { image } } })).toBe(none);
  expect(configDigest(configWith('chat', { preset: 'http', patch: { Deployment: {} } }))).toBe(none);
  expect(digest({ containers: { proxy: { image, cpu: '100m' } } })).not.toBe(none);
  expect(digest({ containers: { proxy: { image, cpu: '100m' } } })).toBe(digest({ containers: { other: { image, cpu: '0.1' } } }));
});

test('containers and sidecars count together, an init container alone with the sidecars before it', () => {
  const need = podNeed(
    pod({
      initContainers: {
        first: { image, cpu: '4' },
        mesh: { image, cpu: '1', memory: '1 GiB', sidecar: true },
        second: { image, cpu: '2', memory: '3 GiB' },
      },
      containers: { logs: { image, memory: '512 MiB' } },
    }),
  );
  expect(need.beside).toEqual({ cpuMilli: 1_000, memoryMiB: 1_536 });
  expect(need.before).toEqual({ cpuMilli: 4_000, memoryMiB: 4_096 });
  expect(podNeed(undefined)).toEqual({ beside: { cpuMilli: 0, memoryMiB: 0 }, before: { cpuMilli: 0, memoryMiB: 0 } });
});

const volume = { mountPath: '/a' };

test.each<[string, PodInput, string]>([
  ['a volume that is nothing', { volumes: { a: volume } }, 'config/pod pod.volumes.a: says not what it is'],
  [
    'a volume that is two things',
    { volumes: { a: { ...volume, claim: 'x', s3: 'bucket' } } },
    'pod.volumes.a: is two things: claim and s3',
  ],
  [
    'two volumes in one place',
    { volumes: { a: { ...volume, claim: 'x' }, b: { ...volume, claim: 'y' } } },
    "pod.volumes.b.mountPath: '/a' is the place of 'a'",
  ],
  ['a volume at /tmp', { volumes: { a: { mountPath: '/tmp', claim: 'x' } } }, "'/tmp' is a volume of its own already"],
  ['a volume of a name that is taken', { volumes: { tmp: { ...volume, claim: 'x' } } }, 'is the name of a volume that every pod has'],
  ['a prefix of no bucket', { volumes: { a: { ...volume, claim: 'x', prefix: 'y/' } } }, 'is of a bucket, and there is none'],
  ['a class of no disk', { volumes: { a: { ...volume, claim: 'x', storageClass: 'y' } } }, 'is of an ephemeral disk, and there is none'],
  ['a mount of no volume', { containers: { a: { image, mounts: { b: '/b' } } } }, 'pod.containers.a.mounts.b: names no volume of the pod'],
  ['an image that changes', { containers: { a: { image: 'registry.example.com:5000/it' } } }, 'is another image tomorrow'],
  ['an image that is the latest', { volumes: { a: { ...volume, image: 'it:latest' } } }, "'it:latest' is another image tomorrow"],
  ['a secret as text', { env: { HF_TOKEN: 'hf_abc' } }, 'pod.env.HF_TOKEN: looks like a secret'],
  ['a secret of another container', { containers: { a: { image, env: { DB_PASSWORD: 'x' } } } }, 'a.env.DB_PASSWORD: looks like a secret'],
  ['a probe of two kinds', { probes: { liveness: { tcp: true, path: '/' } } }, 'pod.probes.liveness: asks in two ways: path and tcp'],
  ['a grace within the drain', { drain: '30s', grace: '30s' }, 'pod.grace: is over before drain is'],
  ['a label of ours', { labels: { 'app.kubernetes.io/name': 'x' } }, 'is one by which foresize finds its pods'],
  ['a container named as ours', { containers: { main: { image } } }, "is the name of the workload's own container"],
  [
    'two containers of one name',
    { containers: { a: { image } }, initContainers: { a: { image } } },
    'is the name of an init container too',
  ],
  ['root', { user: 0 }, 'config/invalid pod.user: is root, which the Pod Security Standard restricted refuses'],
  ['a relative path', { volumes: { a: { mountPath: 'models', claim: 'x' } } }, "must be an absolute path such as '/models'"],
])('%s is refused', (_, input, message) => {
  const problems = problemsOf(input);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(message);
});

test('a host path is no kind of volume', () => {
  expect(problemsOf({ volumes: { a: { ...volume, hostPath: '/' } as never } })[0]).toContain('config/unknown-key pod.volumes.a.hostPath');
});

test('an image volume needs a cluster of 1.35', () => {
  const input = { volumes: { a: { ...volume, image } } };
  expect(problemsOf(input)).toEqual([]);
  expect(pod(input).volumes).toBeDefined();
});

test('what is no secret may stand as text: an empty token, a name with TOKEN inside', () => {
  expect(problemsOf({ env: { HF_TOKEN: '', TOKENIZERS_PARALLELISM: 'false', MAX_TOKENS: '5' } })).toEqual([]);
});

test('a construct alone is told the same', () => {
  expect(() => pod({ volumes: { a: volume } })).toThrow('pod.volumes.a: says not what it is. Hint: one of claim, s3, image');
});
