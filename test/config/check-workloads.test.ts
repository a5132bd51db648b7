import { parseConfig } from '../../lib/config/parse';
import { isProblemError, renderProblem } from '../../lib/problems';
import { rawConfig } from '../support/config';

const { chat } = rawConfig().workloads;
const model = { layers: 32, hiddenSize: 4096, heads: 32, parameters: '8B' };
const load = { kind: 'csv', path: 'a.csv', unit: 'req/s' };
const job = { kind: 'training', model: 'resnet50', samples: 1_000_000, deadline: '24h', pool: 'l40s' };
const queue = { kind: 'training', form: 'deployment', load, replica: { throughput: '2 req/s' }, deadline: '6h', pool: 'l40s' };
const shop = { kind: 'service', cpu: { kind: 'csv', path: 'cpu.csv' }, servers: 2, machine: 'm7i.xlarge', pool: 'general' };

/** What is refused of one workload, in a config that is right without it. */
function sentences(workload: object, others: object = {}, pool: object = {}): readonly string[] {
  const pools = { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], ...pool }, general: { kind: 'pool', instances: ['m7i.xlarge'] } };
  try {
    parseConfig(rawConfig({ workloads: { w: workload, ...others } as never, pools: pools as never }), 'c');
  } catch (error) {
    if (isProblemError(error)) return error.problems.map(renderProblem);
    throw error;
  }
  return [];
}

const without = (fields: object, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

test.each([
  ['inference with a measured throughput', chat],
  ['inference with a model by which it is estimated', { ...chat, replica: { gpus: 1 }, model }],
  ['a service', shop],
  ['a job', job],
  ['trainers of a queue', queue],
])('%s is taken as it is', (_, workload) => expect(sentences(workload)).toEqual([]));

describe('counters that a query adds up before their rate is taken are refused, with the query to write', () => {
  const prometheus = (query: string, rest: object = {}) => ({ kind: 'prometheus', query, unit: 'req/s', ...rest });
  const why = 'adds up requests_total before its rate is taken: a member that leaves makes the sum fall, which counts as a restart of all';
  test.each([
    [
      { ...chat, load: prometheus('sum(requests_total)', { series: 'counter', unit: 'req' }) },
      `c: workloads.w.load.query: ${why}. Hint: take the rate first: sum(rate(requests_total[5m])), with series: 'rate' and unit: 'req/s'`,
    ],
    [
      { ...chat, load: prometheus('rate(sum by (app) (requests_total)[5m:])') },
      `c: workloads.w.load.query: ${why}. Hint: take the rate first: sum(rate(requests_total[5m]))`,
    ],
    [
      { ...shop, cpu: { usage: prometheus('rate(job:requests_total:sum[5m])'), capacity: prometheus('sum(machines)') } },
      `c: workloads.w.cpu.usage.query: ${why}. Hint: take the rate first: sum(rate(requests_total[5m]))`,
    ],
    [
      { ...chat, metric: { kind: 'prometheus', query: 'rate(sum(requests_total)[5m:])', url: 'http://prometheus:9090' } },
      `c: workloads.w.metric.query: ${why}. Hint: take the rate first: sum(rate(requests_total[5m]))`,
    ],
  ])('%j', (workload, sentence) => expect(sentences(workload)).toEqual([sentence]));

  test('the query of the hint is taken', () => {
    expect(sentences({ ...chat, load: prometheus('sum(rate(requests_total[5m]))', { series: 'rate' }) })).toEqual([]);
  });
});

test.each([
  [
    'neither a throughput nor a model',
    { ...chat, replica: { gpus: 1 } },
    'c: workloads.w.replica.throughput: is missing: measure what one replica can do. Hint: or give model, by which it is estimated',
  ],
  [
    'an SLO without a model',
    { ...chat, slo: { p95TimeToFirstToken: '1s' } },
    'c: workloads.w.model: is missing: what an SLO asks for is computed from it. Hint: give model, or leave slo out',
  ],
  [
    'tokens without a model',
    { ...chat, tokens: { input: 1, output: 1 } },
    'c: workloads.w.model: is missing: tokens say nothing without it. Hint: give model, or leave tokens out',
  ],
  [
    'a name and a shape of its model',
    { ...chat, model: { name: 'llama-3-8b', layers: 32 } },
    "c: workloads.w.model.layers: is part of 'llama-3-8b' already. Hint: leave one of them out",
  ],
  [
    'a longest sequence below the mean',
    { ...chat, model, tokens: { input: 500, output: 200, longest: 600 } },
    'c: workloads.w.tokens.longest: is shorter than the mean prompt and answer',
  ],
  [
    'a price for minutes of a replay that is not made',
    { ...chat, replay: 'off', usdPerViolatedMinute: 2 },
    "c: workloads.w.usdPerViolatedMinute: prices minutes of a replay, and replay: 'off' makes none. Hint: leave it out, or state replay: 'act' or 'advise'",
  ],
  [
    'a GPU that no throughput was measured on',
    { ...chat, replica: { gpus: 1, measuredOn: 'L40S' }, model },
    'c: workloads.w.replica.measuredOn: says where throughput was measured, and none is stated. Hint: state replica.throughput, or leave it out',
  ],
  [
    'an estimate, and a load that is not in requests',
    { ...chat, replica: {}, model, load: { ...load, unit: 'tokens/s' } },
    "c: workloads.w.load.unit: an estimated throughput is in requests. Hint: unit: 'req/s', or measure replica.throughput",
  ],
  [
    'a metric of the pods under KEDA',
    { ...chat, metric: { kind: 'pods', name: 'requests' } },
    "c: workloads.w.metric: a KEDA ScaledObject cannot read a metric of the pods. Hint: use prometheusMetric(...), or owner: 'manifests'",
  ],
])('inference with %s is refused', (_, workload, sentence) => expect(sentences(workload)).toEqual([sentence]));

test('a service is refused a metric of its own', () => {
  expect(sentences({ ...shop, metric: { kind: 'pods', name: 'requests' } })).toEqual([
    'c: workloads.w.metric: a service is scaled by CPU and memory, not by a metric of its own',
  ]);
});

test.each([
  [['spot'], {}, "names spot, and pool 'l40s' has none. Hint: add 'spot' to pools.l40s.capacity, or leave it out"],
  [
    ['on-demand', 'spot'],
    { capacity: ['spot'] },
    "names on-demand, and pool 'l40s' has spot alone. Hint: add 'on-demand' to pools.l40s.capacity, or leave it out",
  ],
  [
    ['on-demand'],
    { capacity: ['on-demand', 'spot'], owner: 'external' },
    "tells spot from other nodes, and those of pool 'l40s' are made elsewhere (owner 'external'): no label is known that says which are spot. Hint: leave it out, or give spot a pool of its own",
  ],
])('a job that names capacity that it cannot be bound to is refused (%#)', (capacity, pool, sentence) => {
  const deferred = { ...job, earliest: '0h', capacity };
  expect(sentences(deferred, {}, pool)).toEqual([`c: workloads.w.capacity: ${sentence}`]);
  expect(sentences(deferred, {}, { capacity: ['on-demand', 'spot'] })).toEqual([]);
});

test.each([
  ['a load', { ...job, load }, "c: workloads.w.load: a training job has no load. Hint: use form: 'deployment' for trainers fed by a queue"],
  [
    'a growth, and the plan does not choose its hours',
    { ...job, growth: 'pause' },
    "c: workloads.w.growth: is of a job whose hours the plan chooses. Hint: state earliest (such as '0h') or pauses too",
  ],
  [
    'windows of its own beside pauses',
    { ...job, pauses: { most: 2 }, run: { windows: [{ from: '2026-11-25T01:00:00Z', to: '2026-11-25T05:00:00Z' }] } },
    'c: workloads.w.run.windows: are given, and the plan chooses others. Hint: leave them out, or earliest and pauses',
  ],
  [
    'an earliest start, and is a JobSet',
    { ...job, earliest: '2h', run: { as: 'JobSet' } },
    "c: workloads.w.run.as: makes no windows: a CronJob makes no JobSet. Hint: state as: 'Job', or leave out earliest and pauses",
  ],
  [
    'a deadline before its earliest start',
    { ...job, earliest: '2026-11-25T01:00:00Z', deadline: '2026-11-25T01:00:00Z' },
    'c: workloads.w.deadline: is not after earliest. Hint: give a later one',
  ],
  ['a backlog', { ...job, backlog: 5 }, "c: workloads.w.backlog: a training job has no queue. Hint: use form: 'deployment'"],
  ['both samples and tokens', { ...job, tokens: 5 }, 'c: workloads.w.tokens: is given beside samples. Hint: leave one of them out'],
  [
    'nothing to train on',
    without(job, 'samples'),
    'c: workloads.w.samples: is missing: a job is sized by samples (or tokens), epochs and deadline',
  ],
  [
    'no deadline',
    without(job, 'deadline'),
    'c: workloads.w.deadline: is missing: a job is sized by samples (or tokens), epochs and deadline',
  ],
  [
    'neither model nor throughput',
    without(job, 'model'),
    "c: workloads.w.model: is missing, and no throughput is measured. Hint: give model, or replica.throughput such as '2500 samples/s'",
  ],
])('a job with %s is refused', (_, workload, sentence) => expect(sentences(workload)).toEqual([sentence]));

test.each([
  ['no load', without(queue, 'load'), 'c: workloads.w.load: is missing'],
  [
    'samples of a job',
    { ...queue, samples: 5 },
    'c: workloads.w.samples: is for a job: trainers of a queue do what arrives. Hint: leave it out',
  ],
  [
    'a moment for a deadline',
    { ...queue, deadline: '2026-11-24T00:00:00Z' },
    "c: workloads.w.deadline: is a moment, and a queue has none: items keep coming. Hint: say how long each may take, such as '6h'",
  ],
  [
    'a backlog and no deadline',
    { ...without(queue, 'deadline'), backlog: 5 },
    "c: workloads.w.deadline: is missing: until when what waits must be done. Hint: for example deadline: '6h'",
  ],
  ['no throughput', without(queue, 'replica'), 'c: workloads.w.replica.throughput: is missing: measure what one replica can do'],
  [
    'a level for a load',
    { ...queue, load: { ...load, unit: 'req', series: 'level' }, replica: { throughput: '2 req' } },
    'c: workloads.w.deadline: is for items that arrive, and the load is a level. Hint: leave it out, or give the rate of arrivals',
  ],
])('trainers of a queue with %s are refused', (_, workload, sentence) => expect(sentences(workload)).toEqual([sentence]));

test('a replica that asks for GPUs is refused a pool without them', () => {
  expect(sentences({ ...chat, pool: 'general' })).toEqual([
    "c: workloads.w.replica.gpus: asks for GPUs, and pool 'general' has none. Hint: make it a gpuPool",
  ]);
});

test('a sibling that is measured by other signals is refused', () => {
  expect(sentences({ ...shop, like: 'other' }, { other: { ...shop, memory: { kind: 'csv', path: 'memory.csv' } } })).toEqual([
    "c: workloads.w.like: is measured by cpu and memory, and 'w' by cpu: there is no shape to borrow",
  ]);
});
