import {
  absenceOf,
  addPeriod,
  compareText,
  contentsOf,
  type Duals,
  type HorizonLimit,
  type HorizonModel,
  type HorizonOffering,
  type HorizonProblem,
  type HorizonSolution,
  inOrder,
  isRoom,
  lacksOf,
  type LinearProgram,
  partsOf,
  type PeriodVariables,
  problemOf,
  programBuilder,
  serviceOf,
  solveMany,
  type Solver,
  tolerance,
  usedOf,
  wholeModel,
} from '../problem';

export type BindingLimit = {
  readonly limit: HorizonLimit;
  /** First period in which it leaves no room for one more of the cheapest nodes it concerns, or has a price; the figures are of it. */
  readonly period: number;
  readonly used: number;
  readonly available: number;
  /** USD that one unit more would save over all periods (of a share: one unit more of its part), by the relaxation beside the committed nodes: an estimate, for whole nodes come in steps. */
  readonly savesUsd: number;
};

export type Alternative = {
  readonly offering: string;
  readonly usdPerHour: number;
  /** What its price would have to fall by before a node of it would pay in some period, by the relaxation; `null` where it lacks something. */
  readonly tooDearByUsdPerHour: number | null;
  /** What keeps every replica off it: `1 GPU`; `null` where some fit. */
  readonly lacks: string | null;
  /** What runs in that period, the most nodes first. */
  readonly insteadRuns: readonly string[];
};

export type Sensitivity = {
  readonly binding: readonly BindingLimit[];
  /** Offerings that no period uses, those nearest to it first. */
  readonly rejected: readonly Alternative[];
};

/**
 * What the limits cost and how far the unused offerings are from being used: duals and reduced costs of each period's relaxation,
 * rounding cuts included, beside the committed nodes of a solution.
 */
export function sensitivityOf(problem: HorizonProblem, solution: HorizonSolution, solver: Solver): Sensitivity {
  const all = Array.from({ length: problem.periods }, (_, period) => period);
  const nodes = solution.periods.map((groups) => {
    const counts = new Map<string, number>();
    for (const { offering, nodes: count } of groups) counts.set(offering, (counts.get(offering) ?? 0) + count);
    return counts;
  });
  const prices = new Map<string, { usd: number; readonly period: number }>();
  const rejected: Alternative[] = [];
  for (const part of partsOf(problem, () => true)) {
    const model = wholeModel(problemOf(problem, [part], all), false);
    const nearest = model.offerings.map((): { usdPerHour: number; period: number } => ({ usdPerHour: Infinity, period: 0 }));
    relaxedPeriods(model, solution, solver).forEach(({ limits, reducedCosts }, period) => {
      for (const [name, usdPerHour] of limits) {
        if (usdPerHour < 1e-7) continue;
        const known = prices.get(name);
        if (known) known.usd += usdPerHour * model.hours[period];
        else prices.set(name, { usd: usdPerHour * model.hours[period], period });
      }
      reducedCosts.forEach((cost, index) => {
        const usdPerHour = Math.max(0, cost);
        if (usdPerHour < nearest[index].usdPerHour - 1e-9) nearest[index] = { usdPerHour, period };
      });
    });
    const wanted = part.classes.filter(({ name }) => problem.demand[name].some((amount) => amount > 0));
    part.offerings.forEach((offering, index) => {
      const { name, usdPerHour, committed } = offering;
      if (committed || nodes.some((counts) => (counts.get(name) ?? 0) > 0)) return;
      const own = wanted.filter(({ pool }) => pool === offering.pool);
      const lacks = own.length > 0 && own.every((one) => serviceOf(offering, one) === null) ? lacksOf(offering, own) : null;
      if (lacks === null && nearest[index].usdPerHour === Infinity) return;
      const { usdPerHour: tooDearBy, period } = nearest[index];
      const tooDearByUsdPerHour = lacks === null ? tooDearBy : null;
      rejected.push({ offering: name, usdPerHour, tooDearByUsdPerHour, lacks, insteadRuns: runningIn(problem, nodes[period], offering) });
    });
  }
  const distance = ({ tooDearByUsdPerHour }: Alternative) => tooDearByUsdPerHour ?? Infinity;
  return {
    binding: [...problem.limits].sort(inOrder).flatMap((limit): BindingLimit[] => {
      const price = prices.get(limit.name);
      const full = all.find((period) => isFull(problem, limit, nodes[period]));
      if (price === undefined && full === undefined) return [];
      const period = Math.min(full ?? Infinity, price?.period ?? Infinity);
      return [{ limit, period, ...usedOf(limit, (name) => nodes[period].get(name) ?? 0), savesUsd: price?.usd ?? 0 }];
    }),
    rejected: rejected.sort((a, b) => {
      const [x, y] = [distance(a), distance(b)];
      return x === y ? compareText(a.offering, b.offering) : x < y ? -1 : 1;
    }),
  };
}

/** Whether there is no room for one node more of the cheapest offering that the limit concerns; of a share, only where nodes run. */
function isFull({ offerings }: HorizonProblem, limit: HorizonLimit, nodes: ReadonlyMap<string, number>): boolean {
  const names = 'most' in limit ? Object.keys(limit.sizes) : limit.part;
  const concerned = offerings
    .filter(({ name }) => names.includes(name))
    .sort((a, b) => a.usdPerHour - b.usdPerHour || compareText(a.name, b.name));
  if (concerned.length === 0) return false;
  const [{ name }] = concerned;
  const { used, available } = usedOf(limit, (each) => nodes.get(each) ?? 0);
  if ('most' in limit) return used + limit.sizes[name] > available + tolerance;
  const runs = Object.keys(limit.sizes).some((each) => (nodes.get(each) ?? 0) > 0);
  return runs && used - available + limit.sizes[name] * (1 - limit.share) > tolerance;
}

type RelaxedPeriod = {
  readonly limits: ReadonlyMap<string, number>;
  /** What a node of each offering costs beyond what it is worth; `Infinity`: not known. */
  readonly reducedCosts: readonly number[];
};

/** Of every period; each distinct demand is solved once. Prices are dollars an hour. */
function relaxedPeriods(model: HorizonModel, { committed }: HorizonSolution, solver: Solver): readonly RelaxedPeriod[] {
  const { offerings } = model;
  const keyOf = (period: number) => [absenceOf(model, period), ...model.demand.map((series) => series[period])].join();
  const all = Array.from({ length: model.periods }, (_, period) => period);
  const chosen = [...new Map(all.map((period) => [keyOf(period), period])).values()];
  const drafts = chosen.map((period) => {
    const builder = programBuilder();
    const variables = addPeriod(builder, model, period, {
      price: (offering) => (offerings[offering].committed ? 0 : offerings[offering].usdPerHour),
      most: (offering) =>
        offerings[offering].committed ? (committed[offerings[offering].members[0].name] ?? 0) : offerings[offering].most,
      whole: false,
      cuts: true,
      priced: true,
      label: '',
    });
    return { ...variables, program: builder.program() };
  });
  const solutions = solveMany(
    solver,
    drafts.map(({ program }) => program),
  );
  const names = new Set(model.limits.map(({ limit }) => limit.name));
  const byDemand = new Map<string, RelaxedPeriod>();
  solutions.forEach((answer, place) => {
    const { program } = drafts[place];
    byDemand.set(keyOf(chosen[place]), {
      limits: new Map(answer.status === 'infeasible' ? [] : pricesOf(program, names, answer.duals?.rows ?? [])),
      reducedCosts:
        answer.status === 'infeasible' || !answer.duals
          ? offerings.map(() => Infinity)
          : reducedCostsOf(model, drafts[place], answer.duals),
    });
  });
  return all.map((period) => byDemand.get(keyOf(period)) ?? { limits: new Map(), reducedCosts: [] });
}

/**
 * The solver's own reduced cost of a node that is not used depends on how it shares the price between the node and what it would
 * carry. So each node is priced anew: its price less what the best contents of it are worth, by the prices of demands and limits.
 */
function reducedCostsOf(
  model: HorizonModel,
  { nodes, placed, program }: PeriodVariables & { readonly program: LinearProgram },
  { rows, reducedCosts }: Duals,
): readonly number[] {
  const worth = program.variables.map(() => 0);
  program.rows.forEach(({ name, terms }, index) => {
    if (isRoom(name) || rows[index] === 0) return;
    for (const [variable, coefficient] of terms) worth[variable] += rows[index] * coefficient;
  });
  const contents = model.shapes.map((shape, index) => {
    const kinds = shape.serves.flatMap((service, kind) => (service ? [kind] : []));
    const value = (kind: number) => (placed[index][kind] < 0 ? 0 : Math.max(0, worth[placed[index][kind]]));
    const patterns = contentsOf(shape);
    return patterns && Math.max(0, ...patterns.map((pattern) => pattern.reduce((sum, count, at) => sum + count * value(kinds[at]), 0)));
  });
  return nodes.map((variable, index) => {
    const inside = contents[model.offerings[index].shape];
    return inside === null ? reducedCosts[variable] : program.variables[variable].cost - worth[variable] - inside;
  });
}

function pricesOf({ rows }: LinearProgram, names: ReadonlySet<string>, duals: readonly number[]): readonly (readonly [string, number])[] {
  return rows.flatMap(({ name }, index) => (names.has(name) ? [[name, Math.max(0, -(duals[index] ?? 0))] as const] : []));
}

/** Of the same pool, the most nodes first. */
function runningIn({ offerings }: HorizonProblem, nodes: ReadonlyMap<string, number>, { pool }: HorizonOffering): readonly string[] {
  const count = (name: string) => nodes.get(name) ?? 0;
  const names = offerings.filter((other) => other.pool === pool && count(other.name) > 0).map(({ name }) => name);
  return names.sort((a, b) => count(b) - count(a) || compareText(a, b)).slice(0, 3);
}
