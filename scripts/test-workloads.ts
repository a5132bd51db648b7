import { prepare } from './workloads';

/** `npm run test:workloads`: types, lint and tests of the Python programs, on the CPU. Exit code 3 where Python or a package cannot be had. */
const { run } = prepare();
const steps: readonly (readonly string[])[] = [
  ['-m', 'ruff', 'check', '--quiet', '.'],
  ['-m', 'ruff', 'format', '--quiet', '--check', '.'],
  ['-m', 'mypy', '.'],
  ['-m', 'pytest', ...process.argv.slice(2)],
];
process.exitCode = steps.map((step) => run(step)).find((status) => status !== 0) ?? 0;
