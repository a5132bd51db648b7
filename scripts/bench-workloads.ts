import { prepare } from './workloads';

/** `npm run bench:workloads`: load, throughput and distillation of the Python programs. Exit code 3 where Python or a package cannot be had. */
const { run } = prepare();
process.exitCode = run(['-m', 'benchmark.figures', ...process.argv.slice(2)]);
