import type { HorizonModel, Merged } from './model';
import type { PeriodAnswer } from './solve-period';
import type { NodeContents } from './types';

/** Held nodes by the name of the offering, spread over zones; those of none left out. */
export function heldByOffering({ offerings }: HorizonModel, held: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    offerings.flatMap((offering, index) => {
      if (!offering.held) return [];
      const spread = overMembers(offering, held[index]);
      return offering.members.flatMap(({ name }, at) => (spread[at] > 0 ? [[name, spread[at]] as const] : []));
    }),
  );
}

/** The nodes of a period by the name of the offering, with what each carries. */
export function contentsByOffering(model: HorizonModel, answer: PeriodAnswer, held: readonly number[]): readonly NodeContents[] {
  const { offerings, classes } = model;
  const queues = answer.contents.map((filled) => filled.map(({ nodes, replicas }) => ({ nodes, replicas })));
  return offerings.flatMap((offering, index) => {
    const spread = overMembers(offering, answer.nodes[index], offering.held ? overMembers(offering, held[index]) : undefined);
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

/** One node to each member in turn, as far as each may have them: an outage of a zone then takes as few as can be. */
function overMembers({ members, held }: Merged, nodes: number, most?: readonly number[]): readonly number[] {
  const room = most ?? members.map((member) => Math.min(member.mostNodes ?? Infinity, (held ? member.held?.most : undefined) ?? Infinity));
  const given = members.map(({ leastNodes = 0 }) => leastNodes);
  for (let left = nodes - given.reduce((sum, count) => sum + count, 0); left > 0;) {
    const before = left;
    given.forEach((count, at) => {
      if (left > 0 && count < room[at]) [given[at], left] = [count + 1, left - 1];
    });
    if (left === before) throw new Error(`${nodes} nodes are more than ${members[0].name} and its like may have`);
  }
  return given;
}
