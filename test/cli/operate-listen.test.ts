import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { watchRounds } from '../../lib/project';
import type { OperateLine } from '../../lib/project/operate';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
import { root } from '../support/foresize';
import { until } from '../support/kube-apiserver';
import { liveProject, plannedFrom, requestsAt } from '../support/live-project';
import { onPath } from '../support/programs';
import { startSmallPrometheus } from '../support/small-prometheus';

const now = plannedFrom + 6 * HOUR_MS;
const line: OperateLine = {
  ...{ time: '2026-11-23T06:00:00Z', workload: 'a"b', policy: 'plan', plan: 'sha256:0' },
  ...{ floor: 7, by: 'load', reason: 'as before', load: 80, forecast: null, high: 95, missed: false, terms: [] },
};
const page = async (port: number, path: string, method = 'GET') => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
};

test('a loop tells its floors and its rounds over HTTP, as promtool likes them, and lets the port go as it ends', async () => {
  const prometheus = await startSmallPrometheus(requestsAt);
  const { folder } = await liveProject(prometheus.url);
  const port = 20_000 + (process.pid % 20_000);
  const args = ['operate', 'chat', 'other', '--as-of', new Date(now).toISOString(), '--listen', `127.0.0.1:${port}`];
  const child = spawn(process.execPath, ['-r', join(root, 'bin/register.cjs'), join(root, 'bin/foresize.ts'), ...args], { cwd: folder });
  let lines = '';
  child.stdout.on('data', (chunk: Buffer) => (lines += chunk.toString()));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await until(() => lines.split('\n').length > 2, 60_000, 'the loop says nothing');
    const [chat, other] = lines
      .split('\n')
      .slice(0, 2)
      .map((line) => JSON.parse(line) as { readonly floor: number });
    const { text, status, type } = await page(port, '/metrics');
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain(
      `# TYPE foresize_operate_floor_replicas gauge\nforesize_operate_floor_replicas{plan="test",workload="chat"} ${chat.floor}\n`,
    );
    expect(text).toContain(`foresize_operate_floor_replicas{plan="test",workload="other"} ${other.floor}\n`);
    expect(text).toMatch(/^foresize_operate_rounds_total 1$/m);
    expect(text).toMatch(/^foresize_operate_last_good_round_age_seconds \d/m);
    const promtool = onPath('promtool');
    if (promtool !== undefined) {
      const checked = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect([checked.status, checked.stdout + checked.stderr]).toEqual([0, '']);
    }
    expect(await page(port, '/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
    expect((await page(port, '/')).status).toBe(404);
    expect((await page(port, '/metrics', 'POST')).status).toBe(405);
  } finally {
    child.kill('SIGTERM');
    await prometheus.stop();
  }
  expect(await ended).toBe(0);
  await expect(page(port, '/healthz')).rejects.toThrow();
}, 90_000);

test('a loop counts as hung when no round has ended for three intervals, and what an earlier round decided goes with a failed one', () => {
  const watch = watchRounds(now, MINUTE_MS, 'test');
  let clock = now;
  const { '/healthz': healthz, '/metrics': metrics } = watch.pages(() => clock);
  expect(healthz().status).toBe(200);
  expect(metrics().text).not.toContain('foresize_operate_last_good_round_age_seconds');
  watch.ended([line], clock, true);
  clock += 30_000;
  expect(metrics().text).toContain('foresize_operate_floor_replicas{plan="test",workload="a\\"b"} 7\n');
  expect(metrics().text).toContain('foresize_operate_forecast_high{plan="test",workload="a\\"b"} 95\n');
  expect(metrics().text).toContain('foresize_operate_forecast_missed{plan="test",workload="a\\"b"} 0\n');
  expect(metrics().text).toContain('foresize_operate_last_good_round_age_seconds 30\n');
  expect(metrics().text).toContain('foresize_operate_holds_lease 1\n');
  watch.ended(null, clock, false);
  clock += 3 * MINUTE_MS;
  expect(healthz().status).toBe(200);
  expect(metrics().text).not.toContain('floor_replicas');
  expect(metrics().text).toContain('foresize_operate_failed_rounds_total 1\n');
  expect(metrics().text).toContain('foresize_operate_last_good_round_age_seconds 210\n');
  clock += 1_000;
  expect(healthz()).toMatchObject({ status: 503, text: 'no round has ended for 181 s\n' });
});
