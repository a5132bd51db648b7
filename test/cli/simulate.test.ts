import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';
import { runIn } from '../support/in-process';

const end = Date.UTC(2026, 10, 27);
const folder = () => project({ 'chat.csv': hourlyCsv(8 * 24, wave, end), 'foresize.config.json': rawConfig({ effort: 'fast' }) });

type Document = {
  load: string;
  windows: Record<'train' | 'tune' | 'score', { from: string; to: string }>;
  capacityPerReplica: number;
  policies: { name: string; gpuHours: number; usd: number | null; violationMinutesPercent: number }[];
  lowerBoundGpuHours: number;
  lowerBoundFractionalGpuHours: number;
  causalLimit: { gpuHours: number; violationMinutesPercent: number } | null;
  rises: { period: string; repeats: number; minutes: number; leads: number } | null;
  chosen: string;
  why: string;
};

const names = ['static', 'hpa', 'hpa-tuned', 'seasonal-naive', 'linear-threshold', 'plan', 'plan+operate'];

test('a workload is replayed with the throughput, prices and times of its config, and the chart names every policy', async () => {
  const at = folder();
  const { status, stdout, stderr } = await runIn(at, ['simulate', 'chat', '--svg', 'chat.svg', '--json']);
  expect([status, stderr.includes('error:')]).toEqual([0, false]);
  const { workloads } = JSON.parse(stdout) as { workloads: Record<string, Document> };
  expect(Object.keys(workloads)).toEqual(['chat']);
  const { chat } = workloads;
  expect(chat.policies.map(({ name }) => name)).toEqual(names);
  expect(chat.windows.score.to).toBe('2026-11-27T00:00:00Z');
  expect(chat.policies.every(({ usd }) => usd !== null && usd > 0)).toBe(true);
  expect(names).toContain(chat.chosen);
  for (const { gpuHours, violationMinutesPercent } of chat.policies)
    if (violationMinutesPercent === 0) expect(gpuHours).toBeGreaterThanOrEqual(chat.lowerBoundGpuHours);
  expect(chat.lowerBoundFractionalGpuHours).toBeLessThan(chat.lowerBoundGpuHours);
  expect(chat.causalLimit?.gpuHours).toBeGreaterThan(chat.lowerBoundGpuHours);
  expect(chat.rises).toMatchObject({ period: 'day' });
  expect(chat.rises?.repeats).toBeGreaterThan(0.9);
  // A wave takes as long from a quarter of its height to three quarters as a line of eight hours would.
  expect(chat.rises?.minutes).toBeGreaterThan(6 * 60);
  expect(chat.rises?.minutes).toBeLessThan(10 * 60);
  const svg = readFileSync(join(at, 'chat.svg'), 'utf8');
  for (const name of ['hpa-tuned', 'plan+operate']) expect(svg).toContain(name);
});

test('a file is replayed without a config, and what is stated on the command line holds', async () => {
  const at = project({ 'chat.csv': hourlyCsv(5 * 24, wave, end) });
  const args = ['simulate', '--load', 'chat.csv', '--capacity', '50', '--policy', 'hpa,plan', '--effort', 'fast', '--json'];
  const { status, stdout } = await runIn(at, args);
  expect(status).toBe(0);
  const answer = JSON.parse(stdout) as Document;
  expect(answer).toMatchObject({ load: 'chat.csv', capacityPerReplica: 50 });
  expect(answer.policies.map(({ name, usd }) => [name, usd])).toEqual([
    ['hpa', null],
    ['plan', null],
  ]);
  expect((await runIn(at, [...args, '--workers', '1'])).stdout).toBe(stdout);
});

test('what can be reached, and how long the rises take that come again, stand below the policies', async () => {
  const waves = project({ 'chat.csv': hourlyCsv(8 * 24, wave, end) });
  const told = (await runIn(waves, ['simulate', '--load', 'chat.csv', '--policy', 'hpa', '--effort', 'fast'])).stdout;
  expect(told).toMatch(/^causal limit +[\d,.]+ +\d\.\d\d +0\.\d{3} %$/m);
  expect(told).toMatch(
    /^rises: the mean day explains \d+ % of the load; its rises take \d+ min, [\d.]+ times the lead of boot and model load$/m,
  );
});

test.each([
  ['an unknown workload', ['simulate', 'chatt'], /chatt: is not a workload of the config.*chat/],
  ['a file beside a workload', ['simulate', 'chat', '--load', 'chat.csv'], /--load: replays a file, which is no workload/],
  ['a chart of all workloads', ['simulate', '--svg', 'all.svg'], /--svg: draws one load/],
  ['an unknown policy', ['simulate', '--policy', 'hope'], /knows no hope/],
])('%s is refused in one sentence, and nothing is written', async (_, args, expected) => {
  const at = folder();
  const { status, stdout, stderr } = await runIn(at, args);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(expected);
  expect(existsSync(join(at, 'all.svg'))).toBe(false);
});

const spacedCsv = (minutes: number, days: number) => {
  const times = Array.from({ length: (days * 24 * 60) / minutes }, (_, i) => end - days * 86_400_000 + i * minutes * 60_000);
  return ['timestamp,value', ...times.map((at) => `${new Date(at).toISOString()},${100 + 40 * Math.sin(at / 13_750_987)}`)].join('\n');
};

test('a load every seven minutes is replayed, from a file and in a plan', async () => {
  const chat = { ...rawConfig().workloads.chat, owner: 'manifests' as const, metric: { kind: 'pods' as const, name: 'requests' } };
  const at = project({ 'chat.csv': spacedCsv(7, 8), 'foresize.config.json': rawConfig({ effort: 'fast', workloads: { chat } }) });
  const { status, stderr, stdout } = await runIn(at, ['simulate', '--load', 'chat.csv', '--policy', 'hpa', '--effort', 'fast', '--json']);
  expect([status, stderr.includes('error:')]).toEqual([0, false]);
  expect((JSON.parse(stdout) as { refinement: string }).refinement).toMatch(/10m/);
  expect((await runIn(at, ['plan'])).status).toBe(0);
  const plan = JSON.parse(readFileSync(join(at, 'capacity-plan.json'), 'utf8')) as { workloads: { chat: { replay: unknown } } };
  expect(plan.workloads.chat.replay).toMatchObject({ policies: expect.any(Array) as unknown });
});

test('a load every two hours is refused with what can be done, from a file and of a config with that period', async () => {
  const at = project({ 'chat.csv': spacedCsv(120, 30), 'foresize.config.json': rawConfig({ effort: 'fast', period: '2h' }) });
  for (const of of [['--load', 'chat.csv'], ['chat']]) {
    const { status, stderr } = await runIn(at, ['simulate', ...of]);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /is observed every 2h, which is too coarse to be replayed.*at least once an hour.*give the load as it was measured/,
    );
    expect(stderr).not.toContain('period');
  }
});

test('a load of two days is refused, with how much it takes', async () => {
  const at = project({ 'chat.csv': hourlyCsv(48, wave, end) });
  const { status, stderr } = await runIn(at, ['simulate', '--load', 'chat.csv']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/too short to be replayed.*at least 3d.*2d/s);
});

test('a workload whose history cannot be used is refused with the reason, also where its plan would keep a floor', async () => {
  const raw = rawConfig({ history: { unusable: 'keep-floor' } });
  const at = project({ 'chat.csv': hourlyCsv(30, wave, end), 'foresize.config.json': raw });
  const { status, stderr } = await runIn(at, ['simulate', 'chat']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/error: workloads\.chat\.load .*at least 3 days/);
});
