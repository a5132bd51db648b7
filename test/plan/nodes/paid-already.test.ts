import { highsSolver } from '../../../lib/adapters/highs';
import { parseConfig } from '../../../lib/config/parse';
import { makePlan } from '../../../lib/plan/make-plan';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import type { Solver } from '../../../lib/sizing';
import { parseTime } from '../../../lib/units';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const unread = () => Promise.reject(new Error('nothing here needs a history'));
const planOf = (config: object): Promise<CapacityPlan> =>
  makePlan({
    config: parseConfig({ name: 'test', region: 'us-east-1', horizon: '4h', ...config }, 'config'),
    previous: null,
    asOf: parseTime('2026-11-23T00:00:00Z') ?? NaN,
    readHistory: unread,
    foresize: '0.0.0',
    runFits: unread,
    solver,
  });

/** A job of so many workers of one GPU, about an hour long. */
const train = (workers: number) => ({
  kind: 'training',
  samples: 3_600_000 * workers,
  deadline: '3h',
  replica: { gpus: 1, throughput: '1000 samples/s' },
  floor: workers,
  coldStart: '0s',
  pool: 'gpus',
});

describe('a reservation that is over before the plan begins', () => {
  const block = { id: 'cr-0abc', kind: 'capacity-block', instance: 'g6e.xlarge', count: 5, zone: 'us-east-1a' };
  const config = (to: string) => ({
    workloads: { train: train(2) },
    pools: {
      gpus: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '1m', reservation: { ...block, from: '2026-11-20T00:00:00Z', to } },
    },
    limits: { zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] },
  });
  const over = (plan: CapacityPlan) => plan.warnings.filter(({ code }) => code === 'sizing/reservation-over');
  test('is warned of, and nowhere said to be used', async () => {
    const plan = await planOf(config('2026-11-22T10:00:00Z'));
    expect(over(plan)).toEqual([
      {
        code: 'sizing/reservation-over',
        path: 'pools.gpus.reservation.to',
        message:
          'is before the plan: nodes of capacity block cr-0abc could be used until 2026-11-22T09:30:00Z, the plan begins at 2026-11-23T00:00:00Z and uses none of them; leave it out',
      },
    ]);
    expect(JSON.stringify(plan.pools)).not.toContain('cr-0abc');
  });
  test('while one that reaches into the plan is used', async () => {
    const plan = await planOf(config('2026-11-23T10:00:00Z'));
    expect(over(plan)).toEqual([]);
    expect(JSON.stringify(plan.pools)).toContain('used first');
  });
});

test("a budget that machines of one's own take up already is cured by nothing else", async () => {
  const machine = { name: 'box', cpu: '32', memory: '256 GiB', gpus: 4, gpu: 'L40S', count: 3, price: '3 USD/hour' };
  const config = (budget: string) => ({
    workloads: { train: train(2) },
    pools: { gpus: { kind: 'gpuPool', provider: 'none', machines: [machine] } },
    limits: { budget },
  });
  await expect(planOf(config('6000 USD/month'))).rejects.toThrow(
    '(expected at least 6,570 USD/month). Hint: raise it, or list fewer machines: the machines of pools.gpus cost 6,570 USD a month, used or not, so that nothing else helps',
  );
  expect((await planOf(config('6570 USD/month'))).cost.usdPerMonth.p95).toBeCloseTo(6_570, 6);
});
