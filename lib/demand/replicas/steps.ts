/**
 * A piecewise constant function of time. Each value holds from its `from` until that of the next step, the last one until `end`. Times are
 * epoch ms, ascending; the function begins at the first `from`.
 */
export type StepFunction = {
  readonly steps: readonly Step[];
  readonly end: number;
};

/** A value from a moment on. */
export type Step = { readonly from: number; readonly value: number };

/** Joins neighbouring steps of equal value. */
export function simplify({ steps, end }: StepFunction): StepFunction {
  return { steps: steps.filter((step, index) => index === 0 || step.value !== steps[index - 1].value), end };
}

/** The function with `value` applied to each of its values. */
export function mapSteps({ steps, end }: StepFunction, value: (value: number) => number): StepFunction {
  return simplify({ steps: steps.map((step) => ({ from: step.from, value: value(step.value) })), end });
}

/** Integral over time: the sum of value x hours. */
export function valueHours({ steps, end }: StepFunction): number {
  return steps.reduce((sum, step, index) => sum + (step.value * ((steps[index + 1]?.from ?? end) - step.from)) / 3_600_000, 0);
}

/** The largest value of the function. */
export function highest({ steps }: StepFunction): number {
  return steps.reduce((max, step) => Math.max(max, step.value), -Infinity);
}

/** The smallest value of the function. */
export function lowest({ steps }: StepFunction): number {
  return steps.reduce((min, step) => Math.min(min, step.value), Infinity);
}

/** The value at a moment (epoch ms); before the beginning, the first value. */
export function valueAt({ steps }: StepFunction, time: number): number {
  let value = steps[0].value;
  for (const step of steps) {
    if (step.from > time) break;
    value = step.value;
  }
  return value;
}

/**
 * Moves a need ahead by the time that it takes to serve it: the result at t is the largest value of `f` in [t, t + leadMs]. A rise comes
 * `leadMs` earlier, a fall stays where it is.
 */
export function lead(f: StepFunction, leadMs: number): StepFunction {
  const { steps, end } = f;
  if (leadMs === 0) return simplify(f);
  const begin = steps[0].from;
  const times = [...new Set(steps.flatMap(({ from }) => [from, Math.max(begin, from - leadMs)]))].sort((a, b) => a - b);
  let first = 0;
  const ahead = times.map((from) => {
    while (first + 1 < steps.length && steps[first + 1].from <= from) first++;
    let value = steps[first].value;
    for (let next = first + 1; next < steps.length && steps[next].from <= from + leadMs; next++) value = Math.max(value, steps[next].value);
    return { from, value };
  });
  return simplify({ steps: ahead, end });
}

/**
 * Cuts time into spans in which all functions are constant, with the values of the functions by name. Cuts are at every step of a function,
 * and at the moments of `at`.
 */
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

/** How far a schedule may be simplified. */
export type CompressOptions = {
  /** What the joining of steps may add at most, as a share of the value-hours. */
  readonly addedShare: number;
  /** The largest number of steps, which holds even where more is added than `addedShare`. */
  readonly maxSteps: number;
};

/**
 * The same schedule with fewer steps. Neighbouring steps are joined at the larger value, so that the result is never below the schedule. It
 * has the fewest steps with which at most `addedShare` of the value-hours is added, or `maxSteps` if that is fewer.
 *
 * Exact for up to 400 steps, by dynamic programming over (steps used, position). A longer schedule is first joined greedily to 400 steps,
 * the pair that adds least first.
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

/** Joins the pair of neighbours that adds least, again and again, until at most `maximumSteps` are left. */
function joinGreedily({ steps, end }: StepFunction, maximumSteps: number): StepFunction {
  const joined = [...steps];
  const until = (index: number) => joined[index + 1]?.from ?? end;
  while (joined.length > maximumSteps) {
    let cheapest = 0;
    let leastAdded = Infinity;
    for (let i = 0; i + 1 < joined.length; i++) {
      const max = Math.max(joined[i].value, joined[i + 1].value);
      const added =
        (max - joined[i].value) * (joined[i + 1].from - joined[i].from) + (max - joined[i + 1].value) * (until(i + 1) - joined[i + 1].from);
      if (added < leastAdded) [leastAdded, cheapest] = [added, i];
    }
    joined.splice(cheapest, 2, { from: joined[cheapest].from, value: Math.max(joined[cheapest].value, joined[cheapest + 1].value) });
  }
  return { steps: joined, end };
}
