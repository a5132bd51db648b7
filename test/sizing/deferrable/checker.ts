import type { DeferrableProblem, DeferrableSchedule } from '../../../lib/sizing/deferrable';
import { holds, isDone } from './brute-force';

/** What is wrong with a schedule: jobs that are late or cut wrongly, nodes that are too few, limits that are passed, dollars that do not add up. */
export function faultsOf(problem: DeferrableProblem, { jobs, nodes, usd }: DeferrableSchedule): string[] {
  const faults: string[] = [];
  const course = jobs.map(() => new Array<string | null>(problem.periods).fill(null));
  problem.jobs.forEach((job, index) => {
    for (const { from, to, market } of jobs[index].windows) {
      if (from < job.earliest || to > job.deadline || to <= from) faults.push(`${job.name}: outside its time`);
      if (!job.markets.includes(market)) faults.push(`${job.name}: in ${market}`);
      for (let period = from; period < to; period++) {
        if (course[index][period] !== null) faults.push(`${job.name}: twice in ${period}`);
        course[index][period] = market;
      }
    }
    if (!isDone(problem, job, course[index])) faults.push(`${job.name}: not done`);
  });
  let sum = 0;
  for (let period = 0; period < problem.periods; period++) {
    const counts = problem.offerings.map(({ name }) => nodes[period][name] ?? 0);
    problem.offerings.forEach(({ name, most = Infinity, usdPerHour }, at) => {
      sum += counts[at] * usdPerHour * problem.periodHours;
      if (counts[at] > (typeof most === 'number' ? most : most[period])) faults.push(`${name}: more than there are in ${period}`);
    });
    for (const { name, sizes, most } of problem.limits) {
      const used = problem.offerings.reduce((total, offering, at) => total + counts[at] * (sizes[offering.name] ?? 0), 0);
      if (used > most + 1e-6) faults.push(`${name}: ${used} of ${most} in ${period}`);
    }
    const there = problem.offerings.map(({ market, gpus }, at) => ({ market, gpus, count: counts[at] }));
    const items = [
      ...problem.steady.map(({ market, gpus, replicas }) => ({ market, gpus, count: replicas[period] })),
      ...problem.jobs.flatMap(({ gpusPerWorker, workers }, index) => {
        const market = course[index][period];
        return market === null ? [] : [{ market, gpus: gpusPerWorker, count: workers }];
      }),
    ];
    if (!holds(there, items, problem.joint)) faults.push(`nodes of ${period} do not hold what runs`);
  }
  if (Math.abs(sum - usd) > 1e-6 * (1 + usd)) faults.push(`costs ${sum} and not ${usd}`);
  return faults;
}
