import { formatExactly, formatFigure } from '../../figures';
import { ProblemError } from '../../problems';
import { formatDuration } from '../../units';
import { type MonthCost, usdNextMonth } from '../file';

/**
 * Refuses a plan with which the month that begins with it costs more than the budget. The nodes are the cheapest that hold the demand, so
 * no other plan keeps a budget that they do not.
 *
 * @param budget USD a month; `null` for none
 * @param gapPercent by how much cheaper nodes could be at most
 * @throws ProblemError `sizing/budget`
 */
export function checkBudget(budget: number | null, cost: MonthCost, gapPercent: number): void {
  const needed = Math.ceil(usdNextMonth(cost) - 1e-9);
  if (budget === null || needed <= Math.ceil(budget)) return;
  const least = needed * (1 - gapPercent / 100) > budget ? '' : ' as far as could be found';
  const { usd, horizonMs, usdPerMonth } = cost;
  const parts = `${formatFigure(usd)} in the ${formatDuration(horizonMs)} of the plan, ordinary time for the rest at ${formatFigure(usdPerMonth)} USD/month`;
  throw new ProblemError({
    code: 'sizing/budget',
    path: 'limits.budget',
    message: `the cheapest nodes that hold the demand${least} cost ${formatExactly(needed)} USD in the month that begins with the plan (${parts}), the budget is ${formatExactly(budget)}: ${formatExactly(needed - budget)} short`,
    expected: `at least ${formatExactly(needed)} USD/month`,
    hint: 'raise it, allow more spot or cheaper instance types, or protect a lower quantile',
  });
}
