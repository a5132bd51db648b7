import { ProblemError } from '../problems';
import { HOURS_PER_MONTH } from '../units';
import { baseFleet, withinFleet } from './base-fleet';
import { bindingLimits } from './binding';
import { type Ceilings, grantCeilings, type Replicas } from './ceilings';
import { figure } from './figure';
import { type Counts, type Limit, limitsOf } from './limits';
import { poolModels, type PoolModel } from './pool-model';
import { settle, together } from './settle';
import { cheapestMixes, type Span, spanOf } from './spans';
import {
  type BindingFact,
  type DemandSegment,
  type NodeCounts,
  nodeKey,
  type SizingLimits,
  type SizingPool,
  type SizingResult,
  type Solver,
} from './types';

export type SizingRequest = {
  readonly pools: readonly SizingPool[];
  readonly limits: SizingLimits;
  /** Spans of time, one after another; each names the replicas of every workload. */
  readonly segments: readonly DemandSegment[];
  /** What the ceilings of the workloads should be; less is granted where the limits do not reach. */
  readonly wantedCeilings: Replicas;
  readonly solver: Solver;
};

/**
 * Whole nodes by offering for every segment, at the least cost: min c'x such that whole replicas find room on whole nodes (GPUs,
 * CPU, memory, pods) within the ceilings of pools, the quotas, the share of spot and the budget.
 *
 * Nothing couples segments in time, so each distinct demand is a program of its own and is solved once. The budget is a bound on
 * the sum of the segments' costs, and each cost is free to be at its minimum: so some plan keeps the budget if and only if the
 * sum of the minima does, and that is what is checked. Pools are decided alone and joined only where a quota they share would be
 * broken (`settle`), so that a workload's change leaves other pools' figures alone.
 *
 * Then the ceilings of the node groups: the peaks of the mixes or, where those cannot stand side by side within the limits, one
 * common fleet that each segment is restricted to; and above them what holds the workloads' ceilings.
 *
 * @throws ProblemError `sizing/no-fit`, `sizing/quota`, `sizing/ceiling`, `sizing/spot-share`, `sizing/budget`: what clashes and
 * by how much
 */
export function sizePools({ pools, limits: sizingLimits, segments, wantedCeilings, solver }: SizingRequest): SizingResult {
  const models = poolModels(pools);
  const limits = limitsOf(models, sizingLimits);
  const spans = segments.map((segment) => spanOf(segment, models));
  const context = { models, limits, spans, solver };

  const cheapest = cheapestMixes(context);
  const base = baseFleet(context, cheapest);
  const mixes = withinFleet(context, cheapest, base);

  const usdPerHour = mean(
    spans,
    mixes.map((mix) => mix.usdPerHour),
  );
  const boundUsdPerHour = mean(
    spans,
    mixes.map((mix) => mix.boundUsdPerHour),
  );
  checkBudget(sizingLimits.budgetUsdPerHour, usdPerHour, boundUsdPerHour);

  const ceilings = ceilingsOf(context, base.counts, segments, wantedCeilings);
  const counts = mixes.map((mix, index) => ({ from: spans[index].from, counts: mix.counts }));
  return {
    segments: mixes.map((mix, index) => ({
      from: spans[index].from,
      to: spans[index].to,
      nodes: nodeCounts(models, mix.counts),
      usdPerHour: mix.usdPerHour,
    })),
    ceilings: nodeCounts(models, ceilings.counts),
    replicaCeilings: ceilings.replicas,
    usdPerHour,
    boundUsdPerHour,
    binding: [...bindingLimits(models, limits, counts), ...bindingBudget(models, sizingLimits.budgetUsdPerHour, usdPerHour, spans)],
  };
}

function ceilingsOf(
  { models, limits, solver }: { readonly models: readonly PoolModel[]; readonly limits: readonly Limit[]; readonly solver: Solver },
  base: Counts,
  segments: readonly DemandSegment[],
  wantedCeilings: Replicas,
): Ceilings {
  const workloads = models.flatMap((pool) => pool.workloads);
  const peaks = Object.fromEntries(workloads.map((name) => [name, Math.max(0, ...segments.map(({ replicas }) => replicas[name]))]));
  const wanted = Object.fromEntries(workloads.map((name) => [name, Math.max(peaks[name], wantedCeilings[name] ?? 0)]));
  const settled = settle(models, limits, (group) => grantCeilings({ group, base, peaks, wanted, limits, solver }));
  if ('stuck' in settled) throw new Error(`ceilings of pool ${settled.stuck[0][0].name} break a limit that its segments keep`);
  const granted = Object.assign({}, ...settled.answers.map(({ replicas }) => replicas)) as Replicas;
  return { counts: together(settled.answers), replicas: Object.fromEntries(workloads.sort().map((name) => [name, granted[name]])) };
}

/** @throws ProblemError `sizing/budget` where the month costs more than the budget */
export function checkBudget(budgetUsdPerHour: number | null, usdPerHour: number, boundUsdPerHour: number): void {
  if (budgetUsdPerHour === null || usdPerHour <= budgetUsdPerHour * (1 + 1e-9)) return;
  const needed = Math.ceil(usdPerHour * HOURS_PER_MONTH);
  const budget = budgetUsdPerHour * HOURS_PER_MONTH;
  const least = boundUsdPerHour > budgetUsdPerHour ? '' : ' as far as could be found';
  throw new ProblemError({
    code: 'sizing/budget',
    path: 'limits.budget',
    message: `the cheapest nodes that hold the demand${least} cost ${figure(needed)} USD/month, the budget is ${figure(budget)}: ${figure(needed - budget)} short`,
    expected: `at least ${figure(needed)} USD/month`,
    hint: 'raise it, allow more spot or cheaper instance types, or protect a lower quantile',
  });
}

function bindingBudget(
  models: readonly PoolModel[],
  budgetUsdPerHour: number | null,
  usdPerHour: number,
  spans: readonly Span[],
): readonly BindingFact[] {
  if (budgetUsdPerHour === null || spans.length === 0) return [];
  const cheapestNode = Math.min(...models.flatMap((pool) => pool.offerings.map((offering) => offering.usdPerHour)));
  if (usdPerHour + cheapestNode <= budgetUsdPerHour) return [];
  return [{ limit: 'budget', used: usdPerHour, available: budgetUsdPerHour, unit: 'USD/h', at: spans[0].from }];
}

function nodeCounts(models: readonly PoolModel[], counts: Counts): NodeCounts {
  return Object.fromEntries(
    models.flatMap(({ name, offerings }) =>
      offerings.flatMap((offering, index) => {
        const nodes = counts.get(name)?.[index] ?? 0;
        return nodes > 0 ? [[nodeKey(name, offering), nodes] as const] : [];
      }),
    ),
  );
}

/** Over time: a span counts as long as it lasts. */
function mean(spans: readonly Span[], values: readonly number[]): number {
  const ms = spans.reduce((sum, span) => sum + span.ms, 0);
  return ms === 0 ? 0 : spans.reduce((sum, span, index) => sum + values[index] * span.ms, 0) / ms;
}
