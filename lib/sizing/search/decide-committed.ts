import { askedGap, type SizingEffort } from './effort';
import type { HorizonModel, Solver } from '../problem';
import { withoutDominated } from './dominance';
import { type Box, type Relaxation, relaxationOf, type Relaxed } from './relaxation';
import { dear, improve } from './improve-committed';
import { rentAll } from './rent';
import { type PeriodAnswer, solvePeriods } from './solve-period';

export type Decided = {
  /** By offering. */
  readonly committed: readonly number[];
  readonly periods: readonly PeriodAnswer[];
  readonly usd: number;
  readonly boundUsd: number;
};

/** Where no choice of committed nodes gives every period room. */
export type Impossible = { readonly impossibleAt: number };

/** What all stages of deciding work on. */
type Context = {
  readonly model: HorizonModel;
  readonly solver: Solver;
  readonly effort: SizingEffort;
  /** Dollars of one committed node of each offering over the horizon. */
  readonly prices: readonly number[];
};

/**
 * How many nodes to hold over the horizon, and the cheapest nodes of every period beside them, with a bound.
 *
 * The stages: offerings that others dominate are left out; the relaxation with rounding cuts; its committed nodes rounded, then moved up and down one by one where that is cheaper on a
 * sample of the periods; the programs of all periods beside the committed nodes that were best. Then the proof, a search over boxes of
 * committed nodes: a box is bounded by the relaxation within it and, where that is not enough, by renting: at the relaxation's dual prices
 * of committed nodes, paid beyond those that are in the box in any case, each period is a program of its own and the sum of their bounds is a
 * bound (a Lagrangian one of `used <= committed`). What renting leaves open is closed by splitting the box.
 *
 * @see M. L. Fisher 1981, The Lagrangian Relaxation Method for Solving Integer Programming Problems, doi 10.1287/mnsc.27.1.1
 */
export function decideCommitted(model: HorizonModel, solver: Solver, effort: SizingEffort): Decided | Impossible {
  const undominated = withoutDominated(model);
  const decided = decideAll(undominated.model, solver, effort);
  if (undominated.model === model || 'impossibleAt' in decided) return decided;
  return keepingNumbers(model, { ...decided, ...undominated.whole(decided) }, { solver, effort }) ?? decideAll(model, solver, effort);
}

/**
 * Solves the periods again that use more nodes of an offering than there are.
 *
 * @returns `undefined` where one then finds no room, or what was proven is no longer
 */
function keepingNumbers(
  model: HorizonModel,
  decided: Decided,
  { solver, effort }: { readonly solver: Solver; readonly effort: SizingEffort },
): Decided | undefined {
  const isOver = ({ nodes }: PeriodAnswer) => nodes.some((count, index) => count > model.offerings[index].most);
  const over = decided.periods.flatMap((answer, period) => (isOver(answer) ? [period] : []));
  const periods = [...decided.periods];
  let { usd } = decided;
  for (const [place, answer] of solvePeriods(model, over, decided.committed, {
    solver,
    effort: effort.period,
    canonical: true,
  }).entries()) {
    if (!answer) return undefined;
    const period = over[place];
    usd += (answer.usdPerHour - periods[period].usdPerHour) * model.hours[period];
    periods[period] = answer;
  }
  const isProven = (dollars: number) => decided.boundUsd >= dollars * (1 - askedGap(model.offerings, effort)) - 1e-9;
  return isProven(usd) || !isProven(decided.usd) ? { ...decided, periods, usd } : undefined;
}

function decideAll(model: HorizonModel, solver: Solver, effort: SizingEffort): Decided | Impossible {
  const hours = model.hours.reduce((sum, each) => sum + each, 0);
  const prices = model.offerings.map(({ committed, usdPerHour }) => (committed ? usdPerHour * hours : 0));
  const context: Context = { model, solver, effort, prices };
  const box: Box = {
    least: model.offerings.map(({ committed }) => committed?.least ?? 0),
    most: model.offerings.map(({ committed }) => committed?.most ?? 0),
  };
  const sunk = box.least.reduce((sum, least, index) => sum + least * prices[index], 0);
  if (box.least.every((least, index) => least === box.most[index])) {
    const only = costOf(context, box.least);
    return 'impossibleAt' in only ? only : withoutSunk({ ...only, boundUsd: only.proven }, sunk);
  }
  const relax = relaxationOf(model, solver);
  const root = relax(box);
  const start = root.committed.map((value, index) => Math.min(box.most[index], Math.max(box.least[index], Math.round(value))));
  const committed = root.boundUsd === Infinity ? box.most : improve(model, { solver, effort, prices, box, start, root });
  let best = costOf(context, committed);
  // Rounding down may leave a period of no sample without room: then as many as may be are committed.
  if ('impossibleAt' in best) best = costOf(context, box.most);
  if ('impossibleAt' in best) return best;
  return withoutSunk(prove(context, relax, { box, root, best }), sunk);
}

/** What is committed already is paid for either way. */
function withoutSunk(decided: Decided, sunk: number): Decided {
  return { ...decided, usd: decided.usd - sunk, boundUsd: decided.boundUsd - sunk };
}

type Costed = Decided & { /** Nothing with the same committed nodes is cheaper. */ readonly proven: number };

/** All periods beside the committed nodes; each distinct demand is solved once. */
function costOf({ model, solver, effort, prices }: Context, committed: readonly number[]): Costed | Impossible {
  const demandKey = (period: number) => model.demand.map((series) => series[period]).join();
  const all = Array.from({ length: model.periods }, (_, period) => period);
  const distinct = new Map<string, number>();
  for (const period of all) if (!distinct.has(demandKey(period))) distinct.set(demandKey(period), period);
  const keys = [...distinct.keys()];
  const found = solvePeriods(model, [...distinct.values()], committed, { solver, effort: effort.period, canonical: true });
  const known = new Map(found.map((answer, place) => [keys[place], answer]));
  const fixed = committed.reduce((sum, count, index) => sum + count * prices[index], 0);
  let [usd, proven] = [fixed, fixed];
  const periods: PeriodAnswer[] = [];
  for (const period of all) {
    const answer = known.get(demandKey(period));
    if (!answer) return { impossibleAt: period };
    periods.push(answer);
    usd += answer.usdPerHour * model.hours[period];
    proven += answer.boundUsdPerHour * model.hours[period];
  }
  return { committed, periods, usd, boundUsd: 0, proven };
}

type Node = {
  readonly box: Box;
  readonly relaxed: Relaxed;
  readonly boundUsd: number;
  /** Mean of committed nodes in use when rented. */
  readonly rented: readonly number[] | null;
};

function prove(
  context: Context,
  relax: Relaxation,
  { box, root, best: first }: { readonly box: Box; readonly root: Relaxed; readonly best: Costed },
): Decided {
  const { model, effort } = context;
  let best = first;
  const target = () => best.usd * (1 - effort.committed.relativeGap);
  let open: readonly Node[] = [{ box, relaxed: root, boundUsd: root.boundUsd, rented: null }];
  let budget = effort.committed.passes * model.periods;
  let closed = Infinity;
  for (;;) {
    const worst = open.reduce<Node | undefined>((lowest, node) => (lowest && lowest.boundUsd <= node.boundUsd ? lowest : node), undefined);
    if (!worst || worst.boundUsd >= target() || budget <= 0) break;
    const others = open.filter((node) => node !== worst);
    const narrow = narrowed(worst, target());
    if (narrow) {
      // What is cut off costs at least as much as is to be proven.
      closed = Math.min(closed, target());
      open = [...others, narrow];
      continue;
    }
    const split = splitOf(context, worst, best);
    if (split === undefined && worst.rented !== null) {
      // All is fixed and what renting proves is what the periods themselves prove.
      const exact = costOf(context, worst.box.least);
      budget -= model.periods;
      if (!('impossibleAt' in exact)) {
        closed = Math.min(closed, exact.proven);
        if (exact.usd < best.usd) best = exact;
      }
      open = others;
      continue;
    }
    if (split !== undefined && (worst.rented !== null || split.early)) {
      const children = split.parts.flatMap((part): Node[] => {
        const keeps = worst.relaxed.committed.every((count, index) => count > part.least[index] - 1e-9 && count < part.most[index] + 1e-9);
        const relaxed = keeps ? worst.relaxed : relax(part);
        if (relaxed.boundUsd === Infinity) return [];
        return [{ box: part, relaxed, boundUsd: Math.max(relaxed.boundUsd, worst.boundUsd), rented: null }];
      });
      open = [...others, ...children];
      continue;
    }
    const pass = rentAll(model, {
      solver: context.solver,
      effort: effort.period,
      prices: context.prices,
      node: worst,
      best,
      target: target(),
    });
    budget -= pass.solved;
    const boundUsd = Math.max(worst.boundUsd, pass.boundUsd);
    open = [...others, { ...worst, boundUsd, rented: pass.rented }];
  }
  const boundUsd = Math.min(best.usd, closed, ...open.map((node) => node.boundUsd));
  return { committed: best.committed, periods: best.periods, usd: best.usd, boundUsd };
}

/** Without the committed nodes that by their reduced costs lift the relaxation to the target; `undefined`: there are none. */
function narrowed(node: Node, target: number): Node | undefined {
  const { box, relaxed } = node;
  const most = box.most.map((value, index) => {
    const cost = relaxed.reducedCosts[index];
    if (cost <= 1e-9 || value <= box.least[index]) return value;
    const more = Math.floor((target - relaxed.boundUsd) / cost + 1e-9);
    return Math.max(box.least[index], Math.min(value, Math.floor(relaxed.committed[index] + 1e-6) + Math.max(0, more)));
  });
  return most.every((value, index) => value === box.most[index]) ? undefined : { ...node, box: { ...box, most } };
}

type Split = { readonly parts: readonly Box[]; /** Before anything was rented. */ readonly early: boolean };

function splitOf({ model, prices }: Context, { box, rented, relaxed }: Node, best: Decided): Split | undefined {
  const free = model.offerings.map((_, index) => index).filter((index) => box.least[index] < box.most[index]);
  const withMost = (index: number, most: number): Box => ({ ...box, most: box.most.map((value, at) => (at === index ? most : value)) });
  const within = (index: number, least: number, most: number): Box => ({
    least: box.least.map((value, at) => (at === index ? least : value)),
    most: box.most.map((value, at) => (at === index ? most : value)),
  });
  if (rented === null) {
    const decisive = free
      .filter((index) => prices[index] >= dear * best.usd * (best.committed[index] > 0 || relaxed.committed[index] > 1e-6 ? 1 : 4))
      .sort((a, b) => prices[b] - prices[a] || a - b)[0] as number | undefined;
    if (decisive === undefined) return free.length === 0 ? undefined : { parts: [], early: false };
    const at = Math.min(box.most[decisive], Math.max(box.least[decisive], best.committed[decisive]));
    const parts = [
      ...(at > box.least[decisive] ? [withMost(decisive, at - 1)] : []),
      within(decisive, at, at),
      ...(at < box.most[decisive] ? [within(decisive, at + 1, box.most[decisive])] : []),
    ];
    return { parts, early: true };
  }
  if (free.length === 0) return undefined;
  // Where renting differs most from what the best answer holds, a fixed number makes the most of a difference.
  const weight = (index: number) => prices[index] * Math.abs(rented[index] - best.committed[index]);
  const chosen = free.sort((a, b) => weight(b) - weight(a) || a - b)[0];
  const middle = rented[chosen] < best.committed[chosen] ? best.committed[chosen] - 1 : best.committed[chosen];
  const at = Math.min(box.most[chosen] - 1, Math.max(box.least[chosen], middle));
  return { parts: [withMost(chosen, at), within(chosen, at + 1, box.most[chosen])], early: false };
}
