import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../../lib/config/parse';
import { isProblemError, renderProblem } from '../../../lib/problems';
import { rawConfig } from '../../support/config';
import { foresize, hourlyCsv, project, wave } from '../../support/foresize';
import { planOf, refusalOf } from '../../support/planner';

const rack = { name: 'dgx', count: 6, cpu: '64', memory: '512 GiB', gpus: 8, gpu: 'L40S' };
const withMachines = (machines: readonly object[]) => {
  const { chat } = rawConfig().workloads;
  const workloads = { chat: { ...chat, image: 'registry.example.com/chat:1', metric: { kind: 'cpu' } as const } };
  return rawConfig({ workloads, pools: { l40s: { kind: 'gpuPool', provider: 'none', machines } as never } });
};
const files = { 'chat.csv': hourlyCsv(21 * 24, (hour) => wave(hour)) };

test("machines of one's own are sized within what exists and cost nothing where no price is stated", async () => {
  const plan = await planOf(withMachines([rack]), files);
  const pool = plan.pools.l40s;
  expect(pool).toMatchObject({ owner: 'none', bootSeconds: 0, usdPerMonth: { p50: 0, p95: 0 } });
  expect(pool.groups).toMatchObject([{ instanceType: 'dgx', capacityType: 'own', ceiling: 6 }]);
  const needed = Math.ceil(plan.workloads.chat.peak / 8);
  expect(pool.groups[0].peak).toBe(needed);
  expect(plan.workloads.chat.ceiling).toBeLessThanOrEqual(48);
});

test('a stated price is paid for every machine, whether used or not', async () => {
  const plan = await planOf(withMachines([{ ...rack, price: '2 USD/hour' }]), files);
  expect(plan.cost).toMatchObject({ usdPerMonth: { p50: 6 * 2 * 730, p95: 6 * 2 * 730 }, bound: 6 * 2 * 24, gapPercent: 0 });
});

test('too few machines are told apart by what is missing', async () => {
  expect(await refusalOf(withMachines([{ ...rack, count: 2, gpus: 1 }]), files)).toMatch(
    /pools\.l40s\.machines\[0\]\.count: there are 2 nodes of dgx, \d+ nodes short \(expected at least \d+ nodes\)\. Hint: raise it/,
  );
});

test('Terraform does not know them, Kubernetes does, and what their owner must label is said', () => {
  const folder = project({ ...files, 'foresize.config.json': withMachines([rack]) });
  const { status, stdout } = foresize(folder, ['synth']);
  expect(status).toBe(0);
  const stacks = readdirSync(join(folder, 'cdktf.out/stacks'));
  for (const stack of stacks) expect(readFileSync(join(folder, 'cdktf.out/stacks', stack, 'cdk.tf.json'), 'utf8')).not.toContain('dgx');
  const chat = readdirSync(join(folder, 'cdk8s.out')).find((file) => file.startsWith('chat'));
  expect(readFileSync(join(folder, 'cdk8s.out', chat ?? ''), 'utf8')).toContain('foresize.dev/pool: l40s');
  expect(stdout).toContain(
    'the machines of pool l40s (6 dgx) as nodes, with the label foresize.dev/pool=l40s and the taint nvidia.com/gpu=true:NoSchedule',
  );
  expect(stdout).not.toContain('cluster-autoscaler');
});

test('a pool has instance types to order or machines that are there, not both and not neither', () => {
  const problems = (pool: object): readonly string[] => {
    try {
      parseConfig(rawConfig({ pools: { l40s: { kind: 'gpuPool', ...pool } as never } }), 'c');
    } catch (error) {
      if (isProblemError(error)) return error.problems.map(renderProblem);
      throw error;
    }
    return [];
  };
  expect(problems({ provider: 'none', machines: [rack] })).toEqual([]);
  expect(problems({})).toEqual(['c: pools.l40s.instances: is missing: no instance type to use']);
  expect(problems({ machines: [rack] })).toEqual([
    "c: pools.l40s.machines: are of a provider. Hint: add provider: 'none', or name instances",
  ]);
  expect(problems({ provider: 'none', instances: ['g6e.xlarge'], machines: [rack], bootTime: '2m' })).toEqual([
    "c: pools.l40s.instances: says nothing of machines of one's own: nobody orders them. Hint: leave it out",
    "c: pools.l40s.bootTime: says nothing of machines of one's own: nobody orders them. Hint: leave it out",
  ]);
  expect(problems({ provider: 'none', machines: [rack, { ...rack, gpus: 0, gpu: undefined }] })).toEqual([
    "c: pools.l40s.machines[1].name: 'dgx' is there twice",
    'c: pools.l40s.machines[1].gpus: are none, in a pool with GPUs. Hint: make it a pool',
  ]);
  expect(problems({ provider: 'none', machines: [{ ...rack, gpu: undefined }] })).toEqual([
    expect.stringContaining('pools.l40s.machines[0].gpu: is needed beside gpus'),
  ]);
});

test('a GPU that the catalogue does not know is named with its place', async () => {
  expect(await refusalOf(withMachines([{ ...rack, gpu: 'L40' }]), files)).toContain(
    "pools.l40s.machines[0].gpu: GPU 'L40' is not in the catalogue",
  );
});
