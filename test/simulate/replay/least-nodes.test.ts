import { test as propertyTest, fc } from '@fast-check/jest';
import { MINUTE_MS } from '../../../lib/units';
import { type Physics, nodePhysics, tickMs } from '../../../lib/simulate/physics/physics';
import { planCandidates } from '../../../lib/simulate/policies/plan-policy';
import { hpaPolicy, seasonalNaivePolicy } from '../../../lib/simulate/policies/rivals';
import { leastNodeTicksOf } from '../../../lib/simulate/replay/least-nodes';
import { courseOf, runReplay } from '../../../lib/simulate/replay/run';
import { physicsOf, replayOf, wavyLoad } from '../support';

const world = fc.record({
  seed: fc.integer({ min: 1, max: 1_000 }),
  level: fc.constantFrom(2, 8, 30),
  // A replay need not begin with a minute.
  from: fc.constantFrom(0, 720, 1_001),
  target: fc.double({ min: 0.2, max: 0.95, noNaN: true }),
  floor: fc.integer({ min: 1, max: 12 }),
  windowSeconds: fc.constantFrom(0, 15, 120, 300, 3_600),
  rate: fc.constantFrom(
    { type: 'percent', value: 100, periodSeconds: 15 } as const,
    { type: 'percent', value: 10, periodSeconds: 60 } as const,
  ),
  byTheHour: fc.boolean(),
  gap: fc.boolean(),
  physics: fc.record({
    replicasPerNode: fc.integer({ min: 1, max: 4 }),
    mostNodes: fc.constantFrom(Infinity, 8),
    bootMs: fc.constantFrom(0, 4 * MINUTE_MS, 12 * MINUTE_MS),
    scaleUpLoopMs: fc.constantFrom(0, 10_000, 45_000),
    drainMs: fc.constantFrom(0, 2 * MINUTE_MS),
    karpenter: fc.boolean(),
    upTolerance: fc.constantFrom(0, 0.1),
  }),
});

propertyTest.prop([world], { numRuns: 150 })('no policy has fewer nodes than it is said to need, from any moment on', (given) => {
  const { seed, level, from, target, floor, windowSeconds, rate, byTheHour, gap } = given;
  const { karpenter, upTolerance, ...fields } = given.physics;
  const physics: Partial<Physics> = {
    ...(karpenter ? nodePhysics('karpenter') : {}),
    ...fields,
    terms: { ...physicsOf().terms, upTolerance },
  };
  const replay = replayOf(wavyLoad(2_880, seed, level), physics, { from });
  if (gap) replay.load.missing.fill(1, 1_500, 1_863);
  const scaleDown = { windowSeconds, ...rate };
  const { policy } = byTheHour
    ? planCandidates(replay, [outlook(replay.load.start, level)])({ protect: 0.95, target, headroom: 1, floor, scaleDown })
    : hpaPolicy({ target, floor, scaleDown }, replay.physics);
  const course = courseOf(replay);
  const outcome = runReplay(replay, policy, course);
  const least = leastNodeTicksOf(replay)(policy);
  if (least === null || outcome === null) throw new Error('there is a bound, and the replay has no limit');
  least.after.forEach((nodeTicks, block) => {
    let had = 0;
    for (let i = block * least.perBlock; i < course.nodes.length; i++) if (replay.load.missing[from + i] === 0) had += course.nodes[i];
    expect(nodeTicks).toBeLessThanOrEqual(had);
  });
  // With the limits that it comes to by itself it is not stopped.
  expect(runReplay(replay, policy, undefined, { ...outcome, least })).toEqual(outcome);
});

function outlook(start: number, level: number) {
  const mean = Float64Array.from({ length: 48 }, (_, hour) => level * (1 + 0.6 * Math.sin((2 * Math.PI * hour) / 24)));
  return {
    knownFrom: start,
    start,
    intervalMs: 240 * tickMs,
    mean,
    quantiles: [{ probability: 0.95, values: mean.map((value) => 1.2 * value) }],
  };
}

test('a steady load is bounded to the replica, but for the first minutes', () => {
  const replay = replayOf(new Float64Array(5_760).fill(6.5));
  const { policy } = hpaPolicy(
    { target: 0.65, floor: 1, scaleDown: { windowSeconds: 300, ...{ type: 'percent', value: 100, periodSeconds: 15 } } },
    replay.physics,
  );
  expect(leastNodeTicksOf(replay)(policy)?.after[0]).toBeGreaterThan(0.99 * 10 * 5_760);
});

test('limits that depend on the load, and nodes left to chance, have no bound', () => {
  const replay = replayOf(wavyLoad(5_760, 1));
  expect(leastNodeTicksOf(replay)(seasonalNaivePolicy(replay, 0.7).policy)).toBeNull();
  const spot = replayOf(wavyLoad(5_760, 1), { interruptionsPerNodeHour: 0.01 });
  const { policy } = hpaPolicy(
    { target: 0.65, floor: 1, scaleDown: { windowSeconds: 300, type: 'percent', value: 100, periodSeconds: 15 } },
    spot.physics,
  );
  expect(leastNodeTicksOf(spot)(policy)).toBeNull();
});
