import type { HorizonLimit, HorizonOffering, HorizonProblem } from '../../../lib/sizing/problem/horizon';

/**
 * The least cost of a problem by trying every number of committed nodes, of every other node in every period, and every placement.
 *
 * @returns `null` where nothing satisfies it
 */
export function bruteForce(problem: HorizonProblem): number | null {
  const { offerings, periods, periodHours } = problem;
  const committed = offerings.filter((offering) => offering.committed);
  let best = Infinity;
  for (const counts of everyCount(committed.map((offering) => [offering.committed?.least ?? 0, offering.committed?.most ?? 0]))) {
    const most = new Map(committed.map(({ name }, index) => [name, counts[index]]));
    let usd = committed.reduce(
      (sum, offering, index) =>
        sum + (counts[index] - (offering.committed?.least ?? 0)) * offering.usdPerHour * (periodHours as number) * periods,
      0,
    );
    for (let period = 0; period < periods && usd < best; period++) usd += cheapestOf(problem, period, most);
    best = Math.min(best, usd);
  }
  return best === Infinity ? null : best;
}

const known = new WeakMap<HorizonProblem, Map<string, number>>();

function cheapestOf(problem: HorizonProblem, period: number, committed: ReadonlyMap<string, number>): number {
  const memo = known.get(problem) ?? new Map<string, number>();
  known.set(problem, memo);
  const key = `${period} ${[...committed.values()].join()}`;
  const before = memo.get(key);
  if (before !== undefined) return before;
  const { offerings, limits } = problem;
  const periodHours = problem.periodHours as number;
  let best = Infinity;
  const ranges = offerings.map(({ name, mostNodes = 0, leastNodes = 0 }) => [leastNodes, committed.get(name) ?? mostNodes] as const);
  for (const counts of everyCount(ranges)) {
    const total = (value: (offering: HorizonOffering) => number) =>
      counts.reduce((sum, count, index) => sum + count * value(offerings[index]), 0);
    const usd = total((offering) => (offering.committed ? 0 : offering.usdPerHour * periodHours));
    if (usd >= best) continue;
    if (limits.some((limit) => isBroken(limit, total))) continue;
    const nodes = counts.flatMap((count, index) => Array.from({ length: count }, () => offerings[index]));
    if (
      serves(
        problem,
        nodes,
        problem.classes.map(({ name }) => problem.demand[name][period]),
      )
    )
      best = usd;
  }
  memo.set(key, best);
  return best;
}

function isBroken(limit: HorizonLimit, total: (value: (offering: HorizonOffering) => number) => number): boolean {
  const all = total(({ name }) => limit.sizes[name] ?? 0);
  if ('most' in limit) return all > limit.most;
  return total(({ name }) => (limit.part.includes(name) ? limit.sizes[name] : 0)) > limit.share * all + 1e-9;
}

/** Whether the nodes can serve the demand: each node in turn is filled in every way. */
function serves(problem: HorizonProblem, nodes: readonly HorizonOffering[], demand: readonly number[]): boolean {
  const { classes } = problem;
  const seen = new Set<string>();
  const visit = (index: number, left: readonly number[]): boolean => {
    if (left.every((amount) => amount <= 1e-9)) return true;
    const key = `${index} ${left.map((amount) => Math.max(0, amount).toFixed(4)).join()}`;
    if (index === nodes.length || seen.has(key)) return false;
    seen.add(key);
    const { gpu, gpus, cpuMilli, memoryMiB, pool } = nodes[index];
    const fill = (at: number, room: readonly number[], rest: readonly number[]): boolean => {
      if (at === classes.length) return visit(index + 1, rest);
      const { on, cpuMilli: cpu, memoryMiB: memory, pool: wantedPool } = classes[at];
      const known = on[gpu ?? 'none'] as { gpus: number; throughput: number } | undefined;
      const use = wantedPool === pool ? known : undefined;
      for (let count = 0; ; count++) {
        const left = use ? [room[0] - count * use.gpus, room[1] - count * cpu, room[2] - count * memory] : room;
        if (left.some((amount) => amount < 0)) return false;
        if (
          fill(
            at + 1,
            left,
            rest.map((amount, other) => (other === at ? amount - count * (use?.throughput ?? 0) : amount)),
          )
        )
          return true;
        if (!use || rest[at] - count * use.throughput <= 0) return false;
      }
    };
    return fill(0, [gpus, cpuMilli, memoryMiB], left);
  };
  return visit(0, demand);
}

function* everyCount(ranges: readonly (readonly [number, number])[]): Generator<readonly number[]> {
  const counts = ranges.map(([low]) => low);
  for (;;) {
    yield [...counts];
    let at = 0;
    while (at < counts.length && counts[at] === ranges[at][1]) counts[at] = ranges[at++][0];
    if (at === counts.length) return;
    counts[at]++;
  }
}
