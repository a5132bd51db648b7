import { configUnder, readAssumptions } from '../../../lib/plan/what-if';
import { isProblemError, renderProblem } from '../../../lib/problems';
import { rawConfig, testConfig } from '../../support/config';

const { chat } = rawConfig().workloads;
const config = testConfig({
  workloads: { chat, train: { kind: 'training', model: 'resnet50', samples: 1_000_000, deadline: '24h', pool: 'l40s' } } as never,
  pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], capacity: ['on-demand', 'spot'], bootTime: '4m' } },
  events: [{ name: 'sale', date: '2026-11-24', uplift: 2 }],
});

function refused(...texts: readonly string[]): string {
  try {
    readAssumptions(texts, config);
  } catch (error) {
    if (isProblemError(error)) return error.problems.map(renderProblem).join('\n');
    throw error;
  }
  return '';
}
const assuming = (...texts: readonly string[]) => configUnder(config, readAssumptions(texts, config));

test.each([
  [
    'chat',
    'chat: is no assumption (expected NAME=VALUE). Hint: for example chat=3x, event.black-friday=5x, quota.L-DB2E81BA=128, spot=off',
  ],
  ['chat=', /is no assumption/],
  ['chat=3', "chat=3: cannot be taken (expected a multiple of its load such as '3x', got 3)"],
  ['chat=0x', /expected a multiple of its load/],
  ['train=3x', 'train=3x: is a job that runs once, and has no load. Hint: assume it of another workload'],
  [
    'chta=3x',
    /'chta' is neither a workload nor anything that can be assumed\. Hint: nearest are: chat, .*; what can be assumed: chat=3x, /,
  ],
  ['protect.chta=0.9', /there is no 'chta' of which it could be assumed\. Hint: there are: chat, train; for example protect\.chat=0\.99/],
  ['protect=0.9', /says not of what\. Hint: there are: chat, train/],
  ['protect.chat=99', /expected a quantile between 0 and 1, got 99/],
  ['spot.chat=off', /Hint: it takes no name; for example spot=off/],
  ['spot=maybe', /expected 'off', 'on', or the largest share on spot/],
  ['quota.L-00000000=128', /there is no 'L-00000000' of which it could be assumed\. Hint: there are: L-3819A6DF, L-DB2E81BA/],
  ['quota.L-DB2E81BA=64 GPU', /expected vCPU such as '128', got 64 GPU/],
  ['price.p5.48xlarge=2', /Hint: there are: g6e\.xlarge, g6e\.xlarge\/spot/],
  ['price.g6e.xlarge=0', /expected USD an hour such as '2\.5'/],
  ['gpu.l40s=L41', /expected one of .*L4.*got L41/],
  ['region=mars-1', /expected one of .*us-east-1/],
  ['lead.chat=2m', /expected at least 4m, which the boot of a node of 'l40s' takes, got 2m/],
  ['horizon=90m', /a whole number of periods of 1h, got 90m/],
  ['event.xmas=2x', /there is no 'xmas' .*Hint: there are: sale/],
  ['precision.chat=fp8', /without a model nothing tells what another precision does\. Hint: state workloads\.chat\.model/],
  ['precision.chat=fp7', /expected one of bf16, fp16, fp8, int8, int4/],
  ['ceiling.chat=2.5', /expected a whole number of replicas/],
  ['budget=cheap', /expected USD a month such as '90000'/],
])('%s is refused with what is there', (text, sentence) => {
  expect(refused(text)).toMatch(sentence);
});

test('all that is wrong is told at once, and the same twice', () => {
  expect(refused('chat=3x', 'spot=maybe', 'chat=4x').split('\n')).toEqual([
    expect.stringMatching(/^spot=maybe: cannot be taken/),
    "chat=4x: assumes 'load.chat' a second time. Hint: state it once",
  ]);
});

test('what is assumed of the config is all that differs in it', () => {
  expect(assuming('chat=3x', 'event.sale=5x')).toEqual(config);
  expect(assuming('quota.L-DB2E81BA=128', 'quota.L-3819A6DF=64 vCPU').limits.quotas).toEqual({ 'L-DB2E81BA': 128, 'L-3819A6DF': 64 });
  expect(assuming('spot=off').pools.l40s.capacity).toEqual(['on-demand']);
  expect(assuming('spot=0.8').limits.spotShare).toBe(0.8);
  expect(assuming('price.g6e.xlarge=2.5', 'price.g6e.xlarge/spot=1').prices).toEqual({ 'g6e.xlarge': { onDemand: 2.5, spot: 1 } });
  expect(assuming('protect.chat=0.99', 'target.chat=0.6', 'ceiling.chat=60').workloads.chat).toMatchObject({
    protect: 0.99,
    target: 0.6,
    ceiling: 60,
  });
  expect(assuming('lead.chat=30m').workloads.chat.coldStart).toBe(26 * 60_000);
  expect(assuming('horizon=14d').horizon).toBe(14 * 86_400_000);
  expect(assuming('budget=7300').limits.budget).toBe(10);
  expect(assuming('gpu.l40s=l4').pools.l40s.instances).toContain('g6.xlarge');
  expect(assuming('region=eu-central-1')).toMatchObject({ region: 'eu-central-1', prices: {} });
});
