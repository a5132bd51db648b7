import { highsSolver } from '../../../lib/adapters/highs';
import { solveHorizon } from '../../../lib/sizing/horizon/solve-horizon';
import type { HorizonProblem, HorizonSolution, HorizonTies } from '../../../lib/sizing/horizon/types';
import type { Solver } from '../../../lib/sizing/types';
import { kind, node, problem } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

function solved(one: HorizonProblem): HorizonSolution {
  const answer = solveHorizon(one, solver);
  if (answer.status === 'infeasible') throw new Error(answer.problems.map(({ message }) => message).join());
  return answer;
}

const nodesIn = (answer: HorizonSolution, name?: string) =>
  answer.periods.map((groups) => groups.reduce((sum, group) => sum + (name === undefined || group.offering === name ? group.nodes : 0), 0));

const only = node('n', { usdPerHour: 2 });
const withTies = (chat: readonly number[], ties: HorizonTies) =>
  problem({ offerings: [only], classes: [kind('chat')], demand: { chat }, ties });

test('a node that starts stays up for the fewest periods', () => {
  const answer = solved(withTies([1, 3, 1, 1, 1], { fewestPeriodsUp: 3 }));
  const nodes = nodesIn(answer);
  const starts = nodes.map((count, period) => Math.max(0, count - (nodes[period - 1] ?? 0)));
  nodes.forEach((count, period) =>
    expect(starts.slice(Math.max(0, period - 2), period + 1).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(count),
  );
  // One of the three is started early: it has then run long enough when the peak is over.
  expect(answer.usd).toBe(2 * 10);
});

test('a node is paid for while it boots', () => {
  const answer = solved(withTies([1, 1, 3, 1], { bootPeriods: 1 }));
  expect(nodesIn(answer)).toEqual([1, 1, 3, 1]);
  // Six nodes serve; two are paid for one period more.
  expect(answer.usd).toBeCloseTo(2 * (6 + 2), 6);
});

test('a step is kept by beginning to rise early', () => {
  expect(nodesIn(solved(withTies([1, 1, 1, 5], { largestStep: { up: 2, down: 2 } })))).toEqual([1, 1, 3, 5]);
});

test('the present plan stays unless a change saves more than it costs', () => {
  const offerings = [only, node('cheaper', { usdPerHour: 1.9 })];
  const make = (changeUsd: number) =>
    problem({ offerings, classes: [kind('chat')], demand: { chat: [4, 4] }, ties: { previous: { n: 4 }, changeUsd } });
  expect(nodesIn(solved(make(0.2)), 'n')).toEqual([4, 4]);
  expect(nodesIn(solved(make(0.01)), 'n')).toEqual([0, 0]);
});

test('no zone has more than its share of the nodes', () => {
  const offerings = [
    node('n/on-demand/a', { zone: 'a', usdPerHour: 1 }),
    node('n/on-demand/b', { zone: 'b', usdPerHour: 2 }),
    node('n/on-demand/c', { zone: 'c', usdPerHour: 3 }),
  ];
  const answer = solved(problem({ offerings, classes: [kind('w')], demand: { w: [6] }, ties: { largestZoneShare: 0.5 } }));
  expect(answer.usd).toBe(3 * 1 + 3 * 2);
});

test('spot is spread over instance types', () => {
  const offerings = [node('x/spot', { usdPerHour: 1 }), node('y/spot', { usdPerHour: 1.5 })];
  const answer = solved(problem({ offerings, classes: [kind('w')], demand: { w: [4] }, ties: { largestSpotTypeShare: 0.5 } }));
  expect(nodesIn(answer, 'y/spot')).toEqual([2]);
});

test('work with a deadline is done where nodes are cheapest, on top of the demand', () => {
  const offerings = [node('night/reserved', { usdPerHour: 0, held: { least: 3, most: 3 } }), only];
  const answer = solved(
    problem({
      offerings,
      classes: [kind('chat')],
      demand: { chat: [3, 1, 0] },
      ties: { deadlines: [{ class: 'chat', amount: 5, fromPeriod: 0, toPeriod: 3 }] },
    }),
  );
  expect(answer.usd).toBe(0);
});

test('a budget is kept where the cheapest nodes keep it', () => {
  expect(solved(withTies([1, 2], { budgetUsd: 6 })).usd).toBe(6);
});

test('what interruptions cost decides between spot and on demand', () => {
  const spot = node('s/spot', { usdPerHour: 1.8, interruptionsPerHour: 0.2 });
  const make = (lostHoursPerInterruption: number) =>
    problem({ offerings: [only, spot], classes: [kind('w')], demand: { w: [1] }, lostHoursPerInterruption });
  expect(nodesIn(solved(make(0.5)), 's/spot')).toEqual([1]);
  expect(nodesIn(solved(make(1)), 's/spot')).toEqual([0]);
});
