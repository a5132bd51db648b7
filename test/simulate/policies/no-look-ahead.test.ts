import type { Outlook } from '../../../lib/control/outlook';
import { usualScaleDown } from '../../../lib/plan/file/types';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { learnNeeds, sightOf } from '../../../lib/simulate/policies/learn-need';
import { dailyOutlooks, hourly } from '../../../lib/simulate/outlooks';
import { liveCandidates, liveSight, recordOf } from '../../../lib/simulate/policies/live-policy';
import { operateCandidates } from '../../../lib/simulate/policies/operate-policy';
import { planCandidates } from '../../../lib/simulate/policies/plan-policy';
import { hpaPolicy, linearThresholdPolicy, seasonalNaivePolicy, staticPolicy } from '../../../lib/simulate/policies/rivals';
import { knownTicks, type Replay } from '../../../lib/simulate/replay/replay';
import { courseOf, runReplay } from '../../../lib/simulate/replay/run';
import { fitTask } from '../../../lib/forecast/models/fit-task';
import type { FitRunner } from '../../../lib/forecast/types';
import { physicsOf, replayOf, wavyLoad } from '../support';

const day = 5_760;
const values = wavyLoad(6 * day, 11);
const tune = replayOf(values, {}, { from: 3 * day, to: 4 * day });
const score: Replay = { ...tune, from: 4 * day, to: 6 * day };
const hour = (index: number): Outlook => ({
  knownFrom: tune.load.start + index * HOUR_MS + 30_000,
  start: tune.load.start + index * HOUR_MS,
  intervalMs: HOUR_MS,
  mean: Float64Array.from({ length: 26 }, (_, i) => 8 + 4 * Math.sin((2 * Math.PI * (index + i)) / 24)),
  quantiles: [
    { probability: 0.95, values: Float64Array.from({ length: 26 }, (_, i) => 10 + 5 * Math.sin((2 * Math.PI * (index + i)) / 24)) },
  ],
});
const outlooks = [72, 96, 120].map(hour);
const atOnce = { ...usualScaleDown, windowSeconds: 0 };
const policies = (replay: Replay) => ({
  static: staticPolicy(replay),
  'hpa-tuned': hpaPolicy({ target: 0.7, floor: 2, scaleDown: usualScaleDown }, physicsOf()),
  'seasonal-naive': seasonalNaivePolicy(tune, 0.8),
  'linear-threshold': linearThresholdPolicy(replay),
  plan: planCandidates(tune, outlooks)({ protect: 0.95, target: 0.7, headroom: 1, floor: 1, scaleDown: atOnce }),
  // What is learned each day is learned from what is replayed, so that it would look ahead if learning did.
  'plan+operate': operateCandidates(tune, {
    outlooks,
    models: learnNeeds({ ...replay, from: tune.from }, 2 * day, sightOf(replay, outlooks)),
    protect: 0.95,
  })({
    margins: { up: 3, hold: 1.5 },
    target: 0.9,
    floor: 2,
  }),
  live: liveOf(replay),
});

function liveOf(replay: Replay) {
  const record = recordOf(replay, outlooks);
  const models = learnNeeds({ ...replay, from: tune.from }, 2 * day, liveSight(replay, record), tune.to);
  return liveCandidates(
    tune,
    { outlooks, models, protect: 0.95 },
    record,
  )({
    margins: { up: 3, hold: 1.5 },
    target: 0.9,
    floor: 2,
    scaleDown: atOnce,
    isStill: false,
  });
}

/** The load from a tick on made into something else entirely. */
function corrupted(replay: Replay, from: number): Replay {
  const load = { ...replay.load, values: replay.load.values.map((value, i) => (i >= from ? 50 - value : value)) };
  return { ...replay, load };
}

test.each(Object.keys(policies(score)) as (keyof ReturnType<typeof policies>)[])(
  '%s decides the same up to a moment, whatever comes after it',
  (name) => {
    const moment = 5 * day + 17;
    const other = corrupted(score, moment);
    const decisions = (replay: Replay) => {
      const course = courseOf(replay);
      runReplay(replay, policies(replay)[name].policy, course);
      return course;
    };
    const [known, changed] = [decisions(score), decisions(other)];
    // What came before the moment is seen one metric lag later at the latest, and so is nothing of it before.
    const last = moment + (moment - knownTicks(score.physics, moment)) - score.from;
    for (const column of ['replicas', 'floor', 'nodes', 'ready'] as const)
      expect(firstDifference(changed[column], known[column], last)).toBe(-1);
    expect(known.replicas.length).toBe(2 * day);
  },
);

/** Where two columns differ first before a place, -1 where they don't; the comparison of whole columns by Jest takes minutes. */
function firstDifference(one: Int32Array, other: Int32Array, end: number): number {
  return one.subarray(0, end).findIndex((value, i) => value !== other[i]);
}

test('the corruption is seen by those who look: an HPA goes another way after it', () => {
  const course = (replay: Replay) => {
    const made = courseOf(replay);
    runReplay(replay, policies(replay)['hpa-tuned'].policy, made);
    return made.replicas;
  };
  expect(firstDifference(course(corrupted(score, 5 * day)), course(score), 2 * day)).toBeGreaterThanOrEqual(day);
});

test('a forecast of a day is made from the hours before it alone', async () => {
  const run: FitRunner = (tasks) => Promise.resolve(tasks.map((task) => fitTask(task, () => new Float64Array(0))));
  const load = hourly({
    start: 0,
    intervalMs: HOUR_MS,
    values: Float64Array.from({ length: 144 }, (_, i) => 8 + 4 * Math.sin((2 * Math.PI * i) / 24)),
  });
  const options = { quantiles: [0.5, 0.95], effort: 'fast' as const, leadMs: 6 * MINUTE_MS, delayMs: 30_000 };
  const changed = { ...load, values: load.values.map((value, i) => (i >= 96 ? 1_000 : value)) };
  const [known, other] = [
    await dailyOutlooks(load, [72, 96, 120], options, run),
    await dailyOutlooks(changed, [72, 96, 120], options, run),
  ];
  expect(other.slice(0, 2)).toEqual(known.slice(0, 2));
  expect(other[2]).not.toEqual(known[2]);
  expect(known.map(({ knownFrom }) => knownFrom)).toEqual([72, 96, 120].map((at) => at * HOUR_MS + 30_000));
});
