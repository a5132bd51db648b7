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
