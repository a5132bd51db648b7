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

/** Places what runs in a period on its nodes, the large first, and of nodes the dear last: steady demand has the first choice. */
function placedIn(prepared: Prepared, ledger: Ledger, period: number): Map<number, Set<string>> {
  const { markets, levels, jobs, steady } = prepared;
  const placed = new Map<number, Set<string>>();
  const { counts } = ledger.nodes(period);
  for (const [market, { offerings }] of markets.entries()) {
    const nodes = counts[market].flatMap((count, place) =>
      Array.from({ length: count }, () => ({ place, free: 2 ** offerings[place].level })),
    );
    nodes.sort((a, b) => offerings[a.place].usdPerHour - offerings[b.place].usdPerHour || b.free - a.free || a.place - b.place);
    const put = (size: number): number | undefined => {
      const node = nodes.find(({ free }) => free >= size);
      if (node) node.free -= size;
      return node?.place;
    };
    for (let level = levels - 1; level >= 0; level--) {
      const size = 2 ** level;
      for (let gpus = steady[period][slotOf(prepared, market, level)]; gpus > 0; gpus -= size) put(size);
      for (const [index, { level: own, gpus }] of jobs.entries()) {
        const runs = ledger.windows[index]?.some((one) => one.market === market && one.from <= period && period < one.to);
        if (own !== level || !runs) continue;
        const names = placed.get(index) ?? new Set<string>();
        placed.set(index, names);
        for (let left = gpus; left > 0; left -= size) {
          const place = put(size);
          if (place !== undefined) names.add(offerings[place].offering.name);
        }
      }
    }
  }
  return placed;
}
