import { workerFitRunner } from '../lib/adapters/workers';
import { parseConfig } from '../lib/config';
import { eachInOrder, type FitRunner } from '../lib/forecast';
import { type HistoryReader, type LoadSeries, mean } from '../lib/history';
import { forecastLoads } from '../lib/plan/forecast-loads';
import { textTable } from '../lib/report/table';
import { HOUR_MS } from '../lib/units';
import { type Planted, shortSeries } from '../test/support/short-series';
import { askPeers } from './forecast-peers';
import type { Answer } from './forecast-score';

/**
 * Coverage and loss of the 0.95 quantile on short made-up histories with planted jumps, ramps and outages, by the forecast of a plan with
 * the defaults of the config.
 *
 *     node -r ./bin/register.cjs bench/short-series.ts [--json] [--seeds 101-200] [--among 100] [--workers 2] [--alone]
 *
 * Three kinds of histories: two weeks with all that is planted within them; two weeks where it may also be planted in the week to come; and
 * 7 to 13 days of two weeks, with the next day held back. Constants were chosen on the seeds 1 to 100. Every series has a config of its
 * own, or with `--among N` one with N - 1 others. Beside it R's `forecast`, where it is installed (`--alone` leaves it out).
 *
 * `--json` prints `{ seeds, absent, rows: [{ histories, ahead, series, forecaster, observed, coverage, pinball }] }`: `series` says which
 * of them by what they held, `pinball` is the mean over the series of the loss at 0.95, in units of the mean load of the history.
 */
const twoWeeks = 14 * 24;
/** When every history ends, epoch ms. */
const end = Date.UTC(2026, 0, 26);

type Kind = {
  readonly name: string;
  readonly ahead: readonly number[];
  readonly plantedUntil: number;
  readonly history: (seed: number) => number;
};

const kinds: readonly Kind[] = [
  { name: '14 days, planted in them', ahead: [24, 168], plantedUntil: twoWeeks, history: () => twoWeeks },
  { name: '14 days, planted after them too', ahead: [24, 168], plantedUntil: twoWeeks + 168, history: () => twoWeeks },
  { name: '7 to 13 days of 14', ahead: [24], plantedUntil: twoWeeks, history: (seed) => (7 + (seed % 7)) * 24 },
];

type Case = {
  readonly file: string;
  readonly start: number;
  readonly known: Float64Array;
  readonly came: Float64Array;
  readonly planted: readonly Planted[];
};

type Row = {
  readonly histories: string;
  readonly ahead: string;
  readonly series: string;
  readonly forecaster: string;
  readonly observed: number;
  readonly coverage: number;
  readonly pinball: number;
};

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  const [first, last] = option('--seeds', '101-200').split('-').map(Number);
  const seeds = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const [workers, among] = [Number(option('--workers', '2')), Number(option('--among', '1'))];
  const run = workerFitRunner({ workers });
  const rows: Row[] = [];
  let absent: readonly string[] = [];
  for (const kind of kinds) {
    const cases = seeds.map((seed) => caseOf(kind, seed));
    const peers = args.includes('--alone') ? { peers: [], absent: [] } : askPeers(cases, Math.max(...kind.ahead));
    absent = peers.absent;
    for (const steps of kind.ahead) {
      const held = cases.map((one) => ({ ...one, came: one.came.slice(0, steps) }));
      const own: Float64Array[] = [];
      const configs = Array.from({ length: Math.ceil(held.length / among) }, (_, i) => held.slice(i * among, (i + 1) * among));
      for await (const quantiles of eachInOrder(configs, (some) => planned(some, steps, run), 2 * workers)) own.push(...quantiles);
      rows.push(...groupsOf(held).map(([series, isIn]) => score('foresize', kind, steps, series, held, own, isIn)));
      for (const { name, answers, quantiles } of peers.peers)
        if (quantiles) rows.push(score(name, kind, steps, 'all', held, answers.map(upper), () => true));
    }
  }
  await run.close();
  if (args.includes('--json')) return console.log(JSON.stringify({ seeds: `${first}-${last}`, absent, rows }, null, 2));
  const columns = [
    ...['histories', 'ahead', 'series', 'forecaster'].map((title) => ({ title })),
    ...['hours', '<= 0.95', 'pinball'].map((title) => ({ title, align: 'right' as const })),
  ];
  const lines = rows.map((row) => [
    row.histories,
    row.ahead,
    row.series,
    row.forecaster,
    `${row.observed}`,
    row.coverage.toFixed(3),
    row.pinball.toFixed(4),
  ]);
  console.log(textTable(columns, lines));
  for (const title of absent) console.log(`\n${title} is not installed here: not compared.`);
}

function caseOf({ plantedUntil, history, ahead }: Kind, seed: number): Case {
  const { values, planted } = shortSeries(seed, twoWeeks + 168, plantedUntil);
  const hours = history(seed);
  return {
    file: `seed-${seed}`,
    start: end - hours * HOUR_MS,
    known: values.slice(0, hours),
    came: values.slice(hours, hours + Math.max(...ahead)),
    planted,
  };
}

/** The 0.95 quantiles that a plan of these loads protects, with the defaults of the config. */
async function planned(cases: readonly Case[], steps: number, run: FitRunner): Promise<Float64Array[]> {
  const config = parseConfig({
    name: 'bench',
    region: 'us-east-1',
    horizon: `${steps}h`,
    workloads: Object.fromEntries(
      cases.map(({ file }) => [
        file,
        {
          kind: 'inference',
          load: { kind: 'csv', path: file, unit: 'req/s' },
          replica: { gpus: 1, throughput: '1000000 req/s' },
          pool: 'nodes',
        },
      ]),
    ),
    pools: { nodes: { kind: 'gpuPool', instances: ['g6e.xlarge'] } },
  });
  const known = new Map(cases.map((one) => [one.file, one.known]));
  const readHistory: HistoryReader = (requests) =>
    Promise.resolve(
      requests.map(({ source }) => ({ series: seriesOf('path' in source ? known.get(String(source.path)) : undefined), warnings: [] })),
    );
  const { predictions } = await forecastLoads({ config, asOf: end, readHistory, runFits: run });
  return cases.map(({ file }) => predictions.signals[`${file}.load`].protected);
}

function seriesOf(values: Float64Array = new Float64Array()): LoadSeries {
  const start = end - values.length * HOUR_MS;
  return {
    start,
    intervalMs: HOUR_MS,
    values,
    observed: values.map((value) => (Number.isNaN(value) ? 0 : 1)),
    kind: 'rate',
    unit: { noun: 'req', perMs: 1000 },
    origin: { text: 'made up', digest: '', observations: values.length, from: start, to: end, spacingMs: HOUR_MS, repairs: [] },
  };
}

/** The 0.95 quantile of a peer: the fourth of its columns. */
function upper(answer: Answer | null): ArrayLike<number> | null {
  return answer?.quantiles[3] ?? null;
}

/** The series by what they held, each in one group beside `all`. */
function groupsOf(cases: readonly Case[]): [string, (one: Case) => boolean][] {
  const groupOf = ({ planted, known, came }: Case) => {
    const moves = planted.filter(({ kind, times }) => kind !== 'outage' && times > 1);
    const [from, to] = [known.length, known.length + came.length];
    if (moves.some((move) => move.from >= from && move.from < to)) return 'a rise begins after the history';
    if (moves.some((move) => move.from < from && move.to > from - 24)) return 'a rise in the last day, or under way';
    return 'no such rise';
  };
  return [
    ['all', () => true],
    ...[...new Set(cases.map(groupOf))].sort().map((group): [string, (one: Case) => boolean] => [group, (one) => groupOf(one) === group]),
  ];
}

function score(
  forecaster: string,
  { name }: Kind,
  steps: number,
  series: string,
  cases: readonly Case[],
  quantiles: readonly (ArrayLike<number> | null)[],
  isIn: (one: Case) => boolean,
): Row {
  let [observed, below] = [0, 0];
  const losses: number[] = [];
  cases.forEach((one, i) => {
    const path = quantiles[i];
    if (!isIn(one) || path === null) return;
    const scored = Array.from(one.came.keys()).filter((step) => !Number.isNaN(one.came[step]));
    const excess = scored.map((step) => one.came[step] - path[step]);
    observed += scored.length;
    below += excess.filter((value) => value <= 0).length;
    const level = mean(one.known.filter((value) => !Number.isNaN(value)));
    losses.push(mean(excess.map((value) => Math.max(0.95 * value, -0.05 * value))) / level);
  });
  return { histories: name, ahead: `${steps} h`, series, forecaster, observed, coverage: below / observed, pinball: mean(losses) };
}
