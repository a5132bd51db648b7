import { highsSolver } from '../../../lib/adapters/highs';
import { parseConfig } from '../../../lib/config/parse';
import { explain } from '../../../lib/plan/explain';
import { verifyPlanMatches } from '../../../lib/plan/file';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { makePlan } from '../../../lib/plan/make-plan';
import { isProblemError } from '../../../lib/problems';
import type { Solver } from '../../../lib/sizing';
import { parseTime } from '../../../lib/units';
import { smallJob as job } from './small-job';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const unread = () => Promise.reject(new Error('nothing here needs a history'));

const held = (id: string, from: string, to: string) => ({ id, instance: 'g6e.xlarge', count: 2, zone: 'us-east-1a', from, to });
const configOf = (workload: object, pool: object = {}, others: object = {}) =>
  parseConfig(
    {
      name: 'test',
      region: 'us-east-1',
      horizon: '12h',
      effort: 'fast',
      workloads: { tune: { ...job, ...workload }, ...others },
      pools: { gpus: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '1m', ...pool } },
      limits: { zones: ['us-east-1a', 'us-east-1b'] },
    },
    'config',
  );
const planOf = (...of: Parameters<typeof configOf>): Promise<CapacityPlan> =>
  makePlan({
    config: configOf(...of),
    previous: null,
    asOf: parseTime('2026-11-23T00:00:00Z') ?? NaN,
    readHistory: unread,
    foresize: '0.0.0',
    runFits: unread,
    solver,
  });
const hoursOf = (plan: CapacityPlan) => plan.workloads.tune.windows?.map(({ from, to }) => `${from.slice(11, 13)}-${to.slice(11, 13)}`);

/** The same work as no training: two hours of both workers. */
const batch = {
  kind: 'batch',
  takes: '2h',
  workers: 2,
  replica: { gpus: 1 },
  coldStart: '0s',
  earliest: '0s',
  deadline: '11h',
  pool: 'gpus',
};

test('work that is no training runs as stated: so long, by so many workers, where it adds the least', async () => {
  const plan = await planOf({}, { reservation: held('cr-0abc', '2026-11-23T03:30:00Z', '2026-11-23T08:00:00Z') }, { tune: batch });
  const { windows, progress, job: sized, reasons } = plan.workloads.tune;
  expect(windows).toMatchObject([{ from: '2026-11-23T04:00:00Z', to: '2026-11-23T07:00:00Z', usd: 0, workers: 2 }]);
  expect(progress).toMatchObject({ unit: 'worker-hours', work: 4, left: 4, hoursLeft: 2 });
  expect(sized).toMatchObject({ basis: 'stated', workers: 2, runSeconds: { high: 7_200 } });
  expect(reasons[0].text).toMatch(/^work of 2 h, as the config states, within/);
});

test('work that is no training is told as such in the plan, which belongs to its config', async () => {
  const plan = await planOf({}, {}, { tune: batch });
  expect(plan.workloads.tune).toMatchObject({ kind: 'batch', form: 'job' });
  verifyPlanMatches(plan, configOf({}, {}, { tune: batch }), 'capacity-plan.json');
});

test('work that is no training is refused where its deadline comes sooner than it can be done, and its workers stay as stated', async () => {
  await expect(planOf({}, {}, { tune: { ...batch, deadline: '2h' } })).rejects.toMatchObject({
    problems: [
      { code: 'demand/deadline', path: 'workloads.tune.deadline', message: expect.stringContaining('the work takes 2.02 h') as string },
    ],
  });
});

test('a job that may wait runs while nodes are held that nobody else uses, and at no other time', async () => {
  const plan = await planOf({}, { reservation: held('cr-0abc', '2026-11-23T03:30:00Z', '2026-11-23T08:00:00Z') });
  expect(plan.workloads.tune.windows).toMatchObject([{ from: '2026-11-23T04:00:00Z', to: '2026-11-23T07:00:00Z', usd: 0, workers: 2 }]);
  expect(plan.workloads.tune.schedule.map(({ from, replicas }) => [from.slice(11, 13), replicas])).toEqual([
    ['00', 0],
    ['04', 2],
    ['07', 0],
  ]);
  expect(plan.cost.usd.p95).toBe(0);
});

test('a job that may pause is cut where that is cheaper, and each window has its reason', async () => {
  const reservation = [
    held('cr-0abc', '2026-11-23T00:30:00Z', '2026-11-23T03:30:00Z'),
    held('cr-0def', '2026-11-23T05:30:00Z', '2026-11-23T07:30:00Z'),
  ];
  const plan = await planOf({ pauses: { most: 1, cost: '5m' } }, { reservation });
  expect(hoursOf(plan)).toEqual(['01-03', '06-07']);
  const chain = explain(plan, 'tune').chain.map(({ code, text }) => `${code}: ${text}`);
  expect(chain).toContain('schedule/window: window 2026-11-23T06:00:00Z to 2026-11-23T07:00:00Z: on nodes that are there anyway');
  expect(chain.find((text) => text.startsWith('schedule/windows'))).toMatch(
    /^schedule\/windows: runs in 2 windows, where its nodes add the least: nothing; begun at once it would add \$/,
  );
});

test('times of a job count from its earliest start where they are durations, and are moments otherwise', async () => {
  expect(hoursOf(await planOf({ earliest: '5h', deadline: '4h' }))).toEqual(['05-08']);
  expect(hoursOf(await planOf({ earliest: '2026-11-23T07:00:00Z', deadline: '2026-11-23T10:00:00Z' }))).toEqual(['07-10']);
});

test('a job that says nothing of waiting runs at once, as ever, and has no windows', async () => {
  const { earliest, ...plain } = job;
  void earliest;
  const plan = await planOf({ ...plain, earliest: undefined });
  expect(plan.workloads.tune.windows).toBeUndefined();
  expect(plan.workloads.tune.schedule[0]).toEqual({ from: '2026-11-23T00:00:00Z', replicas: 2 });
});

test('jobs that cannot all be done in time are refused with what clashes', async () => {
  const refused = planOf({ deadline: '4h' }, { ceiling: '3 GPU' }, { other: { ...job, deadline: '4h' } });
  await expect(refused).rejects.toThrow(
    /workloads\.\w+\.deadline: tune and other cannot all be done in time: pools\.gpus\.ceiling 3 GPU is 1 GPU short at 2026-11-23T0/,
  );
  await expect(refused).rejects.toThrow(/let (tune|other) end 2h later/);
  await refused.catch((error: unknown) => expect(isProblemError(error)).toBe(true));
});
