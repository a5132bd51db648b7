import type { DeferrableProblem } from './problem';

/** Problems that have nothing to do with each other: markets are together that a job may choose between, or that a limit counts. */
export function separate(problem: DeferrableProblem): readonly DeferrableProblem[] {
  const { offerings, steady, jobs, limits, joint = [] } = problem;
  const parts: Set<string>[] = [];
  const join = (names: readonly string[]) => {
    const met = parts.filter((part) => names.some((name) => part.has(name)));
    const [first = new Set<string>(), ...others] = met;
    if (met.length === 0) parts.push(first);
    for (const name of [...names, ...others.flatMap((part) => [...part])]) first.add(name);
    for (const other of others) parts.splice(parts.indexOf(other), 1);
  };
  for (const { market } of [...offerings, ...steady]) join([market]);
  for (const { name, of } of joint) join([name, ...of]);
  for (const { markets } of jobs) join(markets);
  const counted = limits.map(({ sizes }) => [
    ...new Set(offerings.filter(({ name }) => Object.hasOwn(sizes, name) && sizes[name] > 0).map(({ market }) => market)),
  ]);
  for (const markets of counted) join(markets);
  return parts.map((part) => ({
    ...problem,
    offerings: offerings.filter(({ market }) => part.has(market)),
    joint: joint.filter(({ name }) => part.has(name)),
    steady: steady.filter(({ market }) => part.has(market)),
    jobs: jobs.filter(({ markets }) => part.has(markets[0])),
    limits: limits.filter((_, index) => counted[index].some((market) => part.has(market))),
  }));
}
