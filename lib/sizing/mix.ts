import { type Demands, isIdle } from './demands';
import { type Counts, type Limit, limitsOn } from './limits';
import type { Placement } from './placement';
import { mostNodes, type PoolModel } from './pool-model';
import type { ProgramBuilder, Term } from './program';
import { type Preference, solvePacked } from './solve-packed';
import type { Solver } from './types';

/** Nodes for one demand, at their cost. */
export type Mix = { readonly counts: Counts; readonly usdPerHour: number; readonly boundUsdPerHour: number };

export type MixRequest = {
  /** Pools that are decided together. */
  readonly group: readonly PoolModel[];
  readonly demands: Demands;
  readonly limits: readonly Limit[];
  readonly solver: Solver;
  /** Never more nodes than these. */
  readonly within?: Counts;
};

/**
 * The cheapest whole nodes that hold the replicas of a group of pools within their limits: min c'x.
 *
 * @returns `undefined` where the limits leave no room
 */
export function cheapestMix({ group, demands, limits, solver, within }: MixRequest): Mix | undefined {
  if (group.every(({ name }) => isIdle(demands, name))) {
    return { counts: new Map(group.map((pool) => [pool.name, pool.offerings.map(() => 0)])), usdPerHour: 0, boundUsdPerHour: 0 };
  }
  let variables: NodeVariables = new Map();
  const solution = solvePacked((builder) => {
    variables = addNodes(builder, group, demands, { price: 1, within });
    for (const limit of limitsOn(limits, group)) addLimit(builder, limit, variables);
    return { placements: placementsOf(group, demands, variables), preferences: preferencesOf(group, variables) };
  }, solver);
  if (!solution) return undefined;
  const counts = countsOf(variables, solution.values);
  const usdPerHour = costOf(group, counts);
  return { counts, usdPerHour, boundUsdPerHour: Math.min(usdPerHour, solution.bound) };
}

/** By pool: the variable that counts the nodes of each offering. */
export type NodeVariables = ReadonlyMap<string, readonly number[]>;

export type NodeOptions = {
  /** What a node costs, as a share of its price. */
  readonly price: number;
  readonly within?: Counts;
  readonly atLeast?: Counts;
  /** For messages of the solver. */
  readonly label?: string;
};

export function addNodes(builder: ProgramBuilder, group: readonly PoolModel[], demands: Demands, options: NodeOptions): NodeVariables {
  const { price, within, atLeast, label = '' } = options;
  return new Map(
    group.map((pool) => {
      const most = mostNodes(pool, demands.get(pool.name) ?? []);
      const variables = pool.offerings.map((offering, index) => {
        const lower = atLeast?.get(pool.name)?.[index] ?? 0;
        const upper = Math.max(lower, Math.min(most[index], within?.get(pool.name)?.[index] ?? Infinity));
        return builder.variable({
          name: `${label}${pool.name}/${offering.id}`,
          cost: price * offering.usdPerHour,
          lower,
          upper,
          integer: true,
        });
      });
      return [pool.name, variables];
    }),
  );
}

/** Adds a limit as a row; with a slack variable the limit may be exceeded by as much. */
export function addLimit(builder: ProgramBuilder, { key, available, weights }: Limit, variables: NodeVariables, slack?: number): void {
  const terms = [...weights].flatMap(([pool, byOffering]) =>
    (variables.get(pool) ?? []).map((variable, index): Term => [variable, byOffering[index]]),
  );
  builder.row(key, slack === undefined ? terms : [...terms, [slack, -1]], { upper: available });
}

/** Variables by which limits may be exceeded; a unit costs in parts of the limit's own amount. */
export function addSlacks(builder: ProgramBuilder, limits: readonly Limit[]): ReadonlyMap<Limit, number> {
  return new Map(
    limits.map((limit) => {
      const cost = 1 / Math.max(1, limit.available);
      return [limit, builder.variable({ name: `excess ${limit.key}`, cost, upper: Infinity, integer: false })];
    }),
  );
}

export function placementsOf(group: readonly PoolModel[], demands: Demands, variables: NodeVariables): readonly Placement[] {
  return group
    .filter(({ name }) => !isIdle(demands, name))
    .map((pool) => ({ pool, demand: demands.get(pool.name) ?? [], nodes: variables.get(pool.name) ?? [] }));
}

export function preferencesOf(group: readonly PoolModel[], variables: NodeVariables): readonly Preference[] {
  return group.flatMap(({ name }) => (variables.get(name) ?? []).map((variable, rank) => ({ variable, rank })));
}

export function countsOf(variables: NodeVariables, values: readonly number[]): Counts {
  return new Map([...variables].map(([pool, nodes]) => [pool, nodes.map((variable) => values[variable])]));
}

export function costOf(group: readonly PoolModel[], counts: Counts): number {
  let usdPerHour = 0;
  for (const { name, offerings } of group) {
    const nodes = counts.get(name);
    if (nodes) offerings.forEach((offering, index) => (usdPerHour += nodes[index] * offering.usdPerHour));
  }
  return usdPerHour;
}
