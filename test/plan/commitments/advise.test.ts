import { historyReader } from '../../../lib/adapters/history';
import { usualRisk } from '../../../lib/commit';
import { parseConfig } from '../../../lib/config/parse';
import { adviseCommitments, backtestCommitments, commitPlan } from '../../../lib/plan/commitments';
import type { CommitPlan } from '../../../lib/plan/file';
import { forecastLoads } from '../../../lib/plan/forecast-loads';
import { decideDemands } from '../../../lib/plan/make-plan';
import { withoutArma } from '../../forecast/support';
import { rawConfig } from '../../support/config';
import { hourlyCsv, project, wave } from '../../support/foresize';

const { chat } = rawConfig().workloads;
const raw = {
  ...rawConfig({
    workloads: {
      chat: { ...chat, replay: 'off' },
      once: {
        kind: 'training',
        samples: 1e6,
        deadline: '12h',
        replica: { gpus: 1, throughput: '100 samples/s' },
        pool: 'l40s',
        image: 'registry.example.com/once:1',
      },
    } as never,
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'], capacity: ['on-demand', 'spot'] } },
    limits: { spotShare: 0 },
    effort: 'fast',
  }),
};
const config = parseConfig(raw);
const folder = project({ 'chat.csv': hourlyCsv(36 * 24, wave) });
/** The demand is worked out once: what changes between the tests changes no load. */
const demand = (async () => {
  const { history, region } = config;
  const readHistory = historyReader({ baseDirectory: folder, threads: 1, history, region, now: null, offline: true, environment: {} });
  const loads = await forecastLoads({ config, asOf: null, readHistory, runFits: withoutArma });
  return { ...loads, ...(await decideDemands(config, loads, { previous: null })) };
})();
const usual = { growth: {}, risk: usualRisk, draws: 20, seed: 1 };
const advised = async (fields: object = {}, options: Partial<typeof usual> & { growth?: Readonly<Record<string, number>> } = {}) =>
  adviseCommitments(parseConfig({ ...raw, ...fields }), await demand, { ...usual, ...options });
const numberOf = async (...of: Parameters<typeof advised>) => (await advised(...of)).types[0].advised.oneYear;

test('a type that holds the replicas cheapest is advised, and a job that runs once is left out by name', async () => {
  const { types, leftOut } = await advised();
  expect(types.map(({ instanceType }) => instanceType)).toEqual(['g6e.xlarge']);
  expect(types[0].advised.oneYear).toBeGreaterThan(0);
  expect(leftOut).toContainEqual({ name: 'once', why: 'runs once, and not over months' });
});

test('what is held is not advised again; where it ends within the year, that is the day to decide on as many', async () => {
  const plain = await numberOf();
  const held = async (until: string) => (await advised({ commitments: [{ instance: 'g6e.xlarge', count: plain, until }] })).types[0];
  expect(await held('2030-01-01')).toMatchObject({ advised: { oneYear: 0 }, decide: null });
  const ends = await held('2027-01-01');
  expect(ends).toMatchObject({ advised: { oneYear: 0 }, decide: { by: '2027-01-01T00:00:00Z', why: 'what is held ends then' } });
  expect(ends.decide?.nodes).toBeGreaterThan(plain / 2);
});

test('declared growth asks for more, a declared decline for less', async () => {
  const plain = await numberOf();
  const grows = await advised({}, { growth: { chat: 0.1 } });
  expect(grows.types[0].workloads).toEqual([{ name: 'chat', growthPerMonth: expect.closeTo(0.1, 9) as number, growth: 'declared' }]);
  expect(grows.types[0].advised.oneYear).toBeGreaterThan(plain);
  expect(await numberOf({}, { growth: { chat: -0.1 } })).toBeLessThan(plain);
});

test('what may run on spot is not reserved where spot is cheaper', async () => {
  expect(await numberOf({ limits: { spotShare: 0.5 } })).toBeLessThan(await numberOf());
});

test('a price for three years that is stated is used; where none is known that is said', async () => {
  const stated = await advised({ prices: { 'g6e.xlarge': { 'reserved-3y': '0.6 USD/hour' } } });
  expect(stated.types[0].advised.threeYears).toBeGreaterThan(0);
  expect(stated.leftOut.map(({ name }) => name)).toEqual(['once']);
  expect((await advised()).leftOut).toContainEqual({
    name: 'g6e.xlarge',
    why: "no price for three years is known; state it as 'reserved-3y'",
  });
});

test('no number of nodes of the curve costs less than what is advised, and its regret is least where most of its courses lie', async () => {
  const { curve, usdPerMonth, advised: nodes } = (await advised()).types[0];
  for (const { usdPerMonth: other } of curve) expect(usdPerMonth.advised.mean).toBeLessThanOrEqual(other.mean + 1e-9);
  const at = curve.find((point) => point.nodes === nodes.oneYear);
  for (const { regret } of curve) expect(at?.regret.p50).toBeLessThanOrEqual(regret.p50 + usdPerMonth.without.mean * 0.05);
});

test('an event without an uplift and what is held of another type are left out by name', async () => {
  const { leftOut } = await advised({
    events: [{ name: 'sale', date: '2026-12-01' }],
    commitments: [{ instance: 'g5.xlarge', count: 2, until: '2030-01-01' }],
  });
  expect(leftOut.map(({ name }) => name)).toEqual(['once', 'g6e.xlarge', 'sale', 'g5.xlarge']);
});

test('an announced crowd is worth a capacity block where its price is stated', async () => {
  const prices = { 'g6e.xlarge': { 'capacity-block': '1.5 USD/hour' } };
  const events = [{ name: 'sale', from: '2026-12-01T11:30:00Z', to: '2026-12-04T11:30:00Z', uplift: 6, why: 'a sale' }];
  const { types, asks } = await advised({ prices, events });
  expect(types[0].blocks).toHaveLength(1);
  expect(types[0].blocks[0]).toMatchObject({ from: '2026-12-01T11:30:00Z', to: '2026-12-04T11:30:00Z' });
  expect(asks.join()).toMatch(/a capacity block of \d+ g6e\.xlarge from 2026-12-01T11:30:00Z to 2026-12-04T11:30:00Z/);
  expect((await advised({ events })).types[0].blocks).toEqual([]);
});

test('over the last weeks of a steady load commit buys as hindsight does, below on demand and a static fleet, and what is paid is used more', async () => {
  const { types, leftOut } = backtestCommitments(config, await demand, usual);
  expect(types).toHaveLength(1);
  expect(types[0].ways.map(({ name }) => name)).toEqual(['static peak', 'on demand', 'n-th node', 'commit', 'hindsight']);
  const [peak, onDemand, rule, commit, hindsight] = types[0].ways;
  expect(peak.usd).toBeGreaterThan(onDemand.usd);
  expect(commit.usd).toBeLessThan(onDemand.usd);
  for (const other of [onDemand, rule, commit]) expect(hindsight.usd).toBeLessThanOrEqual(other.usd + 1e-6);
  expect((onDemand.usd - commit.usd) / (onDemand.usd - hindsight.usd)).toBeGreaterThan(0.9);
  expect(onDemand.usedShare).toBe(1);
  expect(commit.usedShare).toBeGreaterThan(peak.usedShare);
  expect(leftOut).toEqual([{ name: 'once', why: 'runs once, and not over months' }]);
});

describe('in the plan', () => {
  const inPlan = async (fields: object = {}, before?: CommitPlan): Promise<CommitPlan> =>
    commitPlan(parseConfig({ ...raw, ...fields }), await demand, usual, before);
  test('stands what commit says, in dollars of two digits', async () => {
    const [plan, { types, asks }] = [await inPlan(), await advised()];
    const { instanceType, advised: nodes, decide, usdPerMonth } = types[0];
    expect(plan.types).toMatchObject([
      { instanceType, weeks: 5, advised: { oneYear: nodes.oneYear, threeYears: 0 }, decide: { by: decide?.by } },
    ]);
    expect(plan.types[0].savesUsdPerMonth.mean).toBe(Number(usdPerMonth.saved.mean.toPrecision(2)));
    expect(plan.leftOut).toEqual([{ name: 'once', why: 'runs once, and not over months' }]);
    expect(asks.join()).toContain(`reserve ${nodes.oneYear} g6e.xlarge for a year`);
  });
  test('stand the growth that the config declares and the quota that is short', async () => {
    const grows = await inPlan({ growth: '10 %/month', limits: { spotShare: 0, quotas: { 'L-DB2E81BA': '8 vCPU' } } });
    expect(grows.types[0].advised.oneYear).toBeGreaterThan((await inPlan()).types[0].advised.oneYear);
    expect(grows.quotas).toMatchObject([{ code: 'L-DB2E81BA', present: 8, pools: ['l40s'] }]);
  });
  test('what the plan before advised stays where it is as good, also in commit; what is dearer does not', async () => {
    const { oneYear } = (await inPlan()).types[0].advised;
    const before = (nodes: number) => ({ 'g6e.xlarge': { oneYear: nodes, threeYears: 0 } });
    const near = async (nodes: number) => adviseCommitments(config, await demand, { ...usual, before: before(nodes) });
    expect((await near(1)).types[0].advised.oneYear).toBe(oneYear);
    const plan = await inPlan();
    const [chosen] = plan.types;
    const curve = (await advised()).types[0].curve.map(({ nodes, usdPerMonth }) => ({ nodes, usd: usdPerMonth.mean }));
    const least = Math.min(...curve.map(({ usd }) => usd));
    const asGood = curve.filter(({ nodes, usd }) => nodes !== oneYear && usd - least < 0.004 * curve[0].usd).map(({ nodes }) => nodes);
    for (const nodes of asGood) {
      expect((await near(nodes)).types[0].advised.oneYear).toBe(nodes);
      const kept = await inPlan({}, { ...plan, types: [{ ...chosen, advised: { oneYear: nodes, threeYears: 0 } }] });
      expect(kept.types[0].advised.oneYear).toBe(nodes);
    }
    expect(asGood).not.toEqual([]);
  });
});

test('a reservation of the pool that says what it holds is held, and its price is that of one more', async () => {
  const plain = await numberOf();
  const pools = (reservation: object) => ({
    l40s: { ...raw.pools.l40s, reservation: { id: 'cr-0abc', instance: 'g6e.xlarge', zone: 'us-east-1a', ...reservation } },
  });
  const limits = { spotShare: 0, zones: ['us-east-1a', 'us-east-1b'] };
  const held = (await advised({ limits, pools: pools({ count: 2 }) })).types[0];
  expect(held).toMatchObject({ held: [{ count: 2, until: null }], advised: { oneYear: plain - 2 } });
  const over = (await advised({ limits, pools: pools({ count: 2, to: '2020-01-01T00:00:00Z' }) })).types[0];
  expect(over).toMatchObject({ held: [], advised: { oneYear: plain } });
  const stated = (await advised({ limits, pools: pools({ count: 2, price: '0.4 USD/hour' }) })).types[0];
  expect(stated.usdPerHour.oneYear).toBe(0.4);
});
