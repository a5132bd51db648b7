import { fc, test as propertyTest } from '@fast-check/jest';
import { highsSolver } from '../../../lib/adapters/highs';
import type { Offering } from '../../../lib/catalog';
import type { CapacityInput } from '../../../lib/config/schema';
import type { PlanBefore } from '../../../lib/plan/file';
import { sizeDemand, type SizedDemand } from '../../../lib/plan/nodes/size-demand';
import { poolOfferings } from '../../../lib/plan/supply';
import type { Solver } from '../../../lib/sizing';
import { testConfig } from '../../support/config';
import { demandOf, resources } from '../replicas/support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

type Night = {
  readonly prices: Readonly<Record<string, number>>;
  readonly replicas: readonly number[];
  readonly config?: Partial<CapacityInput>;
  readonly previous?: SizedDemand;
};
const instances = ['g6e.xlarge', 'g6e.2xlarge', 'g6e.12xlarge'];
const pools = { l40s: { kind: 'gpuPool' as const, instances } };

/** Replicas of one GPU on nodes of one or of four, at the prices of a night. */
function plannedIn({ prices, replicas, config: change = {}, previous }: Night): SizedDemand {
  const config = testConfig({ pools, ...change });
  const priced = (offering: Offering): Offering => ({ ...offering, usdPerHour: prices[offering.instanceType] ?? offering.usdPerHour });
  const demands = { chat: demandOf(replicas, { wantedCeiling: Math.max(...replicas) }) };
  return sizeDemand(config, {
    offerings: { l40s: poolOfferings(config).l40s.map(priced) },
    needed: demands,
    demands,
    resources: { chat: { ...resources, cpuMilli: 1_000, memoryMiB: 1_024 } },
    ordinary: null,
    previous: previous === undefined ? null : beforeOf(previous),
    solver,
  });
}
const beforeOf = ({ pools: made }: SizedDemand): PlanBefore => ({ pools: made }) as unknown as PlanBefore;
const typesOf = ({ pools: { l40s } }: SizedDemand) => l40s.groups.map(({ instanceType }) => instanceType).sort();
const reasonOf = ({ pools: { l40s } }: SizedDemand) => l40s.reasons.find(({ code }) => code === 'sizing/kept')?.text;

/** A night at usual prices, and the next one at others, with and without what ran. */
function twoNights(next: Night['prices'], config: Partial<CapacityInput> = {}, replicas = [2, 4]) {
  const previous = plannedIn({ prices: { 'g6e.xlarge': 1, 'g6e.2xlarge': 1.2, 'g6e.12xlarge': 9 }, replicas: [2, 4], config });
  return { previous, made: plannedIn({ prices: next, replicas, config, previous }), free: plannedIn({ prices: next, replicas, config }) };
}

describe('nodes that run', () => {
  test('stay of their kind where another would cost less by no more than the stickiness, and the plan says by how much', () => {
    const { previous, made, free } = twoNights({ 'g6e.xlarge': 1, 'g6e.2xlarge': 0.98, 'g6e.12xlarge': 9 });
    expect(typesOf(previous)).toEqual(['g6e.xlarge']);
    expect(typesOf(free)).toEqual(['g6e.2xlarge']);
    expect(typesOf(made)).toEqual(['g6e.xlarge']);
    expect(reasonOf(made)).toBe(
      'of the kinds that the plan before has: others would cost 2 % less, which is within the stickiness of 3 %, and all pods would have to move',
    );
    expect(made.pools.l40s.rejected).toContainEqual({
      offering: 'g6e.2xlarge/on-demand',
      usdPerHour: 0.98,
      tooDearByUsdPerHour: 0,
      lacks: null,
      insteadRuns: ['g6e.xlarge/on-demand'],
    });
    expect(made.cost).toMatchObject({ status: 'feasible' });
    expect(made.cost.gapPercent).toBeCloseTo(2, 6);
  });

  test('give way to others that cost less by more', () => {
    const { made } = twoNights({ 'g6e.xlarge': 1, 'g6e.2xlarge': 0.95, 'g6e.12xlarge': 9 });
    expect(typesOf(made)).toEqual(['g6e.2xlarge']);
    expect(reasonOf(made)).toBeUndefined();
    expect(made.cost).toMatchObject({ status: 'optimal' });
  });

  test('are compared at the stickiness of the config', () => {
    const dear = { 'g6e.xlarge': 1, 'g6e.2xlarge': 0.98, 'g6e.12xlarge': 9 };
    expect(typesOf(twoNights(dear, { guardrails: { stickiness: '1%' } }).made)).toEqual(['g6e.2xlarge']);
  });

  test('stay no longer once the config leaves their kind out', () => {
    const prices = { 'g6e.xlarge': 1, 'g6e.2xlarge': 1.2 };
    const previous = plannedIn({ prices, replicas: [2, 4] });
    const config = { pools: { l40s: { ...pools.l40s, instances: ['g6e.2xlarge'] } } };
    expect(typesOf(plannedIn({ prices, replicas: [2, 4], config, previous }))).toEqual(['g6e.2xlarge']);
  });

  test('are joined by others where theirs alone cannot hold the replicas', () => {
    const config = { limits: { nodesPerGroup: 4 } };
    const { made } = twoNights({ 'g6e.xlarge': 1, 'g6e.2xlarge': 0.999, 'g6e.12xlarge': 9 }, config, [6, 6]);
    expect(typesOf(made)).toContain('g6e.2xlarge');
    expect(made.pools.l40s.groups.reduce((sum, { floor }) => sum + floor, 0)).toBe(6);
  });
});

const price = fc.integer({ min: 90, max: 110 }).map((percent) => percent / 100);
const prices = fc.record({ 'g6e.xlarge': price, 'g6e.2xlarge': price, 'g6e.12xlarge': price.map((one) => 4 * one) });
const replicas = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 });

propertyTest.prop([prices, prices, replicas, replicas, fc.integer({ min: 0, max: 20 })], { numRuns: 40 })(
  'whatever ran, a plan is never dearer than the cheapest by more than the stickiness, and always holds its replicas',
  (before, after, wantedBefore, wanted, percent) => {
    const config = { guardrails: { stickiness: `${percent}%` } };
    const previous = plannedIn({ prices: before, replicas: wantedBefore, config });
    const free = plannedIn({ prices: after, replicas: wanted, config });
    const made = plannedIn({ prices: after, replicas: wanted, config, previous });
    expect(made.cost.usd.p95).toBeLessThanOrEqual(free.cost.usd.p95 * (1 + percent / 100) * (1 + 1e-9));
    expect(made.cost.bound).toBeLessThanOrEqual(free.cost.usd.p95 * (1 + 1e-9));
    const gpus = made.sized.segments.map(({ nodes }) =>
      Object.entries(nodes).reduce((sum, [key, count]) => sum + count * (key.includes('12xlarge') ? 4 : 1), 0),
    );
    gpus.forEach((count, index) => expect(count).toBeGreaterThanOrEqual(wanted[index]));
    expect(made.sized.replicaCeilings).toEqual(free.sized.replicaCeilings);
  },
);
