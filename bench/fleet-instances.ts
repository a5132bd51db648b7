import { inMarket } from '../lib/sizing';
import type { Fleet, FleetJob, FleetOffering } from '../lib/simulate/fleet/fleet';
import { randomOf } from '../lib/random';
import { HOUR_MS, WEEK_MS } from '../lib/units';
import { readHourly, recordsOfWeeks } from './forecast-traces';

/** A fleet to replay for a week, and the share of jobs in its dollars on demand that it was made for. */
export type Instance = { readonly name: string; readonly jobShare: number; readonly fleet: Fleet };

/** Jobs' share of the dollars, by instance. */
const jobShares = [0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.6, 0.6];
const [market, spotMarket] = ['l40s', 'l40s/spot'];
const [weekHours, mostWeeksBefore, draws] = [168, 6, 8];
const [leastGpus, mostGpus] = [17, 46];
/** A replica is planned at this share of what it can do. */
const target = 0.75;
const spotShare = 0.45;

/** USD an hour. A price for three years is in no catalogue: it is that of `docs/commit.md`, in proportion for the larger type. */
const types = [
  { name: 'g6e.xlarge', gpus: 1, onDemand: 1.861, oneYear: 1.172, threeYears: 0.82 },
  { name: 'g6e.12xlarge', gpus: 4, onDemand: 10.493, oneYear: 6.61, threeYears: 4.62 },
];

const offerings: readonly FleetOffering[] = types.flatMap(({ name, gpus, onDemand, oneYear, threeYears }) => [
  {
    name,
    instanceType: name,
    market,
    gpus,
    usdPerHour: onDemand,
    onDemandUsdPerHour: onDemand,
    reservedUsdPerHour: { oneYear, threeYears },
    held: 0,
  },
  {
    name: `${name}/spot`,
    instanceType: name,
    market: spotMarket,
    gpus,
    usdPerHour: spotShare * onDemand,
    onDemandUsdPerHour: null,
    reservedUsdPerHour: { oneYear: null, threeYears: null },
    held: 0,
  },
]);

/**
 * Eight fleets, always the same: a seed each, which draws the records, their weeks and sizes, and the jobs.
 *
 * @param deployHours from a plan to its deployment
 */
export function fleetInstances(growth: FleetJob['growth'], deployHours: number): readonly Instance[] {
  return jobShares.map((jobShare, index) => instanceOf(index + 1, jobShare, growth, deployHours));
}

export const firstRecord = recordsOfWeeks[0][0];

function instanceOf(seed: number, jobShare: number, growth: FleetJob['growth'], deployHours: number): Instance {
  const { uniform } = randomOf(1_000 * seed);
  const between = (low: number, high: number) => low + (high - low) * uniform();
  const count = uniform() < 0.5 ? 2 : 3;
  const left = [...recordsOfWeeks];
  const chosen = Array.from({ length: count }, () => left.splice(Math.floor(between(0, left.length)), 1)[0]);
  const wholes = chosen.map(([file, isCount]) => wholeWeeks(readHourly(file, isCount)));
  const weeksBefore = Math.min(mostWeeksBefore, ...wholes.map(({ length }) => Math.floor(length / weekHours) - 1));
  const gpus = between(leastGpus, mostGpus);
  const parts = chosen.map(() => between(1, 3));
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const loads = wholes.map((values, index) => {
    const spare = Math.floor(values.length / weekHours) - 1 - weeksBefore;
    const first = Math.floor(between(0, spare + 1)) * weekHours;
    const used = values.slice(first, first + (weeksBefore + 1) * weekHours);
    const mean = meanOf(used);
    return {
      name: chosen[index][0],
      market,
      gpus: 1,
      values: used.map((value) => (value / mean) * ((gpus * parts[index]) / whole)),
      target,
      least: 1,
      buffer: 0,
      // What is given too freely costs a node on demand, what is given too little one on spot; what gives way is planned for what is protected.
      quantile: growth === 'buy' ? 1 - spotShare : 0.95,
    };
  });
  const usdOfJobs = (jobShare / (1 - jobShare)) * gpus * types[0].onDemand * weekHours;
  const jobsOf = (draw: number) => drawJobs(randomOf(1_000 * seed + 1 + draw).uniform, usdOfJobs, growth);
  return {
    name: `${seed}: ${chosen.map(([file]) => file.split('_').slice(0, 2).join('_')).join(', ')}`,
    jobShare,
    fleet: {
      start: 0,
      periodMs: HOUR_MS,
      from: weeksBefore * weekHours,
      to: (weeksBefore + 1) * weekHours,
      offerings,
      loads,
      jobs: jobsOf(0),
      usualJobs: Array.from({ length: draws }, (_, draw) => jobsOf(1 + draw)),
      limits: [],
      deployPeriods: deployHours,
      interruptionsPerNodeHour: { [spotMarket]: 0.1 / 730 },
    },
  };
}

/** Jobs of a week until they cost so much on demand: gangs of 1 to 8 GPUs, 2 to 48 hours, with 1.2 to 10 times that until the deadline. */
function drawJobs(uniform: () => number, usd: number, growth: FleetJob['growth']): readonly FleetJob[] {
  const between = (low: number, high: number) => low + (high - low) * uniform();
  const jobs: FleetJob[] = [];
  for (let spent = 0; spent < usd;) {
    const gpus = [1, 2, 4, 8][Math.floor(between(0, 4))];
    const hours = Math.round(Math.exp(between(Math.log(2), Math.log(48))));
    const slack = Math.exp(between(Math.log(1.2), Math.log(10)));
    const isPausable = uniform() < 0.5;
    const shortestHours = Math.round(between(2, 4));
    const [workers, gpusPerWorker] = gpus < 4 ? [gpus, 1] : [gpus / 4, 4];
    const job = {
      name: `job-${jobs.length + 1}`,
      workers,
      gpusPerWorker,
      hours,
      markets: isPausable || slack >= 2 ? [market, spotMarket] : [market],
      hoursPerInterruption: 0.4,
      ...(isPausable && { pauses: { most: 3, shortestHours, costHours: 0.2 } }),
    };
    const least = inMarket(
      { periodHours: 1, interruptionsPerNodeHour: { [spotMarket]: 0.1 / 730 } },
      { ...job, earliest: 0, deadline: 0 },
      spotMarket,
    );
    const span = Math.min(weekHours, Math.max(least.periods[0], Math.ceil(hours * slack)));
    const earliest = Math.floor(between(0, weekHours - span + 1));
    jobs.push({ ...job, earliest, deadline: earliest + span, growth, knownFrom: earliest });
    spent += hours * (gpus < 4 ? gpus * types[0].onDemand : workers * types[1].onDemand);
  }
  return jobs;
}

/** From the first Monday on. */
function wholeWeeks({ start, values }: ReturnType<typeof readHourly>): Float64Array {
  // 1970 began on a Thursday.
  const skip = (WEEK_MS - ((start + 3 * 24 * HOUR_MS) % WEEK_MS)) % WEEK_MS;
  const known = values.slice(skip / HOUR_MS);
  return known.slice(0, Math.floor(known.length / weekHours) * weekHours);
}

function meanOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
