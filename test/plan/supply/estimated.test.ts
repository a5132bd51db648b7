import { offeringsOf } from '../../../lib/catalog/offerings';
import type { InferenceConfig } from '../../../lib/config/schema';
import { replicaCapacity } from '../../../lib/plan/supply/replica-capacity';
import { rawConfig, testConfig } from '../../support/config';
import { hourlyCsv, wave } from '../../support/foresize';
import { planOf, warningsOf } from '../../support/planner';

const model = { parameters: '8B', layers: 32, hiddenSize: 4_096, kvHeads: 8, headDim: 128, precision: 'fp8' };
const slo = { p95TimeToFirstToken: '800ms', p95TimePerOutputToken: '50ms' };
const chat = { ...rawConfig().workloads.chat, replica: undefined, model, slo };
const withChat = (change: object) => rawConfig({ workloads: { chat: { ...chat, ...change } as never } });

function capacity(change: object, instances = ['g6e.xlarge']) {
  const config = testConfig({ ...withChat(change), pools: { l40s: { kind: 'gpuPool', instances } } });
  const offerings = offeringsOf({ instances, capacity: ['on-demand'], region: 'us-east-1' });
  return replicaCapacity(config, 'chat', config.workloads.chat as InferenceConfig, offerings);
}

test('a plan without a measured throughput is made by an estimate, which is marked wherever it counts', async () => {
  const plan = await planOf(withChat({}), { 'chat.csv': hourlyCsv(21 * 24, (hour) => wave(hour)) });
  expect(warningsOf(plan)).toMatch(/workloads\.chat\.replica\.throughput: is not measured: replicas are counted by an estimate/);
  const { throughputPerReplica, target, reasons, load } = plan.workloads.chat;
  const expected = capacity({});
  expect(throughputPerReplica).toBeCloseTo(expected.amount, 3);
  expect(target).toEqual({ load: expect.closeTo(expected.target, 4) as number });
  expect(reasons.find(({ code }) => code === 'demand/estimated')?.text).toMatch(/an ESTIMATE, off by up to 25 %/);
  expect(reasons.find(({ code }) => code === 'demand/target')?.text).toMatch(/the SLO still holds/);
  for (const point of load)
    expect(point.replicas).toBe(Math.max(1, Math.ceil(point.protected / (expected.amount * expected.target) - 1e-4)));
});

test('the low end of the band is what is counted on', () => {
  const { amount, basis } = capacity({});
  expect(basis).toBe('estimated');
  expect(amount).toBeGreaterThan(0);
  expect(capacity({ replica: { throughput: '12 req/s' } }).amount).toBe(12);
});

test('with an SLO the target follows from it; a tighter one leaves less of a replica to use, and one that is stated stays', () => {
  const tight = capacity({ slo: { p95TimePerOutputToken: '30ms' } });
  expect(tight.target).toBeLessThan(capacity({}).target);
  expect(capacity({ target: 0.6 }).target).toBe(0.6);
  expect(capacity({ slo: undefined }).target).toBe(0.8);
  expect(capacity({ replica: { throughput: '12 req/s' } })).toMatchObject({
    basis: 'measured',
    amount: 12,
    target: capacity({ replica: { gpus: 1 } }).target,
  });
});

test('a measured throughput needs no model, and is then taken as it is', () => {
  expect(capacity({ model: undefined, slo: undefined, replica: { throughput: '12 req/s' } })).toEqual({
    amount: 12,
    unit: { noun: 'req', perMs: 1_000 },
    target: 0.8,
    basis: 'measured',
    gpus: null,
    reasons: [],
  });
});

test('what was assumed of the model and its requests is said, and nothing where all of it is stated', () => {
  const assumedOf = (change: object) => capacity(change).reasons.find(({ code }) => code === 'demand/assumed')?.text;
  const tokens = { input: 900, output: 200, longest: 4_096 };
  expect(assumedOf({})).toMatch(/^assumed of the model and its requests: .*prompts of 1024 and answers of 256 tokens$/);
  expect(assumedOf({ tokens })).toMatch(/^assumed of the model and its requests: /);
  expect(assumedOf({ tokens })).not.toContain('prompts of');
  expect(assumedOf({ model: { name: 'llama-3-8b', precision: 'fp8' }, tokens })).toBeUndefined();
  expect(assumedOf({ model: { name: 'llama-3-8b', precision: 'fp8' } })).toBe(
    'assumed of the model and its requests: prompts of 1024 and answers of 256 tokens',
  );
});

test('an estimate says how many GPUs of which type it is for, and that it is to be measured', () => {
  const { amount, reasons } = capacity({ slo: undefined });
  const text = reasons.find(({ code }) => code === 'demand/estimated')?.text ?? '';
  expect(text).toMatch(/^one replica on 1 L40S does about [\d.]+ req\/s when full: an ESTIMATE, off by up to 25 %, so /);
  const full = Number(/about ([\d.]+) req/.exec(text)?.[1]);
  expect(amount / full).toBeCloseTo(0.75, 2);
  expect(text).toContain(`so ${Number(amount.toPrecision(4))} are counted on`);
});

test('in a pool of several GPU types the slowest is counted on', () => {
  const both = capacity({ replica: { gpus: 1 }, slo: undefined }, ['g6e.xlarge', 'g6.xlarge']);
  expect(both.amount).toBeCloseTo(capacity({ replica: { gpus: 1 }, slo: undefined }, ['g6.xlarge']).amount, 9);
});

test('a model that one GPU cannot hold gets as many as it needs', () => {
  expect(capacity({ model: { name: 'llama-3-70b', precision: 'fp8' }, slo: undefined }, ['g6e.12xlarge']).gpus).toBe(4);
});

test.each([
  [
    { slo: undefined, model: undefined },
    'workloads.chat.replica.throughput: is missing: measure what one replica can do. Hint: or give model, by which it is estimated',
  ],
  [{ model: undefined, replica: { throughput: '12 req/s' } }, 'workloads.chat.model: is missing: what an SLO asks for is computed from it'],
  [{ model: { name: 'llama-9' } }, "workloads.chat.model.name: the shape of 'llama-9' is not known. Hint: did you mean llama-"],
  [{ model: { ...model, name: 'llama-3-8b' } }, "workloads.chat.model.parameters: is part of 'llama-3-8b' already"],
  [{ model: { ...model, hiddenSize: 40_960 } }, 'workloads.chat.model.parameters: do not go with 32 layers of hidden size 40960'],
  [{ model: { ...model, parameters: '0' } }, 'workloads.chat.model.parameters'],
  [
    { slo: { p95TimeToFirstToken: '5ms' } },
    'workloads.chat.slo.p95TimeToFirstToken: the time to first token cannot be kept even by an idle replica',
  ],
  [{ tokens: { input: 100, output: 100, longest: 9_000_000 } }, 'workloads.chat.tokens: the cache of one sequence does not fit 1 x L40S'],
  [{ tokens: { input: 100, output: 100, longest: 50 } }, 'workloads.chat.tokens.longest: is shorter than the mean prompt and answer'],
  [{ load: { kind: 'csv', path: 'chat.csv', unit: 'tokens/s' } }, 'workloads.chat.load.unit: an estimated throughput is in requests'],
])('what cannot be is refused with its place: %#', (change, sentence) => expect(() => capacity(change)).toThrow(sentence));
