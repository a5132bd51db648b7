import { matchedGpuHours } from '../../lib/simulate/matched';
import { operateMargins, operatePolicies } from '../../lib/simulate/plan-policies';
import { runReplay } from '../../lib/simulate/run';
import { replayOf, scheduled } from './support';

const replay = replayOf(new Float64Array(400).fill(3));
const hoursOf = (floor: number) => runReplay(replay, scheduled([floor]))?.gpuHours;

test('the fewest GPU-hours are found where more margin violates more, as it may where nodes are taken away', () => {
  const candidates = [1, 5, 4, 2].map((floor) => scheduled([floor]));
  expect(matchedGpuHours(replay, candidates, 0)).toBe(hoursOf(4));
});

test('there are none where no candidate comes to so few violations', () => {
  expect(matchedGpuHours(replay, [scheduled([1]), scheduled([2])], 0)).toBeNull();
});

test('the policy whose margin is moved is itself among those that are tried', () => {
  const base = { outlooks: [], models: [], protect: 0.95 };
  const policy = operatePolicies(replay, base)({ margins: { up: 2.25, hold: 0.5 * 2.25 }, target: 0.9, floor: 3 });
  expect(operateMargins(replay, base, policy)).toContain(policy);
});
