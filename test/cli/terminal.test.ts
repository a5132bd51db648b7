import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { rawConfig } from '../support/config';
import { foresize, project } from '../support/foresize';

/** Characters that a terminal obeys, but for the line feed. */
const obeyed = (text: string): string[] =>
  [...text].filter((character) => /\p{Cc}|\p{Bidi_Control}/u.test(character) && character !== '\n');
const load = (source: object) => ({
  ...rawConfig(),
  workloads: { chat: { ...rawConfig().workloads.chat, load: { kind: 'csv', path: 'x.csv', unit: 'req/s', ...source } } },
});

test.each([
  ['a value', 'timestamp,value\n2026-01-05T00:00:00Z,\u001b]0;owned\u0007\u001b[2J\n', {}],
  ['a name of a column', 'timestamp,\u001b[31mvalue\u202e\n2026-01-05T00:00:00Z,1\n', {}],
  ['a label', 'timestamp,value,host\n2026-01-05T00:00:00Z,1,\u009b2J\n', { where: { host: 'a' } }],
])('%s of a file never commands the terminal', (_, content, source) => {
  const folder = project({ 'foresize.config.json': load(source), 'x.csv': content });
  for (const json of [[], ['--json']]) {
    const { status, stdout, stderr } = foresize(folder, ['history', ...json]);
    expect(status).toBe(1);
    expect(`${stdout}${stderr}`).toMatch(/\\u00(1b|9b)/);
    expect(obeyed(`${stdout}${stderr}`)).toEqual([]);
  }
});

const pipes = project({ 'x.csv': '' });
const hasPipes = process.platform !== 'win32' && spawnSync('mkfifo', [join(pipes, 'pipe.json')]).status === 0;
(hasPipes ? test : test.skip)(`a pipe that nobody writes to is not waited for${hasPipes ? '' : ' (skipped: no mkfifo here)'}`, () => {
  const { status, stderr } = foresize(pipes, ['plan', '--config', 'pipe.json']);
  expect(status).toBe(1);
  expect(stderr).toBe('error: pipe.json: is a pipe, not a file. Hint: write what comes out of it to a file first\n');
});
