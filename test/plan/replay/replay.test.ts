import { test as property, fc } from '@fast-check/jest';
import { highsSolver } from '../../../lib/adapters/highs';
import type { CapacityInput } from '../../../lib/config/schema';
import { followsLoad } from '../../../lib/config';
import type { HistoryRequest } from '../../../lib/history';
import { historyReader } from '../../../lib/adapters/history';
import { planSummary } from '../../../lib/report/plan-summary';
import { shortWorkload } from '../../../lib/plan/explain/short';
import { keepPrevious } from '../../../lib/plan/file/keep';
import { makePlan } from '../../../lib/plan/make-plan';
import type { CapacityPlan, ReplayPlan } from '../../../lib/plan/file/types';
import type { CarriedPolicy } from '../../../lib/plan/replay/scaling-policies';
import type { ReplayRequest } from '../../../lib/plan/replay/replay-all';
import { HOUR_MS, parseTime } from '../../../lib/units';
import { rawConfig, testConfig } from '../../support/config';
import { testLive } from '../../support/live-floor';
import { publishedFaults } from '../../support/published-form';
import { hourlyCsv, project, wave } from '../../support/foresize';
import { withoutArma as runFits } from '../../forecast/support';

jest.setTimeout(120_000);

const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus:9090' };
const pods = { kind: 'pods', name: 'requests_per_second' };
const { chat } = rawConfig().workloads;
const folder = project({
  'chat.csv': hourlyCsv(21 * 24, (hour) => wave(hour)),
  'week.csv': hourlyCsv(7 * 24, (hour) => wave(hour)),
  'broken.csv': 'timestamp,value\n2026-11-01T00:00:00Z,broken\n',
});

const slowly = { windowSeconds: 900, type: 'percent', value: 10, periodSeconds: 60 } as const;
const atOnce = { windowSeconds: 0, type: 'percent', value: 100, periodSeconds: 15 } as const;
const verdict = (chosen: CarriedPolicy, more: Partial<ReplayPlan> = {}): ReplayPlan => ({
  tuned: { from: '2026-11-01T00:00:00Z', to: '2026-11-11T00:00:00Z' },
  scored: { from: '2026-11-11T00:00:00Z', to: '2026-11-22T00:00:00Z' },
  seed: 1,
  policies: ['hpa', 'hpa-tuned', 'plan'].map((name) => ({
    name,
    gpuHours: 100,
    usd: 200,
    violationMinutesPercent: 0.05,
    unservedPercent: 0,
  })),
  lowerBoundGpuHours: 80,
  lowerBoundFractionalGpuHours: 75,
  chosen,
  why: 'as the test has it',
  settings: {
    plan: { target: 0.6, headroom: 0.9, floor: null, scaleDown: atOnce },
    'hpa-tuned': { target: 0.65, headroom: null, floor: 5, scaleDown: slowly },
  },
  basis: 'sha256:0',
  ...more,
});

type Options = {
  fields?: object;
  config?: Partial<CapacityInput>;
  previous?: CapacityPlan | null;
  history?: object;
  asOf?: number;
  readAs?: string;
};

async function planned(
  replay: ReplayPlan | { readonly none: string },
  { fields = {}, config: more = {}, previous = null, history = {}, asOf, readAs }: Options = {},
): Promise<{ plan: CapacityPlan; asked: readonly ReplayRequest[] }> {
  let asked: readonly ReplayRequest[] = [];
  const config = testConfig({ workloads: { chat: { ...chat, metric, ...fields } as never }, effort: 'fast', history, ...more });
  const { history: settings, region } = config;
  const read = historyReader({ baseDirectory: folder, history: settings, region, now: null, offline: true, environment: {} });
  const plan = await makePlan({
    config,
    foresize: '0.0.0',
    previous,
    asOf: asOf ?? null,
    readHistory: (requests) => read(requests.map((request) => (readAs === undefined ? request : { ...request, source: fileOf(readAs) }))),
    runFits,
    solver: await highsSolver(),
    replayLoads: (requests) => {
      asked = requests;
      return Promise.resolve({ chat: replay });
    },
  });
  expect(publishedFaults(plan)).toEqual([]);
  return { plan, asked };
}
/** A file in place of a server that is not there. */
function fileOf(path: string): HistoryRequest['source'] {
  const workload = testConfig({ workloads: { chat: { ...chat, load: { kind: 'csv', path, unit: 'req/s' } } as never } }).workloads.chat;
  if (!followsLoad(workload)) throw new Error('has no load');
  return workload.load;
}
const chatOf = ({ plan }: { plan: CapacityPlan }) => plan.workloads.chat;
const atEach = (plan: CapacityPlan['workloads'][string], schedule: readonly { from: string; replicas: number }[]) =>
  plan.load.map(({ from }) => (schedule.findLast((step) => step.from <= from) ?? schedule[0]).replicas);

test('where the replay is for floors by the hour, floors and autoscaler have the settings that were replayed', async () => {
  const made = chatOf(await planned(verdict('plan')));
  expect(made).toMatchObject({ target: { load: 0.6 }, scaleDown: atOnce, strategy: { inForce: 'horizontal' }, replay: { chosen: 'plan' } });
  expect(made.floors).toBeUndefined();
  // A floor carries 90 % of its replicas' throughput at the protected load, nodes are there for the usual 80 %.
  const floors = atEach(made, made.floorSchedule ?? []);
  const provided = atEach(made, made.schedule);
  made.load.forEach((point, at) => {
    expect(floors[at]).toBeGreaterThanOrEqual(Math.ceil(point.protected / (12 * 0.9) - 1e-9));
    expect(provided[at]).toBeGreaterThanOrEqual(Math.ceil(point.protected / (12 * 0.8) - 1e-9));
  });
  expect(made.floor).toBe(Math.min(...(made.floorSchedule ?? []).map(({ replicas }) => replicas)));
  expect(made.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(['replay/figures', 'replay/verdict', 'replay/settings']));
});

test('floors that are higher than what nodes would be sized for are what they are sized for, and stand alone', async () => {
  const settings = { ...verdict('plan').settings, plan: { target: 0.9, headroom: 0.7, floor: null, scaleDown: atOnce } };
  const made = chatOf(await planned(verdict('plan', { settings })));
  expect(made.floorSchedule).toBeUndefined();
  made.load.forEach((point) => expect(point.replicas).toBe(Math.max(1, Math.ceil(point.protected / (12 * 0.7) - 1e-9))));
});

describe("under owner: 'live'", () => {
  const load = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', unit: 'req/s', url: 'http://prometheus:9090' };
  const owned = (readAs: string): Options => ({ fields: { owner: 'live', load }, readAs });

  const settings = { ...verdict('live').settings, live: { target: 0.85, headroom: 1, floor: 3, scaleDown: atOnce } };
  const policies = [...verdict('live').policies, { ...verdict('live').policies[0], name: 'live', gpuHours: 104, usd: 90_000 }];
  const learned = { live: testLive, settings, policies };

  test('the plan keeps what was learned, and floors and autoscaler have the settings that the live floor was replayed with', async () => {
    const made = chatOf(await planned(verdict('live', learned), owned('chat.csv')));
    expect(made).toMatchObject({
      owner: 'live',
      target: { load: 0.85 },
      scaleDown: atOnce,
      strategy: { inForce: 'horizontal' },
      replayEffect: { policy: 'live', why: null },
    });
    expect(made.floors).toBeUndefined();
    expect(made.replay?.live).toEqual(testLive);
    // Where the load is not seen replicas carry all that they can of the protected load; nodes are there for the usual 80 %.
    const [floors, provided] = [atEach(made, made.floorSchedule ?? []), atEach(made, made.schedule)];
    made.load.forEach((point, at) => {
      expect(floors[at]).toBeGreaterThanOrEqual(Math.max(3, Math.ceil(point.protected / 12 - 1e-9)));
      expect(provided[at]).toBeGreaterThanOrEqual(Math.ceil(point.protected / (12 * 0.8) - 1e-9));
    });
    expect(made.strategy?.reason).toContain('as its owner says (live), the floor follows the load each minute; nodes are there for floors');
    expect(made.reasons.find(({ code }) => code === 'replay/settings')?.text).toContain('the floor follows the load each minute, at least');
  });

  test('where the replay speaks against it, it is in force all the same, and the plan says so with the figures', async () => {
    const { plan } = await planned(verdict('hpa-tuned', learned), owned('chat.csv'));
    const made = plan.workloads.chat;
    expect(made).toMatchObject({ replay: { chosen: 'hpa-tuned' }, replayEffect: { policy: 'live' }, target: { load: 0.85 } });
    expect(made.floors).toBeUndefined();
    const messages = Object.fromEntries(plan.warnings.map(({ code, message }) => [code, message]));
    expect(messages['replay/live']).toMatch(
      /^speaks against the live floor .* 4.0 % more GPU-hours than the tuned HPA .* USD a month against/,
    );
    expect(messages['replay/cost']).toContain('its floor follows the load');
  });

  test('a stated target is not changed, and stands beside the live floor', async () => {
    const { fields, ...options } = owned('chat.csv');
    const made = chatOf(await planned(verdict('live', learned), { ...options, fields: { ...fields, target: 0.7 } }));
    expect(made).toMatchObject({ target: { load: 0.7 }, replayEffect: { policy: null, why: 'the config states the target' } });
    expect(made.floors).toBeUndefined();
  });

  test('a load of less than eight days, and one that cannot be replayed, are refused with the reason', async () => {
    const refused = (replay: Parameters<typeof planned>[0], name: string) => planned(replay, owned(name)).then(() => 'planned', String);
    expect(await refused({ none: 'its pool is full' }, 'chat.csv')).toContain(
      "workloads.chat.owner: is 'live', and nothing was learned for it: its pool is full",
    );
    expect(await refused(verdict('plan', { live: testLive }), 'week.csv')).toContain('its load is known for 7d (expected 8 days or more)');
    expect(await refused(verdict('plan'), 'chat.csv')).toContain('--fresh');
    const withheld = planned(verdict('plan', { live: testLive }), {
      ...owned('broken.csv'),
      history: { unusable: 'keep-floor' },
      asOf: Date.UTC(2026, 10, 24),
    });
    expect(await withheld.then(() => 'planned', String)).toContain('its history cannot be used');
  });
});

test('how long rises take, and what a shorter lead would save, are told where the replay has measured it', async () => {
  const lead: ReplayPlan['lead'] = {
    rises: { by: 'day', repeats: 0.83, minutes: 45, leads: 1.5 },
    regime: 'quick',
    shorter: { minutes: 5, savedPercent: 21.4, usdPerMonth: 1480 },
  };
  const told = async (more: Partial<ReplayPlan>) => {
    const { plan } = await planned(verdict('plan', more));
    const notes = planSummary(plan).split('\n');
    return {
      short: shortWorkload(plan, 'chat'),
      advice: notes.filter((line) => line.startsWith('advice for chat')),
      made: chatOf({ plan }),
    };
  };
  const { short, advice, made } = await told({ lead });
  const rises =
    'rises: the mean day explains 83 % of the load; its rises take 45 min, 1.5 times the lead of boot and model load: an autoscaler that follows the load is late for most of such a rise; floors by time are ready before it';
  const saves =
    '5 minutes less of boot and cold start would save 21.4 %, about 1480 USD a month: caches of images and models, or nodes that are kept warm';
  expect(made.replay?.lead).toEqual(lead);
  expect(short).toEqual(expect.arrayContaining([rises, saves]));
  expect(advice).toEqual([`advice for chat: ${saves}`]);
  const little = await told({
    lead: { ...lead, rises: null, regime: 'hardly repeats', shorter: { ...lead.shorter, savedPercent: 2.9 } } as never,
  });
  expect(little.advice).toEqual([]);
  expect(little.short).toEqual(expect.arrayContaining([expect.stringContaining('would save hardly anything (2.9 %)')]));
  expect((await told({})).short.join()).not.toMatch(/rises|would save/);
});

test('a live floor that came to less is told as advice, with the figures and the owner, and never by itself', async () => {
  const policies = [...verdict('plan').policies, { ...verdict('plan').policies[0], name: 'live', violationMinutesPercent: 0.04 }];
  const { plan } = await planned(verdict('plan', { policies, advice: { policy: 'live', savedPercent: 7.31, usdPerMonth: 310.4 } }));
  const text =
    "a live floor came to 7.3 % less than plan, about 310.4 USD a month, with 0.04 % of the minutes in violation against 0.05 %; owner: 'live' asks for it";
  expect(planSummary(plan).split('\n')).toContain(`advice for chat: ${text}`);
  expect(plan.workloads.chat.reasons.find(({ code }) => code === 'replay/advice')?.text).toBe(text);
  expect(plan.workloads.chat).toMatchObject({ owner: 'keda', replayEffect: { policy: 'plan' } });
});

test('where the tuned HPA did better, the plan falls back to its one floor and its settings, and says so', async () => {
  const made = chatOf(await planned(verdict('hpa-tuned')));
  expect(made).toMatchObject({ floor: 5, floors: 'flat', target: { load: 0.65 }, scaleDown: slowly, strategy: { inForce: 'reactive' } });
  expect(made.reasons.find(({ code }) => code === 'replay/verdict')?.text).toBe('hpa-tuned: as the test has it');
  expect(made.reasons.find(({ code }) => code === 'replay/settings')?.text).toBe(
    'the autoscaler aims at 65 %, down by 10 % in 60 s after 900 s; one floor of 5: as tuned in the replay',
  );
  // Nodes are still there for the protected load.
  made.load.forEach((point, at) => expect(atEach(made, made.schedule)[at]).toBeGreaterThanOrEqual(point.replicas));
});

test.each([
  ['a stated target', { target: 0.7 }, 'the config states the target', 0.7],
  ["replay: 'advise'", { replay: 'advise' }, "replay: 'advise' in the config", 0.8],
])('with %s the verdict is advice', async (_, fields, why, target) => {
  const made = chatOf(await planned(verdict('hpa-tuned'), { fields }));
  expect(made).toMatchObject({ target: { load: target }, replay: { chosen: 'hpa-tuned' }, strategy: { inForce: 'horizontal' } });
  expect([made.floors, made.scaleDown]).toEqual([undefined, undefined]);
  expect(made.reasons.find(({ code }) => code === 'replay/verdict')?.text).toBe(`hpa-tuned: as the test has it. This is advice: ${why}`);
});

test("owner 'manifests' cannot move floors by the hour: the tuned HPA is in force whatever was chosen", async () => {
  const made = chatOf(await planned(verdict('plan'), { fields: { owner: 'manifests', metric: { kind: 'pods', name: 'requests' } } }));
  expect(made).toMatchObject({ owner: 'manifests', floor: 5, target: { load: 0.65 }, scaleDown: slowly });
  expect(made.reasons.find(({ code }) => code === 'replay/verdict')?.text).toContain('owner or scaling in the config allow hpa-tuned only');
});

test("owner 'manifests' is told of the policy it may have: where that costs too much, it is that which is not acted on", async () => {
  const policies = verdict('plan').policies.map((policy) => (policy.name === 'hpa-tuned' ? { ...policy, gpuHours: 130 } : policy));
  const fields = { owner: 'manifests', metric: { kind: 'pods', name: 'requests' } };
  const made = chatOf(await planned(verdict('plan', { policies }), { fields }));
  expect(made.scaleDown).toBeUndefined();
  expect(made.reasons.find(({ code }) => code === 'replay/dear')?.text).toMatch(/^hpa-tuned is not acted on: it takes 1.3 times/);
  expect(made.reasons.map(({ code }) => code)).not.toContain('replay/settings');
});

test('replicas that stay under floors by the hour are part of what was tuned', async () => {
  const settings = { ...verdict('plan').settings, plan: { target: 0.6, headroom: 0.9, floor: 7, scaleDown: atOnce } };
  const made = chatOf(await planned(verdict('plan', { settings })));
  expect(made.floor).toBe(7);
  expect(Math.min(...(made.floorSchedule ?? made.schedule).map(({ replicas }) => replicas))).toBe(7);
  expect(made.reasons.find(({ code }) => code === 'replay/settings')?.text).toContain('at the protected load, at least 7: as tuned');
});

test('what the plan makes of a verdict is said where it is printed', async () => {
  const noted = async (replay: ReplayPlan, fields: object = {}) => {
    const { plan } = await planned(replay, { fields });
    return planSummary(plan)
      .split('\n')
      .find((line) => line.startsWith('replay of chat'));
  };
  expect(await noted(verdict('plan'))).toBe('replay of chat: plan; as the test has it');
  expect(await noted(verdict('plan'), { target: 0.7 })).toBe(
    'replay of chat: plan; as the test has it. Not acted on: the config states the target',
  );
  expect(await noted(verdict('plan'), { scaling: 'reactive' })).toBe(
    'replay of chat: plan; as the test has it. In force is hpa-tuned: owner or scaling in the config allow hpa-tuned only',
  );
  const thin = verdict('hpa-tuned', { tuned: { from: '2026-11-08T00:00:00Z', to: '2026-11-11T00:00:00Z' } });
  expect(await noted(thin)).toBe(
    'replay of chat: hpa-tuned; as the test has it; its settings are not used: they were tuned on less than 7d',
  );
});

test('an autoscaler that came to more in the replay than is planned is warned of, for no budget counts it', async () => {
  const dear = verdict('hpa-tuned').policies.map((policy) => ({ ...policy, usd: 90_000 }));
  const warned = async (replay: ReplayPlan) => (await planned(replay)).plan.warnings.filter(({ code }) => code === 'replay/cost');
  expect((await warned(verdict('hpa-tuned', { policies: dear }))).map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^came to about 24\d{4} USD a month in the replay, and [\d.]+ are planned: its autoscaler aims at 65 % and asks for more/,
    ),
  ]);
  expect(await warned(verdict('hpa-tuned'))).toEqual([]);
});

test('settings that were tuned on less than a week are not used, and floors by the hour give way all the same', async () => {
  const thin = { tuned: { from: '2026-11-08T00:00:00Z', to: '2026-11-11T00:00:00Z' } };
  const made = chatOf(await planned(verdict('hpa-tuned', thin)));
  expect(made).toMatchObject({ floors: 'flat', target: { load: 0.8 } });
  expect(made.reasons.map(({ code }) => code)).toContain('replay/thin');
  const kept = chatOf(await planned(verdict('plan', thin)));
  expect(kept).toMatchObject({ target: { load: 0.8 }, strategy: { inForce: 'horizontal' } });
  expect(kept.scaleDown).toBeUndefined();
});

test('what costs far more than a plain autoscaler is not taken unless it is asked for', async () => {
  const policies = verdict('hpa-tuned').policies.map((policy) => (policy.name === 'hpa-tuned' ? { ...policy, gpuHours: 130 } : policy));
  const dear = chatOf(await planned(verdict('hpa-tuned', { policies })));
  expect(dear).toMatchObject({ target: { load: 0.8 }, strategy: { inForce: 'horizontal' } });
  expect(dear.reasons.find(({ code }) => code === 'replay/dear')?.text).toBe(
    "hpa-tuned is not acted on: it takes 1.3 times the GPU-hours of a plain autoscaler to be in violation for less; replay: 'act' in the config asks for it",
  );
  const asked = chatOf(await planned(verdict('hpa-tuned', { policies }), { fields: { replay: 'act' } }));
  expect(asked).toMatchObject({ floors: 'flat', floor: 5 });
});

test('one floor that was tuned on the last weeks is raised where what is coming is steeper', async () => {
  const events = [{ name: 'launch', from: '2026-11-23T06:00:00Z', to: '2026-11-23T12:00:00Z', workload: 'chat', uplift: 20 }];
  const fields = { owner: 'manifests', metric: pods };
  const usual = chatOf(await planned(verdict('hpa-tuned'), { fields }));
  const made = chatOf(await planned(verdict('hpa-tuned'), { fields, config: { events } }));
  expect(usual.floor).toBe(5);
  expect(made.floor).toBeGreaterThan(5);
  expect(made.reasons.find(({ code }) => code === 'replay/settings')?.text).toContain(`one floor, there of 5 and here of ${made.floor}`);
  expect(made.reasons.find(({ code }) => code === 'floor/hpa')?.text).toMatch(
    /where the replay tuned 5: with less an autoscaler that takes .* would be overrun/,
  );
});

test('a lower target that was tuned asks for no more nodes: a ceiling that the usual one keeps is kept', async () => {
  const usual = chatOf(await planned({ none: 'not asked' }));
  const settings = { ...verdict('plan').settings, 'hpa-tuned': { target: 0.4, headroom: null, floor: 2, scaleDown: slowly } };
  const made = chatOf(await planned(verdict('hpa-tuned', { settings }), { fields: { ceiling: usual.peak } }));
  expect([made.peak, made.ceiling]).toEqual([usual.peak, usual.peak]);
});

test.each([
  ['Terraform holds the nodes', 'terraform', 'are there all the time'],
  ['nodes come by the schedule', 'schedule', 'come and go by the schedule'],
])('where %s nobody is asked, for they are there whoever needs them', async (_, owner, why) => {
  const pools = { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], owner } };
  const { plan, asked } = await planned(verdict('plan'), { config: { pools: pools as never } });
  expect([asked, plan.workloads.chat.replay]).toEqual([[], null]);
  expect(plan.workloads.chat.reasons.find(({ code }) => code === 'replay/none')?.text).toContain(why);
});

test('what cannot be replayed says why and is planned as its config has it', async () => {
  const made = chatOf(await planned({ none: 'workloads.chat.load: is too short' }));
  expect(made).toMatchObject({ replay: null, target: { load: 0.8 } });
  expect(made.reasons.find(({ code }) => code === 'replay/none')?.text).toBe('not replayed: workloads.chat.load: is too short');
});

test.each([
  ["replay: 'off'", { replay: 'off' }, 'the config says so'],
  ['no metric', { metric: undefined }, 'no metric lets an autoscaler follow its load'],
])('with %s nobody is asked', async (_, fields, why) => {
  const { plan, asked } = await planned(verdict('plan'), { fields });
  expect(asked).toEqual([]);
  expect(plan.workloads.chat.reasons.find(({ code }) => code === 'replay/none')?.text).toBe(`not replayed: ${why}`);
});

test('a replay stays for two weeks where the plan is not due, and a plan that is due makes anew what would grow older than a week', async () => {
  const { plan: previous } = await planned(verdict('hpa-tuned'));
  const [from, until] = [previous.asOf, previous.validUntil].map((time) => parseTime(time) ?? NaN);
  const asks = async (asOf: number) => (await planned(verdict('plan'), { previous, asOf })).asked[0].staysMs / HOUR_MS;
  const hours = (until - from) / HOUR_MS;
  expect(await asks(from)).toBe(14 * 24);
  expect(await asks(from + 0.75 * hours * HOUR_MS)).toBe(14 * 24);
  expect(await asks(until)).toBe(7 * 24 - 0.75 * hours);
});

test('whoever replays is given what the previous plan holds, and a withheld forecast keeps it with the settings in force', async () => {
  const { plan: previous } = await planned(verdict('hpa-tuned'));
  const { asked } = await planned(verdict('plan'), { previous });
  expect(asked[0].previous).toEqual(previous.workloads.chat.replay);
  const load = { kind: 'csv', path: 'broken.csv', unit: 'req/s' };
  const asOf = parseTime(previous.asOf);
  const kept = await planned(verdict('plan'), {
    previous,
    asOf,
    fields: { load },
    history: { unusable: 'keep-floor' },
  });
  expect(kept.asked).toEqual([]);
  expect(chatOf(kept)).toMatchObject({
    floor: 5,
    floors: 'flat',
    target: { load: 0.65 },
    scaleDown: slowly,
    replay: { chosen: 'hpa-tuned' },
  });
});

test('where floors by the hour were chosen, a withheld forecast leaves one floor and no schedule: there is none to lay', async () => {
  const { plan: previous } = await planned(verdict('plan'));
  const load = { kind: 'csv', path: 'broken.csv', unit: 'req/s' };
  const asOf = parseTime(previous.asOf);
  const { plan: kept } = await planned(verdict('plan'), {
    previous,
    asOf,
    fields: { load },
    history: { unusable: 'keep-floor' },
  });
  expect(kept.workloads.chat).toMatchObject({
    floors: 'flat',
    target: { load: 0.65 },
    scaleDown: slowly,
    strategy: { inForce: 'reactive' },
    replayEffect: { policy: 'hpa-tuned', why: 'without a forecast hpa-tuned holds' },
  });
});

test('other settings of an autoscaler are a change that is worth a review, however little else moves', async () => {
  const { plan: previous } = await planned(verdict('hpa-tuned'));
  const settings = { ...verdict('plan').settings, 'hpa-tuned': { target: 0.65, headroom: null, floor: 5, scaleDown: atOnce } };
  const { plan: next } = await planned(verdict('hpa-tuned', { settings }), { previous });
  expect(keepPrevious(previous, next, 0.03)).toEqual({ keep: false, why: 'the autoscaler of chat is to be set otherwise' });
  const { plan: same } = await planned(verdict('hpa-tuned'), { previous });
  expect(keepPrevious(previous, same, 0.03)).toEqual({ keep: true, why: 'unchanged' });
});

property.prop([fc.constantFrom(0.4, 0.55, 0.7, 0.9), fc.constantFrom(0.6, 0.85, 1, 1.4)], { numRuns: 12 })(
  'whatever was tuned, nodes are there for floors, and for the protected load at the usual target',
  async (target, headroom) => {
    const settings = { ...verdict('plan').settings, plan: { target, headroom, floor: null, scaleDown: atOnce } };
    const made = chatOf(await planned(verdict('plan', { settings })));
    const floors = atEach(made, made.floorSchedule ?? made.schedule);
    const provided = atEach(made, made.schedule);
    made.load.forEach((point, at) => {
      expect(floors[at]).toBeLessThanOrEqual(Math.max(provided[at], made.peak));
      expect(provided[at]).toBeGreaterThanOrEqual(Math.ceil(point.protected / (12 * Math.min(0.8, headroom)) - 1e-9));
      expect(floors[at]).toBeGreaterThanOrEqual(Math.ceil(point.protected / (12 * headroom) - 1e-9));
    });
  },
);

describe('an announced event, of which a replay of weeks without it says nothing', () => {
  const sale = { name: 'sale', from: '2026-11-23T10:00:00Z', to: '2026-11-23T14:00:00Z', workload: 'chat', uplift: 3 };
  const during = ({ from }: { readonly from: string }) => from >= sale.from && from < sale.to;

  test('has floors by the hour for its span where the owner moves floors, and the tuned floor beside it', async () => {
    const made = chatOf(await planned(verdict('hpa-tuned'), { config: { events: [sale] } }));
    expect(made.floors).toBeUndefined();
    expect(made.floor).toBe(5);
    const floors = atEach(made, made.floorSchedule ?? []);
    made.load.forEach((point, at) => {
      if (during(point)) expect(floors[at]).toBeGreaterThanOrEqual(point.replicas);
      else if (point.from < '2026-11-23T09:00:00Z' || point.from >= sale.to) expect(floors[at]).toBe(5);
    });
    expect(Math.max(...floors)).toBeGreaterThan(10);
    // The floor leads the event by boot and cold start.
    expect(made.floorSchedule?.[1].from).toBe('2026-11-23T09:50:00Z');
    expect(made.reasons.find(({ code }) => code === 'floor/event')?.text).toMatch(
      /^for 'sale' floors by the hour, from 2026-11-23T09:50:00Z on/,
    );
  });

  test('leaves one floor alone where it lowers the load', async () => {
    const made = chatOf(await planned(verdict('hpa-tuned'), { config: { events: [{ ...sale, uplift: 0.5 }] } }));
    expect(made).toMatchObject({ floors: 'flat', floor: 5 });
    expect(made.floorSchedule).toBeUndefined();
  });

  test('raises the one floor of manifests for the whole horizon, and the plan says by how much and at what price', async () => {
    const fields = { owner: 'manifests', metric: pods };
    const steep = { ...sale, uplift: 20 };
    const { plan } = await planned(verdict('hpa-tuned'), { fields, config: { events: [steep] } });
    const { plan: without } = await planned(verdict('hpa-tuned'), { fields });
    const [raised, usual] = [plan.workloads.chat.floor, without.workloads.chat.floor];
    expect(raised).toBeGreaterThan(usual);
    const text = new RegExp(
      `floors of chat: the one floor is ${raised} for 'sale', and would be ${usual} without: [\\d.]+ USD more in the horizon; owner: 'keda'`,
    );
    expect(planSummary(plan)).toMatch(text);
  });
});
