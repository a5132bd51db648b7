import { container, dcgm, kafka, kserve, tgi, triton, vllm } from '../../lib/config/helpers';
import type { SourceInput } from '../../lib/config/schema';
import { MINUTE_MS, SECOND_MS } from '../../lib/units';
import { temporaryFolder } from '../support/foresize';
import { readingOf, readLive, testHistory } from '../support/live';
import { hasPrometheus, prometheusTest, type RunningPrometheus, startPrometheus } from '../support/prometheus';

/** Every ready query, evaluated by a real Prometheus over metrics with the labels that servers and exporters give them. */
const end = Date.UTC(2026, 9, 31);
const hours = 12;
const minutes = hours * 60;
/** One a minute, the last at the end itself. */
const samples = minutes + 1;
const pods = ['chat-7d9f8c6b5-x2k9b', 'chat-7d9f8c6b5-f5hgj'];

/** A container in a namespace: CPU that it uses and asks for, who owns its pod, and the phase of that. */
function containerOf(
  namespace: string,
  pod: string,
  { uses, asks, owner, phase = 'Running', scrapes = [''] }: ContainerFacts,
): readonly Series[] {
  const of = `namespace="${namespace}",pod="${pod}"`;
  return scrapes.flatMap((scrape) => [
    perMinute('container_cpu_usage_seconds_total', `${of},container="main"${scrape}`, 60 * uses),
    level('kube_pod_container_resource_requests', `${of},container="main",resource="cpu"${scrape}`, asks),
    ...['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'].map((each) =>
      level('kube_pod_status_phase', `${of},phase="${each}"${scrape}`, each === phase ? 1 : 0),
    ),
    ...(owner ? [level('kube_pod_owner', `${of},owner_kind="${owner[0]}",owner_name="${owner[1]}"${scrape}`, 1)] : []),
  ]);
}
type ContainerFacts = {
  readonly uses: number;
  readonly asks: number;
  readonly owner?: readonly [kind: string, name: string];
  readonly phase?: string;
  /** Further labels of each scrape: two of them see everything twice. */
  readonly scrapes?: readonly string[];
};

/** Four pods at 60 % of a core in each namespace, and beside them what must not count. */
const running = { uses: 0.6, asks: 1 };
const idle = { uses: 0, asks: 1 };
const large = { uses: 0.1, asks: 8 };
const letters = ['b', 'c', 'd', 'f'];
const neighbours = (): readonly Series[] => [
  ...letters.flatMap((letter) => containerOf('done', `web-6c8f9d7b5f-x2x4${letter}`, running)),
  ...letters.flatMap((letter) => containerOf('done', `web-6c8f9d7b5f-q7w9${letter}`, { ...idle, phase: 'Failed' })),
  ...containerOf('done', 'web-6c8f9d7b5f-z9z9z', { ...idle, phase: 'Pending' }),
  ...letters.flatMap((letter) => containerOf('name', `web-6c8f9d7b5f-x2x4${letter}`, running)),
  ...letters.flatMap((letter) => containerOf('name', `web-cache-x2k9${letter}`, large)),
  ...containerOf('name', 'web-load-test-x2k9b', large),
  // Two ReplicaSets of one Deployment, as while it is rolled out; a Deployment, a DaemonSet and a Job whose names begin alike.
  ...['6c8f9d7b5f', '7d9f8c6b5'].flatMap((hash) => [
    level('kube_replicaset_owner', `namespace="own",replicaset="web-${hash}",owner_kind="Deployment",owner_name="web"`, 1),
    ...['b', 'c'].flatMap((letter) =>
      containerOf('own', `web-${hash}-x2x4${letter}`, { ...running, owner: ['ReplicaSet', `web-${hash}`] }),
    ),
  ]),
  level('kube_replicaset_owner', 'namespace="own",replicaset="web-gc-5f7d8",owner_kind="Deployment",owner_name="web-gc"', 1),
  ...containerOf('own', 'web-gc-5f7d8-x2x4b', { ...large, owner: ['ReplicaSet', 'web-gc-5f7d8'] }),
  ...containerOf('own', 'web-gc-x2x4c', { ...large, owner: ['DaemonSet', 'web-gc'] }),
  ...containerOf('own', 'web-5-x2x4d', { ...large, owner: ['Job', 'web-5'] }),
  ...[0, 1].flatMap((n) => containerOf('own', `db-${n}`, { uses: 0.25, asks: 1, owner: ['StatefulSet', 'db'] })),
  ...letters.flatMap((letter) => containerOf('twice', `web-6c8f9d7b5f-x2x4${letter}`, { ...running, scrapes: [',job="a"', ',job="b"'] })),
];

type Series = {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly labels: string;
  /** Nothing where it has no sample. */
  readonly at: (minute: number) => number | undefined;
};
const perMinute = (name: string, labels: string, amount: number): Series => ({
  name,
  type: 'counter',
  labels,
  at: (minute) => minute * amount,
});
const level = (name: string, labels: string, value: number): Series => ({ name, type: 'gauge', labels, at: () => value });
/** A minute within a window of five: the pods of a Deployment are replaced there. */
const redeployed = 482;
/** A container starts anew, and its counters with it. */
const restarted = 600;

/**
 * A pod with what serves in it, its owner and its phase. Everything is scraped twice.
 *
 * @param metrics its metrics: what is counted in a minute, or `[level]`
 */
function serving(
  namespace: string,
  pod: string,
  owner: readonly [kind: string, name: string],
  metrics: Readonly<Record<string, number | readonly [level: number]>>,
  { from = 0, to = samples, phase = 'Running', restarts = false }: { from?: number; to?: number; phase?: string; restarts?: boolean } = {},
): readonly Series[] {
  const of = `namespace="${namespace}",pod="${pod}"`;
  const during = (one: Series): Series => ({ ...one, at: (minute) => (minute < from || minute >= to ? undefined : one.at(minute)) });
  const since = (minute: number) => (restarts && minute >= restarted ? restarted : from);
  return [
    ...['a', 'b'].flatMap((job) =>
      Object.entries(metrics).map(([text, amount]): Series => {
        const [name, labels = ''] = text.split(' ');
        const own = `${of},job="${job}",instance="10.0.0.1:${job === 'a' ? 80 : 81}",container="main"${labels}`;
        return typeof amount === 'number'
          ? { name, type: 'counter', labels: own, at: (minute) => (minute - since(minute)) * amount }
          : level(name, own, amount[0]);
      }),
    ),
    level('kube_pod_owner', `${of},owner_kind="${owner[0]}",owner_name="${owner[1]}"`, 1),
    ...['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'].map((each) =>
      level('kube_pod_status_phase', `${of},phase="${each}"`, each === phase ? 1 : 0),
    ),
  ].map(during);
}
const replicaSet = (namespace: string, name: string, deployment: string): Series =>
  level('kube_replicaset_owner', `namespace="${namespace}",replicaset="${name}",owner_kind="Deployment",owner_name="${deployment}"`, 1);

/** Two replicas of `llm`, which are replaced, a container that starts anew, and beside them the same metrics of what is not `llm`. */
const llmMetrics = (times: number) => ({
  'vllm:request_success_total ,model_name="l",finished_reason="stop"': 60 * times,
  'vllm:num_requests_running ,model_name="l"': [4 * times] as const,
  'vllm:kv_cache_usage_perc ,model_name="l"': [times === 1 ? 0.5 : 1] as const,
  'nv_inference_request_success ,model="l"': 60 * times,
  tgi_queue_size: [2 * times] as const,
  'request_predict_seconds_count ,model_name="l"': 60 * times,
});
const own = llmMetrics(1);
const other = llmMetrics(10);
const servers = (): readonly Series[] => [
  ...[['7d9f8c6b5', 'b', 'c', 0, redeployed] as const, ['6c8f9d7b5f', 'd', 'f', redeployed, samples] as const].flatMap(
    ([hash, one, two, from, to]) => [
      replicaSet('llm', `llm-${hash}`, 'llm'),
      ...serving('llm', `llm-${hash}-x2x4${one}`, ['ReplicaSet', `llm-${hash}`], own, { from, to, restarts: true }),
      ...serving('llm', `llm-${hash}-x2x4${two}`, ['ReplicaSet', `llm-${hash}`], own, { from, to }),
      ...['predictor', 'transformer'].flatMap((part, index) => {
        const deployment = `iris-${part}-0000${from === 0 ? 1 : 2}-deployment`;
        return [
          replicaSet('ks', `${deployment}-${hash}`, deployment),
          ...serving('ks', `${deployment}-${hash}-x2x4${one}`, ['ReplicaSet', `${deployment}-${hash}`], index === 0 ? own : other, {
            from,
            to,
          }),
        ];
      }),
      ...serving('named', `llm-${hash}-x2x4${one}`, ['', ''], own, { from, to }).filter(({ name }) => name !== 'kube_pod_owner'),
    ],
  ),
  replicaSet('llm', 'llm-canary-5f7d8', 'llm-canary'),
  ...serving('llm', 'llm-canary-5f7d8-x2x4b', ['ReplicaSet', 'llm-canary-5f7d8'], other),
  ...serving('llm', 'llm-agent-x2x4c', ['DaemonSet', 'llm-agent'], other),
  ...serving('llm', 'llm-5-x2x4d', ['Job', 'llm-5'], other),
  // A pod that was evicted, whose last levels something still tells.
  ...serving(
    'llm',
    'llm-6c8f9d7b5f-z9z9z',
    ['ReplicaSet', 'llm-6c8f9d7b5f'],
    { 'vllm:num_requests_running ,model_name="l"': [7] },
    { phase: 'Failed' },
  ),
  ...serving('named', 'llm-agent-x2x4c', ['', ''], other).filter(({ name }) => name !== 'kube_pod_owner'),
];

/** GPUs as the exporter tells of them, its own labels kept (`honoured`) or called exported; each is scraped twice. */
const gpuSeries = (uuid: string, namespace: string, pod: string, honoured: boolean, util: number, used: number): readonly Series[] =>
  ['a', 'b'].flatMap((job) => {
    const held = honoured ? `namespace="${namespace}",pod="${pod}"` : `exported_namespace="${namespace}",exported_pod="${pod}"`;
    const exporter = honoured ? '' : ',namespace="gpu-operator",pod="nvidia-dcgm-exporter-x2x4b"';
    const labels = `UUID="${uuid}",gpu="0",job="${job}",${held}${exporter}`;
    return [
      level('DCGM_FI_DEV_GPU_UTIL', labels, util),
      level('DCGM_FI_DEV_FB_USED', labels, used),
      level('DCGM_FI_DEV_FB_FREE', labels, 40_000 - used),
    ].map((one): Series => ({ ...one, at: (minute) => (isHeld(pod, minute) ? one.at(minute) : undefined) }));
  });
/** Pods of the first ReplicaSet hold their GPUs until they are replaced, those of the second from then on. */
const isHeld = (pod: string, minute: number) =>
  pod.startsWith('llm-7d9f8c6b5') ? minute < redeployed : pod.startsWith('llm-6c8f9d7b5f-x') ? minute >= redeployed : true;
const gpuPods = ['llm-7d9f8c6b5-x2x4b', 'llm-6c8f9d7b5f-x2x4d'];
const held = (): readonly Series[] => [
  ...gpuPods.flatMap((pod) => gpuSeries('GPU-1', 'llm', pod, false, 80, 30_000)),
  ...gpuSeries('GPU-2', 'llm', 'llm-canary-5f7d8-x2x4b', false, 10, 2_000),
  ...gpuSeries('GPU-3', 'llm', 'llm-agent-x2x4c', false, 10, 2_000),
  ...gpuSeries('GPU-4', 'llm', 'llm-6c8f9d7b5f-z9z9z', false, 10, 2_000),
  ...gpuPods.flatMap((pod) => gpuSeries('GPU-5', 'named', pod, true, 60, 20_000)),
  ...gpuSeries('GPU-6', 'named', 'llm-agent-x2x4c', true, 10, 2_000),
  ...gpuSeries('GPU-7', '', '', true, 0, 0),
];

const both = (make: (labels: string) => Series, labels: string) =>
  pods.map((pod) => make(`${labels}${labels === '' ? '' : ','}namespace="ai",pod="${pod}"`));

const series: Series[] = [
  ...both((labels) => perMinute('vllm:request_success_total', labels, 60), 'model_name="llama",finished_reason="stop"'),
  ...both((labels) => perMinute('vllm:request_success_total', labels, 6), 'model_name="llama",finished_reason="length"'),
  ...both((labels) => perMinute('vllm:request_success_total', labels, 600), 'model_name="other",finished_reason="stop"'),
  ...both((labels) => perMinute('vllm:prompt_tokens_total', labels, 6_000), 'model_name="llama"'),
  ...both((labels) => perMinute('vllm:generation_tokens_total', labels, 1_200), 'model_name="llama"'),
  ...both((labels) => level('vllm:num_requests_running', labels, 4), 'model_name="llama"'),
  ...both((labels) => level('vllm:num_requests_waiting', labels, 1), 'model_name="llama"'),
  level('vllm:kv_cache_usage_perc', `model_name="llama",pod="${pods[0]}"`, 0.5),
  level('vllm:gpu_cache_usage_perc', `model_name="llama",pod="${pods[1]}"`, 0.7),
  ...both((labels) => perMinute('nv_inference_request_success', labels, 120), 'model="bert",version="1"'),
  ...both((labels) => perMinute('nv_inference_count', labels, 960), 'model="bert",version="1"'),
  ...both((labels) => level('nv_inference_pending_request_count', labels, 3), 'model="bert",version="1"'),
  ...both((labels) => perMinute('tgi_request_count', labels, 30), ''),
  ...both((labels) => perMinute('tgi_request_input_length_sum', labels, 3_000), ''),
  ...both((labels) => perMinute('tgi_request_generated_tokens_sum', labels, 600), ''),
  ...both((labels) => level('tgi_batch_current_size', labels, 8), ''),
  ...both((labels) => level('tgi_queue_size', labels, 2), ''),
  ...both((labels) => perMinute('request_predict_seconds_count', labels, 90), 'model_name="iris"'),
  ...both((labels) => level('DCGM_FI_DEV_GPU_UTIL', labels, 80), 'gpu="0"'),
  ...both((labels) => level('DCGM_FI_DEV_FB_USED', labels, 30_000), 'gpu="0"'),
  ...both((labels) => level('DCGM_FI_DEV_FB_FREE', labels, 10_000), 'gpu="0"'),
  ...both((labels) => perMinute('container_cpu_usage_seconds_total', labels, 30), 'container="server"'),
  ...both((labels) => perMinute('container_cpu_usage_seconds_total', labels, 31), 'container=""'),
  perMinute('container_cpu_usage_seconds_total', 'namespace="ai",pod="chat-api-7d9f8c6b5-x2k9b",container="server"', 600),
  ...neighbours(),
  ...servers(),
  ...held(),
  ...both((labels) => level('kube_pod_container_resource_requests', labels, 2), 'container="server",resource="cpu"'),
  ...both((labels) => level('container_memory_working_set_bytes', labels, 3e9), 'container="server"'),
  ...both((labels) => level('kube_pod_container_resource_limits', labels, 4e9), 'container="server",resource="memory"'),
  level('kafka_consumergroup_lag', 'consumergroup="g",topic="t",partition="0"', 40),
  level('kafka_consumergroup_lag', 'consumergroup="g",topic="t",partition="1"', -5),
  perMinute('kafka_topic_partition_current_offset', 'topic="t",partition="0"', 60),
];

let server: RunningPrometheus;
beforeAll(async () => {
  if (!hasPrometheus) return;
  const names = [...new Set(series.map(({ name }) => name))];
  const lines = names.flatMap((name) => {
    const own = series.filter((one) => one.name === name);
    const lines = own.flatMap(({ labels, at }) =>
      Array.from({ length: samples }, (_, minute) => {
        const value = at(minute);
        return value === undefined ? [] : [`${name}{${labels}} ${value} ${(end - (minutes - minute) * MINUTE_MS) / SECOND_MS}`];
      }).flat(),
    );
    // Some counters do not end in _total, which OpenMetrics asks of those that are declared as one.
    return [`# TYPE ${name} unknown`, ...lines];
  });
  // A series that ends is gone at once, as where it is scraped: what is read from a file has no mark for that.
  server = await startPrometheus({ openMetrics: [...lines, '# EOF', ''].join('\n'), arguments: ['--query.lookback-delta=59s'] });
}, 60_000);
afterAll(() => server?.stop());

const chat = { namespace: 'ai', workload: 'chat' };
const llm = { namespace: 'llm', workload: 'llm' };
const named = { namespace: 'named', workload: 'llm' };
const expected: Record<string, [SourceInput, number]> = {
  'vllm.requests, of every reason to finish': [vllm.requests({ model: 'llama', namespace: 'ai' }), (2 * 66) / 60],
  'vllm.promptTokens': [vllm.promptTokens({ model: 'llama' }), 200],
  'vllm.generationTokens': [vllm.generationTokens({ model: 'llama' }), 40],
  'vllm.running': [vllm.running({ model: 'llama' }), 8],
  'vllm.waiting': [vllm.waiting({ model: 'llama' }), 2],
  'vllm.kvCache, by its new name and its old one': [vllm.kvCache({ model: 'llama' }), 0.6],
  'triton.requests': [triton.requests({ model: 'bert' }), 4],
  'triton.inferences': [triton.inferences({ model: 'bert' }), 32],
  'triton.pending': [triton.pending({ model: 'bert' }), 6],
  'tgi.requests': [tgi.requests({ namespace: 'ai' }), 1],
  'tgi.promptTokens': [tgi.promptTokens(), 100],
  'tgi.generationTokens': [tgi.generationTokens(), 20],
  'tgi.running': [tgi.running({ namespace: 'ai' }), 16],
  'tgi.waiting': [tgi.waiting({ namespace: 'ai' }), 4],
  'kserve.requests': [kserve.requests({ model: 'iris' }), 3],
  'dcgm.utilization': [dcgm.utilization({ namespace: 'ai' }), 80],
  'dcgm.utilization of one pod': [dcgm.utilization({ pod: pods[0] }), 80],
  'dcgm.memory': [dcgm.memory({ namespace: 'ai' }), 75],
  'dcgm.utilization of a workload, where the scrape renames its labels, over a roll-out': [dcgm.utilization(llm), 80],
  'dcgm.memory of a workload, where the scrape renames its labels, over a roll-out': [dcgm.memory(llm), 75],
  'dcgm.utilization of a workload whose owners are not scraped': [dcgm.utilization(named), 60],
  'dcgm.utilization of a namespace, where the scrape renames its labels': [dcgm.utilization({ namespace: 'llm' }), (80 + 3 * 10) / 4],
  'dcgm.memory of a pod, where the scrape renames its labels': [dcgm.memory({ pod: 'llm-agent-x2x4c', namespace: 'llm' }), 5],
  'container.cpu, of the pods of the workload alone and no container twice': [container.cpu(chat), 25],
  'container.cpu, of pods that run: not of failed ones, nor of one that waits': [container.cpu({ namespace: 'done', workload: 'web' }), 60],
  'container.cpu, not of a DaemonSet and a Job whose names begin alike': [container.cpu({ namespace: 'name', workload: 'web' }), 60],
  'container.cpu, by owner: over a roll-out, and of nothing else': [container.cpu({ namespace: 'own', workload: 'web' }), 60],
  'container.cpu, by owner, of a StatefulSet': [container.cpu({ namespace: 'own', workload: 'db' }), 25],
  'container.cpu, where everything is scraped twice': [container.cpu({ namespace: 'twice', workload: 'web' }), 60],
  'container.memory, against limits': [container.memory({ ...chat, of: 'limits' }), 75],
  'kafka.lag, where a negative one counts as none': [kafka.lag({ group: 'g', topic: 't' }), 40],
  'kafka.produced': [kafka.produced({ topic: 't' }), 1],
};

/** Over a roll-out a rate is off by the minute in which its pods change, and by no more. */
const overRollOut: Record<string, [SourceInput, number]> = {
  'vllm.requests of a workload, each container once': [vllm.requests({ ...llm, model: 'l' }), 2],
  'vllm.requests of a workload whose owners are not scraped': [vllm.requests(named), 1],
  'triton.requests of a workload': [triton.requests(llm), 2],
  'kserve.requests of an InferenceService: its predictor in all revisions, and no transformer': [
    kserve.requests({ namespace: 'ks', service: 'iris' }),
    1,
  ],
};
const levelsOverRollOut: Record<string, [SourceInput, number]> = {
  'vllm.running of a workload: of pods that run, which follow one another': [vllm.running(llm), 8],
  'vllm.running of a workload whose owners are not scraped': [vllm.running(named), 4],
  'vllm.kvCache of a workload': [vllm.kvCache(llm), 0.5],
  'tgi.waiting of a workload': [tgi.waiting(llm), 4],
};

for (const [name, [source, value]] of Object.entries(overRollOut)) {
  prometheusTest(`${name} is what its own pods did, those that have gone included`, async () => {
    const history = testHistory({ range: '6h', prometheus: { url: server.url } });
    const { outcomes } = await readLive([{ source }], { baseDirectory: temporaryFolder(), history, now: end });
    const { series: read } = readingOf(outcomes[0]);
    expect(read.values).toHaveLength(6);
    for (const figure of read.values) expect(Math.abs(figure / value - 1)).toBeLessThan(0.015);
  });
}

for (const [name, [source, value]] of Object.entries({ ...expected, ...levelsOverRollOut })) {
  prometheusTest(`${name} gives one series, with the value its servers add up to`, async () => {
    const history = testHistory({ range: '6h', prometheus: { url: server.url } });
    const { outcomes } = await readLive([{ source }], { baseDirectory: temporaryFolder(), history, now: end });
    const { series: read, warnings } = readingOf(outcomes[0]);
    expect(warnings).toEqual([]);
    expect(read.values).toHaveLength(6);
    for (const figure of read.values) expect(figure).toBeCloseTo(value, 6);
  });
}
