import { compareText, type HorizonModel, type Merged, type NodeContents } from '../problem';
import type { PeriodAnswer } from './solve-period';

/** Committed nodes by the name of the offering, spread over zones; those of none left out. */
export function committedByOffering({ offerings }: HorizonModel, committed: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    offerings.flatMap((offering, index) => {
      if (!offering.committed) return [];
      const spread = overMembers(offering, committed[index], {});
      return offering.members.flatMap(({ name }, at) => (spread[at] > 0 ? [[name, spread[at]] as const] : []));
    }),
  );
}

/** The nodes of a period by the name of the offering, with what each carries. */
export function contentsByOffering(model: HorizonModel, answer: PeriodAnswer, committed: readonly number[]): readonly NodeContents[] {
  const { offerings, classes } = model;
  const named = (replicas: readonly number[]) =>
    Object.fromEntries(replicas.flatMap((count, kind) => (count > 0 ? [[classes[kind].name, count] as const] : [])));
  const queues = answer.contents.map((filled) => filled.map(({ nodes, replicas }) => ({ nodes, replicas: named(replicas) })));
  return offerings.flatMap((offering, index) => {
    const spread = overMembers(
      offering,
      answer.nodes[index],
      offering.committed ? { most: overMembers(offering, committed[index], {}) } : { first: firstOf(model, index) },
    );
    return offering.members.flatMap(({ name }, at) => takeFrom(queues[offering.shape], name, spread[at]));
  });
}

/** Counts by merged offering as counts by the name of each offering, spread as the nodes of a period are. */
export function countsByOffering(model: HorizonModel, nodes: readonly number[], atLeast: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    model.offerings.flatMap((offering, index) => {
      const { members } = offering;
      const least = members.map(({ name }) => atLeast.get(name) ?? 0);
      const spread = overMembers(offering, nodes[index], { first: offering.committed ? 0 : firstOf(model, index), least });
      return members.map(({ name }, at) => [name, spread[at]] as const);
    }),
  );
}

/** Nodes by the name of the offering: as many of each kind as contents have, spread over zones; of committed nodes those that there are. */
export function spreadPeriod(model: HorizonModel, contents: readonly NodeContents[]): Record<string, number> {
  const counts: Record<string, number | undefined> = countsOf(contents);
  return Object.fromEntries(
    model.offerings.flatMap((offering, index) => {
      const own = offering.members.map(({ name }) => counts[name] ?? 0);
      const total = own.reduce((sum, count) => sum + count, 0);
      const spread = offering.committed ? own : overMembers(offering, total, { first: firstOf(model, index) });
      return offering.members.map(({ name }, at) => [name, spread[at]] as const);
    }),
  );
}

/** Nodes by the name of the offering, those of none left out. */
export function countsOf(contents: readonly NodeContents[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { offering, nodes } of contents) counts[offering] = (counts[offering] ?? 0) + nodes;
  return counts;
}

/** Contents with the nodes of alike offerings dealt anew, so many to each; what they carry goes along. */
export function dealAnew(
  contents: readonly NodeContents[],
  alike: readonly { readonly name: string }[],
  nodesOf: Readonly<Record<string, number>>,
): readonly NodeContents[] {
  const names = new Set(alike.map(({ name }) => name));
  const queue = contents.filter(({ offering }) => names.has(offering)).map(({ nodes, replicas }) => ({ nodes, replicas }));
  const dealt = alike.flatMap(({ name }) => takeFrom(queue, name, nodesOf[name] ?? 0));
  return [...contents.filter(({ offering }) => !names.has(offering)), ...dealt].sort((a, b) => compareText(a.offering, b.offering));
}

/** The first nodes of a queue, which has at least so many. */
function takeFrom(queue: { nodes: number; replicas: Readonly<Record<string, number>> }[], offering: string, count: number): NodeContents[] {
  const taken: NodeContents[] = [];
  for (let left = count; left > 0;) {
    const [next] = queue;
    const nodes = Math.min(left, next.nodes);
    taken.push({ offering, nodes, replicas: next.replicas });
    left -= nodes;
    next.nodes -= nodes;
    if (next.nodes === 0) queue.shift();
  }
  return taken;
}

/** Each offering of a pool begins with another member, so that what does not go into equal parts does not all meet in one zone. */
function firstOf({ offerings }: HorizonModel, index: number): number {
  const { members } = offerings[index];
  const before = offerings.slice(0, index).filter((other) => other.members[0].pool === members[0].pool && other.members.length > 1);
  return before.length % members.length;
}

type SpreadOptions = {
  /** By member. @default as many as each may have */
  readonly most?: readonly number[];
  readonly least?: readonly number[];
  /** Member that is given the first node. @default 0 */
  readonly first?: number;
};

/**
 * One node to each member in turn, as far as each may have them: an outage of a zone then takes as few as can be. A node more or fewer
 * moves no other.
 */
function overMembers({ members, committed }: Merged, nodes: number, { most, least, first = 0 }: SpreadOptions): readonly number[] {
  const room =
    most ?? members.map((member) => Math.min(member.mostNodes ?? Infinity, (committed ? member.committed?.most : undefined) ?? Infinity));
  const given = least ? [...least] : members.map(({ leastNodes = 0 }) => leastNodes);
  const turns = members.map((_, turn) => (first + turn) % members.length);
  const sum = () => given.reduce((total, count) => total + count, 0);
  for (let left = nodes - sum(); left > 0;) {
    const before = left;
    const lowest = Math.min(...turns.filter((at) => given[at] < room[at]).map((at) => given[at]));
    for (const at of turns) {
      if (left > 0 && given[at] === lowest && given[at] < room[at]) [given[at], left] = [given[at] + 1, left - 1];
    }
    if (left === before) throw new Error(`${nodes} nodes are more than ${members[0].name} and its like may have`);
  }
  return given;
}
