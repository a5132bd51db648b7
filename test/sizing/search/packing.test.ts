import { highsSolver } from '../../../lib/adapters/highs';
import { sizingEfforts } from '../../../lib/sizing/search/effort';
import { solveHorizon } from '../../../lib/sizing/search/solve-horizon';
import type { Solver } from '../../../lib/sizing/problem/program';
import { checkSolution } from './check-solution';
import { kind, node, problem, randomProblem } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

test('on 300 problems every replica of every period has a place on one node, within all limits, at the stated cost', () => {
  let solved = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const small = randomProblem(5_000 + seed, { periods: 2, offerings: 3 + (seed % 3), classes: 1 + (seed % 3), demand: 5 });
    const answer = solveHorizon(small, solver, sizingEfforts.fast);
    if (!answer) continue;
    const { broken, usd } = checkSolution(small, answer);
    expect({ seed, broken, usd: Math.abs(usd - answer.usd) < 1e-6 }).toEqual({ seed, broken: [], usd: true });
    solved++;
  }
  expect(solved).toBeGreaterThan(150);
});

test('replicas that fit in sum and not on single nodes get another node', () => {
  // Three of 3 GPU on nodes of 4: the sum of three nodes has room for a fourth.
  const four = node('four', { gpus: 4, cpuMilli: 64_000, memoryMiB: 256_000, usdPerHour: 10 });
  const wide = kind('wide', { on: { l40s: { gpus: 3, throughput: 1 } } });
  const narrow = kind('narrow', { on: { l40s: { gpus: 2, throughput: 1 } } });
  const answer = solveHorizon(problem({ offerings: [four], classes: [wide, narrow], demand: { wide: [2], narrow: [1] } }), solver);
  // Sums would do with two nodes; contents prove that three are needed.
  expect(answer).toMatchObject({ usd: 30, status: 'optimal' });
});

test('pods of a node are counted', () => {
  const few = node('few', { gpus: 8, pods: 2, usdPerHour: 1 });
  const answer = solveHorizon(problem({ offerings: [few], classes: [kind('a')], demand: { a: [5] } }), solver);
  expect(answer).toMatchObject({ usd: 3 });
});

test('alike nodes of several zones are spread over them', () => {
  const zones = ['a', 'b', 'c'].map((zone) => node(`n/on-demand/${zone}`, { zone, usdPerHour: 1, mostNodes: 4 }));
  const answer = solveHorizon(problem({ offerings: zones, classes: [kind('w')], demand: { w: [5] } }), solver);
  if (!answer) throw new Error('refused');
  expect(answer.periods[0].map(({ offering, nodes }) => `${nodes} ${offering}`)).toEqual([
    '2 n/on-demand/a',
    '2 n/on-demand/b',
    '1 n/on-demand/c',
  ]);
});
