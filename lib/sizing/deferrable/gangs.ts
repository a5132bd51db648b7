import type { Prepared } from './prepare';

/** Jobs alike in what they take of a market together. */
export type Gang = { readonly market: number; readonly level: number; readonly gpus: number };

export type Gangs = {
  readonly all: readonly Gang[];
  /** By job, and by the place of a market in its `markets`. */
  readonly ofJob: readonly (readonly number[])[];
  /** By period: how many jobs of each may run. */
  readonly most: readonly Int32Array[];
};

/** What some markets do best at given prices in one period. */
export type Sold = {
  readonly usd: number;
  /** How many of each gang. */
  readonly gangs: readonly (readonly [gang: number, count: number])[];
  /** What its nodes count in each limit. */
  readonly used: readonly number[];
};

export function gangsOf({ jobs, problem }: Prepared): Gangs {
  const all: Gang[] = [];
  const known = new Map<string, number>();
  const ofJob = jobs.map(({ markets }) =>
    markets.map(({ index: market, level, gpus }) => {
      const key = `${market},${level},${gpus}`;
      const gang = known.get(key) ?? all.push({ market, level, gpus }) - 1;
      known.set(key, gang);
      return gang;
    }),
  );
  const most = Array.from({ length: problem.periods }, () => new Int32Array(all.length));
  for (const [index, { job }] of jobs.entries())
    for (let period = job.earliest; period < job.deadline; period++) for (const gang of ofJob[index]) most[period][gang]++;
  return { all, ofJob, most };
}
