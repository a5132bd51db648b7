import { performance } from 'node:perf_hooks';
import { textTable } from '../lib/report/table';
import { deferrableEfforts, scheduleJobs } from '../lib/sizing';
import { jobsInstance } from './fleet-jobs';

/**
 * How near to the cheapest the hours of deferrable jobs come, and how long that takes on one thread: `npm run bench:fleet-solver`, with
 * `-- --json` one JSON document `[{ jobs, seed, offerings, periods, effort, seconds, cpuSeconds, usd, onArrivalUsd, boundUsd, gapPercent }]`.
 * Options: `--effort fast, balanced or best`, `--jobs N` one size, `--seed N` another instance.
 */
const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const effort = (argument('effort') ?? 'balanced') as keyof typeof deferrableEfforts;
const seed = Number(argument('seed') ?? 1);
const sizes = argument('jobs') === undefined ? [10, 50, 200] : [Number(argument('jobs'))];

const cases = sizes.map((jobs) => {
  const problem = jobsInstance(jobs, seed);
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const { usd, onArrivalUsd, boundUsd, gapPercent } = scheduleJobs(problem, deferrableEfforts[effort]);
  const seconds = (performance.now() - begin) / 1_000;
  const { user, system } = process.cpuUsage(used);
  const [offerings, cpuSeconds] = [problem.offerings.length, (user + system) / 1e6];
  return { jobs, seed, offerings, periods: problem.periods, effort, seconds, cpuSeconds, usd, onArrivalUsd, boundUsd, gapPercent };
});
if (process.argv.includes('--json')) console.log(JSON.stringify(cases));
else
  console.log(
    textTable(
      ['jobs', 'effort', 'seconds', 'CPU seconds', 'USD', 'on arrival', 'bound', 'gap %'].map((title) => ({
        title,
        align: 'right' as const,
      })),
      cases.map((one) => [
        `${one.jobs}`,
        one.effort,
        one.seconds.toFixed(1),
        one.cpuSeconds.toFixed(1),
        one.usd.toFixed(0),
        one.onArrivalUsd?.toFixed(0) ?? '-',
        one.boundUsd.toFixed(0),
        one.gapPercent.toFixed(2),
      ]),
    ),
  );
