import { workerFitRunner } from '../lib/adapters/workers';
import { median } from '../lib/history';
import { textTable } from '../lib/report/table';
import { type FleetOutcome, type FleetTerm, replayFleet } from '../lib/simulate';
import { firstRecord, fleetInstances, type Instance } from './fleet-instances';
import { hasTraces } from './forecast-traces';

/**
 * What `foresize simulate --fleet` comes to in dollars on eight fleets made from recorded loads (`fleet-instances.ts`), by the code of the
 * command: a week each, with a plan that is renewed daily, beside a static fleet for the peak, a tuned HPA on demand with jobs on arrival,
 * simple rules, and hindsight. Medians beside their goals; `mixed` are the six in which jobs have 8 to 30 % of the dollars, `job-heavy` the
 * two in which they have 60 %.
 *
 *     npm run -s bench:fleet [-- --json] [-- --instances 1,7] [-- --deploy-hours 0]
 *
 * Plans are deployed a day after they are made, as is assumed where the config does not say, or so many hours. `--json` prints `{ rows: [{ name, of, cases, figure, goal, met }], instances: [{ name, jobShare, jobs, growth, policies }] }`, `policies` as
 * `simulate --fleet --json` has them. About four minutes of one core. Exit code 3 when the traces are not there.
 */
const terms: readonly FleetTerm[] = ['none', 'oneYear', 'threeYears'];
const words: Readonly<Record<FleetTerm, string>> = { none: 'no commitments', oneYear: 'one year', threeYears: 'three years' };
/** From this share of jobs on an instance is job-heavy. */
const heavyShare = 0.5;
/** A gap between simple rules and hindsight below this, in dollars of the tuned HPA, is not looked at. */
const worthWinning = 0.03;

type Case = { readonly instance: Instance; readonly outcomes: readonly FleetOutcome[] };
type Row = {
  readonly name: string;
  readonly of: string;
  readonly cases: number;
  readonly figure: number;
  /** `null` where there is none. */
  readonly goal: number | null;
  readonly isAtLeast?: boolean;
};

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (!hasTraces(firstRecord)) {
    console.error('bench:fleet needs ../shared/data/traces');
    process.exitCode = 3;
    return;
  }
  const wanted = args.includes('--instances') ? args[args.indexOf('--instances') + 1].split(',') : null;
  const deployHours = args.includes('--deploy-hours') ? Number(args[args.indexOf('--deploy-hours') + 1]) : 24;
  const run = workerFitRunner({ workers: 1 });
  const replayed = async (growth: 'buy' | 'pause', of: readonly FleetTerm[]): Promise<readonly Case[]> => {
    const cases: Case[] = [];
    for (const instance of fleetInstances(growth, deployHours)) {
      if (wanted !== null && !wanted.includes(instance.name.split(':')[0])) continue;
      cases.push({ instance, outcomes: await replayFleet(instance.fleet, of, run) });
      console.error(`${instance.name}, ${growth}: done`);
    }
    return cases;
  };
  const bought = await replayed('buy', terms);
  const paused = await replayed('pause', ['oneYear']);
  await run.close();
  const rows = rowsOf(bought, paused).map((row) => ({ ...row, met: isMet(row) }));
  const told = [...bought.map((one) => ({ growth: 'buy', ...one })), ...paused.map((one) => ({ growth: 'pause', ...one }))];
  const instances = told.map(({ growth, instance: { name, jobShare, fleet }, outcomes }) => ({
    name,
    jobShare,
    jobs: fleet.jobs.length,
    growth,
    policies: outcomes,
  }));
  if (args.includes('--json')) return console.log(JSON.stringify({ rows, instances }, null, 2));
  console.log(`${instanceTable(bought)}\n`);
  console.log(
    textTable(
      [
        { title: 'dollars of the plan' },
        { title: 'of' },
        ...['cases', 'figure', 'goal', ''].map((title) => ({ title, align: 'right' as const })),
      ],
      rows.map(({ name, of, cases, figure, goal, met, isAtLeast }) => [
        name,
        of,
        `${cases}`,
        figure.toFixed(3),
        goal === null ? '' : `${isAtLeast ? '>=' : '<='} ${goal}`,
        met === null ? '' : met ? 'met' : 'missed',
      ]),
    ),
  );
}

function isMet({ figure, goal, isAtLeast }: Row): boolean | null {
  if (goal === null) return null;
  return isAtLeast ? figure >= goal : figure <= goal;
}

function rowsOf(cases: readonly Case[], paused: readonly Case[]): readonly Row[] {
  const mixed = cases.filter(({ instance }) => instance.jobShare < heavyShare);
  const heavy = cases.filter(({ instance }) => instance.jobShare >= heavyShare);
  const against = (name: string, policy: 'static-peak' | 'hpa', of: string, group: readonly Case[], goals: readonly number[]) =>
    terms.map((term, index): Row => {
      const shares = group.map(({ outcomes }) => usdOf(outcomes, 'plan', term) / usdOf(outcomes, policy, null));
      return { name: `${name}, ${words[term]}`, of, cases: shares.length, figure: median(shares), goal: goals[index] };
    });
  const rules = (of: string, group: readonly Case[]) =>
    terms.map((term): Row => {
      const shares = group.map(({ outcomes }) => usdOf(outcomes, 'rules', term) / usdOf(outcomes, 'hpa', null));
      return { name: `simple rules to a tuned HPA, ${words[term]}`, of, cases: shares.length, figure: median(shares), goal: null };
    });
  const regrets = (policy: 'hindsight' | 'hindsight-nodes') =>
    cases.flatMap(({ outcomes }) =>
      terms
        .filter((term) => policy === 'hindsight' || term !== 'none')
        .map((term) => usdOf(outcomes, 'plan', term) / usdOf(outcomes, policy, term) - 1),
    );
  const regretRows = (name: string, policy: 'hindsight' | 'hindsight-nodes'): readonly Row[] => {
    const all = regrets(policy);
    return [
      { name, of: 'all, median', cases: all.length, figure: median(all), goal: 0.025 },
      { name, of: 'all, worst', cases: all.length, figure: Math.max(...all), goal: 0.05 },
    ];
  };
  const won = cases.flatMap(({ outcomes }) =>
    terms.flatMap((term) => {
      const best = usdOf(outcomes, term === 'none' ? 'hindsight' : 'hindsight-nodes', term);
      const left = usdOf(outcomes, 'rules', term) - best;
      if (left < worthWinning * usdOf(outcomes, 'hpa', null)) return [];
      return [(usdOf(outcomes, 'rules', term) - usdOf(outcomes, 'plan', term)) / left];
    }),
  );
  const missed = (some: readonly Case[]) => {
    const plans = some.flatMap(({ instance, outcomes }) =>
      outcomes
        .filter(({ policy }) => policy === 'plan')
        .map(({ missedDeadlines }) => ({ missedDeadlines, jobs: instance.fleet.jobs.length })),
    );
    const jobs = plans.reduce((sum, one) => sum + one.jobs, 0);
    return { cases: jobs, figure: plans.reduce((sum, one) => sum + one.missedDeadlines, 0) / jobs };
  };
  return [
    ...against('to a static fleet for the peak', 'static-peak', 'all', cases, [0.55, 0.45, 0.35]),
    ...against('to a tuned HPA, jobs on arrival', 'hpa', 'mixed', mixed, [0.94, 0.74, 0.55]),
    ...against('to a tuned HPA, jobs on arrival', 'hpa', 'job-heavy', heavy, [0.79, 0.66, 0.52]),
    ...rules('mixed', mixed),
    ...rules('job-heavy', heavy),
    ...regretRows('regret against hindsight on the same nodes', 'hindsight'),
    ...regretRows('regret against hindsight that chose the nodes too', 'hindsight-nodes'),
    { name: 'won of what simple rules leave', of: 'all, median', cases: won.length, figure: median(won), goal: 0.5, isAtLeast: true },
    { name: 'won of what simple rules leave', of: 'all, least', cases: won.length, figure: Math.min(...won), goal: 0.5, isAtLeast: true },
    { name: 'deadlines missed where growth is bought', of: 'jobs', ...missed(cases), goal: 0 },
    { name: 'deadlines missed where jobs pause', of: 'jobs', ...missed(paused), goal: 0.01 },
  ].filter(({ cases: count }) => count > 0);
}

function usdOf(outcomes: readonly FleetOutcome[], policy: FleetOutcome['policy'], term: FleetOutcome['term']): number {
  const found = outcomes.find((one) => one.policy === policy && one.term === term);
  if (found === undefined) throw new Error(`nothing is known of ${policy}`);
  return found.usd;
}

/** Each instance: what it is, and its dollars as a share of those of the tuned HPA. */
function instanceTable(cases: readonly Case[]): string {
  const titles = ['instance', 'jobs', 'share', 'static', ...terms.flatMap((term) => [`rules, ${words[term]}`, 'plan', 'hindsight'])];
  return textTable(
    titles.map((title, index) => (index === 0 ? { title } : { title, align: 'right' as const })),
    cases.map(({ instance, outcomes }) => {
      const share = (policy: FleetOutcome['policy'], term: FleetOutcome['term']) =>
        (usdOf(outcomes, policy, term) / usdOf(outcomes, 'hpa', null)).toFixed(3);
      return [
        instance.name,
        `${instance.fleet.jobs.length}`,
        instance.jobShare.toFixed(2),
        share('static-peak', null),
        ...terms.flatMap((term) => [
          share('rules', term),
          share('plan', term),
          share(term === 'none' ? 'hindsight' : 'hindsight-nodes', term),
        ]),
      ];
    }),
  );
}
