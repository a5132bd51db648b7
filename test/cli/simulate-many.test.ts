import { rawConfig } from '../support/config';
import { foresize, hourlyCsv, project, wave } from '../support/foresize';

test('workloads are replayed to the same bytes by one thread after another and by several at once', () => {
  const { chat } = rawConfig().workloads;
  const config = rawConfig({ effort: 'fast', workloads: { chat, talk: chat, words: chat } });
  const at = project({ 'chat.csv': hourlyCsv(5 * 24, wave, Date.UTC(2026, 10, 27)), 'foresize.config.json': config });
  const one = foresize(at, ['simulate', '--json', '--workers', '1']);
  expect(one.status).toBe(0);
  expect(Object.keys((JSON.parse(one.stdout) as { workloads: object }).workloads)).toEqual(['chat', 'talk', 'words']);
  expect(foresize(at, ['simulate', '--json', '--workers', '2']).stdout).toBe(one.stdout);
}, 240_000);
