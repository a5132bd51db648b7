import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare } from './workloads';

/**
 * `npm run test:workloads`: types, lint and tests of the Python programs, on the CPU, and the circle from a server under load to a plan. Exit
 * code 3 where Python or a package cannot be had.
 */
const { python, env, run } = prepare();
const steps: readonly (readonly string[])[] = [
  ['-m', 'ruff', 'check', '--quiet', '.'],
  ['-m', 'ruff', 'format', '--quiet', '--check', '.'],
  ['-m', 'mypy', '.'],
  ['-m', 'pytest', ...process.argv.slice(2)],
];
const circle = (): number => {
  const options = { cwd: join(__dirname, '..'), env: { ...env, FORESIZE_WORKLOADS_PYTHON: python }, stdio: 'inherit' } as const;
  return spawnSync(process.execPath, [require.resolve('jest/bin/jest'), 'test/workloads', '--verbose'], options).status ?? 1;
};
process.exitCode = [...steps.map((step) => run(step)), circle()].find((status) => status !== 0) ?? 0;
