import { byPrice, type Candidate, matchedGpuHours, withinLimit } from '../../../lib/simulate/policies/choose-settings';
import { planCandidates } from '../../../lib/simulate/policies/plan-policy';
import { atOnce, hpaCandidates, scaleDownOf, tuneHpa } from '../../../lib/simulate/policies/tuned-hpa';
import type { Replay } from '../../../lib/simulate/replay/replay';
import { runReplay } from '../../../lib/simulate/replay/run';
import { HOUR_MS } from '../../../lib/units';
import { replayOf, scheduled, wavyLoad } from '../support';

const grid = { targets: [0.9, 0.7, 0.5, 0.3], floorShares: [0, 0.4, 0.7, 1], windowsMinutes: [0, 15], rates: [atOnce] };

/** Each replayed to its end, and the rule applied to the outcomes; of equal ones the first. */
function exhaustively(replay: Replay, mostShare: number, candidates: readonly Candidate<unknown>[] = hpaCandidates(replay, grid)) {
  const all = candidates.map((candidate) => ({ ...candidate, outcome: runReplay(replay, candidate.policy) }));
  const whole = all.flatMap(({ settings, outcome }) => (outcome === null ? [] : [{ settings, outcome }]));
  const holding = whole.filter(({ outcome }) => outcome.violationMinutes <= mostShare * outcome.scoredMinutes);
  const fewest = Math.min(...whole.map(({ outcome }) => outcome.violationMinutes));
  const among = holding.length > 0 ? holding : whole.filter(({ outcome }) => outcome.violationMinutes === fewest);
  return among.reduce((one, other) => (other.outcome.gpuHours < one.outcome.gpuHours ? other : one));
}

test.each([1, 2, 3, 4])('the settings chosen are the best of the grid, by replays that none cuts short (load %i)', (seed) => {
  const replay = replayOf(wavyLoad(2 * 5_760, seed));
  const [chosen, exact] = [withinLimit(0.001)(replay, hpaCandidates(replay, grid)), exhaustively(replay, 0.001)];
  expect(chosen.settings).toEqual(exact.settings);
  expect(chosen.outcome).toEqual(exact.outcome);
});

test('where none holds the limit, the fewest violations count first', () => {
  const replay = replayOf(wavyLoad(5_760, 5), { mostNodes: 9 });
  const [chosen, exact] = [withinLimit(0.001)(replay, hpaCandidates(replay, grid)), exhaustively(replay, 0.001)];
  expect(chosen.outcome.violationMinutes).toBeGreaterThan(0.001 * chosen.outcome.scoredMinutes);
  expect(chosen.outcome).toEqual(exact.outcome);
});

test.each([7, 8, 9])(
  'floors by the hour are chosen as by replays that none cuts short, also where none holds the limit (load %i)',
  (seed) => {
    for (const mostNodes of [Infinity, 9]) {
      const replay = replayOf(wavyLoad(5_760, seed), { mostNodes });
      const candidateOf = planCandidates(replay, [dayAhead(replay.load.start)]);
      const candidates = [0.9, 0.7, 0.5].flatMap((target) =>
        [1.2, 1, 0.7].flatMap((headroom) =>
          [1, 6].map((floor) => candidateOf({ protect: 0.95, target, headroom, floor, scaleDown: scaleDownOf(5, atOnce) })),
        ),
      );
      // Settings that come to the same: the first of them is chosen.
      const doubled = [...candidates, ...candidates].map((candidate, place) => ({
        ...candidate,
        settings: { ...candidate.settings, place },
      }));
      expect(withinLimit(0.001)(replay, doubled)).toMatchObject(exhaustively(replay, 0.001, doubled));
    }
  },
);

function dayAhead(start: number) {
  const mean = Float64Array.from({ length: 26 }, (_, hour) => 8 * (1 + 0.6 * Math.sin((2 * Math.PI * hour) / 24)));
  return {
    knownFrom: start,
    start,
    intervalMs: HOUR_MS,
    mean,
    quantiles: [{ probability: 0.95, values: mean.map((value) => 1.3 * value) }],
  };
}

test('the finer grid around the best of the coarse one is never worse than it', () => {
  const replay = replayOf(wavyLoad(5_760, 6));
  expect(tuneHpa(replay, withinLimit(0.001)).outcome.gpuHours).toBeLessThanOrEqual(exhaustively(replay, 0.001).outcome.gpuHours);
});

test.each([0.001, 0.1, 5])(
  'with a price of %s GPU-hours for a minute in violation, the settings that cost the least in all are chosen',
  (price) => {
    const replay = replayOf(wavyLoad(5_760, 10));
    const candidates = hpaCandidates(replay, grid);
    const costs = candidates.map(({ policy }) => {
      const outcome = runReplay(replay, policy);
      return outcome === null ? NaN : outcome.gpuHours + price * outcome.violationMinutes;
    });
    const { settings, outcome } = byPrice(price)(replay, candidates);
    expect(settings).toEqual(candidates[costs.indexOf(Math.min(...costs))].settings);
    expect(outcome.gpuHours + price * outcome.violationMinutes).toBe(Math.min(...costs));
  },
);

test('the dearer a minute in violation, the fewer of them', () => {
  const replay = replayOf(wavyLoad(5_760, 10));
  const [cheap, dear] = [0.001, 5].map((price) => byPrice(price)(replay, hpaCandidates(replay, grid)).outcome.violationMinutes);
  expect(cheap).toBeGreaterThan(dear);
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
