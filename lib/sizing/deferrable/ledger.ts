import type { Gangs } from './gangs';
import { nodeCosts } from './node-cost';
import type { PeriodNodes } from './period-nodes';
import { type Prepared, type PreparedJob, slotOf } from './prepare';
import { cheapestWindows, type MarketWindow, type Prices } from './windows';

/** The windows of one job, in their order. */
export type JobWindows = readonly MarketWindow[];

/** Which jobs have windows, and what the nodes of each period cost with them. */
export type Ledger = {
  /** By job; `null` of one that is taken out. */
  readonly windows: readonly (JobWindows | null)[];
  /** USD of all periods. */
  readonly usd: () => number;
  readonly put: (job: number, windows: JobWindows) => void;
  readonly take: (job: number) => JobWindows | null;
  /** USD that each period of the job's span would cost more with it, by its markets. */
  readonly prices: (job: number) => Prices;
  /** Puts a job where it adds the least, at its prices or what is made of them. */
  readonly putCheapest: (job: number, asSeen?: (prices: Prices) => Prices) => void;
  readonly nodes: (period: number) => PeriodNodes;
  /** Nodes of a period for other GPUs, by market and level. */
  readonly nodesOf: (period: number, demand: Int32Array) => PeriodNodes;
  /** What a gang more costs and one less saves, `more` of the one and the rest of the other: USD by period and gang. */
  readonly marginalUsd: (gangs: Gangs, more: number) => Float64Array;
};

/** A ledger without any job. */
export function ledgerOf(prepared: Prepared): Ledger {
  const { problem, jobs, steady } = prepared;
  const costs = nodeCosts(prepared);
  const demand = steady.map((gpus) => gpus.slice());
  const usd = Float64Array.from(demand, (gpus, period) => costs.usdPerHour(period, gpus) * problem.periodHours);
  const windows: (JobWindows | null)[] = jobs.map(() => null);
  const add = ({ markets }: PreparedJob, all: JobWindows, sign: 1 | -1) => {
    for (const { from, to, market } of all) {
      const { level, gpus } = markets.find(({ index }) => index === market) ?? markets[0];
      const place = slotOf(prepared, market, level);
      for (let period = from; period < to; period++) {
        demand[period][place] += sign * gpus;
        usd[period] = costs.usdPerHour(period, demand[period]) * problem.periodHours;
      }
    }
  };
  const put = (job: number, chosen: JobWindows) => {
    windows[job] = chosen;
    add(jobs[job], chosen, 1);
  };
  const prices = (index: number): Prices => {
    const one = jobs[index];
    const { earliest, deadline } = one.job;
    return one.markets.map(({ index: market, level, gpus }) => {
      const place = slotOf(prepared, market, level);
      const more = new Float64Array(deadline - earliest);
      for (let period = earliest; period < deadline; period++) {
        demand[period][place] += gpus;
        more[period - earliest] = costs.usdPerHour(period, demand[period]) * problem.periodHours - usd[period];
        demand[period][place] -= gpus;
      }
      return more;
    });
  };
  return {
    windows,
    usd: () => usd.reduce((sum, one) => sum + one, 0),
    put,
    take: (job) => {
      const before = windows[job];
      if (before) add(jobs[job], before, -1);
      windows[job] = null;
      return before;
    },
    prices,
    putCheapest: (job, asSeen = (exact) => exact) => {
      const chosen = cheapestWindows(jobs[job], asSeen(prices(job)));
      if (chosen) put(job, chosen.windows);
    },
    nodes: (period) => costs.nodes(period, demand[period]),
    nodesOf: costs.nodes,
    marginalUsd: (gangs, more) => {
      const all = new Float64Array(problem.periods * gangs.all.length);
      for (let period = 0; period < problem.periods; period++) {
        for (const [index, { market, level, gpus }] of gangs.all.entries()) {
          if (gangs.most[period][index] === 0) continue;
          const place = slotOf(prepared, market, level);
          const change = (by: number) => {
            demand[period][place] += by;
            const changed = Math.abs(costs.usdPerHour(period, demand[period]) * problem.periodHours - usd[period]);
            demand[period][place] -= by;
            return changed;
          };
          const dear = change(gpus);
          const cheap = demand[period][place] - gpus >= steady[period][place] ? change(-gpus) : dear;
          all[period * gangs.all.length + index] = more * dear + (1 - more) * cheap;
        }
      }
      return all;
    },
  };
}

/** Gives every job the windows it had, or others. */
export function restore(ledger: Ledger, windows: readonly (JobWindows | null)[]): void {
  const changed = windows.flatMap((one, job) => (ledger.windows[job] === one ? [] : [job]));
  for (const job of changed) ledger.take(job);
  for (const job of changed) {
    const one = windows[job];
    if (one) ledger.put(job, one);
  }
}
