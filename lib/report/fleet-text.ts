import { formatAmount, formatShort } from '../figures';
import type { LeftOut } from '../plan/commitments';
import type { FleetOutcome, FleetPolicyName, FleetTerm } from '../simulate';
import { textTable } from './table';

/** What a replay of a whole config is told by. */
export type FleetReport = {
  readonly from: string;
  readonly to: string;
  readonly weeks: number;
  readonly weeksBefore: number;
  readonly deployHours: number;
  readonly policies: readonly (FleetOutcome & { readonly ofStaticPeak: number; readonly ofHpa: number })[];
  readonly leftOut: readonly LeftOut[];
};

const policies: Readonly<Record<FleetPolicyName, string>> = {
  'static-peak': 'static fleet for the peak',
  hpa: 'tuned HPA, jobs on arrival',
  rules: 'simple rules',
  plan: 'plan, renewed daily',
  hindsight: 'hindsight',
  'hindsight-nodes': 'hindsight, nodes too',
};

const terms: Readonly<Record<FleetTerm, string>> = { none: 'as held', oneYear: 'for 1 year', threeYears: 'for 3 years' };

/** What `foresize simulate --fleet` prints. */
export function fleetText({ from, to, weeks, weeksBefore, deployHours, policies: all, leftOut }: FleetReport): string {
  const head = `${from.slice(0, 10)} to ${to.slice(0, 10)}: ${weeks} of the last weeks in dollars, ${weeksBefore} known before them; plans are deployed ${formatShort(deployHours)} h after they are made`;
  const titles = ['policy', 'nodes', 'held', 'USD', 'of static', 'of HPA', 'bound', 'min violated', 'missed', 'used'];
  const rows = all.map(({ policy, term, holding, usd, ofStaticPeak, ofHpa, boundUsd, violatedMinutes, missedDeadlines, usedShare }) => [
    policies[policy],
    term === null ? 'on demand' : terms[term],
    `${Object.values(holding).reduce((sum, count) => sum + count, 0)}`,
    formatAmount(usd),
    ofStaticPeak.toFixed(3),
    ofHpa.toFixed(3),
    boundUsd === null ? '' : formatAmount(boundUsd),
    violatedMinutes === null ? 'n/a' : formatAmount(violatedMinutes),
    `${missedDeadlines}`,
    `${(100 * usedShare).toFixed(1)} %`,
  ]);
  const table = textTable(
    titles.map((title, index) => (index < 2 ? { title } : { title, align: 'right' as const })),
    rows,
  );
  const rest = leftOut.length === 0 ? [] : [`left out\n${leftOut.map(({ name, why }) => `  ${name}: ${why}`).join('\n')}`];
  return [head, table, ...rest].join('\n\n');
}
