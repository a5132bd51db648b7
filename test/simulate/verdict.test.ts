import { HOUR_MS } from '../../lib/units';
import { defaultPhysics } from '../../lib/simulate/physics';
import { randomOf } from '../../lib/simulate/random';
import { skillOf } from '../../lib/simulate/forecast-skill';
import { prepareLoad, type SimulatedPolicy, simulateLoad } from '../../lib/simulate/simulate-load';
import { verdictOf } from '../../lib/simulate/verdict';
import { withoutArma as run } from '../forecast/support';

// One replays some four hundred settings; within a test's own context that takes ten times as long as outside.
jest.setTimeout(300_000);

const options = { physics: defaultPhysics, slo: null, seed: 1, protect: 0.95, effort: 'fast' as const, path: 'load.csv' };
const prepared = (values: ArrayLike<number>) =>
  prepareLoad({ start: Date.UTC(2026, 0, 5), intervalMs: HOUR_MS, values: Float64Array.from(values) }, options, run);
/** What is reactive is so whatever the policies did. */
const judged = async (values: ArrayLike<number>) => {
  const { load, windows, outlooks } = await prepared(values);
  return verdictOf([], skillOf(load, windows, outlooks));
};
const { normal } = randomOf(4);

test('on white noise the tuned HPA is chosen, and the reason is that the forecast knows nothing', async () => {
  const { chosen, why } = await judged(Array.from({ length: 360 }, () => Math.max(1, 100 + 20 * normal())));
  expect(chosen).toBe('hpa-tuned');
  expect(why).toMatch(/^reactive: a day ahead the forecast errs/);
});

test('on a random walk the tuned HPA is chosen, and the reason is that the forecast knows nothing', async () => {
  let level = 100;
  const { chosen, why } = await judged(Array.from({ length: 360 }, () => (level = Math.max(20, level + 5 * normal()))));
  expect(chosen).toBe('hpa-tuned');
  expect(why).toMatch(/^reactive: a day ahead the forecast errs/);
});

const daily = (hours: number) => Array.from({ length: hours }, (_, hour) => 100 * (1 + 0.8 * Math.sin((2 * Math.PI * hour) / 24)));

test('on a single week of data the tuned HPA is chosen, and the reason is the short history', async () => {
  const { chosen, why } = await judged(daily(168));
  expect(chosen).toBe('hpa-tuned');
  expect(why).toMatch(/^reactive: 2\.3 days of history/);
});

test('on days that repeat a plan is chosen, and no policy is below the bound without violations', async () => {
  const { verdict, policies, bound } = simulateLoad(await prepared(daily(240)), options);
  expect(['plan', 'plan+operate']).toContain(verdict.chosen);
  for (const { outcome } of policies) if (outcome.violationMinutes === 0) expect(outcome.gpuHours).toBeGreaterThanOrEqual(bound.gpuHours);
  expect(policies.map(({ policy }) => policy.name)).toHaveLength(7);
}, 300_000);

test.each([
  ['both hold it', 3, 9, 'within the same limit on violations'],
  ['the plan alone holds it', 3, 400, 'within the limit on violations, which the tuned HPA passes'],
  ['neither holds it', 300, 400, 'and violates no more: 3.00 % of the minutes against 4.00 %, where none holds the limit of 0.1 %'],
])('why a plan is chosen says what became of the limit on violations where %s', (_, plan, reactive, says) => {
  const policy = (name: string, gpuHours: number, violationMinutes: number) =>
    ({ policy: { name }, tuned: { gpuHours, violationMinutes, scoredMinutes: 10_000 } }) as SimulatedPolicy;
  const { chosen, why } = verdictOf([policy('plan', 90, plan), policy('hpa-tuned', 100, reactive)], {
    relativeError: 0.5,
    historyDays: 10,
  });
  expect(chosen).toBe('plan');
  expect(why).toBe(`on the tuning window it needs 10.0 % fewer GPU-hours than the tuned HPA, ${says}`);
});

test('a load that is too short or too coarse is refused with the place', async () => {
  await expect(prepared(daily(48))).rejects.toThrow(/load\.csv: is too short/);
  const load = { start: 0, intervalMs: 2 * HOUR_MS, values: new Float64Array(400).fill(1) };
  await expect(prepareLoad(load, options, run)).rejects.toThrow(/load\.csv: is too coarse/);
});
