/**
 * A piecewise constant function of time: each value holds from its `from` until the next, the last until `end`.
 * Times are epoch ms, ascending; the first `from` is where the function begins.
 */
export type StepFunction = {
  readonly steps: readonly Step[];
  readonly end: number;
};

export type Step = { readonly from: number; readonly value: number };

/** Joins neighbours of equal value. */
export function simplify({ steps, end }: StepFunction): StepFunction {
  return { steps: steps.filter((step, index) => index === 0 || step.value !== steps[index - 1].value), end };
}

export function mapSteps({ steps, end }: StepFunction, value: (value: number) => number): StepFunction {
  return simplify({ steps: steps.map((step) => ({ from: step.from, value: value(step.value) })), end });
}

/** Integral over time, in value x hours. */
export function valueHours({ steps, end }: StepFunction): number {
  return steps.reduce((sum, step, index) => sum + (step.value * ((steps[index + 1]?.from ?? end) - step.from)) / 3_600_000, 0);
}

/** Largest value anywhere. */
export function highest({ steps }: StepFunction): number {
  return steps.reduce((max, step) => Math.max(max, step.value), -Infinity);
}

/** Smallest value anywhere. */
export function lowest({ steps }: StepFunction): number {
  return steps.reduce((min, step) => Math.min(min, step.value), Infinity);
}

/** The value at a time; the first value before the beginning. */
export function valueAt({ steps }: StepFunction, time: number): number {
  let value = steps[0].value;
  for (const step of steps) {
    if (step.from > time) break;
    value = step.value;
  }
  return value;
}

/**
 * g(t) = the largest f in [t, t + leadMs]: what must be there at t so that it serves when it is needed, when it takes
 * `leadMs` to come up. Rises move `leadMs` ahead, falls stay where they are.
 */
export function lead(f: StepFunction, leadMs: number): StepFunction {
  const { steps, end } = f;
  if (leadMs === 0) return simplify(f);
  const begin = steps[0].from;
  const times = [...new Set(steps.flatMap(({ from }) => [from, Math.max(begin, from - leadMs)]))].sort((a, b) => a - b);
  let first = 0;
  const led = times.map((from) => {
    while (first + 1 < steps.length && steps[first + 1].from <= from) first++;
    let value = steps[first].value;
    for (let next = first + 1; next < steps.length && steps[next].from <= from + leadMs; next++) value = Math.max(value, steps[next].value);
    return { from, value };
  });
  return simplify({ steps: led, end });
}

/** Cuts time at every step of any of the functions, and at other times: spans in which all of them are constant, with their values by name. */
export function segments(
  functions: Readonly<Record<string, StepFunction>>,
  at: readonly number[] = [],
): { from: number; to: number; values: Record<string, number> }[] {
  const entries = Object.entries(functions);
  if (entries.length === 0) return [];
  const end = entries[0][1].end;
  const steps = entries.flatMap(([, f]) => f.steps.map((step) => step.from));
  const begin = Math.min(...steps);
  const times = [...new Set([...steps, ...at.filter((time) => time > begin && time < end)])].sort((a, b) => a - b);
  return times.map((from, index) => ({
    from,
    to: times[index + 1] ?? end,
    values: Object.fromEntries(entries.map(([name, f]) => [name, valueAt(f, from)])),
  }));
}

export type CompressOptions = {
  /** Most that joining steps may add, as a share of the value-hours. */
  readonly addedShare: number;
  /** Never more steps than this, whatever it adds. */
  readonly maxSteps: number;
};

/**
 * The same schedule in the fewest steps: neighbours are joined at the larger value, so that the result never lies below
 * what it replaces, and all joining together adds at most `addedShare` of the value-hours (or more where `maxSteps` asks).
 *
 * Exact up to 400 steps, by dynamic programming over (steps used, position); a longer one is first joined greedily, cheapest
 * pair first, down to 400.
 */
export function compress(f: StepFunction, { addedShare, maxSteps }: CompressOptions): StepFunction {
  const plain = simplify(f);
  const before = valueHours(plain);
  const short = joinGreedily(plain, 400);
  const steps = short.steps;
  const n = steps.length;
  const budget = before * (1 + addedShare) * (1 + 1e-12);
  const times = [...steps.map((step) => step.from), short.end];

  // cost[i]: least value-hours of the first i steps in k groups; cut[k][i]: where the last of these groups begins.
  let cost = new Float64Array(n + 1).fill(Infinity);
  cost[0] = 0;
  const cut: Int32Array[] = [];
  for (let k = 1; k <= n; k++) {
    const next = new Float64Array(n + 1).fill(Infinity);
    const from = new Int32Array(n + 1);
    for (let i = k; i <= n; i++) {
      let max = 0;
      for (let j = i - 1; j >= k - 1; j--) {
        max = Math.max(max, steps[j].value);
        const total = cost[j] + (max * (times[i] - times[j])) / 3_600_000;
        if (total < next[i]) {
          next[i] = total;
          from[i] = j;
        }
      }
    }
    cut.push(from);
    cost = next;
    if (cost[n] <= budget || k === maxSteps) break;
  }
  const groups: Step[] = [];
  for (let k = cut.length - 1, i = n; k >= 0; k--) {
    const j = cut[k][i];
    groups.unshift({ from: times[j], value: highest({ steps: steps.slice(j, i), end: 0 }) });
    i = j;
  }
  return simplify({ steps: groups, end: f.end });
}

function joinGreedily({ steps, end }: StepFunction, most: number): StepFunction {
  const joined = [...steps];
  const until = (index: number) => joined[index + 1]?.from ?? end;
  while (joined.length > most) {
    let cheapest = 0;
    let least = Infinity;
    for (let i = 0; i + 1 < joined.length; i++) {
      const max = Math.max(joined[i].value, joined[i + 1].value);
      const added =
        (max - joined[i].value) * (joined[i + 1].from - joined[i].from) + (max - joined[i + 1].value) * (until(i + 1) - joined[i + 1].from);
      if (added < least) [least, cheapest] = [added, i];
    }
    joined.splice(cheapest, 2, { from: joined[cheapest].from, value: Math.max(joined[cheapest].value, joined[cheapest + 1].value) });
  }
  return { steps: joined, end };
}
