import { type NeedCurve, type NodePrices, worthOf } from '../../commit';
import { DAY_MS, formatTime, MINUTE_MS } from '../../units';
import type { BlockAdvice } from './types';

/**
 * What EC2 sells as a capacity block: it begins and ends at 11:30 UTC, lasts whole days, begins at most eight weeks ahead, and holds one of
 * these numbers of instances (EC2 User Guide, Capacity Blocks for ML). Longer ones than two weeks are left to reservations.
 */
const startOfDayMs = (11 * 60 + 30) * MINUTE_MS;
const mostDays = 14;
const sizes = [1, 2, 4, 8, 16, 32, 64];
export const blockDays = 56;
/** More of one type are too many to arrange. */
const mostBlocks = 3;

/** Where the first block can begin: the first 11:30 UTC from a moment on, epoch ms. */
export function firstBlockStart(from: number): number {
  return Math.ceil((from - startOfDayMs) / DAY_MS) * DAY_MS + startOfDayMs;
}

/**
 * Blocks that cost less than what their nodes would cost otherwise, in the mean of all courses; the one that saves most first, and others only
 * at other times.
 *
 * @param days what is needed in each day from `start` on, all courses together
 * @param committed nodes that commitments cover by then, beside those that are held
 */
export function blockAdvice(
  days: readonly NeedCurve[],
  {
    start,
    committed,
    prices,
    usdPerHour,
  }: { readonly start: number; readonly committed: number; readonly prices: NodePrices; readonly usdPerHour: number },
): readonly BlockAdvice[] {
  const savesOf = (need: NeedCurve, nodes: number) => {
    let saves = 0;
    for (let n = committed; n < committed + nodes; n += 1) saves += need.hours === 0 ? 0 : (24 * worthOf(need, prices, n)) / need.hours;
    return saves - 24 * usdPerHour * nodes;
  };
  const bySize = sizes.map((nodes) => ({ nodes, saves: days.map((need) => savesOf(need, nodes)) }));
  const taken = days.map(() => false);
  const blocks: BlockAdvice[] = [];
  while (blocks.length < mostBlocks) {
    let best = { saves: 0, nodes: 0, first: 0, last: 0 };
    for (const { nodes, saves: daily } of bySize)
      for (let first = 0; first < days.length; first += 1) {
        let saves = 0;
        for (let last = first; last < Math.min(days.length, first + mostDays) && !taken[last]; last += 1) {
          saves += daily[last];
          if (saves > best.saves + 1e-9) best = { saves, nodes, first, last };
        }
      }
    if (best.nodes === 0) break;
    const { saves, nodes, first, last } = best;
    taken.fill(true, first, last + 1);
    blocks.push({
      nodes,
      from: formatTime(start + first * DAY_MS),
      to: formatTime(start + (last + 1) * DAY_MS),
      usd: nodes * (last + 1 - first) * 24 * usdPerHour,
      savesUsd: saves,
    });
  }
  return blocks.sort((a, b) => (a.from < b.from ? -1 : 1));
}
