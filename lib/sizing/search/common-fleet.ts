import type { PeriodEffort } from './effort';
import {
  absenceOf,
  addPeriod,
  type HorizonLimit,
  type HorizonModel,
  type LinearProgram,
  type Merged,
  type PeriodVariables,
  programBuilder,
  type Solver,
  type Term,
} from '../problem';
import { fewestNodes } from './fewest-nodes';
import { fillNodes } from './fill-nodes';
import { solvePeriods } from './solve-period';

/** The most nodes of each offering that may ever run, and by how much it exceeds the limits that were loose. */
export type Fleet = { readonly nodes: readonly number[]; readonly excess: ReadonlyMap<HorizonLimit, number> };

/** Variables that one program over several demands may have, by and large: its time grows much faster than their number. */
const mostVariables = 100;

/** A common fleet is a choice of ceilings; a thousandth of the cost is near enough. */
const nearEnough = { relativeGap: 0.001, maxNodes: 1_000, untilFound: true };

/**
 * One fleet within the sums of a model that holds the demand of every period: for offerings whose cheapest nodes, period by period,
 * come to more in all (of this one in one period, of that one in another) than the limits allow to stand side by side.
 *
 * The program decides the fleet and the nodes within it together, each period weighted by its time, so with few distinct demands the
 * result is the cheapest there is (to a thousandth). Beyond, the largest demands and then the longest stand for the rest, and what is
 * found not to be held is added: a fleet that holds a demand holds every smaller one, but for the shares, which nodes enough for two
 * zones or types keep and one alone breaks.
 *
 * @returns `undefined` where there is no such fleet
 */
export function commonFleet(model: HorizonModel, solver: Solver, within: PeriodEffort): Fleet | undefined {
  const demands = demandsOf(model);
  const variables = model.offerings.length + model.shapes.length * model.classes.length;
  const largest = largestOf(demands);
  const others = demands.filter((one) => !largest.includes(one)).sort((a, b) => b.hours - a.hours || a.period - b.period);
  const first = [...largest, ...others].slice(0, Math.max(4, Math.floor(mostVariables / variables)));
  return holdingAll(model, { demands, first, solver, within }, (chosen) =>
    cheapestFleet(model, { chosen: weighted(demands, chosen), solver, effort: nearEnough }),
  );
}

/** By how much the sums fall short of any common fleet, at the least sum of their excesses, each in parts of its own amount. */
export function fleetExcess(model: HorizonModel, solver: Solver, within: PeriodEffort): Fleet | undefined {
  const demands = demandsOf(model);
  return holdingAll(model, { demands, first: largestOf(demands), solver, within }, (chosen) =>
    cheapestFleet(model, { chosen: chosen.map((one) => ({ ...one, weight: 0 })), solver, effort: nearEnough, loose: true }),
  );
}

type HoldingRequest = {
  readonly demands: readonly TimedDemand[];
  readonly first: readonly TimedDemand[];
  readonly solver: Solver;
  readonly within: PeriodEffort;
};

/** A fleet for some demands, to which those that it is found not to hold are added until it holds all. */
function holdingAll(
  model: HorizonModel,
  { demands, first, solver, within }: HoldingRequest,
  fleetFor: (chosen: readonly TimedDemand[]) => Fleet | undefined,
): Fleet | undefined {
  const hasShares = model.limits.some(({ limit }) => !('most' in limit));
  const uncertain = hasShares ? demands : largestOf(demands);
  const chosen = [...first];
  for (;;) {
    const fleet = fleetFor(chosen);
    if (!fleet) return undefined;
    const limited = withMost(model, fleet.nodes);
    const missing = uncertain.find((one) => !chosen.includes(one) && !holdsDemand(limited, one, solver, within));
    if (!missing) return fleet;
    chosen.push(missing);
  }
}

type TimedDemand = { readonly demand: readonly number[]; readonly absence: string; readonly period: number; readonly hours: number };

/** The distinct demands, the largest in sum first. */
function demandsOf(model: HorizonModel): readonly TimedDemand[] {
  const distinct = new Map<string, TimedDemand>();
  model.hours.forEach((hours, period) => {
    const demand = model.demand.map((series) => series[period]);
    const absence = absenceOf(model, period);
    const key = [absence, ...demand].join();
    const known = distinct.get(key);
    distinct.set(key, known ? { ...known, hours: known.hours + hours } : { demand, absence, period, hours });
  });
  const total = ({ demand }: TimedDemand) => demand.reduce((sum, amount) => sum + amount, 0);
  return [...distinct.values()].sort((a, b) => total(b) - total(a) || (a.demand.join() < b.demand.join() ? -1 : 1));
}

function largestOf(demands: readonly TimedDemand[]): readonly TimedDemand[] {
  return demands.filter((one) => !demands.some((other) => other !== one && covers(other, one)));
}

function covers(a: TimedDemand, b: TimedDemand): boolean {
  return a.absence === b.absence && a.demand.every((amount, index) => amount >= b.demand[index]);
}

type WeightedDemand = TimedDemand & { readonly weight: number };

/** Each demand's time goes to itself or, where it was not chosen, to the last one that covers it: the smallest by and large. */
function weighted(demands: readonly TimedDemand[], chosen: readonly TimedDemand[]): readonly WeightedDemand[] {
  const all = demands.reduce((sum, { hours }) => sum + hours, 0);
  const times = new Map(chosen.map((one) => [one, 0]));
  for (const one of demands) {
    const own = chosen.includes(one) ? one : chosen.findLast((other) => covers(other, one));
    if (own) times.set(own, (times.get(own) ?? 0) + one.hours);
  }
  return [...times].map(([one, hours]) => ({ ...one, weight: hours / all }));
}

/** The model with at most these nodes, whose sums a fleet keeps anyway unless something is there at times only. */
function withMost(model: HorizonModel, nodes: readonly number[]): HorizonModel {
  const limits = model.offerings.some(isPassing) ? model.limits : model.limits.filter(({ limit }) => !('most' in limit));
  const offerings = model.offerings.map((offering, index) => (isPassing(offering) ? offering : { ...offering, most: nodes[index] }));
  return { ...model, limits, offerings };
}

/** Nodes that are there at times only stand in for those of the fleet: it holds its sums without them, and each period with them. */
function isPassing({ absent }: Merged): boolean {
  return absent.size > 0;
}

function holdsDemand(model: HorizonModel, { period }: TimedDemand, solver: Solver, within: PeriodEffort): boolean {
  const committed = model.offerings.map(({ most }) => most);
  return solvePeriods(model, [period], committed, { solver, effort: within })[0] !== undefined;
}

/**
 * The cheapest fleet that has at least some nodes and holds the demand of one period; the nodes that hold it keep to the shares, the
 * fleet as a whole to the sums.
 *
 * @param atLeast by offering
 * @returns nodes by offering, `undefined` where the limits leave no room
 */
export function fleetWith(
  model: HorizonModel,
  atLeast: readonly number[],
  solver: Solver,
  { relativeGap, maxNodes }: PeriodEffort,
): readonly number[] | undefined {
  const [only] = demandsOf(model);
  return cheapestFleet(model, { chosen: [{ ...only, weight: 0 }], solver, effort: { relativeGap, maxNodes, untilFound: true }, atLeast })
    ?.nodes;
}

type FleetRequest = {
  readonly chosen: readonly WeightedDemand[];
  readonly solver: Solver;
  readonly effort: NonNullable<LinearProgram['effort']>;
  /** Limits that are sums may be exceeded. @default false */
  readonly loose?: boolean;
  /** The fleet has at least these nodes, and costs its price; otherwise what runs in each period does. */
  readonly atLeast?: readonly number[];
};

function cheapestFleet(model: HorizonModel, { chosen, solver, effort, loose = false, atLeast }: FleetRequest): Fleet | undefined {
  const strict = chosen.map(() => new Set<number>());
  for (;;) {
    const draft = draftOf(model, { chosen, loose, atLeast }, strict);
    const solution = solver({ ...draft.program, effort });
    if (solution.status === 'infeasible') return undefined;
    const whole = (variable: number) => Math.round(solution.values[variable]);
    let unpacked = false;
    draft.periods.forEach(({ nodes, placed }, place) => {
      model.shapes.forEach((shape, index) => {
        const count = nodes.reduce((sum, node, offering) => sum + (model.offerings[offering].shape === index ? whole(node) : 0), 0);
        const replicas = placed[index].map((variable) => (variable < 0 ? 0 : whole(variable)));
        if (strict[place].has(index) || fillNodes(shape, count, replicas, solver)) return;
        strict[place].add(index);
        unpacked = true;
      });
    });
    if (unpacked) continue;
    const slacks = [...draft.slacks].map(([limit, variable]) => [limit, solution.values[variable]] as const);
    if (loose) return { nodes: draft.fleet.map(whole), excess: new Map(slacks) };
    const ordered = fewestNodes(draft.program, draft.fleet, solution);
    const second = ordered && solver({ ...ordered, effort });
    const values = second && second.status !== 'infeasible' ? second.values : solution.values;
    return { nodes: draft.fleet.map((variable) => Math.round(values[variable])), excess: new Map() };
  }
}

type Draft = {
  readonly program: LinearProgram;
  readonly fleet: readonly number[];
  readonly slacks: ReadonlyMap<HorizonLimit, number>;
  readonly periods: readonly PeriodVariables[];
};

function draftOf(
  model: HorizonModel,
  { chosen, loose, atLeast }: Pick<FleetRequest, 'chosen' | 'loose' | 'atLeast'>,
  strict: readonly ReadonlySet<number>[],
): Draft {
  const builder = programBuilder();
  const { offerings } = model;
  const sums = model.limits.filter(({ limit }) => 'most' in limit);
  const slacks = new Map(
    loose
      ? sums.map(({ limit, most }) => {
          const cost = 1 / Math.max(1, most);
          return [limit, builder.variable({ name: `excess ${limit.name}`, cost, upper: Infinity, integer: false })] as const;
        })
      : [],
  );
  const fleet = offerings.map(({ members: [{ name }], most, committed, usdPerHour }, index) =>
    builder.variable({
      name: `fleet ${name}`,
      cost: atLeast && !committed ? usdPerHour : 0,
      lower: atLeast?.[index] ?? 0,
      upper: Math.min(most, 1e6),
      integer: true,
    }),
  );
  for (const { limit, weights, most } of sums) {
    const over = slacks.get(limit);
    const terms = weights.map((weight, index): Term => [fleet[index], isPassing(offerings[index]) ? 0 : weight]);
    builder.row(limit.name, over === undefined ? terms : [...terms, [over, -1]], { upper: most });
  }
  const periods = chosen.map(({ period, weight }, place) => {
    const added = addPeriod(builder, model, period, {
      price: (offering) => weight * offerings[offering].usdPerHour,
      most: (offering) => offerings[offering].most,
      whole: true,
      strict: strict[place],
      kinds: (limit) => offerings.some(isPassing) || !('most' in limit),
      slack: (name) => [...slacks].find(([limit]) => limit.name === name)?.[1],
    });
    added.nodes.forEach((node, index) => builder.noLarger('within fleet', node, fleet[index]));
    return added;
  });
  return { program: builder.program(), fleet, slacks, periods };
}
