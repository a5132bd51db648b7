import fc from 'fast-check';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { hourlyCsv, wave } from '../support/foresize';
import { planOf, refusalOf, warningsOf } from '../support/planner';

const days = 21;
const csv = (value: (hour: number) => number) => ({ 'chat.csv': hourlyCsv(days * 24, value) });
const usual = csv((hour) => wave(hour, 10, 6));
const config = (change: object = {}) => rawConfig({ guardrails: {}, ...change });
const withChat = (change: object, more: object = {}) =>
  config({ workloads: { chat: { ...rawConfig().workloads.chat, ...change } }, ...more });

/** Every evening an hour of a thousand times the load, as a counter that was read wrongly gives it. */
const broken = csv((hour) => (hour % 24 === 20 ? 14_000 : wave(hour, 10, 6)));
/** A rate of hours, labelled as one of seconds. */
const hourlySums = csv((hour) => Math.round(3_600 * wave(hour, 10, 6)));

test('a load that is a thousand times what its readings reach is refused, with both figures and the line that accepts it', async () => {
  const refusal = await refusalOf(config(), broken);
  expect(refusal).toMatch(
    /^workloads\.chat\.load: the highest protected load is [\d.]+ req\/s, and its readings above zero reach 1\d\.\d+ req\/s/,
  );
  expect(refusal).toMatch(/guardrails: \{ plausible: \{ chat: '[\d.]+x', because: '\.\.\.' \} \}/);
});

test('what else stands in its way is told at once', async () => {
  const refusal = await refusalOf(config(), broken);
  expect(refusal.split('\n').map((line) => line.split(':')[0])).toEqual(['workloads.chat.load', 'workloads.chat']);
  expect(refusal).toMatch(/workloads\.chat: needs [\d,]+ replicas at its peak/);
});

test('the line of the hint accepts it, and the plan says so with the reason', async () => {
  const [, line] =
    /plausible: \{ (chat: '[\d.]+x')/.exec(await refusalOf(withChat({ replica: { gpus: 1, throughput: '1200 req/s' } }), broken)) ?? [];
  const [, multiple] = /'(.*)'/.exec(line) ?? [];
  const accepting = withChat(
    { replica: { gpus: 1, throughput: '1200 req/s' } },
    { guardrails: { plausible: { chat: multiple, because: 'a batch comes every evening' } } },
  );
  const plan = await planOf(accepting, broken);
  expect(warningsOf(plan)).toMatch(
    /workloads\.chat\.load: the highest protected load is .*, accepted up to [\d.]+ times because a batch comes every evening/,
  );
});

test('load that comes for an hour a day only is measured while it is there: it is planned without a word', async () => {
  const plan = await planOf(
    config(),
    csv((hour) => (hour % 24 === 20 ? 100 : 0)),
  );
  expect(plan.workloads.chat.peak).toBeGreaterThan(5);
  expect(warningsOf(plan)).not.toContain('times as much');
});

test('an announced uplift counts into what is plausible', async () => {
  const event = { name: 'launch', dates: ['2026-11-23'], uplift: 30 };
  await expect(planOf(config({ events: [event] }), usual)).resolves.toMatchObject({ workloads: { chat: {} } });
});

test('more nodes than node groups may hold are refused before anything is sized, with both readings of the rate', async () => {
  expect(await refusalOf(config(), hourlySums)).toMatch(
    /^workloads\.chat: needs [\d,]+ replicas at its peak, on at least [\d,]+ nodes, and pool 'l40s' can have 450 .*as req\/s its readings ask for [\d,]+ replicas, as req that came in each 1h for \d:/,
  );
});

test('a rate of whole numbers alone that asks for many replicas is told with both readings; a mean is not', async () => {
  const whole = await planOf(
    config(),
    csv((hour) => Math.round(40 * wave(hour, 10, 6))),
  );
  expect(warningsOf(whole)).toMatch(
    /workloads\.chat\.load: every reading is a whole number, as counts are: as req\/s its readings ask for \d+ replicas/,
  );
  const few = await planOf(
    config(),
    csv((hour) => Math.round(wave(hour, 10, 6))),
  );
  const mean = await planOf(
    config(),
    csv((hour) => 40 * wave(hour, 10, 6)),
  );
  for (const plan of [few, mean]) expect(warningsOf(plan)).not.toContain('whole number');
});

test('a raised quota is stated once, and then the nodes may be as many', async () => {
  const many = csv((hour) => 600 * wave(hour, 10, 1));
  expect(await refusalOf(config(), many)).toMatch(/can have 450/);
  const plan = await planOf(config({ limits: { nodesPerGroup: 900 } }), many);
  expect(plan.pools.l40s.groups[0].ceiling).toBeLessThanOrEqual(900);
  expect(plan.pools.l40s.groups[0].peak).toBeGreaterThan(450);
});

test('a node group whose peak fits keeps its ceiling within what a group may hold', async () => {
  const plan = await planOf(
    config(),
    csv((hour) => 350 * wave(hour, 10, 1)),
  );
  expect(plan.pools.l40s.groups[0].peak).toBeGreaterThan(225);
  expect(plan.pools.l40s.groups[0].ceiling).toBe(450);
});

describe('against the plan before', () => {
  const shrunk = (plan: CapacityPlan, times: number): CapacityPlan => ({
    ...plan,
    workloads: { chat: { ...plan.workloads.chat, peak: Math.ceil(plan.workloads.chat.peak / times) } },
    cost: { ...plan.cost, usd: { ...plan.cost.usd, p95: plan.cost.usd.p95 / times } },
  });
  const large = csv((hour) => 40 * wave(hour, 10, 6));
  let plan: CapacityPlan;
  beforeAll(async () => {
    plan = await planOf(config(), large);
  });

  test('thirty times the replicas and the dollars are refused, each with its figures', async () => {
    const refusal = await refusalOf(config(), large, { previous: shrunk(plan, 30) });
    expect(refusal).toMatch(/workloads\.chat: its peak is \d+ replicas, and the plan before has \d: [\d.]+ times as much/);
    expect(refusal).toMatch(
      /cost: [\d.]+ USD an hour in the mean, and the plan before costs [\d.]+: 30 times as much.*plausible: \{ chat: '[.\d]+x', cost: '30[.\d]*x', because/,
    );
  });
  test('fifteen times are warned of as a step, not refused', async () => {
    const again = await planOf(config(), large, { previous: shrunk(plan, 15) });
    expect(again.warnings.map(({ code }) => code)).toContain('guardrail/step-up');
  });
  test('both are accepted by the config, which the plan then says', async () => {
    const plausible = { chat: '40x', cost: '40x', because: 'a second region moves in' };
    const again = await planOf(config({ guardrails: { plausible } }), large, { previous: shrunk(plan, 30) });
    expect(again.warnings.filter(({ code }) => code === 'guardrail/accepted').map(({ path }) => path)).toEqual(['workloads.chat', 'cost']);
  });
});

test('a name that is no workload is refused with those that are', async () => {
  expect(await refusalOf(config({ guardrails: { plausible: { chatt: '20x', because: 'why not' } } }), usual)).toMatch(
    /guardrails\.plausible\.chatt: names workload 'chatt', which does not exist\. Hint: workloads are: chat/,
  );
});

test('whatever steady load is planned, in whatever unit of size, no guard speaks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 7 }), async (magnitude, swing) => {
      const scale = 10 ** magnitude;
      const throughput = `${12 * scale} req/s`;
      const plan = await planOf(
        withChat({ replica: { gpus: 1, throughput } }),
        csv((hour) => scale * wave(hour, 10, swing)),
      );
      expect(plan.warnings.filter(({ code }) => code.startsWith('guardrail/'))).toEqual([]);
    }),
    { numRuns: 8 },
  );
}, 120_000);
