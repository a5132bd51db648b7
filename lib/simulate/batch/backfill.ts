import { earliestStart, type Release, type Room } from './place';

/** A node as the line sees it. */
export type LineNode = Room & { readonly booted: number };
export type LineRun = { readonly endsAt: number; readonly on: readonly LineNode[]; readonly workers: readonly number[] };

/**
 * When the first in line is expected to start, as things go: runs end as they should, nodes boot, and an elastic pool launches what the
 * first lacks.
 *
 * @param tried a run that is not begun yet, as if it were
 * @param fresh nodes that may be launched, and when they would have booted
 * @see Lifka 1995, The ANL/IBM SP scheduling system: EASY backfilling, here with run times that are known
 */
export function expectedStart(
  first: readonly number[],
  nodes: readonly LineNode[],
  runs: readonly LineRun[],
  tried: LineRun | null,
  fresh: { readonly count: number; readonly booted: number },
  now: number,
  gpusPerNode: number,
): number {
  const place = new Map(nodes.map((node, index) => [node, index]));
  const held = ({ on, workers }: LineRun) => on.map((node, index) => ({ node: place.get(node) ?? 0, gpus: workers[index] }));
  const free = [...nodes.map((node) => (node.booted <= now ? node.free : 0)), ...new Array<number>(fresh.count).fill(0)];
  if (tried !== null) for (const { node, gpus } of held(tried)) free[node] -= gpus;
  const releases: Release[] = [
    ...(tried === null ? runs : [...runs, tried]).map((run) => ({ at: run.endsAt, gpus: held(run) })),
    ...nodes.flatMap(({ booted }, node) => (booted > now ? [{ at: booted, gpus: [{ node, gpus: gpusPerNode }] }] : [])),
    ...Array.from({ length: fresh.count }, (_, index) => ({ at: fresh.booted, gpus: [{ node: nodes.length + index, gpus: gpusPerNode }] })),
  ];
  return earliestStart(first, free, releases, now);
}
