import { contentsOf, kindOrders, programBuilder, type Shape, type Solver, type Term } from '../problem';

/** Alike nodes of a shape: how many, and replicas by class on each. */
export type Filled = { readonly nodes: number; readonly replicas: readonly number[] };

/**
 * Puts replicas on single nodes of one shape.
 *
 * By placing them one after another in several orders of classes, spread evenly first or where they fit first; where that fails, by a
 * small program over the contents of a node, whose answer is exact.
 *
 * @param replicas by class
 * @returns `undefined` where there is no way (or, with too many contents to list, none was found)
 */
export function fillNodes(shape: Shape, nodes: number, replicas: readonly number[], solver: Solver): readonly Filled[] | undefined {
  const wanted = replicas.map((count) => Math.round(count));
  const kinds = wanted.flatMap((count, kind) => (count > 0 ? [kind] : []));
  if (kinds.length === 0) return nodes === 0 ? [] : [{ nodes, replicas: wanted }];
  for (const even of [true, false]) {
    for (const order of kindOrders(kinds.length)) {
      const filled = fillInOrder(
        shape,
        nodes,
        wanted,
        order.map((place) => kinds[place]),
        even,
      );
      if (filled) return grouped(filled);
    }
  }
  return fillByContents(shape, nodes, wanted, solver);
}

type Node = { readonly replicas: number[]; readonly left: number[] };

function fillInOrder(
  shape: Shape,
  nodes: number,
  wanted: readonly number[],
  order: readonly number[],
  even: boolean,
): readonly Node[] | undefined {
  const all = Array.from({ length: nodes }, (): Node => ({ replicas: wanted.map(() => 0), left: [...shape.room] }));
  for (const kind of order) {
    const service = shape.serves[kind];
    let left = wanted[kind];
    if (left === 0) continue;
    if (!service) return undefined;
    const put = (node: Node, count: number) => {
      node.replicas[kind] += count;
      service.need.forEach((amount, resource) => (node.left[resource] -= count * amount));
      left -= count;
    };
    const room = (node: Node) =>
      Math.min(...service.need.map((amount, at) => (amount === 0 ? Infinity : Math.floor(node.left[at] / amount))));
    if (even) for (const node of all) put(node, Math.min(Math.floor(wanted[kind] / nodes), left, room(node)));
    for (const node of all) put(node, Math.min(left, room(node)));
    if (left > 0) return undefined;
  }
  return all;
}

function fillByContents(shape: Shape, nodes: number, wanted: readonly number[], solver: Solver): readonly Filled[] | undefined {
  const patterns = contentsOf(shape);
  if (patterns === null || patterns.length === 0) return undefined;
  const kinds = shape.serves.flatMap((service, index) => (service ? [index] : []));
  const builder = programBuilder();
  const uses = patterns.map((pattern) => builder.variable({ name: pattern.join(' '), cost: 1, upper: nodes, integer: true }));
  builder.row(
    'nodes',
    uses.map((use): Term => [use, 1]),
    { upper: nodes },
  );
  kinds.forEach((kind, position) => {
    const terms = patterns.map((pattern, index): Term => [uses[index], pattern[position]]);
    if (wanted[kind] > 0) builder.row(`class ${kind}`, terms, { lower: wanted[kind] });
  });
  const solution = solver(builder.program());
  if (solution.status === 'infeasible') return undefined;
  const left = [...wanted];
  const filled: Node[] = [];
  patterns.forEach((pattern, index) => {
    for (let count = Math.round(solution.values[uses[index]]); count > 0; count--) {
      const replicas = wanted.map(() => 0);
      kinds.forEach((kind, position) => {
        replicas[kind] = Math.min(left[kind], pattern[position]);
        left[kind] -= replicas[kind];
      });
      filled.push({ replicas, left: [] });
    }
  });
  while (filled.length < nodes) filled.push({ replicas: wanted.map(() => 0), left: [] });
  return grouped(filled);
}

/** Gives each empty node a replica of one that holds several: alike nodes take each other's replicas. */
export function noneEmpty(groups: readonly Filled[]): readonly Filled[] {
  const all = groups.flatMap(({ nodes, replicas }) => Array.from({ length: nodes }, (): Node => ({ replicas: [...replicas], left: [] })));
  const size = ({ replicas }: Node) => replicas.reduce((sum, count) => sum + count, 0);
  for (const node of all) {
    if (size(node) > 0) continue;
    const giver = all.find((other) => size(other) > 1);
    if (!giver) break;
    const kind = giver.replicas.findIndex((count) => count > 0);
    giver.replicas[kind]--;
    node.replicas[kind]++;
  }
  return grouped(all);
}

function grouped(nodes: readonly Node[]): readonly Filled[] {
  const groups = new Map<string, { nodes: number; readonly replicas: readonly number[] }>();
  for (const { replicas } of nodes) {
    const key = replicas.join();
    const group = groups.get(key);
    if (group) group.nodes++;
    else groups.set(key, { nodes: 1, replicas });
  }
  return [...groups].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, group]) => group);
}
