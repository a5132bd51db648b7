import { isChoice, type SizingEffort } from './effort';
import {
  byPresence,
  compareText,
  type HorizonLimit,
  type HorizonModel,
  type HorizonProblem,
  inOrder,
  type NodeContents,
  type Part,
  partsOf,
  problemOf,
  type Solver,
  tolerance,
  wholeModel,
} from '../problem';
import type { OnProgress } from '../../progress';
import { decideCommitted, type Decided } from './decide-committed';
import { committedByOffering, contentsByOffering } from './spread';

/** Some parts that were decided together, for some periods. */
export type Piece = {
  readonly parts: readonly Part[];
  readonly periods: readonly number[];
  readonly model: HorizonModel;
  readonly decided: Decided;
};

/** Parts of which no choice gives a period room within the limits they share. */
export type Stuck = { readonly stuck: readonly (readonly Part[])[] };

/**
 * Decides every part alone and joins only those that together break a limit they share, in the periods in which they do, until none
 * is broken.
 *
 * Leaving out a shared limit is a relaxation, and an answer of the relaxation that keeps to the limit is an answer of the whole, so
 * that the sum of the bounds is a bound; and a part is touched by another one only where a limit does not reach for both. Parts that
 * choose how many nodes to hold are joined for all periods.
 */
export function decideParts(
  problem: HorizonProblem,
  solver: Solver,
  effort: SizingEffort,
  onProgress?: OnProgress,
): readonly Piece[] | Stuck {
  const all = Array.from({ length: problem.periods }, (_, period) => period);
  const shared = problem.limits.filter((limit) => 'most' in limit).sort(inOrder);
  const stuck: (readonly Part[])[] = [];
  const decide = ({ parts, periods }: Group): readonly Piece[] =>
    byPresence(parts, periods).flatMap((same) => decideAlike({ parts, periods: same }));
  const decideAlike = ({ parts, periods }: Group): readonly Piece[] => {
    const model = wholeModel(problemOf(problem, parts, periods));
    const decided = decideCommitted(model, solver, effort);
    if ('impossibleAt' in decided) stuck.push(parts);
    return 'impossibleAt' in decided ? [] : [{ parts, periods, model, decided }];
  };
  const parts = partsOf(problem);
  let pieces = parts.flatMap((part, index) => {
    const decided = decide({ parts: [part], periods: all });
    onProgress?.((index + 1) / parts.length);
    return decided;
  });
  for (;;) {
    if (stuck.length > 0) return { stuck };
    const broken = firstBroken(shared, pieces, all);
    if (!broken) return pieces;
    const concerned = pieces.filter(({ model }) => rowOf(model, broken.limit));
    if (concerned.some(({ parts }) => parts.some(({ offerings }) => offerings.some(isChoice)))) {
      const joined = linked(pieces, concerned);
      pieces = [...pieces.filter((piece) => !joined.includes(piece)), ...decide({ parts: distinctParts(joined), periods: all })];
      continue;
    }
    const gone = new Set(broken.periods);
    pieces = [
      ...pieces.flatMap((piece) => (concerned.includes(piece) ? without(piece, gone) : [piece])),
      ...groupsOf(concerned, broken.periods).flatMap(decide),
    ];
  }
}

type Group = { readonly parts: readonly Part[]; readonly periods: readonly number[] };

function firstBroken(
  limits: readonly HorizonLimit[],
  pieces: readonly Piece[],
  all: readonly number[],
): { readonly limit: HorizonLimit; readonly periods: readonly number[] } | undefined {
  for (const limit of limits) {
    const used = all.map(() => 0);
    const rows = pieces.map(({ model }) => rowOf(model, limit));
    pieces.forEach(({ periods, decided }, index) => {
      const row = rows[index];
      if (!row) return;
      periods.forEach((period, place) => {
        decided.periods[place].nodes.forEach((count, offering) => (used[period] += count * row.weights[offering]));
      });
    });
    const most = rows.find((row) => row)?.most ?? Infinity;
    const periods = all.filter((period) => used[period] > most + tolerance);
    if (periods.length > 0) return { limit, periods };
  }
  return undefined;
}

function rowOf(model: HorizonModel, { name }: HorizonLimit): HorizonModel['limits'][number] | undefined {
  return model.limits.find(({ limit }) => limit.name === name);
}

/** The concerned pieces and all that have a part in common with one of them, directly or through others. */
function linked(pieces: readonly Piece[], concerned: readonly Piece[]): readonly Piece[] {
  let joined = concerned;
  for (;;) {
    const parts = new Set(joined.flatMap((piece) => piece.parts));
    const more = pieces.filter((piece) => piece.parts.some((part) => parts.has(part)));
    if (more.length === joined.length) return joined;
    joined = more;
  }
}

/** The nodes of a period and what each carries. */
export function contentsAt(pieces: readonly Piece[], period: number): readonly NodeContents[] {
  const contents = pieces.flatMap(({ periods, model, decided }) => {
    const place = periods.indexOf(period);
    return place < 0 ? [] : contentsByOffering(model, decided.periods[place], decided.committed);
  });
  return contents.sort((a, b) => compareText(a.offering, b.offering));
}

/** Committed nodes by offering. */
export function committedOf(pieces: readonly Piece[]): Readonly<Record<string, number>> {
  const committed = Object.assign({}, ...pieces.map(({ model, decided }) => committedByOffering(model, decided.committed))) as Record<
    string,
    number
  >;
  return Object.fromEntries(Object.entries(committed).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is to be decided together in the broken periods: in each, all of the pieces that the limit concerns. */
function groupsOf(concerned: readonly Piece[], broken: readonly number[]): readonly Group[] {
  const groups = new Map<string, { readonly parts: readonly Part[]; readonly periods: number[] }>();
  for (const period of broken) {
    const here = concerned.filter(({ periods }) => periods.includes(period));
    if (here.length < 2) throw new Error(`a limit is broken by what was decided together, in period ${period}`);
    const parts = distinctParts(here);
    const key = parts.map(({ offerings: [{ name }] }) => name).join(' ');
    const group = groups.get(key);
    if (group) group.periods.push(period);
    else groups.set(key, { parts, periods: [period] });
  }
  return [...groups.values()];
}

function distinctParts(pieces: readonly Piece[]): readonly Part[] {
  const parts = [...new Set(pieces.flatMap((piece) => piece.parts))];
  return parts.sort((a, b) => (a.offerings[0].name < b.offerings[0].name ? -1 : 1));
}

/** What is left of a piece without some periods; what it committed to is in no other sum, for pieces that choose it leave all periods. */
function without(piece: Piece, gone: ReadonlySet<number>): readonly Piece[] {
  const kept = piece.periods.flatMap((period, place) => (gone.has(period) ? [] : [place]));
  if (kept.length === 0) return [];
  const periods = kept.map((place) => piece.decided.periods[place]);
  const hours = kept.map((place) => piece.model.hours[place]);
  const sum = (pick: (answer: Decided['periods'][number]) => number) =>
    periods.reduce((total, answer, at) => total + pick(answer) * hours[at], 0);
  return [
    {
      ...piece,
      periods: kept.map((place) => piece.periods[place]),
      decided: {
        ...piece.decided,
        periods,
        usd: sum(({ usdPerHour }) => usdPerHour),
        boundUsd: sum(({ boundUsdPerHour }) => boundUsdPerHour),
      },
      model: {
        ...piece.model,
        periods: kept.length,
        hours,
        demand: piece.model.demand.map((series) => kept.map((place) => series[place])),
      },
    },
  ];
}
