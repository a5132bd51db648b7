import { holds, type HorizonLimit, type HorizonProblem, type NodeContents, usedOf, wholeModel } from '../problem';
import { dealAnew, spreadPeriod } from './spread';

/**
 * The nodes of each period in other zones: as many of each kind, spread as evenly as where no share of a zone is asked for, and moved
 * only as far as the shares want it. A program with zones apart has many answers of one price and takes any, so that whole groups
 * could change their zone from one period to the next.
 *
 * A period for which no such move helps is left as it is. Committed nodes, which lie where they are, are not moved.
 *
 * @param problem with the shares of zones among its limits
 */
export function evenOverZones(
  problem: HorizonProblem,
  periods: readonly (readonly NodeContents[])[],
): readonly (readonly NodeContents[])[] {
  const shares = problem.limits.filter(({ kind }) => kind === 'zone-share');
  const model = wholeModel({ ...problem, limits: problem.limits.filter(({ kind }) => kind !== 'zone-share') });
  return periods.map((contents) => {
    const nodes = spreadPeriod(model, contents);
    const kinds = model.offerings.filter(({ committed }) => committed === null).map(({ members }) => members);
    const moved = withinShares(
      nodes,
      kinds.map((members) => members.map(({ name, mostNodes = Infinity }) => ({ name, most: mostNodes }))),
      shares,
    );
    return moved === null ? contents : kinds.reduce((placed, members) => dealAnew(placed, members, moved), contents);
  });
}

type Place = { readonly name: string; readonly most: number };

/** Moves one node after another to where it takes most off what is above the shares; `null` where that ends before they hold. */
function withinShares(
  nodes: Readonly<Record<string, number>>,
  kinds: readonly (readonly Place[])[],
  shares: readonly HorizonLimit[],
): Readonly<Record<string, number>> | null {
  let now = nodes;
  for (;;) {
    const countOf = (name: string) => now[name] ?? 0;
    if (shares.every((limit) => holds(limit, countOf))) return now;
    let best = { above: aboveShares(shares, now) - 1e-9, nodes: null as Readonly<Record<string, number>> | null };
    for (const places of kinds) {
      for (const from of places) {
        if (countOf(from.name) === 0) continue;
        for (const to of places) {
          if (to === from || countOf(to.name) >= to.most) continue;
          const candidate = { ...now, [from.name]: countOf(from.name) - 1, [to.name]: countOf(to.name) + 1 };
          const above = aboveShares(shares, candidate);
          if (above < best.above - 1e-9) best = { above, nodes: candidate };
        }
      }
    }
    if (best.nodes === null) return null;
    now = best.nodes;
  }
}

function aboveShares(shares: readonly HorizonLimit[], nodes: Readonly<Record<string, number>>): number {
  return shares.reduce((sum, limit) => {
    const { used, available } = usedOf(limit, (name) => nodes[name] ?? 0);
    return sum + Math.max(0, used - available);
  }, 0);
}
