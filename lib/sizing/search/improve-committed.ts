import type { SizingEffort } from './effort';
import type { HorizonModel, Solver } from '../problem';
import type { Box, Relaxed } from './relaxation';
import { type PeriodAnswer, solvePeriods } from './solve-period';

/** Periods that are solved at a time, so that several threads have work. */
const together = 6;

/** Periods that stand for all of them while candidates are compared. */
const mostSampled = { some: 16, many: 48 };

/** The step is coprime to a day of 24 periods: another would see the same few hours of every day. */
function sampleOf(periods: number, most: number): readonly number[] {
  let step = Math.max(1, Math.floor(periods / most));
  while (step % 2 === 0 || step % 3 === 0) step++;
  return Array.from({ length: Math.ceil(periods / step) }, (_, index) => index * step);
}

export type ImproveRequest = {
  readonly solver: Solver;
  readonly effort: SizingEffort;
  /** Dollars of one committed node of each offering over the horizon. */
  readonly prices: readonly number[];
  readonly box: Box;
  /** Committed nodes to begin with. */
  readonly start: readonly number[];
  readonly root: Relaxed;
};

/**
 * Committed nodes that are cheaper on a sample of the periods than those the relaxation rounds to: one by one up and down, dear ones first,
 * until nothing is cheaper or enough was tried.
 *
 * @returns by offering
 */
export function improve(model: HorizonModel, { solver, effort, prices, box, start, root }: ImproveRequest): readonly number[] {
  const { curiosity, candidates } = effort.committed;
  const sample = sampleOf(model.periods, mostSampled[curiosity > 0 ? 'many' : 'some']);
  const scale = sumOf(model.hours) / sumOf(sample.map((period) => model.hours[period]));
  const known = new Map<string, number>();
  // By period: answers so far. One that uses no more than a smaller number of committed nodes is the answer for these, too.
  const answers = sample.map((): { readonly committed: readonly number[]; readonly answer: PeriodAnswer }[] => []);
  const knownAnswer = (position: number, committed: readonly number[]) =>
    answers[position].find(
      (other) =>
        other.committed.every((count, index) => count >= committed[index]) &&
        other.answer.nodes.every((count, index) => !model.offerings[index].committed || count <= committed[index]),
    )?.answer;
  const solve = (positions: readonly number[], committed: readonly number[]) => {
    const missing = positions.filter((position) => !knownAnswer(position, committed));
    const found = solvePeriods(
      model,
      missing.map((position) => sample[position]),
      committed,
      { solver, effort: effort.period },
    );
    found.forEach((answer, place) => {
      if (answer) answers[missing[place]].push({ committed, answer });
    });
  };
  /** Fewer committed nodes cost a period no less. */
  const leastUsdPerHour = (position: number, committed: readonly number[]): number =>
    Math.max(
      0,
      ...answers[position]
        .filter((other) => other.committed.every((count, index) => count >= committed[index]))
        .map(({ answer }) => answer.boundUsdPerHour),
    );
  const sampleUsd = (committed: readonly number[]): number => {
    const key = committed.join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const fixed = committed.reduce((sum, count, index) => sum + count * prices[index], 0);
    const rest = sample.map((period, position) => scale * model.hours[period] * leastUsdPerHour(position, committed));
    let usd = rest.reduce((sum, least) => sum + least, fixed);
    // It ends as soon as what is left cannot make it cheaper than the best.
    for (let from = 0; from < sample.length && usd < bestUsd; from += together) {
      const batch = sample.map((_, position) => position).slice(from, from + together);
      solve(batch, committed);
      for (const position of batch)
        usd += scale * model.hours[sample[position]] * (knownAnswer(position, committed)?.usdPerHour ?? Infinity) - rest[position];
    }
    known.set(key, usd);
    return usd;
  };
  let best = start;
  let bestUsd = Infinity;
  bestUsd = sampleUsd(start);
  // Dear nodes first: the cheap ones fill what these leave. The relaxation knows most of the rest.
  const worthTrying = model.offerings
    .map((_, index) => index)
    .filter((index) => prices[index] > 0 && box.least[index] < box.most[index])
    .filter((index) => isDecisive(prices, index, root) || root.reducedCosts[index] < curiosity * prices[index])
    .sort((a, b) => prices[b] - prices[a] || a - b);
  for (let improved = true; improved && known.size < candidates;) {
    improved = false;
    for (const index of worthTrying) {
      for (const move of [1, -1]) {
        for (;;) {
          const candidate = best.map((count, at) => (at === index ? count + move : count));
          if (candidate[index] < box.least[index] || candidate[index] > box.most[index] || known.size >= candidates) break;
          if (known.has(candidate.join())) break;
          const usd = sampleUsd(candidate);
          if (!(usd < bestUsd)) break;
          [best, bestUsd, improved] = [candidate, usd, true];
        }
      }
    }
  }
  return best;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Whether the relaxation holds some and cannot say how many, or they are dear. */
function isDecisive(prices: readonly number[], index: number, { committed, boundUsd }: Relaxed): boolean {
  return Math.abs(committed[index] - Math.round(committed[index])) > 0.05 || (committed[index] > 0.05 && prices[index] > dear * boundUsd);
}

/** A committed node that costs this part of everything decides much: boxes are split there before renting is tried. */
export const dear = 0.03;
