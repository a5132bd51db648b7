import { highsSolver } from '../../../lib/adapters/highs';
import { explain } from '../../../lib/plan/explain';
import type { Solver } from '../../../lib/sizing';
import { held, hoursOf, monday, planOf, tune } from './nights';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const workloads = { tune: { ...tune, earliest: '0s', deadline: '70h' } };

test('a pool that asks for it has room for batch work on held nodes that nothing uses, less the windows of jobs', async () => {
  const pool = { valley: 0.9, reservation: [held('cr-0abc', 30, 40, 5)] };
  const plan = await planOf({ hour: 0, workloads, pool }, solver);
  expect(hoursOf(plan)).toEqual(['30-33']);
  const { valley } = plan.pools.gpus;
  expect(valley?.quantile).toBe(0.9);
  const hours = valley?.schedule.map(({ from, gpus }) => [(Date.parse(from) - monday) / 3_600_000, gpus]);
  expect(hours).toEqual([
    [0, 0],
    [30, 3],
    [33, 5],
    [40, 0],
  ]);
  expect(explain(plan, 'gpus').chain.find(({ code }) => code === 'pool/valley')?.text).toBe(
    'room for batch work on nodes that are paid for anyway, at the 90 % quantile of what runs and beside the windows of jobs: 0 to 5 GPU by the hour, 44 GPU-hours in the horizon',
  );
});

test('a pool that says nothing of it has none', async () => {
  expect((await planOf({ hour: 0, workloads }, solver)).pools.gpus.valley).toBeUndefined();
});
