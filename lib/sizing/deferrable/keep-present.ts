import { passedLimits } from './clash';
import { type JobWindows, type Ledger, restore } from './ledger';
import type { Prepared, PreparedJob } from './prepare';

/**
 * Puts jobs back into the windows that they have already, where those are still what they take: all of them, with the other jobs where they
 * then add the least, and only where no limit is passed and the best schedule saves no more than `keepShare` of what all nodes cost.
 *
 * @param ledger filled with the best schedule that was found
 * @param order in which the other jobs are put in
 */
export function keepPresent(prepared: Prepared, ledger: Ledger, order: readonly number[]): void {
  const present = prepared.jobs.map((job) => presentWindows(prepared, job));
  if (present.every((windows) => windows === null)) return;
  const best = [...ledger.windows];
  const most = ledger.usd() * (1 + (prepared.problem.keepShare ?? 0)) + 1e-9;
  const wasWithin = passedLimits(prepared, ledger).length === 0;
  restore(ledger, present);
  for (const job of order) if (present[job] === null) ledger.putCheapest(job);
  const isWhole = ledger.windows.every((windows) => windows !== null);
  if (isWhole && passedLimits(prepared, ledger).length === 0 && (!wasWithin || ledger.usd() <= most)) return;
  restore(ledger, best);
}

/** The windows that a job has already; `null` where it has none, or where they are no longer what it takes. */
function presentWindows({ markets: all }: Prepared, { job, markets, shortest }: PreparedJob): JobWindows | null {
  const { present = [], earliest, deadline, resumes = false } = job;
  const windows = present.map(({ from, to, market }) => ({ from, to, market: all.findIndex(({ name }) => name === market) }));
  const periods = markets.flatMap(({ index, periods }) => (windows.some(({ market }) => market === index) ? [periods] : []));
  const least = windows.length > 1 || resumes ? shortest : 1;
  const isInOrder = windows.every(
    ({ from, to, market }, place) =>
      Number.isInteger(from) &&
      to - from >= least &&
      from >= (place === 0 ? earliest : windows[place - 1].to) &&
      to <= deadline &&
      markets.some(({ index }) => index === market),
  );
  const worked = windows.reduce((sum, { from, to }) => sum + to - from, 0);
  const taken = Math.max(...periods.map((of) => of[windows.length - 1] ?? Infinity));
  return windows.length > 0 && isInOrder && worked === taken ? windows : null;
}
