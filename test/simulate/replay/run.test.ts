import { test as propertyTest, fc } from '@fast-check/jest';
import { usualScaleDown } from '../../../lib/plan/file/types';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { nodePhysics, type Physics, tickMs } from '../../../lib/simulate/physics/physics';
import { slopeOf } from '../../../lib/control/linear-threshold';
import { hpaPolicy, linearThresholdPolicy, staticPolicy } from '../../../lib/simulate/policies/rivals';
import { courseOf, runReplay } from '../../../lib/simulate/replay/run';
import { physicsOf, replayOf, scheduled, wavyLoad } from '../support';

const hpa = (target: number) => hpaPolicy({ target, floor: 1, scaleDown: usualScaleDown }, physicsOf()).policy;

const world = fc.record({
  seed: fc.integer({ min: 1, max: 1_000 }),
  target: fc.double({ min: 0.4, max: 0.95, noNaN: true }),
  replicasPerNode: fc.integer({ min: 1, max: 4 }),
  longestWaitMs: fc.constantFrom(0, 60_000),
  interruptionsPerNodeHour: fc.constantFrom(0, 0.2),
  shortage: fc.constantFrom({ share: 0, lastsMs: 30 * MINUTE_MS }, { share: 0.2, lastsMs: 30 * MINUTE_MS }),
  mostNodes: fc.constantFrom(Infinity, 8),
});
type World = Partial<Physics> & { readonly seed: number; readonly target: number };
const lived = ({ seed, target, ...physics }: World) => {
  const replay = { ...replayOf(wavyLoad(1_440, seed), physics), seed };
  const course = courseOf(replay);
  const outcome = runReplay(replay, hpa(target), course);
  if (outcome === null) throw new Error('no limit was given');
  return { replay, course, outcome };
};

propertyTest.prop([world], { numRuns: 25 })('load is what was served, waits and was lost', (given) => {
  const { outcome } = lived(given);
  expect(outcome.served + outcome.unserved + outcome.queued).toBeCloseTo(outcome.came, 6);
  for (const amount of [outcome.served, outcome.unserved, outcome.queued]) expect(amount).toBeGreaterThanOrEqual(0);
});

propertyTest.prop([world], { numRuns: 25 })('cost is the integral of nodes, and nodes stay within their limit', (given) => {
  const { course, outcome, replay } = lived(given);
  const nodeTicks = course.nodes.reduce((sum, nodes) => sum + nodes, 0);
  expect(outcome.gpuHours).toBeCloseTo((nodeTicks * replay.physics.replicasPerNode * tickMs) / HOUR_MS, 6);
  expect(Math.max(...course.nodes)).toBeLessThanOrEqual(replay.physics.mostNodes);
});

propertyTest.prop([world], { numRuns: 25 })('capacity never comes from nodes that have not booted and loaded', (given) => {
  const { course, replay } = lived(given);
  const { replicasPerNode, bootMs, modelLoadMs } = replay.physics;
  const lead = (bootMs + modelLoadMs) / tickMs;
  for (let i = lead; i < course.ready.length; i++) {
    let fewest = Infinity;
    for (let j = i - lead; j <= i; j++) fewest = Math.min(fewest, course.nodes[j]);
    // Whatever serves now was on nodes that were there a lead ago.
    expect(course.ready[i]).toBeLessThanOrEqual(course.nodes[i - lead] * replicasPerNode);
    if (given.interruptionsPerNodeHour === 0 && course.ready[i] > fewest * replicasPerNode) expect(course.nodes[i]).toBeGreaterThan(fewest);
    expect(course.ready[i]).toBeLessThanOrEqual(course.nodes[i] * replicasPerNode);
  }
});

propertyTest.prop([world, fc.constantFrom(2, 0.5, 1024)], { numRuns: 25 })(
  'doubling the load and what a replica can do changes nothing',
  (given, factor) => {
    const { outcome, replay } = lived(given);
    const values = replay.load.values.map((value) => value * factor);
    const scaled = { ...replay, load: { ...replay.load, values }, physics: { ...replay.physics, capacityPerReplica: factor } };
    const other = runReplay(scaled, hpa(given.target));
    expect(other?.gpuHours).toBe(outcome.gpuHours);
    expect(other?.violationMinutes).toBe(outcome.violationMinutes);
  },
);

propertyTest.prop([world], { numRuns: 25 })('a minute is in violation where a tick of its course is', (given) => {
  const { course, outcome } = lived(given);
  const minutes = Array.from({ length: course.violated.length / 4 }, (_, minute) => course.violated.subarray(4 * minute, 4 * minute + 4));
  expect(minutes.filter((ticks) => ticks.includes(1))).toHaveLength(outcome.violationMinutes);
});

propertyTest.prop([world], { numRuns: 15 })('the same seed gives the same bytes', (given) => {
  expect(JSON.stringify(lived(given))).toBe(JSON.stringify(lived(given)));
});

describe('a node that is asked for', () => {
  const floors = [...new Array<number>(4).fill(1), ...new Array<number>(400).fill(2)];
  const course = courseOf({ from: 0, to: 200 });
  runReplay(replayOf(new Float64Array(200).fill(0.5)), scheduled(floors), course);
  const first = (column: Int32Array) => column.findIndex((value) => value === 2);

  test('is launched after the loop of the node autoscaler and serves a boot and a model load later', () => {
    expect(first(course.replicas)).toBe(4);
    expect(first(course.nodes)).toBe(5);
    expect(first(course.ready)).toBe(5 + 16 + 8);
  });

  test('goes ten minutes after its last pod', () => {
    const down = courseOf({ from: 0, to: 200 });
    runReplay(replayOf(new Float64Array(200).fill(0.5)), scheduled([...new Array<number>(50).fill(2), 1]), down);
    expect(down.ready[49]).toBe(2);
    expect(down.ready[50]).toBe(1);
    expect(down.nodes[50 + 39]).toBe(2);
    expect(down.nodes[50 + 40]).toBe(1);
  });

  test('stays while another was added within ten minutes', () => {
    const twice = courseOf({ from: 0, to: 200 });
    // Two go at tick 20; three more than are left are wanted at tick 55, which launches one.
    const floors = Array.from({ length: 200 }, (_, i) => (i < 20 ? 3 : i < 55 ? 1 : i < 56 ? 4 : 1));
    runReplay(replayOf(new Float64Array(200).fill(0.5)), scheduled(floors), twice);
    expect(twice.nodes[19]).toBe(3);
    expect(Math.min(...twice.nodes.subarray(20, 95))).toBe(3);
  });
});

describe('under Karpenter', () => {
  const down = (consolidateAfterMs: number) => {
    const course = courseOf({ from: 0, to: 400 });
    const load = new Float64Array(400).fill(0.5);
    runReplay(
      replayOf(load, nodePhysics('karpenter', consolidateAfterMs)),
      scheduled([...new Array<number>(50).fill(1), 2, ...new Array<number>(49).fill(2), 1]),
      course,
    );
    return course.nodes;
  };

  test('an empty node goes after consolidateAfter and a second look, however lately one was added', () => {
    expect([down(0)[100], down(0)[101]]).toEqual([2, 1]);
    expect([down(5 * MINUTE_MS)[120], down(5 * MINUTE_MS)[121]]).toEqual([2, 1]);
  });

  test('a pod without a place is seen within the next tick', () => {
    expect(down(0).findIndex((nodes) => nodes === 2)).toBe(51);
  });
});

test('a violation minute is one with any tick above what serves', () => {
  const load = new Float64Array(12).fill(0.5);
  load[5] = 1.5;
  const outcome = runReplay(replayOf(load), scheduled([1]));
  expect(outcome).toMatchObject({ violationMinutes: 1, scoredMinutes: 3, unserved: 0.5 });
});

test('with an SLO a violation begins where the wait of the quantile misses it, before capacity is full', () => {
  const slo = { quantile: 0.95, waitSeconds: 1, serviceSeconds: 1, placesPerReplica: 1 };
  const outcome = (level: number, with_: typeof slo | null) =>
    runReplay(replayOf(new Float64Array(40).fill(level), {}, { slo: with_ }), scheduled([4]))?.violationMinutes;
  expect(outcome(3.8, null)).toBe(0);
  expect(outcome(3.8, slo)).toBe(10);
  expect(outcome(1, slo)).toBe(0);
});

test('load beyond what an SLO allows and within what replicas do is in violation and served; beyond that it is lost', () => {
  const outcome = (level: number) =>
    runReplay(replayOf(new Float64Array(4).fill(level), { capacityPerReplica: 1, throughputPerReplica: 1.5 }), scheduled([4]));
  expect(outcome(4)).toMatchObject({ violationMinutes: 0, unserved: 0 });
  expect(outcome(6)).toMatchObject({ violationMinutes: 1, unserved: 0, served: 24 });
  expect(outcome(7)).toMatchObject({ violationMinutes: 1, unserved: 4, served: 24 });
});

test('minutes that were not observed are not scored', () => {
  const replay = replayOf(new Float64Array(12).fill(5));
  replay.load.missing.fill(1, 4, 6);
  expect(runReplay(replay, scheduled([1]))).toMatchObject({ violationMinutes: 2, scoredMinutes: 2 });
});

test('a replay that stops early is one that passes a limit', () => {
  const replay = replayOf(wavyLoad(2_880, 3));
  const whole = runReplay(replay, hpa(0.7));
  const hours = whole?.gpuHours ?? 0;
  const minutes = whole?.violationMinutes ?? 0;
  expect(minutes).toBeGreaterThan(0);
  expect(runReplay(replay, hpa(0.7), undefined, { gpuHours: hours, violationMinutes: minutes })).toEqual(whole);
  expect(runReplay(replay, hpa(0.7), undefined, { gpuHours: hours * 0.99, violationMinutes: minutes })).toBeNull();
  expect(runReplay(replay, hpa(0.7), undefined, { gpuHours: hours, violationMinutes: minutes - 1 })).toBeNull();
});

propertyTest.prop([world, fc.boolean()], { numRuns: 25 })('no replay is stopped at the limits that it comes to by itself', (given, gap) => {
  const { seed, target, ...physics } = given;
  const replay = { ...replayOf(wavyLoad(1_440, seed), physics), seed };
  if (gap) replay.load.missing.fill(1, 500, 863);
  const outcome = runReplay(replay, hpa(target));
  if (outcome === null) throw new Error('no limit was given');
  expect(runReplay(replay, hpa(target), undefined, outcome)).toEqual(outcome);
});

describe('linear-threshold', () => {
  const { policy } = linearThresholdPolicy(replayOf(new Float64Array(100).fill(3), {}, { from: 50 }));
  const scaleAfter = (course: (minute: number) => number, minutes: number) => {
    let state = policy.begin;
    const reasons: number[] = [];
    for (let minute = 0; minute < minutes; minute++) {
      const seen = { start: 0, tickMs, load: Float64Array.of(course(minute)), replicas: 1, ready: 1, nodes: 1 };
      const made = policy.decide(state, seen, minute * MINUTE_MS);
      state = made.state;
      reasons.push(Number(made.reason.replace('the line says ', '')));
    }
    return reasons;
  };

  test('predicts the line at step 24 for ever: after 24 observations it extrapolates backwards', () => {
    const predicted = scaleAfter((minute) => 10 + minute, 60);
    // Observation n of a straight line is 10 + (n - 1), and 24 steps from the first it is 33, whether that lies ahead or behind.
    expect(predicted[9]).toBeCloseTo(33, 6);
    expect(predicted[23]).toBeCloseTo(33, 6);
    expect(predicted[59]).toBeCloseTo(33, 6);
    expect(predicted[59]).toBeLessThan(10 + 59);
  });

  test('fits by least squares', () => {
    expect(slopeOf({ count: 3, sum: 1 + 2 + 6, products: 2 + 12 })).toBeCloseTo(2.5, 12);
  });
});

test('static is the peak of the past at 80 %, and never looks at what is scored', () => {
  const values = new Float64Array(100).fill(4);
  values[80] = 100;
  expect(staticPolicy(replayOf(values, {}, { from: 50 })).settings).toEqual({ replicas: 5 });
});
