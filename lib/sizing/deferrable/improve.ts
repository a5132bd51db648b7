import { randomOf } from '../../random';
import { type JobWindows, type Ledger, restore } from './ledger';
import type { Prepared } from './prepare';

/**
 * Ruin and recreate: takes a few jobs out, puts each back where it now adds the least, and keeps what comes of it where that costs no
 * more. Half of the time the jobs are those that run beside a drawn one, else any.
 *
 * @param rounds how often; the only thing that ends it, so that the same problem has the same answer
 * @see Schrimpf et al. 2000, doi 10.1006/jcph.1999.6413
 */
export function ruinAndRecreate({ jobs }: Prepared, ledger: Ledger, rounds: number): void {
  if (jobs.length === 0) return;
  const { uniform: next } = randomOf(1);
  const draw = (count: number) => Math.floor(count * next());
  let current = ledger.usd();
  for (let round = 0; round < rounds; round++) {
    const taken = ruined(ledger, draw);
    const before = [...ledger.windows];
    for (const job of taken) ledger.take(job);
    const order = [...taken].sort((a, b) => keyOf(a) - keyOf(b));
    // Where every job goes to what is cheapest for it alone, none makes room for another: half of the rounds see prices as through a haze.
    const haze = [0, 0, 0.1, 0.4][draw(4)];
    for (const job of order) ledger.putCheapest(job, haze === 0 ? undefined : () => 1 + haze * (2 * next() - 1));
    const now = ledger.usd();
    if (now <= current + 1e-9) current = now;
    else restore(ledger, before);
  }

  /** Drawn anew each time: large jobs come before small ones more often than not. */
  function keyOf(job: number): number {
    const { gpus, markets } = jobs[job];
    return -gpus * markets[0].periods[0] * (0.2 + next());
  }
}

function ruined({ windows }: Ledger, draw: (count: number) => number): readonly number[] {
  const all = windows.map((_, job) => job);
  const count = Math.min(all.length, 1 + draw(Math.min(8, all.length)));
  const first = draw(windows.length);
  const pool = draw(2) === 0 ? all.filter((job) => meets(windows[first], windows[job])) : all;
  const taken = new Set([first]);
  for (let tries = 0; tries < 3 * count && taken.size < count; tries++) taken.add(pool[draw(pool.length)]);
  return [...taken];
}

function meets(a: JobWindows | null, b: JobWindows | null): boolean {
  if (a === null || b === null) return true;
  return a.some((one) => b.some((other) => one.from < other.to && other.from < one.to));
}
