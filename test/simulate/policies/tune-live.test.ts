import type { Outlook } from '../../../lib/control/outlook';
import { randomOf } from '../../../lib/random';
import { HOUR_MS } from '../../../lib/units';
import { learnNeeds, type Sight } from '../../../lib/simulate/policies/learn-need';
import { liveSight, recordOf } from '../../../lib/simulate/policies/live-policy';
import { buildPolicies } from '../../../lib/simulate/policies/table';
import { courseOf, runReplay } from '../../../lib/simulate/replay/run';
import { replayOf } from '../support';

const day = 5_760;
const lead = { bootMs: 1_200_000, modelLoadMs: 600_000 };

/** Four days that rise five-fold within half an hour, with noise that lasts. */
function steepDays(): Float64Array {
  const { normal } = randomOf(5);
  let noise = 0;
  return Float64Array.from({ length: 4 * day }, (_, tick) => {
    noise = 0.99 * noise + 0.014 * normal();
    const hour = (tick % day) / 240;
    const share = Math.min(1, Math.max(0, 2 * (hour - 8))) - Math.min(1, Math.max(0, 2 * (hour - 20)));
    return (2 + 8 * share) * (1 + noise);
  });
}

/** Four days at one height, with noise alone. */
function flatDays(): Float64Array {
  const { normal } = randomOf(7);
  let noise = 0;
  return Float64Array.from({ length: 4 * day }, () => {
    noise = 0.999 * noise + 0.01 * normal();
    return Math.max(0, 8 * (1 + noise));
  });
}

/** What `simulate` does with a load whose last day but one is tuned on. */
function tuned(values: Float64Array) {
  const replay = replayOf(values, lead, { from: 2 * day, to: 3 * day });
  const { start } = replay.load;
  const hourMean = (hour: number) => values.subarray(240 * hour, 240 * (hour + 1)).reduce((sum, value) => sum + value, 0) / 240;
  const outlooks = [1, 2, 3].map((at): Outlook => {
    // Each day is expected to be as the one before.
    const mean = Float64Array.from({ length: 27 }, (_, i) => hourMean(24 * (at - 1) + (i % 24)));
    return {
      knownFrom: start + 24 * at * HOUR_MS,
      start: start + 24 * at * HOUR_MS,
      intervalMs: HOUR_MS,
      mean,
      quantiles: [{ probability: 0.95, values: mean.map((value) => 1.2 * value) }],
    };
  });
  const record = recordOf(replay, outlooks);
  const sight = liveSight(replay, record);
  const models = learnNeeds({ ...replay, to: 4 * day }, day, sight, replay.to);
  const modelsAsKnown = learnNeeds(replay, day, sight);
  const live = { outlooks, protect: 0.95, record, models, modelsAsKnown };
  const stretches = { tune: replay, score: { ...replay, from: 3 * day, to: 4 * day }, live, relearned: () => live, minuteGpuHours: null };
  const [hpa, own] = buildPolicies({ ...stretches, base: { outlooks, models, protect: 0.95 } }, ['hpa-tuned', 'live']);
  if (own.name !== 'live' || hpa.name !== 'hpa-tuned') throw new Error('not as asked');
  return { tune: replay, score: stretches.score, hpa, own };
}

test('a live floor that is ahead of the tuned HPA moves, in violation for no more minutes than the limit where it was tuned', () => {
  const { hpa, own } = tuned(steepDays());
  expect(own.settings.isStill).toBe(false);
  expect(own.tuned?.gpuHours).toBeLessThan(hpa.tuned?.gpuHours ?? NaN);
  expect(own.tuned?.violationMinutes).toBeLessThanOrEqual(Math.max(1, hpa.tuned?.violationMinutes ?? 0));
});

test('where none is ahead, the floor stays where the tuned HPA has it, in violation for no longer where it was tuned', () => {
  const { tune, score, hpa, own } = tuned(flatDays());
  const { target, floor } = hpa.settings;
  expect(own.settings).toMatchObject({ isStill: true, floor });
  expect(own.settings.target).toBeLessThanOrEqual(target);
  expect(runReplay(tune, own.policy)?.violationMinutes).toBeLessThanOrEqual(hpa.tuned?.violationMinutes ?? NaN);
  // So that no verdict takes it for a live floor that was ahead.
  expect(own.tuned).toBeNull();
  const course = courseOf(score);
  runReplay(score, own.policy, course);
  expect(new Set(course.floor)).toEqual(new Set([floor]));
});

test('a day that settings are chosen on is learned of the others: of what comes after it too, and of nothing in it', () => {
  const values = steepDays();
  const changed = (from: number, to: number) => values.map((value, tick) => (tick >= from && tick < to ? 25 - value : value));
  const modelOf = (load: Float64Array) => {
    const replay = replayOf(load, lead, { from: day, to: 4 * day });
    return learnNeeds(replay, 0, plainSight(load), replay.to)[0].up.centre;
  };
  const asItIs = modelOf(values);
  expect(modelOf(changed(day, 2 * day))).toEqual(asItIs);
  expect(modelOf(changed(3 * day, 4 * day))).not.toEqual(asItIs);
});

/** Sees the newest load and nothing else. */
function plainSight(load: Float64Array): Sight {
  return {
    upMs: 1_800_000,
    holdMs: 2_400_000,
    unit: 1,
    offset: 0.3,
    spreadFeatures: () => Float64Array.of(1, 0, 0, 0, 0, 0, 0),
    features: (tick) =>
      Float64Array.from({ length: 19 }, (_, i) => (i === 0 ? 1 : i === 1 ? Math.log(load[Math.max(0, tick - 2)] + 0.3) : 0)),
  };
}
