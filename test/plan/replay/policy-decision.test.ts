import { decidePolicy, type FreshReplay, type ScalingTerms, termsOf } from '../../../lib/plan/replay/policy-decision';
import { type PolicyFigures, type PolicyOutcome, violationPercent } from '../../../lib/plan/replay/policy-figures';
import { type ReplayPlan, usualScaleDown } from '../../../lib/plan/file/types';
import type { CarriedPolicy, PolicyName } from '../../../lib/plan/replay/scaling-policies';
import { rawConfig, testConfig } from '../../support/config';

const minutes = 10_000;
/** GPU-hours, and minutes in violation of ten thousand. */
type Pair = readonly [gpuHours: number, violationMinutes?: number];
type Pairs = { readonly [Name in PolicyName]?: Pair };
const figures = ([gpuHours, violationMinutes = 0]: Pair): PolicyFigures => ({ gpuHours, violationMinutes, scoredMinutes: minutes });

/** What each policy came to where it was tuned, and where it was scored: the same unless said otherwise. */
function outcomes(tuned: Pairs, scored: Pairs = {}): PolicyOutcome[] {
  const names = [...new Set([...Object.keys(tuned), ...Object.keys(scored)])] as PolicyName[];
  return names.map((name) => {
    const pair = tuned[name];
    return { name, tuned: pair === undefined ? null : figures(pair), scored: figures(scored[name] ?? pair ?? [0]) };
  });
}
const knowing = { relativeError: 0.5, historyDays: 10 };

describe('a comparison', () => {
  const reactive = (why: string) => ({ chosen: 'hpa-tuned', why: `reactive: ${why}` });
  const ahead = (saving: string, percent = '0.000', hpa = percent) => ({
    chosen: 'plan',
    why: `floors by the hour came to ${saving} % fewer GPU-hours than the tuned HPA and ${percent} % of the minutes in violation against ${hpa} %, in weeks that no setting has seen`,
  });
  const noPlan = reactive('on the tuning window no plan needs fewer GPU-hours than the tuned HPA at as few violations');

  test.each<[string, Pairs, object, object]>([
    [
      'less than three days of history before the tuning window are too few to trust a forecast, whatever it came to',
      { 'hpa-tuned': [100], plan: [50] },
      { historyDays: 2.34 },
      reactive('2.3 days of history before the tuning window are too few to trust a forecast'),
    ],
    ['three days of history are enough', { 'hpa-tuned': [100], plan: [50] }, { historyDays: 3 }, ahead('50.0')],
    [
      'a forecast that errs more than 0.9 times as much as a flat line is nothing to plan by',
      { 'hpa-tuned': [100], plan: [50] },
      { relativeError: 0.912 },
      reactive('a day ahead the forecast errs 0.91 times as much as a flat line, so there is nothing to plan by'),
    ],
    ['one that errs 0.9 times as much is', { 'hpa-tuned': [100], plan: [50] }, { relativeError: 0.9 }, ahead('50.0')],
    [
      'a load of which a flat line says all leaves nothing to plan by',
      { 'hpa-tuned': [100], plan: [50] },
      { relativeError: null },
      reactive('a day ahead the forecast errs as much as a flat line, so there is nothing to plan by'),
    ],
    ['floors by the hour that need fewer GPU-hours are chosen', { 'hpa-tuned': [100], plan: [90] }, {}, ahead('10.0')],
    [
      'what no manifests carry is not chosen, however cheap it is',
      { 'hpa-tuned': [100], plan: [90], 'plan+operate': [10] },
      {},
      ahead('10.0'),
    ],
    ['a plan that needs as many GPU-hours as the tuned HPA is none better', { 'hpa-tuned': [100], plan: [100] }, {}, noPlan],
    ['a plan that was not replayed is not chosen', { 'hpa-tuned': [100] }, {}, noPlan],
    ['nothing is chosen against a tuned HPA that was not replayed', { plan: [10] }, {}, noPlan],
    [
      'a rival that lives by no forecast is not chosen, however cheap',
      { 'hpa-tuned': [100], 'seasonal-naive': [10], static: [5] },
      {},
      noPlan,
    ],
    [
      'a plan that passes the limit on violations, which the tuned HPA holds, is out',
      { 'hpa-tuned': [100, 10], plan: [50, 11] },
      {},
      noPlan,
    ],
    ['a plan at the limit of 0.1 % is in', { 'hpa-tuned': [100, 3], plan: [90, 10] }, {}, ahead('10.0', '0.100', '0.030')],
    ['a plan that alone holds the limit is in', { 'hpa-tuned': [100, 400], plan: [90, 3] }, {}, ahead('10.0', '0.030', '4.000')],
    [
      'where neither holds it, the plan may violate no more than the tuned HPA, and the reason says how far both are beyond the limit',
      { 'hpa-tuned': [100, 400], plan: [90, 300] },
      {},
      {
        ...ahead('10.0', '3.000', '4.000'),
        why: `${ahead('10.0', '3.000', '4.000').why}; 3.00 % of its minutes are in violation, 60 times the limit of 0.05 %`,
      },
    ],
    [
      'where neither holds it and the plan violates more, the tuned HPA stays',
      { 'hpa-tuned': [100, 300], plan: [90, 301] },
      {},
      { ...noPlan, why: `${noPlan.why}; 3.00 % of its minutes are in violation, 30 times the limit of 0.1 %` },
    ],
  ])('%s', (_, tuned, skill, expected) => {
    const evidence = { outcomes: outcomes(tuned), skill: { ...knowing, ...skill }, judged: 'within the hour' as const };
    expect(decidePolicy(evidence, 'keda')).toEqual(expected);
  });

  describe("under owner 'live'", () => {
    const decided = (tuned: Pairs, scored: Pairs = tuned, skill: object = {}) =>
      decidePolicy({ outcomes: outcomes(tuned, scored), skill: { ...knowing, ...skill }, judged: 'within the hour' }, 'live');
    const live = (text: string) => ({ chosen: 'live', why: `a live floor came to ${text}, in weeks that no setting has seen` });

    test('a live floor is chosen by the rule of floors by the hour, which take no part', () => {
      const figures = '10.0 % fewer GPU-hours than the tuned HPA and 0.000 % of the minutes in violation against 0.000 %';
      expect(decided({ 'hpa-tuned': [100], plan: [50], live: [90] })).toEqual(live(figures));
      expect(decided({ 'hpa-tuned': [100], live: [90] }, undefined, { relativeError: 1 })).toEqual(live(figures));
    });
    test('one that was not ahead where it was tuned, or not in the weeks after, is not', () => {
      expect(decided({ 'hpa-tuned': [100], live: [100] })).toEqual(
        reactive('on the tuning window no live floor needs fewer GPU-hours than the tuned HPA at as few violations'),
      );
      expect(decided({ 'hpa-tuned': [100], live: [90] }, { 'hpa-tuned': [100], live: [104] })).toEqual(
        reactive(
          'a live floor was ahead where it was tuned, and came to 4.0 % more GPU-hours than the tuned HPA and 0.000 % of the minutes in violation against 0.000 % in the weeks after',
        ),
      );
      expect(decided({ 'hpa-tuned': [100], plan: [50] })).toMatchObject({ chosen: 'hpa-tuned' });
    });
  });
  test('under another owner a live floor is not chosen, however cheap it is', () => {
    expect(
      decidePolicy(
        { outcomes: outcomes({ 'hpa-tuned': [100], plan: [90], live: [10] }), skill: knowing, judged: 'within the hour' },
        'keda',
      ),
    ).toEqual(ahead('10.0'));
  });

  describe('where a minute in violation has a price', () => {
    const price = { usdPerGpuHour: 2, usdPerViolatedMinute: 0.5 };
    const decided = (tuned: Pairs, scored: Pairs = tuned) =>
      decidePolicy({ outcomes: outcomes(tuned, scored), skill: knowing, judged: 'within the hour', price }, 'keda');

    test('chooses what costs less for nodes and such minutes together, though it violates more', () => {
      expect(decided({ 'hpa-tuned': [100, 0], plan: [90, 30] })).toEqual({
        chosen: 'plan',
        why: 'floors by the hour came to 195 USD in all, 180 for nodes and 15 for 30 minutes in violation, 2.5 % less than the tuned HPA, in weeks that no setting has seen',
      });
    });
    test('leaves fewer GPU-hours where their violations cost more', () => {
      expect(decided({ 'hpa-tuned': [100, 4], plan: [90, 60] })).toEqual({
        chosen: 'hpa-tuned',
        why: 'reactive: on the tuning window no plan costs less than the tuned HPA, a minute in violation at 0.5 USD; the tuned HPA came to 202 USD in all, 200 for nodes and 2 for 4 minutes in violation',
      });
    });
    test('is borne out by dollars too, and says of what is far beyond its limit that it is', () => {
      expect(decided({ 'hpa-tuned': [100, 0], plan: [90, 0] }, { 'hpa-tuned': [100, 120], plan: [90, 200] })).toEqual({
        chosen: 'hpa-tuned',
        why: 'reactive: floors by the hour cost less where they were tuned, and came to 280 USD in all, 180 for nodes and 100 for 200 minutes in violation in the weeks after; the tuned HPA came to 260 USD in all, 200 for nodes and 60 for 120 minutes in violation; 1.20 % of its minutes are in violation, 12 times the limit of 0.1 %',
      });
    });
  });

  test('by coarse means says that it sees nothing of what happens within the hour', () => {
    const evidence = { outcomes: outcomes({ 'hpa-tuned': [100], plan: [90] }), skill: knowing, judged: 'not within the hour' as const };
    expect(decidePolicy(evidence, 'keda').why).toBe(
      `${ahead('10.0').why}; judged by coarse means: what happens within the hour is in none of these figures`,
    );
  });
});

const atOnce = { ...usualScaleDown, windowSeconds: 0 };
const settings: ReplayPlan['settings'] = {
  plan: { target: 0.6, headroom: 0.9, floor: 2, scaleDown: atOnce },
  'hpa-tuned': { target: 0.65, headroom: null, floor: 5, scaleDown: atOnce },
  live: { target: 0.9, headroom: 1, floor: 3, scaleDown: atOnce },
};
const tenDays = { from: '2026-11-01T00:00:00Z', to: '2026-11-11T00:00:00Z' };

/** What a plan keeps of a replay, but for the choice. */
function recordOf(scored: Pairs, tuned = tenDays): Omit<ReplayPlan, 'chosen' | 'why'> {
  return {
    tuned,
    scored: { from: tuned.to, to: '2026-11-22T00:00:00Z' },
    seed: 1,
    policies: (Object.entries(scored) as [PolicyName, Pair][]).map(([name, [gpuHours, violationMinutes = 0]]) => ({
      name,
      gpuHours,
      usd: 2 * gpuHours,
      violationMinutesPercent: (100 * violationMinutes) / minutes,
      unservedPercent: 0,
    })),
    lowerBoundGpuHours: 70,
    lowerBoundFractionalGpuHours: 65,
    settings,
    basis: 'sha256:0',
  };
}
const fresh = (scored: Pairs, tuned: Pairs): FreshReplay => ({
  ...recordOf(scored),
  outcomes: outcomes(tuned, scored),
  skill: knowing,
  judged: 'within the hour',
});
const kept = (chosen: CarriedPolicy, scored: Pairs = { hpa: [100], 'hpa-tuned': [100], plan: [90] }, tuned = tenDays): ReplayPlan => ({
  ...recordOf(scored, tuned),
  chosen,
  why: 'as it was',
});
const terms = (fields: Partial<ScalingTerms> = {}): ScalingTerms => ({
  owner: 'keda',
  replay: 'act',
  states: { target: false, replay: false },
  target: 0.8,
  withheld: false,
  ...fields,
});

describe('for a plan', () => {
  const hpa: Pair = [100];
  const borneOut =
    'floors by the hour came to 10.0 % fewer GPU-hours than the tuned HPA and 0.000 % of the minutes in violation against 0.000 %, in weeks that no setting has seen';
  const notBorneOut = (figures: string) =>
    `reactive: floors by the hour were ahead where they were tuned, and came to ${figures} in the weeks after`;

  test.each<[string, Pairs, Pairs, CarriedPolicy, string]>([
    [
      'floors by the hour are chosen where the weeks after bear them out',
      { 'hpa-tuned': [100], plan: [80] },
      { hpa, 'hpa-tuned': [100], plan: [90] },
      'plan',
      borneOut,
    ],
    [
      'what manifests do not carry takes no part, however cheap it is',
      { 'hpa-tuned': [100], plan: [80], 'plan+operate': [10] },
      { hpa, 'hpa-tuned': [100], plan: [90], 'plan+operate': [10] },
      'plan',
      borneOut,
    ],
    [
      'floors by the hour that came to more in the weeks after are not chosen',
      { 'hpa-tuned': [100], plan: [80] },
      { hpa, 'hpa-tuned': [100], plan: [101] },
      'hpa-tuned',
      notBorneOut('1.0 % more GPU-hours than the tuned HPA and 0.000 % of the minutes in violation against 0.000 %'),
    ],
    [
      'those that came to half a percent fewer GPU-hours are',
      { 'hpa-tuned': [100], plan: [80] },
      { hpa, 'hpa-tuned': [100], plan: [99.5] },
      'plan',
      'floors by the hour came to 0.5 % fewer GPU-hours than the tuned HPA and 0.000 % of the minutes in violation against 0.000 %, in weeks that no setting has seen',
    ],
    [
      'those that came to as many are not',
      { 'hpa-tuned': [100], plan: [80] },
      { hpa, 'hpa-tuned': [100], plan: [100] },
      'hpa-tuned',
      notBorneOut('0.0 % more GPU-hours than the tuned HPA and 0.000 % of the minutes in violation against 0.000 %'),
    ],
    [
      'nor are those that came to a tenth of a percent more minutes in violation and a bit',
      { 'hpa-tuned': [100], plan: [80] },
      { hpa, 'hpa-tuned': [100, 20], plan: [90, 31] },
      'hpa-tuned',
      notBorneOut('10.0 % fewer GPU-hours than the tuned HPA and 0.310 % of the minutes in violation against 0.200 %'),
    ],
    [
      'a tenth of a percent more is no hindrance',
      { 'hpa-tuned': [100], plan: [80] },
      { hpa, 'hpa-tuned': [100, 20], plan: [90, 29] },
      'plan',
      'floors by the hour came to 10.0 % fewer GPU-hours than the tuned HPA and 0.290 % of the minutes in violation against 0.200 %, in weeks that no setting has seen',
    ],
    [
      'what was not ahead where it was tuned is not chosen for what came after',
      { 'hpa-tuned': [100], plan: [100] },
      { hpa, 'hpa-tuned': [100], plan: [50] },
      'hpa-tuned',
      'reactive: on the tuning window no plan needs fewer GPU-hours than the tuned HPA at as few violations',
    ],
  ])('%s', (_, tuned, scored, chosen, why) => {
    expect(decidePolicy(fresh(scored, tuned), terms())).toMatchObject({ chosen, why });
  });

  test('a replay that a plan keeps has its verdict, which stays', () => {
    expect(decidePolicy(kept('hpa-tuned', { hpa, 'hpa-tuned': [100], plan: [1] }), terms())).toMatchObject({
      chosen: 'hpa-tuned',
      why: 'as it was',
    });
  });
});

describe('what a plan makes of a verdict', () => {
  const byHour = { policy: 'plan', strategy: 'horizontal', settings: settings.plan };
  const oneFloor = { policy: 'hpa-tuned', strategy: 'reactive', settings: settings['hpa-tuned'] };
  const acted = (inForce: object, instead: string | null = null) => ({ effect: 'tuned', unused: null, inForce, instead });
  const advice = (unused: string) => ({ effect: 'advice', unused, inForce: null });
  const liveFloor = { policy: 'live', strategy: 'horizontal', settings: settings.live };
  const only = 'owner or scaling in the config allow hpa-tuned only';

  test.each<[string, CarriedPolicy, Partial<ScalingTerms>, object]>([
    ['floors by the hour are in force with the settings they were replayed with', 'plan', {}, acted(byHour)],
    ['so is the tuned HPA', 'hpa-tuned', {}, acted(oneFloor)],
    ["scaling: 'auto' takes what was chosen", 'plan', { scaling: 'auto' }, acted(byHour)],
    [
      "owner 'manifests' cannot move floors, so that the tuned HPA holds",
      'plan',
      { owner: 'manifests' },
      { allowed: 'hpa-tuned', ...acted(oneFloor, only) },
    ],
    ["scaling: 'reactive' takes the settings of the tuned HPA whatever was chosen", 'plan', { scaling: 'reactive' }, acted(oneFloor, only)],
    [
      "scaling: 'horizontal' takes those of floors by the hour",
      'hpa-tuned',
      { scaling: 'horizontal' },
      { allowed: 'plan', ...acted(byHour, 'owner or scaling in the config allow plan only') },
    ],
    ['but not where manifests own the floor', 'hpa-tuned', { scaling: 'horizontal', owner: 'manifests' }, acted(oneFloor)],
    ['a live floor that was chosen is in force where it is the owner', 'live', { owner: 'live' }, acted(liveFloor)],
    [
      'it is there too where the tuned HPA was chosen, since its owner says so',
      'hpa-tuned',
      { owner: 'live' },
      { allowed: 'live', ...acted(liveFloor, 'owner or scaling in the config allow live only') },
    ],
    ["and where scaling: 'horizontal' is stated", 'live', { owner: 'live', scaling: 'horizontal' }, acted(liveFloor)],
    ['one that an owner before had chosen gives way to the tuned HPA', 'live', {}, acted(oneFloor, only)],
    [
      'without a forecast there are no floors to lay by the hour',
      'plan',
      { withheld: true },
      acted(oneFloor, 'without a forecast hpa-tuned holds'),
    ],
    ['which changes nothing where the tuned HPA was chosen', 'hpa-tuned', { withheld: true }, acted(oneFloor)],
    ["replay: 'advise' makes it advice", 'plan', { replay: 'advise' }, advice("replay: 'advise' in the config")],
    ["so does replay: 'off', with a replay that an earlier plan made", 'plan', { replay: 'off' }, advice('replay is off')],
    [
      'so does a target that the config states',
      'plan',
      { states: { target: true, replay: false } },
      advice('the config states the target'),
    ],
    ["so does scaling: 'vertical'", 'plan', { scaling: 'vertical' }, advice("scaling: 'vertical' in the config")],
    ["so does scaling: 'hybrid'", 'hpa-tuned', { scaling: 'hybrid' }, advice("scaling: 'hybrid' in the config")],
  ])('%s', (_, chosen, fields, expected) => {
    expect(decidePolicy(kept(chosen), terms(fields))).toMatchObject(expected);
  });

  describe('that costs more than 1.25 times as much as a plain autoscaler', () => {
    const dear = { hpa: [100], 'hpa-tuned': [130], plan: [126] } as const;
    const text = (policy: string, times: string) =>
      `${policy} is not acted on: it takes ${times} times the GPU-hours of a plain autoscaler to be in violation for less; replay: 'act' in the config asks for it`;
    test.each<[string, CarriedPolicy, Pairs, Partial<ScalingTerms>, object]>([
      ['is not acted on', 'plan', dear, {}, { effect: 'dear', unused: text('plan', '1.26'), inForce: null }],
      [
        'is acted on where a minute in violation has a price, by which its settings were chosen',
        'plan',
        dear,
        { states: { target: false, replay: false, violationPrice: true } },
        acted(byHour),
      ],
      ["is acted on where replay: 'act' is stated", 'plan', dear, { states: { target: false, replay: true } }, acted(byHour)],
      ['is acted on where it costs no more than that', 'plan', { ...dear, plan: [125] }, {}, acted(byHour)],
      [
        'is judged by the policy that the config allows, not by the chosen one',
        'plan',
        { ...dear, plan: [90] },
        { owner: 'manifests' },
        { effect: 'dear', unused: text('hpa-tuned', '1.3'), instead: only, inForce: null },
      ],
      [
        'is acted on where it is a live floor, which its owner asks for',
        'live',
        { ...dear, live: [140] },
        { owner: 'live' },
        acted({ policy: 'live', strategy: 'horizontal', settings: settings.live }),
      ],
      ['is acted on where no plain autoscaler was replayed', 'plan', { plan: [126], 'hpa-tuned': [130] }, {}, acted(byHour)],
    ])('%s', (_, chosen, scored, fields, expected) => {
      expect(decidePolicy(kept(chosen, scored), terms(fields))).toMatchObject(expected);
    });
  });

  describe('whose settings were tuned on less than a week', () => {
    const sixDays = { from: '2026-11-05T00:00:00Z', to: '2026-11-11T00:00:00Z' };
    const thin = { effect: 'thin', unused: 'its settings are not used: they were tuned on less than 7d' };
    const untuned = {
      policy: 'hpa-tuned',
      strategy: 'reactive',
      settings: { target: 0.8, headroom: null, floor: null, scaleDown: usualScaleDown },
    };
    test.each<[string, CarriedPolicy, Partial<ScalingTerms>, object]>([
      ['is to leave floors by the hour as the config has them', 'plan', {}, { ...thin, inForce: null }],
      ['is to give up floors by the hour for one floor, at the target without a replay', 'hpa-tuned', {}, { ...thin, inForce: untuned }],
      [
        'is to change nothing under manifests, which have one floor anyway',
        'hpa-tuned',
        { owner: 'manifests' },
        { ...thin, inForce: null },
      ],
    ])('%s', (_, chosen, fields, expected) => {
      expect(decidePolicy(kept(chosen, undefined, sixDays), terms(fields))).toMatchObject(expected);
    });
    test('is used from seven days on', () => {
      const week = { from: '2026-11-04T00:00:00Z', to: '2026-11-11T00:00:00Z' };
      expect(decidePolicy(kept('plan', undefined, week), terms())).toMatchObject(acted(byHour));
    });
  });
});

describe('the terms of a config', () => {
  const { chat } = rawConfig().workloads;
  const of = (fields: object, target: number | null = null) =>
    termsOf(testConfig({ workloads: { chat: { ...chat, ...fields } as never } }), 'chat', target, false);

  test('are the defaults where it states nothing: KEDA moves the floor, and the plan acts', () => {
    expect(of({})).toEqual({
      owner: 'keda',
      scaling: undefined,
      replay: 'act',
      states: { target: false, replay: false, violationPrice: false },
      target: 0.8,
      withheld: false,
    });
  });
  test('hold what it states, and that it does', () => {
    const metric = { kind: 'pods', name: 'requests' };
    expect(of({ owner: 'manifests', metric, scaling: 'reactive', replay: 'act', target: 0.7 })).toMatchObject({
      owner: 'manifests',
      scaling: 'reactive',
      states: { target: true, replay: true, violationPrice: false },
      target: 0.7,
    });
  });
  test('take the target at which replicas run where that follows from something else', () => {
    expect(of({}, 0.55).target).toBe(0.55);
  });
  test('are asked of inference alone', () => {
    const web = { kind: 'service', cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' }, servers: 2, machine: 'm7i.xlarge', pool: 'l40s' };
    expect(() => termsOf(testConfig({ workloads: { web: web as never } }), 'web', null, false)).toThrow('web follows no load of requests');
  });
});

test('minutes in violation are told in percent of those that are scored, and are none where none is', () => {
  expect(violationPercent({ violationMinutes: 5, scoredMinutes: 1_000 })).toBe(0.5);
  expect(violationPercent({ violationMinutes: 0, scoredMinutes: 0 })).toBe(0);
});
