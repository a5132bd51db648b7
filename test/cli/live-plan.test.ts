import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { DAY_MS, MINUTE_MS } from '../../lib/units';
import { liveChat, rawConfig } from '../support/config';
import { project, root } from '../support/foresize';
import { type SmallPrometheus, startSmallPrometheus } from '../support/small-prometheus';

let server: SmallPrometheus;
const wave = (time: number) => 20 + 10 * Math.sin((2 * Math.PI * time) / DAY_MS) + ((time / MINUTE_MS) % 7);
beforeAll(async () => {
  server = await startSmallPrometheus(wave);
});
afterAll(() => server.stop());

const config = () => ({
  ...rawConfig({ effort: 'fast' }),
  history: { range: '14d', prometheus: { url: server.url } },
  workloads: {
    chat: liveChat,
  },
});

/** In its own process, while the server of this one answers. */
function run(folder: string, ...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-r', join(root, 'bin/register.cjs'), join(root, 'bin/foresize.ts'), ...args], { cwd: folder });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (said.stderr += String(chunk)));
    child.on('close', (status) => resolve({ status, ...said }));
  });
}

const planText = (folder: string) => readFileSync(join(folder, 'capacity-plan.json'), 'utf8');

test('a plan is made as of now; from the cache alone it comes out the same, byte for byte, and synth asks nobody', async () => {
  const folder = project({ 'foresize.config.json': config() });
  const begun = Date.now();
  expect(await run(folder, 'plan')).toMatchObject({ status: 0 });
  const online = planText(folder);
  const { asOf, dataThrough } = JSON.parse(online) as CapacityPlan;
  expect(Date.parse(asOf)).toBeGreaterThan(begun - 10 * MINUTE_MS);
  expect(asOf).toBe(dataThrough);

  const asked = server.asked.length;
  expect(await run(folder, 'plan', '--offline', '--fresh')).toMatchObject({ status: 0 });
  expect(planText(folder)).toBe(online);
  expect(await run(folder, 'synth', '--refresh')).toMatchObject({ status: 0 });
  expect(planText(folder)).toBe(online);
  expect(server.asked).toHaveLength(asked);
});

test('with --as-of the clock is of no account: the range ends there', async () => {
  const folder = project({ 'foresize.config.json': config() });
  server.asked.length = 0;
  const { stdout } = await run(folder, 'history', '--json', '--as-of', '2026-10-31T00:02:00Z');
  const { series } = JSON.parse(stdout) as { series: Record<string, { to: string }> };
  expect(series['chat.load'].to).toBe('2026-10-31T00:00:00Z');
  expect(server.asked.at(-1)?.[1]).toBe(Date.UTC(2026, 9, 31));
});

test('a source that has been silent for longer than is allowed is refused as stale, online and off', async () => {
  const folder = project({ 'foresize.config.json': config() });
  server.valueAt = (time) => (time > Date.now() - 2 * DAY_MS ? undefined : wave(time));
  try {
    expect((await run(folder, 'plan')).stderr).toContain('before the plan begins');
    expect((await run(folder, 'plan', '--offline')).stderr).toContain('before the plan begins');
  } finally {
    server.valueAt = wave;
  }
});

test('synth without a plan and without a cache says where to read history first', async () => {
  const folder = project({ 'foresize.config.json': config() });
  server.asked.length = 0;
  const { status, stderr } = await run(folder, 'synth');
  expect(status).toBe(1);
  expect(stderr).toContain('run `foresize history` or `foresize plan` where the source can be reached');
  expect(server.asked).toEqual([]);
});

test('neither the HTTP client nor the SDK of AWS is loaded before a server is asked', () => {
  const commands = ['plan', 'history', 'synth'].map((name) => `require(${JSON.stringify(join(root, 'bin/commands', name))});`).join('');
  const script = `${commands}console.log(Object.keys(require.cache).filter((file) => /node_modules.(undici|@aws-sdk|@smithy)/.test(file)).length)`;
  const stdout = execFileSync(process.execPath, ['-r', join(root, 'bin/register.cjs'), '-e', script], { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('0\n');
});
