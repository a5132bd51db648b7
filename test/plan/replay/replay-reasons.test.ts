import { fc, test as property } from '@fast-check/jest';
import type { AutoscalerSettings, ReplayPlan, WorkloadPlan } from '../../../lib/plan/file';
import type { PolicyDecision } from '../../../lib/plan/replay/policy-decision';
import type { Replayed } from '../../../lib/plan/replay/replay-all';
import { replayWarnings, replayEffect, replayReasons } from '../../../lib/plan/replay/replay-reasons';
import { usualScaleDown } from '../../../lib/plan/file/types';
import { testLive } from '../../support/live-floor';
import { samplePlan } from '../../support/sample-plan';
import { textsOf } from '../replicas/support';

/** One week, in which each policy came to so many dollars. */
function replayOf(usd: Readonly<Record<string, number>>, more: Partial<ReplayPlan> = {}): ReplayPlan {
  return {
    tuned: { from: '2026-11-01T00:00:00Z', to: '2026-11-15T00:00:00Z' },
    scored: { from: '2026-11-15T00:00:00Z', to: '2026-11-22T00:00:00Z' },
    seed: 1,
    policies: Object.entries(usd).map(([name, each]) => ({
      name,
      gpuHours: each / 2,
      usd: each,
      violationMinutesPercent: 0.5,
      unservedPercent: 0,
    })),
    lowerBoundGpuHours: 40,
    lowerBoundFractionalGpuHours: 35,
    chosen: 'plan',
    why: 'it came to less',
    settings: { plan: settings(), 'hpa-tuned': settings() },
    basis: 'sha256:0',
    ...more,
  };
}
const settings = (change: Partial<AutoscalerSettings> = {}): AutoscalerSettings => ({
  target: 0.6,
  headroom: null,
  floor: 5,
  scaleDown: usualScaleDown,
  ...change,
});
const decided = (change: Partial<PolicyDecision> = {}): Replayed => ({
  replay: replayOf({ hpa: 200, plan: 180 }),
  decision: {
    chosen: 'plan',
    why: 'it came to less',
    allowed: 'plan',
    effect: 'tuned',
    instead: null,
    unused: null,
    inForce: { policy: 'plan', strategy: 'reactive', settings: settings() },
    ...change,
  },
});
const codesOf = (replayed: Replayed) => replayReasons(replayed, 5).map(({ code }) => code);
const textOf = (replayed: Replayed, code: string, floor = 5) => textsOf(replayReasons(replayed, floor))[code];

describe('the links of the chain about a replay', () => {
  test('are the figures of all policies, the verdict, and the settings where they are in force', () => {
    expect(codesOf(decided())).toEqual(['replay/figures', 'replay/verdict', 'replay/settings']);
    expect(textOf(decided(), 'replay/figures')).toBe(
      'replayed 2026-11-15T00:00:00Z to 2026-11-22T00:00:00Z: hpa 100 GPU-hours with 0.5 % of the minutes in violation; plan 90 GPU-hours with 0.5 % of the minutes in violation; perfect knowledge 40 GPU-hours',
    );
    expect(textOf(decided(), 'replay/verdict')).toBe('plan: it came to less');
    expect(textOf(decided(), 'replay/settings', 7)).toContain('one floor, there of 5 and here of 7');
  });
  test('name the policy that is in force where the config allows another than the chosen one', () => {
    expect(textOf(decided({ instead: 'the config allows hpa-tuned only' }), 'replay/verdict')).toBe(
      'plan: it came to less; the config allows hpa-tuned only',
    );
  });
  test('of a verdict that is advice say why, and nothing of settings', () => {
    const advice = decided({ effect: 'advice', unused: 'the config states the target', instead: 'unsaid', inForce: null });
    expect(codesOf(advice)).toEqual(['replay/figures', 'replay/verdict']);
    expect(textOf(advice, 'replay/verdict')).toBe('plan: it came to less. This is advice: the config states the target');
  });
  test('say of settings that are dear or thin why they are not used', () => {
    const unused = (effect: 'dear' | 'thin') => decided({ effect, unused: 'said here', inForce: null });
    expect(textOf(unused('dear'), 'replay/dear')).toBe('said here');
    expect(textOf(unused('thin'), 'replay/thin')).toBe('said here');
    expect(codesOf(unused('thin'))).toEqual(['replay/figures', 'replay/verdict', 'replay/thin']);
  });
  test('without a replay are the cause, and none where nobody asked', () => {
    expect(replayReasons({ replay: null, none: 'its history cannot be used' }, 5)).toEqual([
      { code: 'replay/none', text: 'not replayed: its history cannot be used' },
    ]);
    expect(replayReasons({ replay: null, none: null }, 5)).toEqual([]);
  });
});

test('the effect of a replay is the policy in force, and why it is no other or none', () => {
  expect(replayEffect(decided())).toEqual({ policy: 'plan', why: null });
  expect(replayEffect(decided({ instead: 'only this' }))).toEqual({ policy: 'plan', why: 'only this' });
  expect(replayEffect(decided({ unused: 'too dear', instead: 'only this', inForce: null }))).toEqual({ policy: null, why: 'too dear' });
  expect(replayEffect({ replay: null, none: 'nothing to replay' })).toBeUndefined();
});

describe('a replay that costs more than the plan', () => {
  const { chat } = samplePlan().workloads;
  /** Replayed at so many dollars a week of 168 hours, planned at 1,000 a month of 730. */
  const workload = (usd: number, change: Partial<WorkloadPlan> = {}): WorkloadPlan => ({
    ...chat,
    target: { load: 0.6 },
    usdPerMonth: { now: null, p95: 1_000 },
    scaleDown: usualScaleDown,
    replay: replayOf({ hpa: 1, plan: usd }),
    replayEffect: { policy: 'plan', why: null },
    ...change,
  });
  const week = 168 / 730;
  const pathsOf = (workloads: Readonly<Record<string, WorkloadPlan>>) => replayWarnings(workloads).map(({ path }) => path);

  test('by a tenth is warned of with both figures and the target, one that costs no more than that is not', () => {
    expect(replayWarnings({ chat: workload(1_200 * week) })).toEqual([
      {
        code: 'replay/cost',
        path: 'workloads.chat.replay',
        message:
          'came to about 1200 USD a month in the replay, and 1000 are planned: its autoscaler aims at 60 % and asks for more than the schedule, which limits and budget do not count',
      },
    ]);
    expect(pathsOf({ chat: workload(1_101 * week) })).toHaveLength(1);
    expect(pathsOf({ chat: workload(1_099 * week) })).toEqual([]);
  });
  test('is judged by the policy in force', () => {
    const replay = replayOf({ 'hpa-tuned': 1_200 * week, plan: 900 * week });
    expect(pathsOf({ chat: workload(0, { replay }) })).toEqual([]);
    expect(pathsOf({ chat: workload(0, { replay, replayEffect: { policy: 'hpa-tuned', why: null } }) })).toHaveLength(1);
  });
  test('is no matter where nothing was replayed, where no policy is in force, and where the autoscaler keeps its settings', () => {
    const dear = 2_000 * week;
    expect(pathsOf({ chat: workload(dear, { replay: null }) })).toEqual([]);
    expect(pathsOf({ chat: workload(dear, { replayEffect: { policy: null, why: 'advice' } }) })).toEqual([]);
    expect(pathsOf({ chat: workload(dear, { replayEffect: undefined }) })).toEqual([]);
    expect(pathsOf({ chat: workload(dear, { scaleDown: undefined }) })).toEqual([]);
  });
  test('says of a live floor that it is what asks for more', () => {
    const replay = replayOf({ 'hpa-tuned': 1, live: 1_200 * week });
    const [warning] = replayWarnings({ chat: workload(0, { replay, replayEffect: { policy: 'live', why: null } }) });
    expect(warning.message).toContain('its floor follows the load, its autoscaler aims at 60 % and asks for more than the schedule');
  });
  property.prop([fc.shuffledSubarray(['chat', 'assist', 'search', 'Zoo'])])(
    'is warned of by name in the same order, however the plan lists its workloads',
    (names) => {
      const workloads = Object.fromEntries(names.map((name) => [name, workload(2_000 * week)]));
      expect(pathsOf(workloads)).toEqual([...names].sort().map((name) => `workloads.${name}.replay`));
    },
  );
});

describe('a live floor that the owner gives a workload', () => {
  const { chat } = samplePlan().workloads;
  const warned = (change: Partial<WorkloadPlan>, chosen: ReplayPlan['chosen'] = 'hpa-tuned') => {
    const replay = replayOf({ 'hpa-tuned': 1_000, live: 1_041 }, { chosen });
    return replayWarnings({ chat: { ...chat, owner: 'live', replay, replayEffect: { policy: null, why: null }, ...change } });
  };
  test('is warned of with the figures where its replay speaks against it', () => {
    expect(warned({})).toEqual([
      {
        code: 'replay/live',
        path: 'workloads.chat.replay',
        message:
          'speaks against the live floor that the owner gives it: that came to 4.1 % more GPU-hours than the tuned HPA and 0.500 % of the minutes in violation against 0.500 %, about 4523 USD a month against 4345',
      },
    ]);
  });
  test('is told that it stays, where none was ahead of the tuned HPA', () => {
    const still = replayOf({ 'hpa-tuned': 1_000, live: 1_000 }, { live: { ...testLive, least: 4, most: 4 } });
    expect(warned({ replay: still })[0].message).toMatch(
      /; none was ahead where settings were tuned, so the floor stays at 4 under an autoscaler like the tuned HPA$/,
    );
  });
  test('is warned of where it was learned from a coarse record, whatever its replay says', () => {
    const replay = replayOf({ 'hpa-tuned': 1_000, live: 900 }, { chosen: 'live', judged: 'not within the hour', live: testLive });
    expect(warned({ replay }).map(({ code }) => code)).toEqual(['replay/coarse']);
    expect(warned({ replay, owner: 'operate' }).map(({ code }) => code)).toEqual(['replay/coarse']);
    expect(warned({ replay, owner: 'keda' })).toEqual([]);
    expect(warned({ replay: { ...replay, judged: 'within the hour' } })).toEqual([]);
  });
  test('is not where it was chosen, and nobody is warned of one that there is not', () => {
    expect(warned({}, 'live')).toEqual([]);
    expect(warned({ owner: 'keda' })).toEqual([]);
    expect(warned({ replay: null })).toEqual([]);
  });
});
