import { decidePolicy } from '../../lib/plan/replay/policy-decision';
import { comparedPolicies } from '../../lib/plan/replay/scaling-policies';
import { summaryOf } from '../../lib/simulate/replay-workload';
import { prepareLoad, type ReplaySettings, type Simulation, simulateLoad } from '../../lib/simulate/simulate-load';
import { randomOf } from '../../lib/random';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
import { withoutArma as run } from '../forecast/support';
import { daily, gridOfHours, options } from './support';

const prepared = (values: ArrayLike<number>) => prepareLoad(gridOfHours(values), options, run);

describe('on steep mornings, every day alike, which a reactive autoscaler sees too late and a schedule knows', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    const steep = Array.from({ length: 9 * 24 }, (_, hour) => (hour % 24 >= 8 && hour % 24 < 20 ? 100 : 12));
    simulation = simulateLoad(await prepared(steep), options);
  });

  test('floors by the hour are chosen, and the policies stand in the order of their table', () => {
    expect(simulation.verdict.chosen).toBe('plan');
    expect(simulation.policies.map(({ name }) => name)).toEqual(comparedPolicies);
  });

  test('a live floor is as good as the loop that it is made of, and what was learned for it is told', async () => {
    const steep = Array.from({ length: 9 * 24 }, (_, hour) => (hour % 24 >= 8 && hour % 24 < 20 ? 100 : 12));
    const live = simulateLoad(await prepared(steep), { ...options, policies: ['hpa-tuned', 'plan', 'live'] });
    const scoredOf = ({ policies }: Simulation, name: string) => policies.find((policy) => policy.name === name)?.scored.gpuHours ?? NaN;
    expect(scoredOf(live, 'live') / scoredOf(simulation, 'plan+operate')).toBeLessThan(1.1);
    expect(scoredOf(live, 'live')).toBeLessThan(scoredOf(live, 'hpa-tuned'));
    expect(live.live).toMatchObject({ loadPerReplica: live.physics.capacityPerReplica, upMinutes: 8 });
    expect(simulation.live).toBeNull();

    // Under keda a plan keeps a live floor that came to less as advice, and nothing of another one.
    const plan = live.policies[1];
    const asCheapAs = (share: number): Simulation => {
      const figures = { ...plan.scored, gpuHours: share * plan.scored.gpuHours };
      const tuned = { ...figures, gpuHours: share * (plan.tuned?.gpuHours ?? NaN) };
      const policies = [...live.policies.slice(0, 2), { ...live.policies[2], tuned, scored: figures }];
      return { ...live, judged: 'within the hour', shorterLead: () => null, policies };
    };
    const cheap = summaryOf(asCheapAs(0.9), 2);
    expect(cheap.advice).toMatchObject({ policy: 'live', savedPercent: expect.closeTo(10, 6) as number });
    expect(cheap.advice?.usdPerMonth).toBeCloseTo((0.1 * 2 * plan.scored.gpuHours * 730) / 72, 6);
    expect(cheap.policies.map(({ name }) => name)).toEqual(['hpa-tuned', 'plan', 'live']);
    expect([cheap.live, cheap.settings.live]).toEqual([undefined, undefined]);
    expect(summaryOf({ ...asCheapAs(0.9), judged: 'not within the hour' }, 2).advice).toBeUndefined();
    const dear = summaryOf(asCheapAs(1.01), 2);
    expect([dear.advice, dear.live, dear.policies.map(({ name }) => name)]).toEqual([undefined, undefined, ['hpa-tuned', 'plan']]);
    const owned = summaryOf({ ...live, owner: 'live' }, 2);
    expect(owned.settings.live).toMatchObject({ headroom: 1, floor: live.live?.least });
    expect(owned.advice).toBeUndefined();
  });

  test('no policy is below the bound without violations', () => {
    const without = simulation.policies.filter(({ scored }) => scored.violationMinutes === 0);
    expect(without.length).toBeGreaterThan(0);
    for (const { scored } of without) expect(scored.gpuHours).toBeGreaterThanOrEqual(simulation.bound.gpuHours);
  });

  test('each policy is shown as it stands, and a tuned one with the settings of other limits beside it', () => {
    const points = simulation.frontier();
    expect(points.filter(({ limit }) => limit === null).map(({ policy }) => policy.name)).toEqual(comparedPolicies);
    expect(points.length).toBeGreaterThan(comparedPolicies.length);
    for (const { name, within, scored } of simulation.policies) {
      const own = points.filter(({ policy }) => policy.name === name);
      expect(own[0].scored).toEqual(scored);
      if (within === undefined) expect(own).toHaveLength(1);
    }
  });

  test('what a plan decides by holds the figures of every policy and the settings of those that manifests carry', () => {
    const summary = summaryOf(simulation, 2);
    expect(summary.policies.map(({ name, usd, gpuHours }) => [name, usd / gpuHours])).toEqual(comparedPolicies.map((name) => [name, 2]));
    expect(summary.tuned.to).toBe(summary.scored.from);
    expect(summary.settings.plan).toMatchObject({ headroom: expect.any(Number) as number, floor: expect.any(Number) as number });
    expect(summary.settings['hpa-tuned']).toMatchObject({ headroom: null, scaleDown: { periodSeconds: expect.any(Number) as number } });
    expect(summary.settings['hpa-tuned'].floor).toBeGreaterThanOrEqual(1);
  });

  test('floors by the hour are chosen for the plan, by figures of the weeks that no setting has seen', () => {
    const terms = { owner: 'keda', replay: 'act', states: { target: false, replay: false }, target: 0.8, withheld: false } as const;
    const decision = decidePolicy({ ...summaryOf(simulation, 2), seed: 1, basis: '' }, terms);
    expect(decision.chosen).toBe('plan');
    expect(decision.why).toMatch(
      /^floors by the hour came to [\d.]+ % fewer GPU-hours than the tuned HPA .* in weeks that no setting has seen; judged by coarse means: what happens within the hour is in none of these figures$/,
    );
  });
});

describe('a shorter lead', () => {
  const slow = { ...options, physics: { ...options.physics, bootMs: 6 * MINUTE_MS, modelLoadMs: 4 * MINUTE_MS }, withCausalLimit: false };
  const simulated = async (intervalMs: number, more: Partial<ReplaySettings> = {}) => {
    // Each day rises three-fold within an hour and a half, at another time of the day.
    const { uniform } = randomOf(3);
    const begins = Array.from({ length: 12 }, () => 16 * uniform());
    const loadAt = (hour: number) => 30 + 60 * Math.min(1, Math.max(0, ((hour % 24) - begins[Math.floor(hour / 24)]) / 1.5));
    const values = Float64Array.from({ length: (12 * 24 * HOUR_MS) / intervalMs }, (_, i) => loadAt((i * intervalMs) / HOUR_MS));
    const settings: ReplaySettings = { ...slow, policies: ['hpa-tuned', 'plan'], ...more };
    return simulateLoad(await prepareLoad({ ...gridOfHours([]), intervalMs, values }, settings, run), settings);
  };

  test('saves a tuned autoscaler GPU-hours on rises that it cannot know of, and a plan keeps the figures', async () => {
    const simulation = await simulated(5 * MINUTE_MS);
    expect(simulation.verdict.chosen).toBe('hpa-tuned');
    const shorter = simulation.shorterLead();
    expect(shorter).toMatchObject({ ms: 5 * MINUTE_MS, policy: 'hpa-tuned' });
    const saved = shorter?.savedShare ?? NaN;
    expect(saved).toBeGreaterThan(0.03);
    expect(saved).toBeLessThan(0.3);
    const [{ scored }] = simulation.policies;
    const { lead } = summaryOf(simulation, 2);
    expect(lead?.regime).toBe('hardly repeats');
    const usdPerMonth = expect.closeTo((saved * 2 * scored.gpuHours * 730) / (4 * 24), 6) as number;
    expect(lead?.shorter).toEqual({ minutes: 5, savedPercent: 100 * saved, usdPerMonth });
  });
  test('is told of a live floor too, which is learned anew to look less far ahead', async () => {
    const simulation = await simulated(5 * MINUTE_MS, { policies: ['hpa-tuned', 'plan', 'live'], owner: 'live' });
    expect(simulation.verdict.chosen).toBe('live');
    const { lead } = summaryOf(simulation, 2);
    expect(lead?.shorter).toMatchObject({ minutes: 5 });
    expect(lead?.shorter?.savedPercent).toBeGreaterThan(1);
    expect(lead?.shorter?.savedPercent).toBeLessThan(15);
  });
  test('is not told of a record that shows nothing of what happens within the hour', async () => {
    const simulation = await simulated(HOUR_MS);
    expect(simulation.shorterLead()).toBeNull();
    expect(summaryOf(simulation, 2).lead).toBeUndefined();
  });
});

test('a load that is too short or too coarse is refused with the place', async () => {
  await expect(prepared(daily(48))).rejects.toThrow(/load\.csv: is too short/);
  const load = { start: 0, intervalMs: 2 * HOUR_MS, values: new Float64Array(400).fill(1) };
  await expect(prepareLoad(load, options, run)).rejects.toThrow(/load\.csv: is too coarse/);
});
