import { formatAmount } from '../figures';
import { type FigureChange, type PlanDiff, type PoolDiff, windowFigures, type WorkloadDiff } from '../plan/diff';
import { changeText, shownCauses, sidesText, signedAmount, totalRows, warningText } from './diff-text';

/** The most characters of a comment on GitHub is 65,536; the rest of it is for whoever puts something before or after. */
const mostCharacters = 60_000;

/**
 * What a plan changes, as a comment of a pull request: totals, causes and what is deployed anew in the open, what moves of each workload
 * and pool closed. Where it would be too long, the workloads of the smallest changes in dollars are told by name alone.
 *
 * @param picture the address of a picture of it
 * @param past how the plans before it fared, a line each
 * @param centres what changes by cost centre, a line each
 */
export function diffMarkdown(diff: PlanDiff, picture?: string, past: readonly string[] = [], centres: readonly string[] = []): string {
  const { dataThrough, validUntil } = diff.after;
  const head = [
    `### Capacity of ${plain(diff.name)}`,
    `${plain(sidesText(diff))}. Of data until ${dataThrough}; may be deployed until ${validUntil}.`,
  ];
  const advice = bullets('Advice, which nobody applies', diff.advice.map(plain));
  if (!diff.isChanged) return `${[...head, 'Nothing that is deployed, no dollar and no warning differs.', ...advice].join('\n\n')}\n`;
  const sections = [...diff.workloads.map(workloadSection), ...diff.pools.map(poolSection)].sort((a, b) => b.usd - a.usd);
  const before = [
    ...head,
    table(['', 'before', 'after', 'change'], totalRows(diff)),
    'A range is from the median load to the protected one. A change, its causes and the dollars below are of the protected one; those of a workload are its share of its pool.',
    ...(picture === undefined ? [] : [`![load, floors and ceilings before and after](${picture})`]),
    ...causes(diff),
    ...bullets('Floors that move most', steps(diff)),
    ...bullets('Windows of jobs', windows(diff)),
    ...bullets('What a deployment does', deployed(diff)),
    ...bullets('To know before saying yes', risks(diff)),
    ...bullets(
      'Limits that bind after it',
      diff.binding.map((text) => plain(text)),
    ),
    ...advice,
    ...bullets('By cost centre', centres.map(plain)),
    ...bullets('How the plans before it fared', past.map(plain)),
  ].join('\n\n');
  const after = [
    ...(diff.unchanged.length > 0 ? [`Unchanged: ${shortList(diff.unchanged)}.`] : []),
    ...closed('warnings that come', diff.warnings.come.map(warningText)),
    ...closed('warnings that go', diff.warnings.gone.map(warningText)),
  ].join('\n\n');
  const told: string[] = [];
  const named: string[] = [];
  let room = mostCharacters - before.length - after.length - 2_000;
  for (const { name, text } of sections) {
    if (text.length <= room) told.push(text);
    else named.push(name);
    room -= text.length + 2;
  }
  const rest = named.length > 0 ? [`Too long to be told here, and in \`foresize diff\`: ${shortList(named)}.`] : [];
  return `${[before, ...told, ...rest, ...(after === '' ? [] : [after])].join('\n\n')}\n`;
}

type Section = { readonly name: string; readonly usd: number; readonly text: string };

function workloadSection({ name, pool, is, usd, figures, replicaHours }: WorkloadDiff): Section {
  const hours = `Replica-hours ${formatAmount(replicaHours.before)} -> ${formatAmount(replicaHours.after)}.`;
  const title = `${code(name)} in ${code(pool)}${is === 'changed' ? '' : ` (${is})`}: ${changeText(usd)} USD`;
  return section(name, usd, title, [figuresTable(figures), hours]);
}

function poolSection({ name, is, usd, figures, nodeHours }: PoolDiff): Section {
  const hours = `Node-hours ${formatAmount(nodeHours.before)} -> ${formatAmount(nodeHours.after)}.`;
  const title = `pool ${code(name)}${is === 'changed' ? '' : ` (${is})`}: ${changeText(usd)} USD`;
  return section(name, usd, title, [figuresTable(figures), hours]);
}

function section(name: string, usd: { readonly before: number; readonly after: number }, title: string, parts: readonly string[]): Section {
  return { name, usd: Math.abs(usd.after - usd.before), text: details(title, parts.filter((part) => part !== '').join('\n\n')) };
}

function figuresTable(figures: readonly FigureChange[]): string {
  if (figures.length === 0) return '';
  return table(
    ['figure', 'before', 'after', 'because'],
    figures.map((one) => [one.figure, one.before, one.after, one.because]),
  );
}

function causes({ causes: all, totals }: PlanDiff): string[] {
  const shown = shownCauses(all, 12);
  if (shown.length === 0) return [];
  const change = totals.usd.after.p95 - totals.usd.before.p95;
  return [
    `**Why ${signedAmount(change)} USD in the horizon**`,
    table(
      ['USD', 'share', 'of', 'because'],
      shown.map(({ usd, of, text }) => [signedAmount(usd), change === 0 ? '' : `${Math.round((100 * usd) / change)} %`, of, text]),
    ),
  ];
}

/** The hour in which the floors of each workload are most apart, those first that move the most dollars. */
function steps({ workloads }: PlanDiff): string[] {
  return [...workloads]
    .sort((a, b) => Math.abs(b.usd.after - b.usd.before) - Math.abs(a.usd.after - a.usd.before))
    .flatMap(({ name, largestStep }) =>
      largestStep === null
        ? []
        : [`${code(name)}: ${largestStep.before} -> ${largestStep.after} at ${largestStep.at} (${plain(largestStep.because)})`],
    );
}

/** Hours of jobs that may wait, before and after, with what of each is done. */
function windows({ workloads }: PlanDiff): string[] {
  return workloads.flatMap(({ name, windows: differing, figures }) => {
    if (differing === undefined) return [];
    const told = figures.filter(({ figure }) => windowFigures.includes(figure));
    const texts = told.map(({ figure, before, after }) => `${figure} ${before} -> ${after}`);
    return [`${code(name)}: ${plain(texts.join('; '))} (${plain(differing.because)})`];
  });
}

/** What of it restarts or replaces first, then what only changes. */
function deployed({ workloads, pools }: PlanDiff): string[] {
  const lines = [...workloads, ...pools].flatMap(({ name, deploys }) => deploys.map((text) => `${code(name)}: ${plain(text)}`));
  const isHard = (line: string) => /anew:|new Job|taken away|moved by/.test(line);
  return [...lines.filter(isHard), ...lines.filter((line) => !isHard(line))];
}

function risks({ workloads, guardrails }: PlanDiff): string[] {
  return [...guardrails.map(plain), ...workloads.flatMap(({ name, risks: own }) => own.map((text) => `${code(name)}: ${plain(text)}`))];
}

const mostBullets = 15;

function bullets(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const told = lines.slice(0, mostBullets).map((line) => `- ${line}`);
  const more = lines.length > mostBullets ? [`- and ${lines.length - mostBullets} more`] : [];
  return [`**${title}**`, [...told, ...more].join('\n')];
}

function closed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [
    details(
      `${lines.length} ${title}`,
      lines
        .slice(0, mostBullets)
        .map((line) => `- ${plain(line)}`)
        .join('\n'),
    ),
  ];
}

const details = (summary: string, body: string): string => `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

const mostNames = 40;

function shortList(names: readonly string[]): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return `${names.slice(0, mostNames).map(code).join(', ')}${more}`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`;
  return [row(titles), `|${titles.map(() => ' --- ').join('|')}|`, ...rows.map(row)].join('\n');
}

/** Names of workloads, pools and groups hold letters, digits and '-' alone. */
const code = (name: string): string => `<code>${plain(name)}</code>`;

/** Text that Markdown and HTML show as it is. A space without width keeps `@ann` from calling anybody, and `#1` from leading to a thread. */
function plain(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[|*_`[\]\\~#@]/g, '\\$&')
    .replace(/[#@](?=\w)/g, '$&&#8203;');
}
