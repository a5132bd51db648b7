import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mean } from '../lib/history';
import { isProblemError } from '../lib/problems';
import { plan, type PlanOptions, type PlanResult, writePlan } from '../lib/project';
import { DAY_MS, formatTime, HOUR_MS, WEEK_MS } from '../lib/units';
import { type Night, printNights, type Record, scored } from './nights-table';

/**
 * How often a nightly `foresize plan` rewrites the plan, and what it costs that it does not do so each time: 30 nights over four recorded
 * loads. Each night the history grows by a day and the plan is made as a user makes it (an inference service with all defaults, on one
 * pool). The day that follows is held against the plan that is then there, and against the new one of that night, whether or not it took
 * its place.
 *
 *     npm run -s bench:nights [-- --json] [--nights 30] [--traces NAME,NAME] [--workers 1]
 *
 * Of the records of `../shared/data/traces` that hold three weeks and 30 nights, these four are of requests or of busy servers, and of
 * four kinds: taxi rides (the rhythm of days and weeks), the busy servers of an autoscaling group (a service whose level shifts), mentions
 * on Twitter (bursts without a rhythm to speak of), and the web site of the World Cup of 1998 (growth, and crowds on match days that nobody
 * announces here; 5-minute means, taken to hours). The last 30 whole days count. A replica is as large as makes 20 of them at the target
 * for the mean of the record. It takes 200 s of CPU for a record.
 *
 * A plan that moves further than a guardrail allows is taken with `--fresh`, as its hint says. `--json` prints `{ records }` of the type
 * `Record` in `nights-table.ts`; the table has the share of hours that were at or below what the plan protects and that its scheduled
 * replicas held, and the GPU-hours of these, each of the plan that is there and of the new ones. Exit code 3 when the traces are not there.
 */
const folder = join(__dirname, '../../shared/data/traces');
const files = ['nyc_taxi_1h.csv', 'aws_asg_cpu_1h.csv', 'tweets_goog_1h.csv', 'worldcup98_to_june28_5min.csv'];
const replicasAtMean = 20;
const target = 0.8;

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (!existsSync(folder)) {
    console.error('bench:nights needs ../shared/data/traces');
    process.exitCode = 3;
    return;
  }
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  const wanted = option('--traces', '').split(',');
  const records: Record[] = [];
  for (const file of files.filter((name) => wanted.some((part) => name.includes(part))))
    records.push(await recordOf(file, Number(option('--nights', '30')), Number(option('--workers', '1'))));
  if (args.includes('--json')) console.log(JSON.stringify({ records }, null, 2));
  else printNights(records);
}

type Hour = { readonly at: number; readonly value: number };

async function recordOf(file: string, count: number, workers: number): Promise<Record> {
  const hours = hourly(file);
  const lastMidnight = Math.floor((hours[hours.length - 1].at + HOUR_MS) / DAY_MS) * DAY_MS;
  const first = lastMidnight - count * DAY_MS;
  const perReplica = mean(hours.map(({ value }) => value)) / (replicasAtMean * target);
  const directory = mkdtempSync(join(tmpdir(), 'foresize-bench-'));
  const nights: Night[] = [];
  const began = process.cpuUsage();
  try {
    const config = join(directory, 'foresize.config.json');
    writeFileSync(config, JSON.stringify(configOf(perReplica)));
    let last: PlanResult | null = null;
    for (let midnight = first; midnight < lastMidnight; midnight += DAY_MS) {
      writeHistory(join(directory, 'load.csv'), hours, midnight);
      const night = await asUser({ config, workers });
      if (night.made !== null) {
        writePlan(night.made);
        last = night.made;
      }
      if (last === null) throw new Error(`${file} has no first plan: ${night.cause}`);
      const day = between(hours, midnight, midnight + DAY_MS);
      nights.push({
        asOf: formatTime(midnight),
        outcome: night.made === null ? 'refused' : night.made.kept ? 'stays' : 'changed',
        cause: night.cause,
        validUntil: last.plan.validUntil,
        meanLoad: mean(day.map(({ value }) => value)),
        meanOfWeekBefore: mean(between(hours, midnight - WEEK_MS, midnight).map(({ value }) => value)),
        kept: scored(last.plan, day, perReplica * target),
        anew: scored((night.made ?? last).made, day, perReplica * target),
      });
      console.error(`${file} ${formatTime(midnight)} ${nights[nights.length - 1].outcome}: ${night.cause}`);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  const { user, system } = process.cpuUsage(began);
  return { file, nights, cpuSeconds: (user + system) / 1e6 };
}

/** Plans as a user does: a plan that a guardrail refuses is looked at, and taken once; what else is refused leaves the one that is there. */
async function asUser(options: PlanOptions): Promise<{ readonly made: PlanResult | null; readonly cause: string }> {
  try {
    const made = await plan(options);
    return { made, cause: made.why ?? 'the first plan' };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    const [{ code, message }] = error.problems;
    if (!code.startsWith('guardrail/step')) return { made: null, cause: message };
    return { made: await plan({ ...options, fresh: true }), cause: message };
  }
}

const between = (hours: readonly Hour[], from: number, to: number) => hours.filter(({ at }) => at >= from && at < to);

function configOf(perReplica: number) {
  return {
    name: 'nights',
    region: 'us-east-1',
    asOf: 'data',
    workloads: {
      chat: {
        kind: 'inference',
        load: { kind: 'csv', path: 'load.csv', unit: 'req/s' },
        metric: { kind: 'prometheus', query: 'sum(rate(http_requests_total{service="chat"}[5m]))', url: 'http://prometheus:9090' },
        replica: { gpus: 1, throughput: `${perReplica} req/s` },
        pool: 'gpu',
        image: 'registry.example.com/chat:1.0.0',
      },
    },
    pools: { gpu: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'] } },
  };
}

function writeHistory(path: string, hours: readonly Hour[], until: number): void {
  const rows = hours.filter(({ at }) => at < until).map(({ at, value }) => `${formatTime(at)},${value}`);
  writeFileSync(path, `timestamp,value\n${rows.join('\n')}\n`);
}

/** The mean of each hour. */
function hourly(file: string): readonly Hour[] {
  const byHour = new Map<number, number[]>();
  for (const line of readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1)) {
    const [time, value] = line.split(',');
    const at = Math.floor(Date.parse(time) / HOUR_MS) * HOUR_MS;
    byHour.set(at, [...(byHour.get(at) ?? []), Number(value)]);
  }
  return [...byHour].map(([at, values]) => ({ at, value: mean(values) })).sort((a, b) => a.at - b.at);
}
