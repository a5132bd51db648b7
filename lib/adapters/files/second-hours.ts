import type { DoubledRow, Tally } from './intake';

/** Rows out of order, or repeated, of so many are taken for disorder, which tells nothing of the two hours. */
const orderly = 0.01;

/**
 * Tells the two hours of the same name apart, after the clock went back, by the order of the rows: the times begin anew, or each stands
 * there twice. Rows in falling order are read from their end.
 *
 * @returns by file, as messages call it: the rows of the second hours; empty where the order tells nothing
 */
export function secondHours({ doubled, order }: Pick<Tally, 'doubled' | 'order'>): Map<string, Set<number>> {
  const { rises, falls, repeats } = order;
  const all = rises + falls + repeats;
  const second = new Map<string, Set<number>>();
  if (Math.min(rises, falls) > orderly * all || repeats > orderly * all) return second;
  const isFalling = falls > rises;
  for (const rows of byChange(doubled)) {
    for (const { file, row } of secondOf(isFalling ? [...rows].reverse() : rows)) {
      const known = second.get(file) ?? new Set();
      second.set(file, known.add(row));
    }
  }
  return second;
}

function byChange(doubled: readonly DoubledRow[]): Iterable<readonly DoubledRow[]> {
  const groups = new Map<number, DoubledRow[]>();
  for (const row of doubled) {
    const group = groups.get(row.change.at);
    if (group === undefined) groups.set(row.change.at, [row]);
    else group.push(row);
  }
  return groups.values();
}

/** Of rows within one hour that happened twice, in rising order but for where it begins anew: those of the second time. */
function secondOf(rows: readonly DoubledRow[]): readonly DoubledRow[] {
  const anew = rows.flatMap(({ local }, index) => (index > 0 && local <= rows[index - 1].local ? [index] : []));
  if (anew.length === 1) return rows.slice(anew[0]);
  const arePairs = anew.length > 1 && anew.every((index) => rows[index].local === rows[index - 1].local && !anew.includes(index - 1));
  return arePairs ? anew.map((index) => rows[index]) : [];
}
