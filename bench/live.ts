import { liveRules, type LiveWorkload, type RuleGroup } from '../lib/plan/live-floor';
import { textTable } from '../lib/report/table';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../lib/units';
import { testLoad, testPlan } from '../test/support/live-floor';
import { hasPrometheus, startPrometheus, startServer } from '../test/support/prometheus';
import { cpuSamples } from './cpu-profile';

/**
 * What live floors cost a real Prometheus: the seconds of one core that it takes for each minute of them, and the memory that it needs.
 * Beside them the same rules with a group of its own for each of some workloads, in the same run.
 *
 * `evaluation` is what the server's own CPU profile finds under the evaluation of rules, with what that does for the collection of garbage
 * while it goes on; `garbage` is what is collected beside it; and `all` is the whole process, scrapes included. How much of the evaluation
 * is that of the deciding group and how much that of the numbers' groups is told by how long each takes by the clock. Evaluations that
 * Prometheus missed do not count, and where it missed many the figures are no good.
 *
 *     npm run -s bench:live [-- --json] [--workloads 500] [--apart 50] [--faster 15]
 *
 * The plans reach a week ahead by the hour and are valid to their end, which is the longest there is. Each workload has a load that is
 * scraped, and a past where rules look at it: the last seven hours, and the hours around this time yesterday and a week ago. All intervals
 * are `--faster` times as short as they ship, and seconds are counted by minutes of the rules. CPU time counts, so that other programs disturb
 * little; a machine whose cores share caches or are shared themselves shows more. Exit code 3 where there is no Prometheus.
 */
type Figures = {
  readonly layout: string;
  readonly workloads: number;
  readonly rules: number;
  readonly bytes: number;
  /** Of one core, upon each minute. */
  readonly cpuSeconds: {
    readonly evaluation: number;
    readonly deciding: number;
    readonly numbers: number;
    readonly garbage: number;
    readonly all: number;
  };
  readonly residentMiB: number;
};

/** At most this is aimed at for the evaluation of 500 workloads, in seconds of one core upon each minute. */
const aim = { workloads: 500, seconds: 1 } as const;

const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};

void main();

async function main(): Promise<void> {
  if (!hasPrometheus) {
    console.error('bench:live needs prometheus and promtool');
    process.exitCode = 3;
    return;
  }
  const start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
  const plan = testPlan(start, 7);
  const workloads = Array.from({ length: option('--workloads', 500) }, (_, i): LiveWorkload => {
    const name = `w${String(i).padStart(3, '0')}`;
    return { name, query: `sum(demand{service="${name}"})`, scale: 1, plan: { ...plan, validUntil: start + 7 * DAY_MS } };
  });
  const few = workloads.slice(0, option('--apart', 50));
  const figures = [
    await measured('one group decides', workloads, 'prod', liveRules('prod', workloads)),
    await measured('one group decides', few, 'prod', liveRules('prod', few)),
    await measured(
      'a group decides each',
      few,
      null,
      few.flatMap((workload) => liveRules(workload.name, [workload])),
    ),
  ];
  const [all, together, apart] = figures;
  const each = ({ cpuSeconds, workloads }: Figures) => cpuSeconds.all / workloads;
  const ratios = { toAll: each(apart) / each(all), toAsMany: each(apart) / each(together) };
  if (process.argv.includes('--json')) return console.log(JSON.stringify({ figures, ratios, aim }, null, 2));
  const columns = ['layout', 'workloads', 'rules', 'MB of rules', 'evaluation', 'deciding', 'numbers', 'garbage', 'all', 'MiB resident'];
  console.log(
    textTable(
      columns.map((title, i) => (i === 0 ? { title } : { title, align: 'right' as const })),
      figures.map(({ layout, workloads, rules, bytes, cpuSeconds, residentMiB }) => [
        layout,
        `${workloads}`,
        `${rules}`,
        (bytes / 1e6).toFixed(2),
        ...[cpuSeconds.evaluation, cpuSeconds.deciding, cpuSeconds.numbers, cpuSeconds.garbage, cpuSeconds.all].map((s) => s.toFixed(2)),
        residentMiB.toFixed(0),
      ]),
    ),
  );
  console.log('\nfrom evaluation to all: seconds of one core upon each minute');
  if (all.workloads === aim.workloads) {
    const met = all.cpuSeconds.evaluation <= aim.seconds ? 'met' : 'missed';
    console.log(
      `evaluation of ${aim.workloads} workloads: ${all.cpuSeconds.evaluation.toFixed(2)} s; aim: at most ${aim.seconds} s, ${met}`,
    );
  }
  console.log(`a group each takes ${ratios.toAll.toFixed(1)} times as long for a workload as one group for ${all.workloads} of them,`);
  console.log(`${ratios.toAsMany.toFixed(1)} times as long as one group for ${together.workloads}`);
}

/** Runs the rules for as many minutes as it takes to record all numbers once more. */
async function measured(
  layout: string,
  workloads: readonly LiveWorkload[],
  plan: string | null,
  groups: readonly RuleGroup[],
): Promise<Figures> {
  const seconds = ({ interval }: RuleGroup) => (60 * Number.parseInt(interval)) / option('--faster', 15);
  const seldom = Math.max(...groups.map(seconds));
  const demand = workloads.map(({ name }, i) => `demand{service="${name}"} ${100 + (i % 50)}`).join('\n');
  const exporter = await startServer((_, outgoing) => outgoing.end(`${demand}\n`));
  const server = await startPrometheus({
    openMetrics: pastOf(workloads, plan),
    rules: JSON.stringify({ groups: groups.map((group) => ({ ...group, interval: `${1_000 * seconds(group)}ms` })) }),
    scrape: `127.0.0.1:${exporter.port}`,
  });
  const often = new Set(groups.filter(({ interval }) => interval === '1m').map(({ name }) => name));
  const look = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const metric = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
    const counts = (name: string) =>
      [...text.matchAll(new RegExp(`^${name}\\{rule_group="[^"]*;([^"]*)"\\} (.*)$`, 'gm'))].map(
        ([, group, count]) => [group, Number(count)] as const,
      );
    const failures = counts('prometheus_rule_evaluation_failures_total').find(([, count]) => count > 0);
    if (failures !== undefined) throw new Error(`rules of ${failures[0]} fail`);
    const ofGroups = (isOften: boolean) => {
      const sum = (name: string) => counts(name).reduce((sum, [group, count]) => sum + (often.has(group) === isOften ? count : 0), 0);
      const [all, missed] = [sum('prometheus_rule_group_iterations_total'), sum('prometheus_rule_group_iterations_missed_total')];
      const size = isOften ? often.size : groups.length - often.size;
      return { rounds: (all - missed) / size, took: sum('prometheus_rule_group_last_duration_seconds') };
    };
    return {
      cpuSeconds: metric('process_cpu_seconds_total'),
      residentMiB: metric('process_resident_memory_bytes') / 2 ** 20,
      deciding: ofGroups(true),
      numbers: ofGroups(false),
    };
  };
  const profile = async () => {
    const answer = await fetch(`${server.url}/debug/pprof/profile?seconds=${Math.ceil(seldom)}`);
    return cpuSamples(new Uint8Array(await answer.arrayBuffer()));
  };
  try {
    await wait((1.1 * seldom + 2) * SECOND_MS);
    const before = await look();
    const looks: Awaited<ReturnType<typeof look>>[] = [];
    const profiled = profile();
    for (let seconds = 0; seconds < seldom - 3; seconds += 3) {
      await wait(3 * SECOND_MS);
      looks.push(await look());
    }
    const samples = await profiled;
    const after = await look();
    const floors = await (await fetch(`${server.url}/api/v1/query?query=count(foresize:floor:replicas)`)).text();
    if (!floors.includes(`"${workloads.length}"`)) throw new Error(`not every workload has a floor: ${floors}`);
    const minutes = after.deciding.rounds - before.deciding.rounds;
    const rounds = after.numbers.rounds - before.numbers.rounds;
    const minutesARound = (seldom * option('--faster', 15)) / 60;
    if (minutes < 0.9 * minutesARound || rounds < 0.9)
      console.error(
        `the machine is too busy: ${minutes} of ${minutesARound} minutes were evaluated, and ${rounds.toFixed(2)} of the numbers`,
      );
    const deciding = (minutes * looks.reduce((sum, { deciding }) => sum + deciding.took, 0)) / looks.length;
    const share = deciding / (deciding + rounds * after.numbers.took);
    // What was evaluated may be a minute more or less than what numbers that are recorded once go with.
    const [ofDeciding, ofNumbers] = [share / minutes, (1 - share) / rounds / minutesARound];
    const aMinute = (seconds: number) => seconds * (ofDeciding + ofNumbers);
    const under = (name: RegExp) =>
      samples.reduce((sum, { stack, seconds }) => sum + (stack.some((call) => name.test(call)) ? seconds : 0), 0);
    const evaluation = under(/rules\.\(\*Group\)\.Eval$/);
    return {
      layout,
      workloads: workloads.length,
      rules: groups.reduce((sum, { rules }) => sum + rules.length, 0),
      bytes: JSON.stringify(groups).length,
      cpuSeconds: {
        evaluation: aMinute(evaluation),
        deciding: ofDeciding * evaluation,
        numbers: ofNumbers * evaluation,
        garbage: aMinute(under(/^runtime\.(gcBgMarkWorker|bgsweep|bgscavenge)$/)),
        all: aMinute(after.cpuSeconds - before.cpuSeconds),
      },
      residentMiB: after.residentMiB,
    };
  } finally {
    await server.stop();
    await exporter.stop();
  }
}

/** The load of each workload where rules look at it, up to half a minute ago. */
function pastOf(workloads: readonly LiveWorkload[], plan: string | null): string {
  const now = Date.now() - MINUTE_MS / 2;
  const spans = [
    [7 * 24 * 60 + 70, 7 * 24 * 60 - 70],
    [24 * 60 + 70, 24 * 60 - 70],
    [7 * 60, 0],
  ];
  const minutes = spans.flatMap(([from, to]) => Array.from({ length: from - to }, (_, i) => from - i));
  const lines = workloads.flatMap(({ name, plan: { live } }, i) =>
    minutes.map(
      (ago) =>
        `foresize:live:load{plan="${plan ?? name}",workload="${name}"} ${testLoad(20_000 - ago + i) + live.least} ${(now - ago * MINUTE_MS) / SECOND_MS}`,
    ),
  );
  return ['# TYPE foresize:live:load gauge', ...lines, '# EOF', ''].join('\n');
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
