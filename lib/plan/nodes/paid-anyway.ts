import type { CapacityConfig } from '../../config';
import { formatExactly } from '../../figures';
import { isProblemError, ProblemError } from '../../problems';
import { HOURS_PER_MONTH } from '../../units';
import type { PoolOfferings } from '../supply';

/**
 * A budget that is too small, with the cures that help where machines of one's own are part of what it must pay: they cost the same
 * whether used or not.
 *
 * @throws ProblemError what `work` throws, with the hint of `sizing/budget` for such machines
 */
export function hintingPaidAnyway<T>(config: CapacityConfig, offerings: PoolOfferings, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const paid = paidAnyway(offerings);
    if (!isProblemError(error) || paid.usdPerMonth === 0) throw error;
    const budget = (config.limits.budget ?? 0) * HOURS_PER_MONTH;
    throw new ProblemError(
      error.problems.map((problem) =>
        problem.code === 'sizing/budget' ? { ...problem, hint: hintOf(paid, budget, problem.hint) } : problem,
      ),
    );
  }
}

type Paid = { readonly usdPerMonth: number; readonly path: string };

function hintOf({ usdPerMonth, path }: Paid, budget: number, hint = 'raise it'): string {
  const machines = `the machines of ${path} cost ${formatExactly(Math.ceil(usdPerMonth))} USD a month, used or not`;
  const isAll = usdPerMonth > budget;
  return isAll ? `raise it, or list fewer machines: ${machines}, so that nothing else helps` : `${hint}; ${machines}`;
}

function paidAnyway(offerings: PoolOfferings): Paid {
  const own = Object.entries(offerings).map(([pool, all]) => ({
    pool,
    usdPerHour: all.reduce((sum, { own: held, usdPerHour }) => sum + (held ? held.count * usdPerHour : 0), 0),
  }));
  const dear = own.filter(({ usdPerHour }) => usdPerHour > 0).sort((a, b) => (a.pool < b.pool ? -1 : 1));
  return {
    usdPerMonth: dear.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0) * HOURS_PER_MONTH,
    path: dear.map(({ pool }) => `pools.${pool}`).join(' and '),
  };
}
