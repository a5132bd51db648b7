import { simulationChart, widened } from '../../lib/report/simulation-chart';
import { lowerBound } from '../../lib/simulate/replay/bound';
import type { Replay } from '../../lib/simulate/replay/replay';
import { runReplay } from '../../lib/simulate/replay/run';
import type { Simulation } from '../../lib/simulate/simulate-load';
import { replayOf, scheduled } from '../simulate/support';

const policy = scheduled([4]);
const drawn = (replay: Replay) => {
  const scored = runReplay(replay, policy);
  const stands = { name: 'static', settings: { replicas: 4 } } as const;
  return simulationChart(
    {
      replay,
      bound: lowerBound(replay),
      verdict: { chosen: 'static', why: '' },
      policies: [{ ...stands, policy, scored, tuned: null }],
      frontier: () => [{ policy: stands, limit: null, scored }],
    } as unknown as Simulation,
    'chat.csv',
  );
};
/** Widths of what is shaded, in pixels. */
const shaded = (svg: string) =>
  [...svg.matchAll(/<polygon points="([^"]+)" fill="#dc2626"/g)].map(([, points]) => {
    const places = points
      .split(' ')
      .filter((_, index) => index % 2 === 0)
      .map(Number);
    return Math.max(...places) - Math.min(...places);
  });

test('a violation of a single minute in a week is shaded three pixels wide', () => {
  const load = new Float64Array(7 * 5_760).fill(3);
  load.fill(5, 20_000, 20_004);
  const [width, ...others] = shaded(drawn(replayOf(load)));
  expect(others).toEqual([]);
  expect(width).toBeCloseTo(3, 0);
});

test('the load that waits is in violation until it is served', () => {
  const load = new Float64Array(5_760).fill(3.9);
  load.fill(9, 2_000, 2_040);
  const [at, once] = [3_600_000, 0].map((longestWaitMs) => shaded(drawn(replayOf(load, { longestWaitMs })))[0]);
  expect(once).toBeGreaterThan(5);
  expect(at).toBeGreaterThan(5 * once);
});

test('what was not observed is left out of the line of the load', () => {
  const parts = (gap: boolean) => {
    const replay = replayOf(new Float64Array(5_760).fill(3));
    if (gap) replay.load.missing.fill(1, 2_000, 3_000);
    const [, path] = /<path d="([^"]+)" fill="none"[^>]* stroke="#1f5fa8"/.exec(drawn(replay)) ?? [];
    return [...path.matchAll(/M/g)].length;
  };
  expect([parts(false), parts(true)]).toEqual([1, 2]);
});

test('stretches are widened around their middle, within both ends, and those that meet are one', () => {
  const one = (from: number, to: number) => ({ from, to });
  expect(widened([one(10, 12), one(50, 70)], 6, 0, 100)).toEqual([one(8, 14), one(50, 70)]);
  expect(widened([one(0, 1), one(99, 100)], 6, 0, 100)).toEqual([one(0, 6), one(94, 100)]);
  expect(widened([one(10, 12), one(15, 16), one(40, 41)], 6, 0, 100)).toEqual([one(8, 18.5), one(37.5, 43.5)]);
});
