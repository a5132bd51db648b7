import { highsSolver } from '../../../lib/adapters/highs';
import { renderProblem } from '../../../lib/problems';
import { horizonProblems } from '../../../lib/sizing/explain/shortage';
import { solveHorizon } from '../../../lib/sizing/search/solve-horizon';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { kind, node, problem, withZoneShare } from '../search/support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

/** What is wrong, as sentences; none where there is a solution. */
function sentences(one: HorizonProblem): readonly string[] {
  const problems = horizonProblems(one, solver).map(renderProblem);
  expect(solveHorizon(one, solver) === undefined).toBe(problems.length > 0);
  return problems;
}

const small = node('g.small', { usdPerHour: 2, quota: 'L-DB2E81BA', mostNodes: 200 });
const spot = node('g.small/spot', { usdPerHour: 0.8, quota: 'L-3819A6DF', mostNodes: 200 });
const chat = kind('chat');
const noLimits = { quotas: {}, gpuCeiling: null, spotShare: 1 };

/** The sentence, and that a problem with what it asks for has a solution while one with a little less has none. */
function cured(one: HorizonProblem, withAmount: (amount: number) => HorizonProblem, amount: number, less = 1): readonly string[] {
  expect(sentences(withAmount(amount))).toEqual([]);
  expect(sentences(withAmount(amount - less))).not.toEqual([]);
  return sentences(one);
}

test('a quota: how much it is short, from when to when, and what else would do', () => {
  const evening = Array.from({ length: 24 }, (_, hour) => (hour >= 18 && hour < 22 ? 80 : 20));
  const make = (vCpu: number) =>
    problem({
      offerings: [small, spot],
      classes: [chat],
      demand: { chat: evening },
      limits: { quotas: { 'L-DB2E81BA': vCpu, 'L-3819A6DF': 400 }, gpuCeiling: null, spotShare: 0.18 },
    });
  expect(cured(make(256), make, 264, 4)).toEqual([
    'limits.quotas.L-DB2E81BA: quota L-DB2E81BA 256 vCPU is 8 vCPU short from 2026-11-27T18:00:00Z to 2026-11-27T22:00:00Z (expected at least 264 vCPU). Hint: raise it, or allow spot 20 %',
  ]);
});

test('a ceiling of GPUs', () => {
  const make = (gpuCeiling: number) =>
    problem({ offerings: [small], classes: [chat], demand: { chat: [3, 9] }, limits: { ...noLimits, gpuCeiling } });
  expect(cured(make(5), make, 9)).toEqual([
    'limits.gpuCeiling: ceiling 5 GPU is 4 GPU short from 2026-11-27T01:00:00Z to 2026-11-27T02:00:00Z (expected at least 9 GPU). Hint: raise it',
  ]);
});

test('a zone that may not take what the others cannot', () => {
  const zones = [
    node('n/on-demand/a', { zone: 'a', usdPerHour: 1, mostNodes: 9 }),
    node('n/on-demand/b', { zone: 'b', usdPerHour: 1, mostNodes: 3 }),
  ];
  const make = (percent: number) => withZoneShare(problem({ offerings: zones, classes: [chat], demand: { chat: [10] } }), percent / 100);
  const [sentence] = cured(make(50), make, 70, 1);
  expect(sentence).toBe(
    'offerings.n/on-demand/b.mostNodes: 3 nodes of n/on-demand/b at most are 2 nodes short from 2026-11-27T00:00:00Z to 2026-11-27T01:00:00Z (expected at least 5 nodes). Hint: raise it, or allow in one zone 70 %',
  );
});

test('a reservation that is too small', () => {
  const make = (most: number) =>
    problem({
      offerings: [node('p5/reserved', { usdPerHour: 5, mostNodes: 99, committed: { least: 0, most } })],
      classes: [chat],
      demand: { chat: [2, 6] },
    });
  expect(cured(make(4), make, 6)).toEqual([
    'offerings.p5/reserved.committed: reservation p5/reserved of 4 nodes is 2 nodes short (expected at least 6 nodes). Hint: raise it',
  ]);
});

test('a share of spot where there is nothing but spot', () => {
  const make = (percent: number) =>
    problem({
      offerings: [spot, { ...small, mostNodes: 3 }],
      classes: [chat],
      demand: { chat: [8] },
      limits: { ...noLimits, spotShare: percent / 100 },
    });
  const [sentence] = cured(make(50), make, 63);
  expect(sentence).toContain('Hint: raise it, or allow spot 63 %');
  const only = problem({ offerings: [spot], classes: [chat], demand: { chat: [8] }, limits: { ...noLimits, spotShare: 0.5 } });
  expect(sentences(only)).toEqual([
    'limits.spotShare: spot 50 % is 50 points short from 2026-11-27T00:00:00Z to 2026-11-27T01:00:00Z (expected at least 100 %). Hint: raise it',
  ]);
});

test('a replica that is larger than any node', () => {
  const large = kind('large', { cpuMilli: 5_000, memoryMiB: 20_096 });
  expect(sentences(problem({ offerings: [small], classes: [large], demand: { large: [1] } }))).toEqual([
    'classes.large: a replica of large is larger than any node: the largest, g.small, is 1 CPU and 4 GiB short. Hint: ask for less, or add a larger instance type',
  ]);
});

test('floors that do not stand side by side within a limit', () => {
  const make = (gpuCeiling: number) =>
    problem({
      offerings: [node('a', { usdPerHour: 1, leastNodes: 5 }), node('b', { usdPerHour: 1, leastNodes: 6 })],
      classes: [chat],
      demand: { chat: [2] },
      limits: { ...noLimits, gpuCeiling },
    });
  expect(cured(make(9), make, 11)).toEqual([
    'limits.gpuCeiling: ceiling 9 GPU is 2 GPU short from 2026-11-27T00:00:00Z to 2026-11-27T01:00:00Z (expected at least 11 GPU). Hint: raise it, or lower offerings.a.leastNodes to 3 nodes, or lower offerings.b.leastNodes to 4 nodes',
  ]);
});

test('no offering of the GPU', () => {
  const training = kind('training', { on: { h100: { gpus: 8, throughput: 1 } } });
  expect(sentences(problem({ offerings: [small], classes: [training], demand: { training: [1] } }))).toEqual([
    'classes.training.on: no offering has a GPU that training runs on (expected h100, got l40s). Hint: add an instance type with such a GPU',
  ]);
});

test('machines of ones own that are too few', () => {
  const make = (count: number) =>
    problem({
      offerings: [node('rack/reserved', { usdPerHour: 0, mostNodes: 99, committed: { least: count, most: count } })],
      classes: [chat],
      demand: { chat: [7] },
    });
  expect(cured(make(5), make, 7)).toEqual([
    'offerings.rack/reserved.committed: there are 5 nodes of rack/reserved, 2 nodes short (expected at least 7 nodes). Hint: raise it',
  ]);
});

test('limits that clash together are each named', () => {
  const one = problem({
    offerings: [small],
    classes: [chat],
    demand: { chat: [8] },
    limits: { quotas: { 'L-DB2E81BA': 20 }, gpuCeiling: 4, spotShare: 1 },
  });
  expect(sentences(one)).toEqual([
    'limits.quotas.L-DB2E81BA: quota L-DB2E81BA 20 vCPU is 12 vCPU short from 2026-11-27T00:00:00Z to 2026-11-27T01:00:00Z (expected at least 32 vCPU). Hint: this and raise limits.gpuCeiling to 8 GPU: nothing is enough alone',
    'limits.gpuCeiling: ceiling 4 GPU is 4 GPU short from 2026-11-27T00:00:00Z to 2026-11-27T01:00:00Z (expected at least 8 GPU). Hint: this and raise limits.quotas.L-DB2E81BA to 32 vCPU: nothing is enough alone',
  ]);
});
