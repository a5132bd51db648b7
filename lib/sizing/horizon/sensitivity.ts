import { HOURS_PER_MONTH } from '../../units';
import { programBuilder } from '../program';
import type { Solver } from '../types';
import { type HorizonModel, wholeModel } from './model';
import { addPeriod } from './period';
import type { HorizonProblem, HorizonSolution } from './types';

export type BindingLimit = {
  /** `quota L-DB2E81BA`, `ceiling`, `spot share`. */
  readonly limit: string;
  readonly unit: 'vCPU' | 'GPU';
  readonly available: number;
  /** Most that any period uses. */
  readonly used: number;
  /** First period in which it has a price. */
  readonly period: number;
  /** What one unit more would save a month, by the relaxation beside the held nodes: an estimate, for whole nodes come in steps. */
  readonly savesUsdPerMonth: number;
};

export type Alternative = {
  readonly offering: string;
  readonly usdPerHour: number;
  /** What its price would have to fall by before a node of it would pay in some period, by the relaxation. */
  readonly tooDearByUsdPerHour: number;
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
 * rounding cuts included, beside the held nodes of a solution.
 */
export function sensitivityOf(problem: HorizonProblem, solution: HorizonSolution, solver: Solver): Sensitivity {
  const model = wholeModel(problem, false);
  const hours = problem.periods * problem.periodHours;
  const perMonth = HOURS_PER_MONTH / hours;
  const prices = new Map<string, { usd: number; period: number }>();
  const nearest = model.offerings.map((): { usdPerHour: number; period: number } => ({ usdPerHour: Infinity, period: 0 }));
  for (let period = 0; period < problem.periods; period++) {
    const { limits, reducedCosts } = relaxedPeriod(model, period, solution, solver);
    for (const [limit, usd] of limits) {
      if (usd < 1e-7) continue;
      const known = prices.get(limit);
      if (known) known.usd += usd;
      else prices.set(limit, { usd, period });
    }
    reducedCosts.forEach((cost, index) => {
      const usdPerHour = Math.max(0, cost) / problem.periodHours;
      if (usdPerHour < nearest[index].usdPerHour - 1e-9) nearest[index] = { usdPerHour, period };
    });
  }
  const use = model.offerings.map(({ members: [{ name }] }) => solution.periods.map((groups) => nodesOf(groups, name)));
  const usedOf = (weight: (offering: HorizonModel['offerings'][number]) => number) =>
    Math.max(
      0,
      ...solution.periods.map((_, period) => model.offerings.reduce((sum, one, index) => sum + weight(one) * use[index][period], 0)),
    );
  const limits = [
    ...model.quotas.map(([code, available]) => ({
      limit: `quota ${code}`,
      unit: 'vCPU' as const,
      available,
      used: usedOf(({ quota, vCpu }) => (quota === code ? vCpu : 0)),
    })),
    { limit: 'ceiling', unit: 'GPU' as const, available: model.gpuCeiling ?? Infinity, used: usedOf(({ gpus }) => gpus) },
    { limit: 'spot share', unit: 'GPU' as const, available: 0, used: usedOf(({ gpus, isSpot }) => (isSpot ? gpus : 0)) },
  ];
  return {
    binding: limits.flatMap((each): BindingLimit[] => {
      const price = prices.get(each.limit);
      return price ? [{ ...each, period: price.period, savesUsdPerMonth: price.usd * perMonth }] : [];
    }),
    rejected: model.offerings
      .flatMap(({ members: [{ name, usdPerHour }], held }, index): Alternative[] => {
        if (held || use[index].some((nodes) => nodes > 0) || nearest[index].usdPerHour === Infinity) return [];
        const { usdPerHour: tooDearByUsdPerHour, period } = nearest[index];
        return [{ offering: name, usdPerHour, tooDearByUsdPerHour, insteadRuns: runningIn(solution, period) }];
      })
      .sort((a, b) => a.tooDearByUsdPerHour - b.tooDearByUsdPerHour || (a.offering < b.offering ? -1 : 1)),
  };
}

function relaxedPeriod(model: HorizonModel, period: number, { held }: HorizonSolution, solver: Solver) {
  const builder = programBuilder();
  const { offerings, periodHours } = model;
  const { nodes } = addPeriod(builder, model, period, {
    price: (offering) => (offerings[offering].held ? 0 : offerings[offering].usdPerHour * periodHours),
    most: (offering) => (offerings[offering].held ? (held[offerings[offering].members[0].name] ?? 0) : offerings[offering].most),
    whole: false,
    cuts: true,
    label: '',
  });
  const program = builder.program();
  const answer = solver(program);
  if (answer.status === 'infeasible' || !answer.duals)
    return { limits: new Map<string, number>(), reducedCosts: offerings.map(() => Infinity) };
  const { rows, reducedCosts } = answer.duals;
  const limits = program.rows.flatMap(({ name }, index) =>
    /^(quota |ceiling$|spot share$)/.test(name) ? [[name, Math.max(0, -rows[index])] as const] : [],
  );
  return { limits: new Map(limits), reducedCosts: nodes.map((variable) => reducedCosts[variable]) };
}

function nodesOf(groups: HorizonSolution['periods'][number], name: string): number {
  return groups.reduce((sum, group) => sum + (group.offering === name ? group.nodes : 0), 0);
}

function runningIn({ periods }: HorizonSolution, period: number): readonly string[] {
  const names = [...new Set(periods[period].map(({ offering }) => offering))];
  return names.sort((a, b) => nodesOf(periods[period], b) - nodesOf(periods[period], a) || (a < b ? -1 : 1)).slice(0, 3);
}
