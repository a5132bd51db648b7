import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';
import { formatPlan, sealPlan } from '../../lib/plan/file/format';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { filesOf, foresize, hourlyCsv, project, root, temporaryFolder, wave } from '../support/foresize';
import { killedAfter } from '../support/killed';

const chat = {
  ...rawConfig().workloads.chat,
  owner: 'manifests',
  metric: { kind: 'pods', name: 'requests_per_second' },
  replay: 'off',
  image: 'registry.example.com/chat:1.0.0',
};
/** One that is there: no stack is made for it. */
const cluster = { existing: 'prod', version: '1.33', checkAccount: false } as const;
const start = project({
  'chat.csv': hourlyCsv(15 * 24, (hour) => wave(hour)),
  'foresize.config.json': rawConfig({ cluster, effort: 'fast', workloads: { chat: chat as never, images: chat as never } }),
  'cdk8s.out/own.yaml': 'kind: ConfigMap',
  'cdktf.out/stacks/own/cdk.tf.json': '{}',
});
const planFile = 'capacity-plan.json';

/** `synth --frozen` in this process. */
async function frozen(folder: string): Promise<{ readonly exitCode: number; readonly stderr: string }> {
  const errors: string[] = [];
  const args = ['synth', '--frozen', '--config', join(folder, 'foresize.config.json')];
  const exitCode = await runProgram(commands, args, { out: () => undefined, err: (text) => errors.push(text), now: 0 });
  return { exitCode, stderr: errors.join('') };
}

/** What is there at first, outputs of the first plan beside the second plan, and what belongs there. */
let [before, wanted]: Record<string, string>[] = [];
beforeAll(async () => {
  expect(foresize(start, ['synth']).status).toBe(0);
  const first = JSON.parse(readFileSync(join(start, planFile), 'utf8')) as CapacityPlan;
  const higher = <T extends { readonly ceiling: number }>(one: T): T => ({ ...one, ceiling: one.ceiling + 1 });
  const workloads = Object.fromEntries(Object.entries(first.workloads).map(([name, workload]) => [name, higher(workload)]));
  const pools = Object.fromEntries(Object.entries(first.pools).map(([name, pool]) => [name, { ...pool, groups: pool.groups.map(higher) }]));
  writeFileSync(join(start, planFile), formatPlan(sealPlan({ ...first, workloads, pools })));
  before = filesOf(start);
  const done = copyOf(start);
  expect(await frozen(done)).toEqual({ exitCode: 0, stderr: '' });
  wanted = filesOf(done);
}, 60_000);

function copyOf(folder: string): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** After which operations a kill leaves files of both plans. */
const mixedAfter: number[] = [];

const isMarker = (name: string) => name.endsWith('/.foresize');

/** Whether some paths are those of the first plan and some those of the second, each whole. */
function isMixed(files: Readonly<Record<string, string>>): boolean {
  const named = Object.keys(wanted).filter((name) => !isMarker(name) && before[name] !== wanted[name]);
  for (const name of Object.keys(wanted).filter((one) => !isMarker(one))) expect([before[name], wanted[name]]).toContain(files[name]);
  const isNew = named.map((name) => files[name] === wanted[name]);
  return isNew.includes(true) && isNew.includes(false);
}

test('synth that is killed after any operation leaves every path whole, and a mix is named and finished by the next', async () => {
  const wait = jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  let operations = 0;
  for (let wasKilled = true; wasKilled;) {
    operations++;
    const folder = copyOf(start);
    wasKilled = await killedAfter(operations, folder, () => frozen(folder));
    const mixed = isMixed(filesOf(folder));
    // The lock names this process, which stands for one that has ended.
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.lock'))) {
      const text = readFileSync(join(folder, name), 'utf8');
      writeFileSync(join(folder, name), text.replace(/"pid":\d+/, `"pid":${ended}`));
    }
    const { exitCode, stderr } = await frozen(folder);
    expect([operations, exitCode]).toEqual([operations, 0]);
    if (mixed) expect(stderr).toMatch(/^warning: .*cdk(tf|8s)\.out: holds files of plan sha256:\w+ beside those of plan sha256:\w+/);
    if (mixed) mixedAfter.push(operations);
    expect(filesOf(folder)).toEqual(wanted);
    rmSync(folder, { recursive: true });
  }
  wait.mockRestore();
  expect(operations).toBeGreaterThan(40);
  expect(mixedAfter).toHaveLength(2);
}, 240_000);

test('and so does a process that is killed for good', () => {
  const folder = copyOf(start);
  const args = [join(root, 'bin/register.cjs'), join(root, 'test/support/killed.ts')].flatMap((file) => ['-r', file]);
  const { signal } = spawnSync(process.execPath, [...args, join(root, 'bin/foresize.ts'), 'synth', '--frozen'], {
    cwd: folder,
    env: { ...process.env, KILL_IN: folder, KILL_AFTER: `${mixedAfter[0]}` },
  });
  expect(signal).toBe('SIGKILL');
  expect(isMixed(filesOf(folder))).toBe(true);
  const { status, stderr } = foresize(folder, ['synth', '--frozen']);
  expect(status).toBe(0);
  expect(stderr).toContain('holds files of plan');
  expect(filesOf(folder)).toEqual(wanted);
});
