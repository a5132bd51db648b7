import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readFileLoad } from '../lib/project/loads';
import { withFits } from '../lib/project/fits';
import { violationPercent } from '../lib/plan/replay';
import { textTable } from '../lib/report/table';
import {
  defaultPhysics,
  joinFiner,
  type LoadGrid,
  prepareLoad,
  refineLoad,
  type ReplaySettings,
  runReplay,
  type Simulation,
  simulateLoad,
  tickMs,
} from '../lib/simulate';
import { DAY_MS, WEEK_MS } from '../lib/units';

/**
 * Whether a replay says how many minutes will be in violation: settings that are tuned on a coarse record, as plans tune them, are run on
 * the finer record of the same days. Once from the coarse record alone, and once where its last week is known finely too (`+ week`).
 *
 *     npm run -s bench:finer [-- --json]
 *
 * A pair holds where the finer record has at most twice the violated minutes that were said (0.05 points more, where hardly any were), or the
 * verdict had said that it sees nothing within the hour. Exit code 3 when the traces of `../shared/data/traces` are not there.
 */
const folder = join(__dirname, '../../shared/data/traces');
const pairs = [
  ['alibaba2018_cpu_1h', 'alibaba2018_cpu_5min'],
  ['aws_asg_cpu_1h', 'aws_asg_cpu_5min'],
  ['google2019_cpu_1h', 'google2019_cpu_5min'],
  ['servegen_large_requests_1h', 'servegen_large_requests_10min'],
  ['servegen_small_requests_1h', 'servegen_small_requests_10min'],
  ['worldcup98_to_june28_5min', 'worldcup98_to_june28_1min'],
] as const;
const policies = ['static', 'hpa', 'hpa-tuned', 'plan'] as const;

type Row = {
  readonly coarse: string;
  readonly finer: string;
  readonly policy: string;
  readonly saidPercent: number;
  readonly truePercent: number;
  readonly judged: string;
  readonly holds: boolean;
};

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (!existsSync(folder)) {
    console.error('bench:finer needs ../shared/data/traces');
    process.exitCode = 3;
    return;
  }
  const rows: Row[] = [];
  for (const [coarse, finer] of pairs) rows.push(...(await compared(coarse, finer)));
  if (args.includes('--json')) console.log(JSON.stringify(rows, null, 2));
  else print(rows);
}

async function compared(coarse: string, finer: string): Promise<readonly Row[]> {
  const read = async (name: string) => (await readFileLoad(join(folder, `${name}.csv`), {}, () => undefined)).load;
  const [load, fine] = [await read(coarse), await read(finer)];
  const week = joinFiner(load, lastOf(fine, load));
  return [
    ...(await comparedBy(coarse, finer, load, fine)),
    ...(week === load ? [] : await comparedBy(`${coarse} + week`, finer, week, fine)),
  ];
}

/** Its last week up to the end of another load, and at the level of that. */
function lastOf(fine: LoadGrid, load: LoadGrid): LoadGrid {
  const to = Math.round((load.start + load.values.length * load.intervalMs - fine.start) / fine.intervalMs);
  const from = Math.max(0, to - WEEK_MS / fine.intervalMs);
  const start = fine.start + from * fine.intervalMs;
  const values = fine.values.slice(from, to);
  const scale = meanOf(load.values.subarray(Math.round((start - load.start) / load.intervalMs))) / meanOf(values);
  return { ...fine, start, values: values.map((value) => value * scale) };
}

async function comparedBy(coarse: string, finer: string, load: LoadGrid, fine: LoadGrid): Promise<readonly Row[]> {
  const settings: ReplaySettings = {
    physics: defaultPhysics,
    slo: null,
    seed: 1,
    protect: 0.95,
    effort: 'fast',
    path: coarse,
    longestScoreMs: 14 * DAY_MS,
    policies,
  };
  const simulation = await withFits({ workers: 1 }, async (run) => simulateLoad(await prepareLoad(load, settings, run), settings));
  const replay = finerReplay(simulation, fine);
  return simulation.policies
    .filter(({ name }) => name === 'hpa-tuned' || name === 'plan')
    .map(({ name, policy, scored }): Row => {
      const outcome = runReplay(replay, policy);
      if (outcome === null) throw new Error('no limit was given');
      const [saidPercent, truePercent] = [violationPercent(scored), violationPercent(outcome)];
      const isSeen = truePercent <= Math.max(2 * saidPercent, saidPercent + 0.05);
      const { judged, verdict } = simulation;
      return {
        coarse,
        finer,
        policy: name === verdict.chosen ? `${name} *` : name,
        saidPercent,
        truePercent,
        judged,
        holds: isSeen || judged === 'not within the hour',
      };
    });
}

/** The days that a simulation scored, by a finer record of the same load; where that counts in another unit, it is brought to the same mean. */
function finerReplay({ replay, load, windows: { score } }: Simulation, fine: LoadGrid): Simulation['replay'] {
  const { intervalMs } = fine;
  const indexOf = (index: number) => Math.round((load.start + index * load.intervalMs - fine.start) / intervalMs);
  const [from, to] = [Math.max(0, indexOf(score.from)), Math.min(fine.values.length, indexOf(score.to))];
  const scale = meanOf(load.values.subarray(score.from, score.to)) / meanOf(fine.values.subarray(from, to));
  const values = Math.abs(scale - 1) < 0.05 ? fine.values : fine.values.map((value) => value * scale);
  const perInterval = intervalMs / tickMs;
  return { ...replay, load: refineLoad({ ...fine, values }, tickMs, replay.seed), from: from * perInterval, to: to * perInterval };
}

function meanOf(values: Float64Array): number {
  const observed = values.filter((value) => !Number.isNaN(value));
  return observed.reduce((sum, value) => sum + value, 0) / observed.length;
}

function print(rows: readonly Row[]): void {
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    { title: 'tuned on' },
    { title: 'run on' },
    { title: 'policy' },
    right('said'),
    right('true'),
    { title: 'judged' },
    { title: '' },
  ];
  console.log(
    textTable(
      columns,
      rows.map(({ coarse, finer, policy, saidPercent, truePercent, judged, holds }) => [
        coarse,
        finer,
        policy,
        `${saidPercent.toFixed(3)} %`,
        `${truePercent.toFixed(3)} %`,
        judged,
        holds ? 'holds' : 'missed',
      ]),
    ),
  );
}
