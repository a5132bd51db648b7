import type { HorizonModel, Merged } from './model';
import type { PeriodAnswer } from './solve-period';
import type { NodeContents } from './types';

/** Held nodes by the name of the offering, spread over zones; those of none left out. */
export function heldByOffering({ offerings }: HorizonModel, held: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    offerings.flatMap((offering, index) => {
      if (!offering.held) return [];
      const spread = overMembers(offering, held[index], {});
      return offering.members.flatMap(({ name }, at) => (spread[at] > 0 ? [[name, spread[at]] as const] : []));
    }),
  );
}

/** The nodes of a period by the name of the offering, with what each carries. */
export function contentsByOffering(model: HorizonModel, answer: PeriodAnswer, held: readonly number[]): readonly NodeContents[] {
  const { offerings, classes } = model;
  const queues = answer.contents.map((filled) => filled.map(({ nodes, replicas }) => ({ nodes, replicas })));
  return offerings.flatMap((offering, index) => {
    const spread = overMembers(
      offering,
      answer.nodes[index],
      offering.held ? { most: overMembers(offering, held[index], {}) } : { first: firstOf(model, index) },
    );
    return offering.members.flatMap((member, at): NodeContents[] => {
      const taken: NodeContents[] = [];
      for (let left = spread[at]; left > 0;) {
        const [next] = queues[offering.shape];
        const nodes = Math.min(left, next.nodes);
        const carried = next.replicas.flatMap((count, kind) => (count > 0 ? [[classes[kind].name, count] as const] : []));
        taken.push({ offering: member.name, nodes, replicas: Object.fromEntries(carried) });
        left -= nodes;
        next.nodes -= nodes;
        if (next.nodes === 0) queues[offering.shape].shift();
      }
      return taken;
    });
  });
}

/** Counts by merged offering as counts by the name of each offering, spread as the nodes of a period are. */
export function countsByOffering(model: HorizonModel, nodes: readonly number[], atLeast: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    model.offerings.flatMap((offering, index) => {
      const { members } = offering;
      const least = members.map(({ name }) => atLeast.get(name) ?? 0);
      const spread = overMembers(offering, nodes[index], { first: offering.held ? 0 : firstOf(model, index), least });
      return members.map(({ name }, at) => [name, spread[at]] as const);
    }),
  );
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
function overMembers({ members, held }: Merged, nodes: number, { most, least, first = 0 }: SpreadOptions): readonly number[] {
  const room = most ?? members.map((member) => Math.min(member.mostNodes ?? Infinity, (held ? member.held?.most : undefined) ?? Infinity));
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
