import type { HorizonProblem, HorizonSolution } from '../../../lib/sizing/problem/horizon';

/** Every broken rule of a solution, and its cost; reads nothing but the solution and the problem. */
export function checkSolution(
  problem: HorizonProblem,
  { committed, periods }: Pick<HorizonSolution, 'committed' | 'periods'>,
): { readonly broken: readonly string[]; readonly usd: number } {
  const broken: string[] = [];
  let usd = 0;
  const hoursOf = (period: number) => (typeof problem.periodHours === 'number' ? problem.periodHours : problem.periodHours[period]);
  const offeringOf = (name: string) => problem.offerings.find((offering) => offering.name === name);
  for (const offering of problem.offerings) {
    if (!offering.committed) continue;
    const count = committed[offering.name] ?? 0;
    if (count < offering.committed.least || count > offering.committed.most) broken.push(`holds ${count} of ${offering.name}`);
    for (let period = 0; period < problem.periods; period++)
      usd += (count - offering.committed.least) * offering.usdPerHour * hoursOf(period);
  }
  if (periods.length !== problem.periods) broken.push(`${periods.length} periods`);
  periods.forEach((groups, period) => {
    const nodes = new Map<string, number>();
    const served = new Map<string, number>();
    for (const { offering: name, nodes: count, replicas } of groups) {
      const offering = offeringOf(name);
      if (!offering || !Number.isInteger(count) || count < 1) {
        broken.push(`period ${period}: ${count} nodes of ${name}`);
        continue;
      }
      nodes.set(name, (nodes.get(name) ?? 0) + count);
      const used = { gpus: 0, cpuMilli: 0, memoryMiB: 0, pods: 0 };
      for (const [kind, each] of Object.entries(replicas)) {
        const one = problem.classes.find((other) => other.name === kind);
        const on = one?.on[offering.gpu ?? 'none'];
        if (!one || !on || !Number.isInteger(each) || each < 0) {
          broken.push(`period ${period}: ${each} of ${kind} on ${name}`);
          continue;
        }
        used.gpus += each * on.gpus;
        used.cpuMilli += each * one.cpuMilli;
        used.memoryMiB += each * one.memoryMiB;
        used.pods += each;
        served.set(kind, (served.get(kind) ?? 0) + count * each * on.throughput);
      }
      const room = { ...offering, pods: offering.pods ?? Infinity };
      for (const key of ['gpus', 'cpuMilli', 'memoryMiB', 'pods'] as const)
        if (used[key] > room[key]) broken.push(`period ${period}: ${name} is overfull in ${key}`);
    }
    for (const { name } of problem.classes) {
      const wanted = problem.demand[name][period];
      if ((served.get(name) ?? 0) < wanted - 1e-9) broken.push(`period ${period}: ${name} is served ${served.get(name) ?? 0} of ${wanted}`);
    }
    const sum = (value: (offering: HorizonProblem['offerings'][number]) => number) =>
      problem.offerings.reduce((total, offering) => total + (nodes.get(offering.name) ?? 0) * value(offering), 0);
    for (const offering of problem.offerings) {
      const count = nodes.get(offering.name) ?? 0;
      const most = offering.committed
        ? Math.min(committed[offering.name] ?? 0, offering.mostNodes ?? Infinity)
        : (offering.mostNodes ?? Infinity);
      if (count > most || count < (offering.leastNodes ?? 0)) broken.push(`period ${period}: ${count} of ${offering.name}`);
      if (count > 0 && offering.absentIn?.includes(period))
        broken.push(`period ${period}: ${count} of ${offering.name}, which is not there`);
      if (!offering.committed) usd += count * offering.usdPerHour * hoursOf(period);
    }
    for (const limit of problem.limits) {
      const all = sum(({ name }) => limit.sizes[name] ?? 0);
      const part = 'most' in limit ? 0 : sum(({ name }) => (limit.part.includes(name) ? limit.sizes[name] : 0));
      if ('most' in limit ? all > limit.most : part > limit.share * all + 1e-9) broken.push(`period ${period}: ${limit.name}`);
    }
  });
  return { broken, usd };
}
