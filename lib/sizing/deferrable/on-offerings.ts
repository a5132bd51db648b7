import type { Ledger } from './ledger';
import { type Prepared, slotOf } from './prepare';
import type { ScheduledJob } from './problem';

/** What each job adds in its windows, and which nodes hold it. */
export function onOfferings(prepared: Prepared, ledger: Ledger): readonly ScheduledJob[] {
  const homes = prepared.jobs.map(() => new Map<number, Set<string>>());
  for (let period = 0; period < prepared.problem.periods; period++) {
    for (const [job, names] of placedIn(prepared, ledger, period)) homes[job].set(period, names);
  }
  return prepared.jobs.map(({ job }, index) => {
    const own = ledger.take(index);
    const prices = ledger.prices(index);
    if (own) ledger.put(index, own);
    const windows = (own ?? []).map(({ from, to, market }) => {
      const place = prepared.jobs[index].markets.findIndex((one) => one.index === market);
      let usd = 0;
      const names = new Set<string>();
      for (let period = from; period < to; period++) {
        usd += prices[place][period - job.earliest];
        for (const name of homes[index].get(period) ?? []) names.add(name);
      }
      return { from, to, market: prepared.markets[market].name, offerings: [...names].sort(), usd };
    });
    const { periods } = prepared.jobs[index].markets[0];
    const atOnce = prices[0].subarray(0, periods[0]).reduce((sum, usd) => sum + usd, 0);
    const arrivalUsd = prices[0].length >= periods[0] && atOnce < (prepared.dearUsd * prepared.problem.periodHours) / 10 ? atOnce : null;
    return { name: job.name, windows, usd: windows.reduce((sum, { usd }) => sum + usd, 0), arrivalUsd };
  });
}

/**
 * Places what runs in a period on its nodes, the large first, and what has fewer markets before what has more; of nodes the dear last: steady
 * demand has the first choice.
 */
function placedIn(prepared: Prepared, ledger: Ledger, period: number): Map<number, Set<string>> {
  const { markets, groups, levels, jobs, steady } = prepared;
  const placed = new Map<number, Set<string>>();
  const { counts } = ledger.nodes(period);
  for (const { leaves, joint } of groups) {
    const nodes = leaves.flatMap((market) =>
      counts[market].flatMap((count, place) => {
        const { offering, usdPerHour } = markets[market].offerings[place];
        return Array.from({ length: count }, () => ({ market, place, name: offering.name, usdPerHour, free: offering.gpus }));
      }),
    );
    nodes.sort((a, b) => a.usdPerHour - b.usdPerHour || b.free - a.free || a.market - b.market || a.place - b.place);
    const put = (size: number, of: readonly number[]): string | undefined => {
      const node = nodes.find(({ market, free }) => free >= size && of.includes(market));
      if (node) node.free -= size;
      return node?.name;
    };
    for (let level = levels - 1; level >= 0; level--) {
      for (const market of [...leaves, ...joint]) {
        const { sizes, of } = markets[market];
        const size = sizes[level];
        for (let gpus = steady[period][slotOf(prepared, market, level)]; gpus > 0; gpus -= size) put(size, of);
        for (const [index, one] of jobs.entries()) {
          const runs = ledger.windows[index]?.some((window) => window.market === market && window.from <= period && period < window.to);
          const there = one.markets.find((each) => each.index === market);
          if (there?.level !== level || !runs) continue;
          const names = placed.get(index) ?? new Set<string>();
          placed.set(index, names);
          for (let left = there.gpus; left > 0; left -= size) {
            const name = put(size, of);
            if (name !== undefined) names.add(name);
          }
        }
      }
    }
  }
  return placed;
}
