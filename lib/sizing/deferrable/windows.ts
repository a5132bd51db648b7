import type { PreparedJob } from './prepare';

/** A schedule of one job, and what it costs at the prices asked for. */
export type Windows = {
  readonly usd: number;
  readonly windows: readonly MarketWindow[];
};

/** Periods `from` to before `to`, in a market by its index. */
export type MarketWindow = { readonly from: number; readonly to: number; readonly market: number };

/** What a job pays for each period that it may run in, from its earliest one, by its market's place in `markets` of the job. */
export type Prices = readonly Float64Array[];

/**
 * The cheapest windows of a job at given prices, exactly: in one piece by sliding over the periods, in several by dynamic programming
 * over period, windows begun and periods done.
 *
 * @returns `undefined` where it cannot be done between its earliest period and its deadline
 */
export function cheapestWindows(prepared: PreparedJob, prices: Prices): Windows | undefined {
  const { job, markets } = prepared;
  const span = job.deadline - job.earliest;
  const sums = prices.map(runningSums);
  let best: Windows | undefined;
  for (const [place, { index, periods }] of markets.entries()) {
    const length = periods[0];
    for (let from = 0; from + length <= span; from++) {
      const usd = sums[place][from + length] - sums[place][from];
      if (best === undefined || usd < best.usd - 1e-9) {
        best = { usd, windows: [{ from: job.earliest + from, to: job.earliest + from + length, market: index }] };
      }
    }
  }
  const least = markets[0].periods.length > 1 ? leastSums(prices) : [];
  for (const places of markets[0].periods.length > 1 ? choices(prepared) : []) {
    const cut = inSeveral(prepared, prices, sums, places, least, (best?.usd ?? Infinity) - 1e-9);
    if (cut !== undefined) best = cut;
  }
  return best;
}

/** By a number of periods: what they cost at least, whichever they are. */
function leastSums(prices: Prices): Float64Array {
  return runningSums(prices[0].map((usd, at) => prices.reduce((least, own) => Math.min(least, own[at]), usd)).sort());
}

/** Sets of markets to choose from: where interruptions make a market take longer, also those without it. */
function choices({ markets }: PreparedJob): readonly (readonly number[])[] {
  const order = markets.map((_, place) => place).sort((a, b) => markets[a].lost - markets[b].lost || a - b);
  return order.flatMap((place, rank) => {
    const next = order[rank + 1];
    const isSame = next !== undefined && markets[next].periods.join() === markets[place].periods.join();
    return isSame ? [] : [order.slice(0, rank + 1)];
  });
}

function runningSums(prices: Float64Array): Float64Array {
  const sums = new Float64Array(prices.length + 1);
  for (let period = 0; period < prices.length; period++) sums[period + 1] = sums[period] + prices[period];
  return sums;
}

/** Large enough for most jobs, and kept between calls. USD of the periods that lie ahead, in turn; decisions of all. */
let idleUsd = new Float64Array(1 << 12);
let runUsd = new Float64Array(1 << 13);
let idleFrom = new Int8Array(1 << 16);
let runFrom = new Int8Array(1 << 17);

/**
 * Two windows or more, all in the given markets.
 *
 * @param atLeast what so many periods cost at least
 * @returns `undefined` where they do not cost less than `below`
 */
function inSeveral(
  { job, markets, shortest }: PreparedJob,
  prices: Prices,
  sums: readonly Float64Array[],
  places: readonly number[],
  atLeast: ArrayLike<number>,
  below: number,
): Windows | undefined {
  const span = job.deadline - job.earliest;
  const longest = markets[places[places.length - 1]].periods;
  const most = longest.length;
  const done = longest[most - 1];
  const least = longest[1];
  if (least > span || atLeast[least] >= below) return undefined;
  const [rows, row] = [most + 1, done + 1];
  const layer = rows * row;
  const total = (span + 1) * layer;
  const ring = (shortest + 1) * layer;
  if (ring * places.length > runUsd.length) [idleUsd, runUsd] = [new Float64Array(ring), new Float64Array(ring * places.length)];
  if (total * places.length > runFrom.length) [idleFrom, runFrom] = [new Int8Array(total), new Int8Array(total * places.length)];
  idleUsd.fill(Infinity, 0, ring);
  runUsd.fill(Infinity, 0, ring * places.length);
  idleUsd[0] = 0;
  idleFrom[0] = -1;
  for (let at = 0; at <= span; at++) {
    const now = (at * layer) % ring;
    const next = (now + layer) % ring;
    const later = (now + shortest * layer) % ring;
    for (let begun = 0; begun <= most; begun++) {
      const needed = longest[Math.max(begun, 2) - 1];
      const start = Math.max(begun * shortest, least - (span - at));
      const end = begun === 0 ? 0 : Math.min(done, at);
      for (let worked = start; worked <= end; worked++) {
        const offset = begun * row + worked;
        const cell = at * layer + offset;
        const usdBelow = below - atLeast[Math.max(0, needed - worked)];
        for (let choice = 0; choice < places.length; choice++) {
          const run = runUsd[choice * ring + now + offset];
          if (run >= usdBelow) continue;
          if (run < idleUsd[now + offset]) {
            idleUsd[now + offset] = run;
            idleFrom[cell] = 1 + choice;
          }
          if (at < span && worked < done) {
            const on = choice * ring + next + offset + 1;
            const usd = run + prices[places[choice]][at];
            if (usd < runUsd[on]) {
              runUsd[on] = usd;
              runFrom[choice * total + cell + layer + 1] = 0;
            }
          }
        }
        const idle = idleUsd[now + offset];
        if (idle >= usdBelow || at === span) continue;
        if (idle < idleUsd[next + offset]) {
          idleUsd[next + offset] = idle;
          idleFrom[cell + layer] = 0;
        }
        if (begun === most || at + shortest > span || worked + shortest > done) continue;
        for (let choice = 0; choice < places.length; choice++) {
          const sum = sums[places[choice]];
          const on = choice * ring + later + offset + shortest + row;
          const usd = idle + sum[at + shortest] - sum[at];
          if (usd < runUsd[on]) {
            runUsd[on] = usd;
            runFrom[choice * total + cell + shortest * (layer + 1) + row] = 1;
          }
        }
      }
    }
    if (at === span) break;
    idleUsd.fill(Infinity, now, now + layer);
    for (let choice = 0; choice < places.length; choice++) runUsd.fill(Infinity, choice * ring + now, choice * ring + now + layer);
  }
  const last = (span * layer) % ring;
  let best: { readonly usd: number; readonly begun: number } | undefined;
  for (let begun = 2; begun <= most; begun++) {
    const usd = idleUsd[last + begun * row + longest[begun - 1]];
    if (usd < (best === undefined ? below : best.usd - 1e-9)) best = { usd, begun };
  }
  if (best === undefined) return undefined;
  const windows: { from: number; to: number; market: number }[] = [];
  let [at, begun, worked] = [span, best.begun, longest[best.begun - 1]];
  while (begun > 0) {
    let cell = at * layer + begun * row + worked;
    const from = idleFrom[cell];
    if (from === 0) {
      at--;
      continue;
    }
    const choice = from - 1;
    const to = at;
    while (runFrom[choice * total + cell] === 0) {
      [at, worked] = [at - 1, worked - 1];
      cell = at * layer + begun * row + worked;
    }
    [at, worked, begun] = [at - shortest, worked - shortest, begun - 1];
    windows.unshift({ from: job.earliest + at, to: job.earliest + to, market: markets[places[choice]].index });
  }
  return { usd: best.usd, windows };
}
