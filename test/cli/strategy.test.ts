import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { filesOf, hourlyCsv, project } from '../support/foresize';
import { runIn } from '../support/in-process';

/** Days differ by chance, and nothing moves within an hour: hard to forecast, easy to follow. */
const chance = (day: number) => (Math.sin(day * 12.9898) * 43_758.5453) % 1;
const load = hourlyCsv(28 * 24, (hour) => {
  const [day, into] = [Math.floor(hour / 24), (hour % 24) / 24];
  return 200 * (1 + 0.5 * ((1 - into) * chance(day) + into * chance(day + 1)));
});
const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus.monitoring.svc:9090' };

async function planned(change: object) {
  const chat = {
    ...rawConfig().workloads.chat,
    coldStart: '1m',
    metric,
    replay: 'off',
    image: 'registry.example.com/chat:1.0.0',
    ...change,
  };
  const folder = project({ 'chat.csv': load, 'foresize.config.json': rawConfig({ effort: 'fast', workloads: { chat: chat as never } }) });
  const { status, stderr } = await runIn(folder, ['synth']);
  expect([status, stderr.includes('error:')]).toEqual([0, false]);
  const plan = JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as CapacityPlan;
  const manifests = Object.values(filesOf(join(folder, 'cdk8s.out'))).join('\n');
  return { folder, chat: plan.workloads.chat, manifests };
}

test('by default the plan holds the strategy as advice, and explain says it with the figure of the runner-up', async () => {
  const { folder, chat, manifests } = await planned({});
  expect(chat.strategy).toMatchObject({ chosen: 'reactive', inForce: 'horizontal', runnerUp: { name: 'horizontal' } });
  expect(chat.floors).toBeUndefined();
  expect(manifests).toMatch(/type: cron/);
  const { stdout } = await runIn(folder, ['explain', 'chat', '--full']);
  expect(stdout).toMatch(
    /strategy reactive \(horizontal is in force\), [\d.]+ USD in the horizon were it alone in its pool: the cheapest at equal protection/,
  );
  expect(stdout).toMatch(/runner-up horizontal, [\d.]+ USD: costs [\d.]+ % more/);
});

test("with scaling 'auto' the plan acts on it: one floor, and no schedule that KEDA moves it by", async () => {
  const { chat, manifests } = await planned({ scaling: 'auto' });
  expect(chat).toMatchObject({ owner: 'keda', floors: 'flat', strategy: { chosen: 'reactive', inForce: 'reactive' } });
  expect(manifests).not.toMatch(/type: cron/);
  expect(manifests).toMatch(new RegExp(`minReplicaCount: ${chat.floor}\\b`));
});
