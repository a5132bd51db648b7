import { formatDuration, HOUR_MS, MINUTE_MS } from '../lib/units';
import { type Regime, regimes } from '../lib/forecast';
import { leadsOfRegimes } from '../lib/forecast/regime';
import { middleOf, type Summary } from './simulate-summary';

/** Tables in Markdown, as docs/simulate.md has them. */

type Figures = Omit<Summary, 'name' | 'leadMinutes' | 'judged' | 'chosen' | 'rises' | 'regime'>;

const figureTitles = [
  'plan / hpa-tuned',
  'plan+operate / hpa-tuned',
  'live / hpa-tuned',
  'causal limit / hpa-tuned',
  'reached by plan',
  'reached by plan+operate',
  'reached by live',
  'hpa-tuned / bound',
  'hpa-tuned / static',
  'viol. hpa-tuned',
  'viol. plan',
  'viol. plan+operate',
  'viol. live',
  'CPU s',
];

function figureCells(figures: Figures): string[] {
  const {
    planToHpaTuned,
    operateToHpaTuned,
    liveToHpaTuned,
    causalLimitToHpaTuned,
    reached,
    hpaTunedToBound,
    hpaTunedToStatic,
    violations,
  } = figures;
  return [
    ...[planToHpaTuned, operateToHpaTuned, liveToHpaTuned, causalLimitToHpaTuned].map(ratioText),
    ...[reached.plan, reached.operate, reached.live].map(shareText),
    ...[hpaTunedToBound, hpaTunedToStatic].map(ratioText),
    ...[violations.hpaTuned, violations.plan, violations.operate, violations.live].map((value) => value.toFixed(3)),
    figures.cpuSeconds.toFixed(1),
  ];
}

export function ratioText(value: number | null): string {
  return value === null || Number.isNaN(value) ? 'n/a' : value.toFixed(2);
}

export function shareText(value: number | null): string {
  return value === null ? 'n/a' : `${Math.round(100 * value)} %`;
}

/** Each load at one lead, and the median. */
export function printRecords(summaries: readonly Summary[]): void {
  if (summaries.length === 0) return;
  print(
    `lead ${summaries[0].leadMinutes} min`,
    ['load', 'chosen', 'rise', 'repeats', ...figureTitles],
    [
      ...summaries.map((summary) => [summary.name, summary.chosen, ...riseCells(summary), ...figureCells(summary)]),
      ['**median**', '', '', '', ...figureCells(middleOf(summaries))],
    ],
  );
}

/** Medians over the loads by lead. */
export function printLeads(summaries: readonly Summary[]): void {
  const leads = [...new Set(summaries.map(({ leadMinutes }) => leadMinutes))];
  print(
    'medians by lead',
    ['lead', 'loads', ...figureTitles],
    leads.map((lead) => {
      const own = summaries.filter(({ leadMinutes }) => leadMinutes === lead);
      return [`${lead} min`, `${own.length}`, ...figureCells(middleOf(own))];
    }),
  );
}

/** Medians over loads by how long repeating rises take against the lead: of all leads together, and of each. */
export function printRegimes(summaries: readonly Summary[]): void {
  const leads = [...new Set(summaries.map(({ leadMinutes }) => leadMinutes))];
  print(
    'medians by regime',
    ['rise', 'lead', 'replays', ...figureTitles],
    regimes.flatMap((regime) => {
      const own = summaries.filter((summary) => summary.regime === regime);
      const row = (lead: string, part: readonly Summary[]) =>
        part.length === 0 ? [] : [[regimeTitles[regime], lead, `${part.length}`, ...figureCells(middleOf(part))]];
      const each = leads.flatMap((lead) =>
        row(
          `${lead} min`,
          own.filter(({ leadMinutes }) => leadMinutes === lead),
        ),
      );
      return leads.length === 1 ? each : [...row('all', own), ...each];
    }),
  );
}

const regimeTitles: Readonly<Record<Regime, string>> = {
  quick: `quick: at most ${leadsOfRegimes.quick} leads`,
  between: 'between',
  slow: `slow: ${leadsOfRegimes.slow} leads or more`,
  'hardly repeats': 'hardly repeats',
};

/** Each ramp and lead of the synthetic map. */
export function printMap(summaries: readonly Summary[]): void {
  print(
    'ramp against lead',
    ['ramp', 'lead', 'chosen', ...figureTitles],
    summaries.map((summary) => [summary.name, `${summary.leadMinutes} min`, summary.chosen, ...figureCells(summary)]),
  );
}

/** How long rises take says nothing where they hardly come again. */
function riseCells({ rises, regime }: Summary): string[] {
  if (rises === null) return ['', 'n/a'];
  const { riseMs, repeats } = rises;
  const rounded = riseMs < 2 * HOUR_MS ? Math.round(riseMs / MINUTE_MS) * MINUTE_MS : Math.round(riseMs / HOUR_MS) * HOUR_MS;
  return [regime === 'hardly repeats' ? '' : formatDuration(rounded), repeats.toFixed(2)];
}

export function print(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  console.log(['', `${title}:`, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
}
