import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies } from '../../lib/adapters/machine';
import { foresize, hourlyCsv, project, wave } from '../support/foresize';

type Finding = { readonly what: string; readonly state: string; readonly found: string; readonly cure: string | null };

const config = {
  name: 'well',
  region: 'us-east-1',
  asOf: 'data',
  workloads: {
    web: {
      kind: 'service',
      cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
      servers: 4,
      machine: 'm7i.xlarge',
      pool: 'general',
      image: 'registry.example.com/web:1',
    },
  },
  pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
};
const environment = { KUBECONFIG: '/no/such/file', AWS_PROFILE: undefined, AWS_ACCESS_KEY_ID: 'AKIASECRET', PATH: '' };

/** Findings by what was looked at. */
function looked(folder: string, extra: NodeJS.ProcessEnv = {}, args: readonly string[] = []) {
  const outcome = foresize(folder, ['doctor', '--json', '--offline', ...args], { ...environment, ...extra });
  const { findings } = JSON.parse(outcome.stdout) as { findings: readonly Finding[] };
  const by = new Map(findings.map((finding) => [finding.what, finding]));
  return { ...outcome, by };
}

test('in a sound project nothing is wrong, and what is merely absent has a cure and is no fault', () => {
  const folder = project({ 'foresize.config.json': config, 'cpu.csv': hourlyCsv(24 * 21, (hour) => wave(hour)) });
  const { status, by, stdout } = looked(folder);
  expect(status).toBe(0);
  expect(by.get('node')).toMatchObject({ state: 'ok', cure: null });
  expect(by.get('history')).toMatchObject({ state: 'ok', found: '1 series can be used' });
  expect(by.get('terraform')).toMatchObject({ state: 'absent', found: 'not on the PATH' });
  expect(by.get('plan')).toMatchObject({ state: 'absent', cure: 'run `foresize plan`' });
  expect(by.get('AWS')).toMatchObject({ state: 'ok', found: 'credentials by AWS_ACCESS_KEY_ID' });
  expect(stdout).not.toContain('AKIASECRET');
});

test('a history that cannot be read is wrong and ends with exit code 2, beside all else that was found', () => {
  const { status, by } = looked(project({ 'foresize.config.json': config }));
  expect(status).toBe(2);
  expect(by.get('history')).toMatchObject({ state: 'wrong', found: expect.stringContaining('cpu.csv') as string });
  expect(by.get('config')?.state).toBe('ok');
});

test('a config with a fault, or none, is wrong with its hint', () => {
  const faulty = looked(project({ 'foresize.config.json': { ...config, pools: {} } }));
  expect([faulty.status, faulty.by.get('config')?.state]).toEqual([2, 'wrong']);
  const none = looked(project({ 'a.txt': '' }));
  expect([none.status, none.by.get('config')?.cure]).toEqual([2, 'name the config with --config FILE']);
});

test('a program that is there is told with its version, and one that is too old with the version that is needed', () => {
  const script = (said: string) => `#!/bin/sh\necho '${said}'\n`;
  const folder = project({
    'foresize.config.json': config,
    terraform: script('Terraform v1.5.7'),
    kubectl: script('Client Version: v1.33.2'),
  });
  for (const program of ['terraform', 'kubectl']) chmodSync(join(folder, program), 0o755);
  const { by } = looked(folder, { PATH: `${folder}:/bin:/usr/bin` });
  expect(by.get('kubectl')).toMatchObject({ state: 'ok', found: '1.33.2' });
  expect(by.get('terraform')).toMatchObject({ state: 'absent', cure: 'install Terraform 1.10 or later' });
});

test('a version of Node satisfies the ranges of package.json by its major version and the least of that', () => {
  const ranges = '^20.18.1 || ^22.12.0';
  expect(['20.18.1', '20.20.0', '22.12.0', '22.23.3'].every((version) => satisfies(version, ranges))).toBe(true);
  expect(['20.18.0', '18.20.0', '21.7.0', '22.11.9', '26.1.0'].some((version) => satisfies(version, ranges))).toBe(false);
});
