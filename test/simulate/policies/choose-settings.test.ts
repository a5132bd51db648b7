import { chooseSettings, matchedGpuHours } from '../../../lib/simulate/policies/choose-settings';
import { atOnce, hpaCandidates, tuneHpa } from '../../../lib/simulate/policies/tuned-hpa';
import { runReplay } from '../../../lib/simulate/replay/run';
import { replayOf, scheduled, wavyLoad } from '../support';

const grid = { targets: [0.9, 0.7, 0.5, 0.3], floorShares: [0, 0.4, 0.7, 1], windowsMinutes: [0, 15], rates: [atOnce] };

/** Each replayed to its end, and the rule applied to the outcomes. */
function exhaustively(replay: Parameters<typeof runReplay>[0], mostShare: number) {
  const all = hpaCandidates(replay, grid).map((candidate) => ({ ...candidate, outcome: runReplay(replay, candidate.policy) }));
  const whole = all.flatMap(({ settings, outcome }) => (outcome === null ? [] : [{ settings, outcome }]));
  const holding = whole.filter(({ outcome }) => outcome.violationMinutes <= mostShare * outcome.scoredMinutes);
  const fewest = Math.min(...whole.map(({ outcome }) => outcome.violationMinutes));
  const among = holding.length > 0 ? holding : whole.filter(({ outcome }) => outcome.violationMinutes === fewest);
  return among.reduce((one, other) => (other.outcome.gpuHours < one.outcome.gpuHours ? other : one));
}

test.each([1, 2, 3, 4])('the settings chosen are the best of the grid, by replays that none cuts short (load %i)', (seed) => {
  const replay = replayOf(wavyLoad(2 * 5_760, seed));
  const [chosen, exact] = [chooseSettings(replay, hpaCandidates(replay, grid)), exhaustively(replay, 0.001)];
  expect(chosen.settings).toEqual(exact.settings);
  expect(chosen.outcome).toEqual(exact.outcome);
});

test('where none holds the limit, the fewest violations count first', () => {
  const replay = replayOf(wavyLoad(5_760, 5), { mostNodes: 9 });
  const [chosen, exact] = [chooseSettings(replay, hpaCandidates(replay, grid)), exhaustively(replay, 0.001)];
  expect(chosen.outcome.violationMinutes).toBeGreaterThan(0.001 * chosen.outcome.scoredMinutes);
  expect(chosen.outcome).toEqual(exact.outcome);
});

test('the finer grid around the best of the coarse one is never worse than it', () => {
  const replay = replayOf(wavyLoad(5_760, 6));
  expect(tuneHpa(replay).outcome.gpuHours).toBeLessThanOrEqual(exhaustively(replay, 0.001).outcome.gpuHours);
});

describe('GPU-hours at equal violations', () => {
  const replay = replayOf(new Float64Array(400).fill(3));
  const candidates = (floors: readonly number[]) => floors.map((floor) => ({ settings: { floor }, policy: scheduled([floor]) }));

  test('are the fewest of all margins, also where more margin violates more, as it may where nodes are taken away', () => {
    expect(matchedGpuHours(replay, candidates([1, 5, 4, 2]), 0)).toBe(runReplay(replay, scheduled([4]))?.gpuHours);
  });

  test('are none where no candidate comes to so few violations', () => {
    expect(matchedGpuHours(replay, candidates([1, 2]), 0)).toBeNull();
  });
});
