import { highsSolver } from '../../lib/adapters/highs';
import { parseConfig } from '../../lib/config/parse';
import { makePlan } from '../../lib/plan/make-plan';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { isProblemError, renderProblem } from '../../lib/problems';
import type { Solver } from '../../lib/sizing';
import { parseTime } from '../../lib/units';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const asOf = parseTime('2026-11-23T00:00:00Z') ?? NaN;
const unread = () => Promise.reject(new Error('nothing here needs a history'));

/** Servers by given numbers and jobs need no history: their whole plan is quick. */
async function planOf(config: object, previous: CapacityPlan | null = null, at = asOf): Promise<CapacityPlan> {
  const parsed = parseConfig({ name: 'test', region: 'us-east-1', horizon: '4h', ...config }, 'config');
  return makePlan({ config: parsed, previous, asOf: at, readHistory: unread, foresize: '0.0.0', runFits: unread, solver });
}

async function sentences(config: object, previous: CapacityPlan | null = null): Promise<readonly string[]> {
  try {
    await planOf(config, previous);
  } catch (error) {
    if (isProblemError(error)) return error.problems.map(renderProblem);
    throw error;
  }
  return [];
}

/** Ten servers of m7i.xlarge at so many percent, and seven tenths aimed at: twenty at 140 %. */
const web = (percent: readonly number[], fields: object = {}) => ({
  kind: 'service',
  forecast: { cpu: percent },
  servers: 10,
  machine: 'm7i.xlarge',
  target: 0.7,
  coldStart: '0s',
  pool: 'general',
  ...fields,
});
const general = (fields: object = {}) => ({ general: { kind: 'pool', instances: ['m7i.xlarge'], bootTime: '1m', ...fields } });
/** A job of so many workers of one GPU, about an hour long. */
const job = (workers: number, fields: object = {}) => ({
  kind: 'training',
  samples: 3_600_000 * workers,
  deadline: '3h',
  replica: { gpus: 1, throughput: '1000 samples/s', ...(fields as { replica?: object }).replica },
  floor: workers,
  ceiling: workers,
  coldStart: '0s',
  pool: 'gpus',
  ...Object.fromEntries(Object.entries(fields).filter(([key]) => key !== 'replica')),
});
const gpus = (fields: object = {}) => ({ gpus: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '1m', ...fields } });
const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const held = (count: number, fields: object = {}) => ({ id: 'cr-0abc', instance: 'g6e.xlarge', count, ...fields });

type Row = {
  readonly clash: string;
  /** With the amount that the message asks for, or what stands in its place. */
  readonly config: (amount: number) => object;
  readonly amounts: { readonly stated: number; readonly cures: number; readonly tooLittle: number };
  readonly message: string;
};

const rows: readonly Row[] = [
  {
    clash: 'quota',
    config: (vCpu) => ({ workloads: { web: web([70, 140]) }, pools: general(), limits: { quotas: { 'L-1216C47A': `${vCpu} vCPU` } } }),
    amounts: { stated: 64, cures: 80, tooLittle: 79 },
    message:
      'limits.quotas.L-1216C47A: quota L-1216C47A 64 vCPU is 16 vCPU short from 2026-11-23T00:59:00Z to 2026-11-23T04:00:00Z for pool general (expected at least 80 vCPU). Hint: raise it',
  },
  {
    clash: 'ceiling',
    config: (nodes) => ({ workloads: { web: web([140]) }, pools: general({ ceiling: `${nodes} nodes` }) }),
    amounts: { stated: 12, cures: 20, tooLittle: 19 },
    message:
      'pools.general.ceiling: ceiling 12 nodes of pool general is 8 nodes short from 2026-11-23T00:00:00Z to 2026-11-23T04:00:00Z (expected at least 20 nodes). Hint: raise it',
  },
  {
    clash: 'budget',
    config: (usd) => ({ workloads: { web: web([140]) }, pools: general(), limits: { budget: `${usd} USD/month` } }),
    amounts: { stated: 2_000, cures: 2_944, tooLittle: 2_943 },
    message:
      'limits.budget: the cheapest nodes that hold the demand cost 2,944 USD in the month that begins with the plan (16.13 in the 4h of the plan, ordinary time for the rest at 2943 USD/month), the budget is 2,000: 944 short (expected at least 2,944 USD/month). Hint: raise it, allow more spot or cheaper instance types, or protect a lower quantile',
  },
  {
    clash: 'zone',
    config: (count) => ({
      workloads: { train: job(3) },
      pools: gpus({ zones: 2, zoneShare: 0.6, ceiling: `${count} GPU` }),
      limits: { zones },
    }),
    amounts: { stated: 3, cures: 4, tooLittle: 3 },
    message:
      'pools.gpus.ceiling: ceiling 3 GPU of pool gpus is 1 GPU short from 2026-11-23T00:00:00Z to 2026-11-23T02:00:00Z (expected at least 4 GPU). Hint: raise it, or allow in one zone 67 %',
  },
  {
    clash: 'reservation too small',
    config: (count) => ({ workloads: { train: job(4) }, pools: gpus({ instances: undefined, reservation: held(count) }) }),
    amounts: { stated: 2, cures: 4, tooLittle: 3 },
    message:
      'pools.gpus.reservation.count: reservation cr-0abc of 2 nodes of g6e.xlarge is 2 nodes short (expected at least 4 nodes). Hint: raise it',
  },
  {
    clash: 'spot share',
    config: (percent) => ({
      workloads: { train: job(4) },
      pools: gpus({ capacity: ['spot'] }),
      limits: { spotShare: percent / 100 },
    }),
    amounts: { stated: 50, cures: 100, tooLittle: 99 },
    message:
      "limits.spotShare: spot 50 % is 50 points short from 2026-11-23T00:00:00Z to 2026-11-23T02:00:00Z (expected at least 100 %). Hint: raise it, or add 'on-demand' to pools.gpus.capacity",
  },
  {
    clash: 'share of one spot type',
    config: (percent) => ({
      workloads: { train: job(5) },
      pools: gpus({ instances: ['g6e.xlarge', 'g6e.2xlarge'], capacity: ['spot'] }),
      limits: { spotShare: 1, spotTypeShare: percent / 100 },
    }),
    amounts: { stated: 50, cures: 60, tooLittle: 59 },
    message:
      "limits.spotTypeShare: spot on one instance type 50 % is 10 points short from 2026-11-23T00:00:00Z to 2026-11-23T02:00:00Z (expected at least 60 %). Hint: raise it, or add 'on-demand' to pools.gpus.capacity",
  },
  {
    clash: 'replica larger than any node',
    config: (count) => ({ workloads: { train: job(1, { replica: { gpus: count } }) }, pools: gpus() }),
    amounts: { stated: 4, cures: 1, tooLittle: 2 },
    message:
      "workloads.train.replica: fits no node of pool 'gpus' (expected at most 1 GPU, 3.52 CPU, 27.6 GiB (g6e.xlarge, after the kubelet and DaemonSets), got 4 GPU). Hint: ask for less, or add a larger instance type to the pool",
  },
  {
    clash: 'conflicting floors',
    config: (nodes) => ({
      workloads: { a: web([7], { floor: 9 }), b: web([7], { floor: 8, machine: 'm7i.2xlarge' }) },
      pools: general({ instances: ['m7i.xlarge', 'm7i.2xlarge'], ceiling: `${nodes} nodes` }),
    }),
    amounts: { stated: 10, cures: 13, tooLittle: 12 },
    message:
      'pools.general.ceiling: ceiling 10 nodes of pool general is 3 nodes short from 2026-11-23T00:00:00Z to 2026-11-23T04:00:00Z (expected at least 13 nodes). Hint: raise it',
  },
  {
    clash: 'no offering of that GPU',
    config: (type) => ({ workloads: { train: job(1, { replica: { gpuTypes: [type > 0 ? 'L40S' : 'H100'] } }) }, pools: gpus() }),
    amounts: { stated: 0, cures: 1, tooLittle: 0 },
    message:
      "workloads.train.replica.gpuTypes: no instance type of pool 'gpus' has a GPU that train may use (expected H100, got L40S). Hint: add an instance type with such a GPU to pools.gpus.instances",
  },
  {
    clash: 'deadline impossible',
    config: (ceiling) => ({ workloads: { train: job(1, { deadline: '30m', ceiling }) }, pools: gpus() }),
    amounts: { stated: 1, cures: 3, tooLittle: 2 },
    message:
      'workloads.train.ceiling: is below what the deadline needs (expected at least 3 workers, got 1). Hint: raise it, or allow more time',
  },
  {
    clash: 'own machines too few',
    config: (count) => ({
      workloads: { train: job(7) },
      pools: {
        gpus: {
          kind: 'gpuPool',
          provider: 'none',
          machines: [{ name: 'rack', count, cpu: '32', memory: '256 GiB', gpus: 2, gpu: 'L40S' }],
        },
      },
    }),
    amounts: { stated: 2, cures: 4, tooLittle: 3 },
    message: 'pools.gpus.machines[0].count: there are 2 nodes of rack, 2 nodes short (expected at least 4 nodes). Hint: raise it',
  },
];

test.each(rows)('$clash: what clashes, and the amount that cures it and not a little less', async ({ config, amounts, message }) => {
  expect(await sentences(config(amounts.stated))).toEqual([message]);
  expect(await sentences(config(amounts.tooLittle))).not.toEqual([]);
  expect(await sentences(config(amounts.cures))).toEqual([]);
});

test('a step of the guardrails is a limit where the config says so, against the plan before', async () => {
  const config = (percent: number, guardrails: object = {}) => ({
    workloads: { web: web([percent]) },
    pools: general(),
    guardrails: { onStep: 'limit', stepUp: '50%', stepDown: '20%', ...guardrails },
  });
  const before = await planOf(config(70));
  expect(before.workloads.web.peak).toBe(10);
  expect(await sentences(config(140), before)).toEqual([
    "guardrails.stepUp: highest floor of web would go from 10 to 20, and 50 % more allow 15: 5 short (expected at least 100 %). Hint: raise it, or only warn of it (onStep: 'warn'), once the rise of web is understood",
  ]);
  expect(await sentences(config(140, { stepUp: '99%' }), before)).not.toEqual([]);
  expect(await sentences(config(140, { stepUp: '100%' }), before)).toEqual([]);
  expect(await sentences(config(140, { onStep: 'warn' }), before)).toEqual([]);
});

const falling = (percent: readonly number[], guardrails: object = {}, limits: object = {}) => ({
  workloads: { web: web(percent) },
  pools: general(),
  guardrails: { onStep: 'limit', stepDown: '20%', ...guardrails },
  limits,
});
const hours = ({ workloads: { web: planned } }: CapacityPlan) =>
  planned.schedule.map(({ from, replicas }) => `${from.slice(11, 16)} ${replicas}`);

test('a fall is held to stepDown, hour by hour, with headroom above it, and the plan says so', async () => {
  const before = await planOf(falling([140, 70]));
  const [free, held] = await Promise.all(
    ['warn' as const, 'limit' as const].map((onStep) => planOf(falling([70, 35], { onStep }), before)),
  );
  expect(free.workloads.web.peak).toBe(10);
  expect(held.workloads.web).toMatchObject({ peak: 16, floor: 8, ceiling: 32 });
  const texts = held.workloads.web.reasons.map(({ text }) => text);
  expect(texts).toContain(
    'highest floor 16 in place of 10: it was 20, and guardrails.stepDown lets a floor fall by 20 % at most; each hour keeps what that leaves of its floor in the previous plan',
  );
  expect(texts).toContain('ceiling 32: twice the peak, since the config states none');
  expect(held.cost.usd.p95).toBeGreaterThan(free.cost.usd.p95);
  expect(free.warnings.map(({ code }) => code)).toContain('guardrail/step-down');
  expect(held.warnings.map(({ code }) => code)).not.toContain('guardrail/step-down');
});

test('what holds a fall never asks for more than the hour had before, unless the load does', async () => {
  const before = await planOf(falling([140, 14, 14, 14]));
  const held = await planOf(falling([7, 14, 7, 70]), before);
  expect(hours(before)).toEqual(['00:00 20', '01:00 2']);
  expect(hours(held)).toEqual(['00:00 16', '01:00 2', '02:59 10']);
});

test('hours after the end of the previous plan are held by the same hours of its last day', async () => {
  const day = (percent: readonly number[]) => ({ ...falling(percent), horizon: '1d' });
  const before = await planOf(day([...Array<number>(12).fill(140), ...Array<number>(12).fill(14)]));
  const held = await planOf(day([7]), before, asOf + 12 * 3_600_000);
  expect(hours(held)).toEqual(['12:00 2', '00:00 16']);
  expect((await planOf(falling([7]), await planOf(falling([140])), asOf + 12 * 3_600_000)).workloads.web.peak).toBe(1);
});

test('the same config planned again on the same data falls no further', async () => {
  const before = await planOf(falling([140, 70]));
  const first = await planOf(falling([70, 35]), before);
  const second = await planOf(falling([70, 35]), first);
  expect({ ...second.workloads.web, usdPerMonth: null }).toEqual({ ...first.workloads.web, usdPerMonth: null });
  const changed = await planOf(falling([63, 35]), second);
  expect(changed.workloads.web.peak).toBe(13);
});

test('what is refused since stepDown holds floors says so', async () => {
  const before = await planOf(falling([140]));
  const limited = { quotas: { 'L-1216C47A': '60 vCPU' } };
  const held =
    "guardrails.stepDown holds web at up to 16 replicas where its load needs 10: a larger stepDown, or onStep: 'warn', lets them go";
  expect(await sentences(falling([70], {}, limited), before)).toEqual([expect.stringMatching(/4 vCPU short.*Hint: raise it; /)]);
  expect((await sentences(falling([70], {}, limited), before))[0]).toContain(held);
  expect((await sentences(falling([70], {}, { budget: '1000 USD/month' }), before))[0]).toContain(held);
  expect(await sentences(falling([70], { onStep: 'warn' }, limited), before)).toEqual([]);
});

test('a capacity block that ends before the job does not do where nothing can be ordered beside it', async () => {
  const block = held(4, { kind: 'capacity-block', from: '2026-11-22T00:00:00Z', to: '2026-11-23T01:30:00Z', zone: 'us-east-1a' });
  const config = (reservation: object, instances?: readonly string[]) => ({
    limits: { zones },
    workloads: { train: job(4) },
    pools: gpus({ instances, reservation }),
  });
  expect(await sentences(config(block))).toEqual([
    'pools.gpus.reservation.to: capacity block cr-0abc can be used until 2026-11-23T01:00:00Z, and train needs nodes until 2026-11-23T02:00:00Z. Hint: reserve for longer, or add instance types to pools.gpus.instances that can be ordered beside it',
  ]);
  expect(await sentences(config({ ...block, to: '2026-11-23T02:29:00Z' }))).not.toEqual([]);
  expect(await sentences(config({ ...block, to: '2026-11-23T02:30:00Z' }))).toEqual([]);
  const plan = await planOf(config(block, ['g6e.xlarge']));
  expect(
    plan.pools.gpus.groups.map(({ name, schedule }) => [name, ...schedule.map(({ from, nodes }) => `${from.slice(11, 16)} ${nodes}`)]),
  ).toEqual([
    ['gpus-g6e-xlarge-cr-0abc', '00:00 4', '00:59 0'],
    ['gpus-g6e-xlarge', '00:00 0', '00:59 4', '02:00 0'],
  ]);
});

test('what has no GPU is refused of a pool with GPUs, reserved or to be ordered', async () => {
  const config = (pool: object) => ({ workloads: { train: job(1) }, pools: gpus(pool) });
  expect(await sentences(config({ reservation: held(4, { instance: 'm7i.xlarge' }) }))).toEqual([
    "pools.gpus.reservation.instance: 'm7i.xlarge' has no GPU, in a pool with GPUs. Hint: choose a type with GPUs, or make it a pool",
  ]);
  expect(await sentences(config({ instances: ['g6e.xlarge', 'm7i.xlarge'], capacity: ['on-demand', 'spot'] }))).toEqual([
    "pools.gpus.instances: 'm7i.xlarge' has no GPU, in a pool with GPUs. Hint: choose a type with GPUs, or make it a pool",
  ]);
});

test('the plan says where a reservation lies, speaks of spreading only what it orders, and shows shares as they were given', async () => {
  const config = (pool: object) => ({ workloads: { train: job(4) }, pools: gpus(pool), limits: { zones, spotShare: 0.29 } });
  const texts = async (pool: object) => (await planOf(config(pool))).pools.gpus.reasons.map(({ text }) => text).join('\n');
  const reserved = await texts({ reservation: held(4, { zone: 'us-east-1a' }) });
  expect(reserved).toContain('cr-0abc holds 4 g6e.xlarge in zone us-east-1a: paid for already');
  expect(reserved).not.toContain('spread');
  const ordered = await texts({ zones: 2, capacity: ['on-demand', 'spot'] });
  expect(ordered).toContain('in zones us-east-1a, us-east-1b, a node group each');
  expect(ordered).toContain('spot at most 29 % of the pool');
});

test('a reservation whose zone is not stated is planned with a warning', async () => {
  const codes = async (zone?: string) =>
    (await planOf({ workloads: { train: job(4) }, pools: gpus({ reservation: held(4, { zone }) }), limits: { zones } })).warnings.flatMap(
      ({ code, path }) => (code === 'sizing/reservation-zone' ? [path] : []),
    );
  expect(await codes()).toEqual(['pools.gpus.reservation.zone']);
  expect(await codes('us-east-1a')).toEqual([]);
});

test('shares that nothing but all of them together cures are named together', async () => {
  const config = {
    workloads: { train: job(1) },
    pools: gpus({ instances: ['g6e.xlarge', 'g6e.2xlarge'], capacity: ['spot'] }),
    limits: { spotShare: 0.5, spotTypeShare: 0.5 },
  };
  expect(await sentences(config)).toEqual([
    'limits: no limit that may be raised alone gives every period room. Hint: raise limits.spotShare and limits.spotTypeShare together',
  ]);
});
