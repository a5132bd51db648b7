import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';
import { root, temporaryFolder } from '../support/foresize';

const folder = temporaryFolder();
const sample = ['--config', join(root, 'foresize.config.ts'), '--plan', join(root, 'capacity-plan.json')];

/** A command line in this process. */
async function report(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const exitCode = await runProgram(commands, ['report', ...args], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    now: 0,
  });
  return { exitCode, stdout: out.join(''), stderr: err.join('') };
}

const page = (name: string) => readFileSync(join(folder, name), 'utf8');

test('the page of a plan is written where it is asked for, the same each time, and what is said of it fits', async () => {
  const { exitCode, stdout, stderr } = await report(...sample, '--out', join(folder, 'a.html'), '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ bytes: Buffer.byteLength(page('a.html')), workloads: 6 });
  expect(page('a.html')).toMatch(/^<!doctype html>/);
  await report(...sample, '--out', join(folder, 'b.html'));
  expect(page('b.html')).toBe(page('a.html'));
});

test('with its histories the load before the plan is on it too', async () => {
  const { exitCode, stderr } = await report(...sample, '--history', '--out', join(folder, 'c.html'));
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(page('c.html').match(/Load, observed and forecast/g)).toHaveLength(3);
  expect(page('c.html')).toContain('Findings of the histories');
});

test('a plan of another config is shown as it is, with a warning, beside its file', async () => {
  const config = { name: 'other', region: 'us-east-1', workloads: {}, pools: {} };
  const training = {
    kind: 'training',
    model: 'resnet50',
    samples: 1000,
    epochs: 1,
    deadline: '1d',
    pool: 'a10g',
    image: 'example.com/it:1',
  };
  writeFileSync(
    join(folder, 'foresize.config.json'),
    JSON.stringify({ ...config, workloads: { it: training }, pools: { a10g: { kind: 'gpuPool', instances: ['g5.xlarge'] } } }),
  );
  writeFileSync(join(folder, 'capacity-plan.json'), readFileSync(join(root, 'capacity-plan.json')));
  const { exitCode, stderr } = await report('--config', join(folder, 'foresize.config.json'));
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('was made from another config')]);
  expect(existsSync(join(folder, 'capacity-report.html'))).toBe(true);
});

test('without a plan it is refused, and nothing is written', async () => {
  const { exitCode, stderr } = await report(...sample.slice(0, 2), '--plan', join(folder, 'none.json'), '--out', join(folder, 'd.html'));
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('run `foresize plan` first')]);
  expect(existsSync(join(folder, 'd.html'))).toBe(false);
});
