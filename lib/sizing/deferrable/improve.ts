import { randomOf } from '../../random';
import { type JobWindows, type Ledger, restore } from './ledger';
import type { Prepared } from './prepare';
import type { Prices } from './windows';

/**
 * Ruin and recreate by simulated annealing: takes a few jobs out, puts each back where it now adds the least, and goes on from what comes
 * of it where that costs less, or not much more: how much is drawn, less and less towards the end of a cycle. Cycles begin in turn from
 * where the ledger stood and, with less heat, from the cheapest so far, which is kept. The jobs taken out are those that stand where a
 * drawn one could run, those that run beside it, or any.
 *
 * @param rounds how often; the only thing that ends it, so that the same problem has the same answer
 * @param guide by job: prices of its periods that say what they are worth to all jobs, and that the search sees beside its own
 * @see Schrimpf et al. 2000, doi 10.1006/jcph.1999.6413; Kirkpatrick, Gelatt and Vecchi 1983, doi 10.1126/science.220.4598.671
 */
export function ruinAndRecreate(prepared: Prepared, ledger: Ledger, rounds: number, guide?: readonly Prices[]): void {
  const { jobs } = prepared;
  if (jobs.length === 0) return;
  const { uniform: next } = randomOf(1);
  const draw = (count: number) => Math.floor(count * next());
  const full = usdOfJob(prepared);
  const cycles = Math.max(1, Math.round(rounds / (roundsOfCycle * jobs.length)));
  const cycle = Math.ceil(rounds / cycles);
  const start = [...ledger.windows];
  let current = ledger.usd();
  let best = { usd: current, windows: start };
  for (let round = 0; round < rounds; round++) {
    const isFresh = Math.floor(round / cycle) % 2 === 0;
    if (round > 0 && round % cycle === 0) {
      restore(ledger, isFresh ? start : best.windows);
      current = ledger.usd();
    }
    const heat = full * (isFresh ? 0.15 : 0.03) * coldest ** ((round % cycle) / cycle);
    const taken = ruined(prepared, ledger, draw);
    const before = [...ledger.windows];
    for (const job of taken) ledger.take(job);
    const keys = new Map(taken.map((job) => [job, keyOf(job)]));
    taken.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
    // Where every job goes to what is cheapest for it alone, none makes room for another: most rounds see prices as through a haze.
    const haze = [0, 0, 0.1, 0.4][draw(4)];
    const share = guide ? [0.02, 0.3, 0.6][draw(3)] : 0;
    for (const job of taken) ledger.putCheapest(job, (prices) => hazy(prices, haze, share, jobs[job].gpus, guide?.[job]));
    const now = ledger.usd();
    if (now <= current + 1e-9 - heat * Math.log(1 - next())) {
      current = now;
      if (now < best.usd - 1e-9) best = { usd: now, windows: [...ledger.windows] };
    } else restore(ledger, before);
  }
  restore(ledger, best.windows);

  /** Drawn anew each time: large jobs come before small ones more often than not. */
  function keyOf(job: number): number {
    const { gpus, markets } = jobs[job];
    return -gpus * markets[0].periods[0] * (0.2 + next());
  }

  /** Prices times a factor drawn for each, and a little more for some stretches: which of free hours are taken is chance then. */
  function hazy(prices: Prices, haze: number, share: number, gpus: number, worth?: Prices): Prices {
    if (haze === 0 && share === 0) return prices;
    return prices.map((usd, place) => {
      let more = 0;
      return usd.map((one, at) => {
        if (haze > 0 && at % 6 === 0) more = haze * 0.0002 * full * gpus * next();
        const exact = haze > 0 ? one * (1 + haze * (2 * next() - 1)) + more : one;
        return worth ? exact + share * (worth[place][at] - exact) : exact;
      });
    });
  }
}

/** By job. */
const roundsOfCycle = 75;

/** How much heat is left at the end. */
const coldest = 0.03;

/** USD of a job on nodes of its own, in the mean. */
function usdOfJob({ jobs, markets, problem }: Prepared): number {
  const usd = jobs.reduce((sum, { gpus, markets: own }) => {
    const [{ index, periods }] = own;
    const offerings = markets[index].of.flatMap((leaf) => markets[leaf].offerings);
    const prices = offerings.flatMap(({ usdPerHour, offering: { gpus: each } }) => (usdPerHour > 0 ? [usdPerHour / each] : []));
    return sum + (prices.length > 0 ? Math.min(...prices) * gpus * periods[0] * problem.periodHours : 0);
  }, 0);
  return usd / jobs.length;
}

function ruined({ jobs }: Prepared, { windows }: Ledger, draw: (count: number) => number): number[] {
  const first = draw(jobs.length);
  const count = 1 + draw(Math.min(6, jobs.length));
  const way = draw(10);
  const pool = way < 3 ? standing() : way < 6 ? windows.flatMap((own, job) => (meets(windows[first], own) ? [job] : [])) : [...jobs.keys()];
  const taken = new Set([first]);
  for (let tries = 0; pool.length > 0 && tries < 3 * count && taken.size < count; tries++) taken.add(pool[draw(pool.length)]);
  return [...taken];

  /** Jobs where the first could run: in one of its markets, at a drawn time. */
  function standing(): readonly number[] {
    const { job, markets } = jobs[first];
    const { index, periods } = markets[draw(markets.length)];
    const from = job.earliest + draw(Math.max(1, job.deadline - job.earliest - periods[0] + 1));
    const there = [{ from, to: from + periods[0], market: index }];
    return windows.flatMap((own, other) => (own?.some((one) => one.market === index) && meets(there, own) ? [other] : []));
  }
}

function meets(a: JobWindows | null, b: JobWindows | null): boolean {
  if (a === null || b === null) return true;
  return a.some((one) => b.some((other) => one.from < other.to && other.from < one.to));
}
