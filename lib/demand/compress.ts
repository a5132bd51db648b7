import { highest, simplify, type Step, type StepFunction, valueHours } from './steps';

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
