import { rawConfig } from '../support/config';
import { hourlyCsv, wave } from '../support/foresize';
import { planOf, refusalOf } from '../support/planner';

const { chat } = rawConfig().workloads;
const steady = { 'chat.csv': hourlyCsv(28 * 24, () => 50) };
const week = 168;
const month = 730;

/** Five nodes and more by day, none at weekends: the history ends on Sunday evening, 22 November 2026. */
const weekdays = (day: number) => (hour: number) => (Math.floor(hour / 24 + day) % 7 >= 5 ? 0 : wave(hour));

describe('an ordinary month', () => {
  test('is the horizon, where that is a week like any other', async () => {
    const { cost } = await planOf(rawConfig({ horizon: '7d' }), { 'chat.csv': hourlyCsv(28 * 24, (hour) => wave(hour)) });
    expect(cost.usdPerMonth.p95).toBeCloseTo((cost.usd.p95 / week) * month, 1);
    expect(cost.usdNextMonth.p95).toBeCloseTo(cost.usdPerMonth.p95, 1);
  });

  test('is the same with an event as without, and the event is paid for once', async () => {
    const events = [{ name: 'launch', date: '2026-11-25', workload: 'chat', uplift: 4 }];
    const plain = await planOf(rawConfig({ horizon: '7d' }), steady);
    const plan = await planOf(rawConfig({ horizon: '7d', events }), steady);
    expect(plan.cost.usdPerMonth).toEqual(plain.cost.usdPerMonth);
    const once = plan.cost.usd.p95 - plain.cost.usd.p95;
    expect(once).toBeGreaterThan(plain.cost.usd.p95 / 7);
    expect(plan.cost.usdNextMonth.p95).toBeCloseTo(plain.cost.usdPerMonth.p95 + once, 1);
    const budget = (usd: number) => rawConfig({ horizon: '7d', events, limits: { budget: `${usd} USD/month` } });
    await planOf(budget(Math.ceil(plan.cost.usdNextMonth.p95)), steady);
    expect(await refusalOf(budget(Math.floor(plan.cost.usdNextMonth.p95) - 1), steady)).toMatch(/limits\.budget: .* short/);
  });

  test('is that of whole weeks, where the horizon is a closed Saturday', async () => {
    // 26 October 2026 is a Monday; the history ends with a Friday.
    const closed = { 'chat.csv': hourlyCsv(33 * 24, weekdays(0)) };
    const plan = await planOf(rawConfig({ horizon: '1d' }), closed);
    const whole = await planOf(rawConfig({ horizon: '7d' }), closed);
    expect(plan.cost.usd.p95 * 7).toBeLessThan(whole.cost.usd.p95 / 2);
    expect(plan.cost.usdPerMonth.p95).toBeCloseTo(whole.cost.usdPerMonth.p95, 0);
    expect(plan.cost.usdNextMonth.p95).toBeLessThan(plan.cost.usdPerMonth.p95);
  });

  test('holds no job that runs once, though the horizon pays for it', async () => {
    const job = { kind: 'training', samples: 1e9, deadline: '20h', replica: { gpus: 1, throughput: '20000 samples/s' }, pool: 'l40s' };
    const plan = await planOf(rawConfig({ horizon: '7d', workloads: { chat, job: job as never } }), steady);
    const alone = await planOf(rawConfig({ horizon: '7d' }), steady);
    expect(plan.cost.usdPerMonth.p95).toBeCloseTo(alone.cost.usdPerMonth.p95, 1);
    expect(plan.workloads.job.usdPerMonth.p95).toBe(0);
    expect(plan.workloads.job.usd.p95).toBeGreaterThan(0);
    expect(plan.cost.usd.p95).toBeCloseTo(alone.cost.usd.p95 + plan.workloads.job.usd.p95, 0);
  });
});

describe('what runs now', () => {
  const usd = 1.861;
  test('costs what the config says runs, by capacity type', async () => {
    const pools = { l40s: { kind: 'gpuPool' as const, instances: ['g6e.xlarge'], running: { 'g6e.xlarge': 6, 'g6e.xlarge/spot': 2 } } };
    const { cost, pools: planned, workloads } = await planOf(rawConfig({ pools }), steady);
    const now = (6 * usd + 2 * 0.7816) * month;
    expect(cost.usdPerMonth.now).toBeCloseTo(now, 0);
    expect(planned.l40s.usdPerMonth.now).toBe(cost.usdPerMonth.now);
    expect(workloads.chat.usdPerMonth.now).toBe(cost.usdPerMonth.now);
  });

  test('is not known where nothing says it, whatever the plan before was', async () => {
    const previous = await planOf(rawConfig(), steady);
    const { cost, workloads } = await planOf(rawConfig(), steady, { previous });
    expect([cost.usdPerMonth.now, workloads.chat.usdPerMonth.now]).toEqual([null, null]);
  });

  test('is the servers of a service on their machine', async () => {
    const cpu = { kind: 'csv', path: 'chat.csv', unit: '%' };
    const web = { kind: 'service', cpu, servers: 10, machine: 'm7i.xlarge', pool: 'general' };
    const config = rawConfig({ workloads: { web: web as never }, pools: { general: { kind: 'pool', instances: ['m7i.2xlarge'] } } });
    expect((await planOf(config, steady)).cost.usdPerMonth.now).toBeCloseTo(10 * 0.2016 * month, 1);
  });

  test('of a type that the catalogue does not know is refused with its place', async () => {
    const pools = { l40s: { kind: 'gpuPool' as const, instances: ['g6e.xlarge'], running: { 'g6e.huge': 6 } } };
    expect(await refusalOf(rawConfig({ pools }), steady)).toMatch(/^pools\.l40s\.running\.g6e\.huge: instance type 'g6e\.huge' is not/);
  });
});

describe('prices of one’s own', () => {
  test('take the place of those of the catalogue', async () => {
    const listed = await planOf(rawConfig({ horizon: '7d' }), steady);
    const { cost, pools } = await planOf(rawConfig({ horizon: '7d', prices: { 'g6e.xlarge': '0.9305 USD/hour' } }), steady);
    expect(pools.l40s.groups[0].usdPerHour).toBe(0.9305);
    expect(cost.usd.p95).toBeCloseTo(listed.cost.usd.p95 / 2, 1);
  });

  test('make a region work that the catalogue has no prices of', async () => {
    const elsewhere = (prices: object) => rawConfig({ region: 'sa-east-1', prices: prices as never });
    expect(await refusalOf(elsewhere({}), steady)).toMatch(
      /^pools\.l40s\.instances\[0\]: instance type 'g6e\.xlarge' has no price in region 'sa-east-1'\. Hint: state it: prices: \{ 'g6e\.xlarge'/,
    );
    const { pools } = await planOf(elsewhere({ 'g6e.xlarge': { 'sa-east-1': '3 USD/hour', 'eu-west-1': '2 USD/hour' } }), steady);
    expect(pools.l40s.groups[0].usdPerHour).toBe(3);
  });

  test('of a type that the catalogue does not know are refused with their place', async () => {
    expect(await refusalOf(rawConfig({ prices: { 'g6e.huge': '1 USD/hour' } }), steady)).toMatch(
      /^prices\.g6e\.huge: instance type 'g6e\.huge' is not in the catalogue/,
    );
  });
});
