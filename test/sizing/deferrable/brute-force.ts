import type { DeferrableProblem } from '../../../lib/sizing/deferrable';
import type { DeferrableJob } from '../../../lib/sizing/deferrable/problem';

/** The cheapest schedule by trying every one: USD, or `undefined` where there is none. For few jobs, periods and nodes. */
export function cheapestByTrying(problem: DeferrableProblem): number | undefined {
  const ways = problem.jobs.map((job) => waysOf(problem, job));
  const known = new Map<string, number>();
  let best: number | undefined;
  const visit = (job: number, chosen: readonly (readonly (string | null)[])[]) => {
    if (job === ways.length) {
      const usd = costOf(problem, chosen, known);
      if (usd !== undefined && (best === undefined || usd < best)) best = usd;
      return;
    }
    for (const way of ways[job]) visit(job + 1, [...chosen, way]);
  };
  visit(0, []);
  return best;
}

/** Every course of a job: by period the market that it runs in, or none. */
function waysOf(problem: DeferrableProblem, job: DeferrableJob): (readonly (string | null)[])[] {
  const all: (readonly (string | null)[])[] = [];
  const extend = (course: readonly (string | null)[]) => {
    if (course.length === problem.periods) {
      if (isDone(problem, job, course)) all.push(course);
      return;
    }
    const may = course.length >= job.earliest && course.length < job.deadline;
    for (const market of may ? [null, ...job.markets] : [null]) extend([...course, market]);
  };
  extend([]);
  return all;
}

export function isDone(problem: DeferrableProblem, job: DeferrableJob, course: readonly (string | null)[]): boolean {
  const runs: { market: string; length: number }[] = [];
  course.forEach((market, period) => {
    if (market === null) return;
    if (period > 0 && course[period - 1] === market) runs[runs.length - 1].length++;
    else runs.push({ market, length: 1 });
  });
  const { most = 0, shortestHours = 0, costHours = 0 } = job.pauses ?? { most: 0 };
  if (runs.length === 0 || runs.length > most + 1) return false;
  const overhead = (job.startHours ?? 0) + costHours;
  if (runs.length > 1 && runs.some(({ length }) => length * problem.periodHours < Math.max(shortestHours, overhead + 1e-6))) return false;
  const rate = Math.max(...runs.map(({ market }) => problem.interruptionsPerNodeHour?.[market] ?? 0));
  const work = job.hours + runs.length * (job.startHours ?? 0) + (runs.length - 1) * costHours;
  const needed = work * (1 + rate * job.workers * (job.hoursPerInterruption ?? 0));
  return runs.reduce((sum, { length }) => sum + length, 0) * problem.periodHours >= needed - 1e-6;
}

function costOf(
  problem: DeferrableProblem,
  courses: readonly (readonly (string | null)[])[],
  known: Map<string, number>,
): number | undefined {
  let usd = 0;
  for (let period = 0; period < problem.periods; period++) {
    const items = [
      ...problem.steady.map(({ market, gpus, replicas }) => ({ market, gpus, count: replicas[period] })),
      ...problem.jobs.flatMap(({ gpusPerWorker, workers }, job) => {
        const market = courses[job][period];
        return market === null ? [] : [{ market, gpus: gpusPerWorker, count: workers }];
      }),
    ];
    const key = `${period}:${items
      .map(({ market, gpus, count }) => `${market}/${gpus}x${count}`)
      .sort()
      .join()}`;
    const found = known.get(key) ?? cheapestNodes(problem, period, items);
    known.set(key, found);
    usd += found * problem.periodHours;
  }
  return usd === Infinity ? undefined : usd;
}

type Item = { readonly market: string; readonly gpus: number; readonly count: number };

function cheapestNodes({ offerings, limits, joint }: DeferrableProblem, period: number, items: readonly Item[]): number {
  const asking = (market: string) =>
    items.reduce((sum, item) => sum + (marketsOf(item.market, joint).includes(market) ? item.count : 0), 0);
  const gpusFor = (market: string) =>
    items.reduce((sum, item) => sum + (marketsOf(item.market, joint).includes(market) ? item.gpus * item.count : 0), 0);
  const isPlain = [...offerings, ...items].every(({ gpus }) => Number.isInteger(Math.log2(gpus)));
  let best = Infinity;
  const counts = offerings.map(() => 0);
  const visit = (place: number, usd: number) => {
    if (usd >= best) return;
    if (place === offerings.length) {
      const passes = limits.some(
        ({ sizes, most }) => counts.reduce((sum, count, at) => sum + count * (sizes[offerings[at].name] ?? 0), 0) > most + 1e-9,
      );
      if (
        !passes &&
        holds(
          offerings.map(({ market, gpus }, at) => ({ market, gpus, count: counts[at] })),
          items,
          joint,
        )
      )
        best = usd;
      return;
    }
    const { market, gpus, usdPerHour, most = Infinity } = offerings[place];
    const there = typeof most === 'number' ? most : most[period];
    // Gangs of two on nodes of four waste none, so places of the sum are enough but for the last node; of other sizes each may need its own.
    const useful = Math.min(there, isPlain ? Math.ceil(gpusFor(market) / gpus) : asking(market));
    for (counts[place] = 0; counts[place] <= useful; counts[place]++) visit(place + 1, usd + counts[place] * usdPerHour);
    counts[place] = 0;
  };
  visit(0, 0);
  return best;
}

function marketsOf(name: string, joint: DeferrableProblem['joint'] = []): readonly string[] {
  return joint.find((one) => one.name === name)?.of ?? [name];
}

/** Whether nodes hold items: the large ones placed first, each on every node that it may be on until all have found a place. */
export function holds(nodes: readonly Item[], items: readonly Item[], joint?: DeferrableProblem['joint']): boolean {
  const free = nodes.flatMap(({ market, gpus, count }) => Array.from({ length: count }, () => ({ market, gpus })));
  const all = items.flatMap(({ market, gpus, count }) => Array.from({ length: count }, () => ({ of: marketsOf(market, joint), gpus })));
  all.sort((a, b) => b.gpus - a.gpus || a.of.length - b.of.length);
  const place = (index: number): boolean => {
    if (index === all.length) return true;
    const { of, gpus } = all[index];
    const able = free.filter((node) => of.includes(node.market) && node.gpus >= gpus).sort((a, b) => a.gpus - b.gpus);
    const distinct = able.filter((node, at) => able.findIndex((other) => other.market === node.market && other.gpus === node.gpus) === at);
    return distinct.some((node) => {
      node.gpus -= gpus;
      const isHeld = place(index + 1);
      node.gpus += gpus;
      return isHeld;
    });
  };
  return place(0);
}
