import { formatAmount, significant } from '../figures';
import type { Cause, Change, FigureChange, PlanDiff, PoolDiff, Range, WorkloadDiff } from '../plan/diff';
import { textTable } from './table';

/**
 * The text that `foresize diff` prints.
 *
 * @param past how the plans before it fared, a line each
 * @param centres what changes by cost centre, a line each
 */
export function diffText(diff: PlanDiff, past: readonly string[] = [], centres: readonly string[] = []): string {
  const { workloads, pools, unchanged, guardrails, warnings, binding } = diff;
  const advice = listed('advice, which nobody applies', diff.advice);
  if (!diff.isChanged) return [sidesText(diff), 'nothing that is deployed, no dollar and no warning differs', ...advice].join('\n\n');
  return [
    sidesText(diff),
    textTable(
      [{ title: '' }, { title: 'before', align: 'right' }, { title: 'after', align: 'right' }, { title: 'change', align: 'right' }],
      [...totalRows(diff)],
    ),
    ...(diff.causes.length > 0 ? [causesText(diff)] : []),
    ...workloads.map(workloadText),
    ...pools.map(poolText),
    ...(unchanged.length > 0 ? [`unchanged: ${unchanged.join(', ')}`] : []),
    ...listed('by cost centre', centres),
    ...listed('how the plans before it fared', past),
    ...listed('guardrails', guardrails),
    ...listed('limits that bind', binding),
    ...advice,
    ...listed('new warnings', warnings.come.filter(({ code }) => !code.startsWith('guardrail/')).map(warningText)),
    ...listed('warnings that are gone', warnings.gone.map(warningText)),
  ].join('\n\n');
}

/** `sample, planned for 2026-11-23T00:00:00Z, against the plan of 2026-11-22T00:00:00Z`. */
export function sidesText({ name, before, after }: PlanDiff): string {
  return `${name}: plan for ${after.asOf} (${shortDigest(after.digest)}), against the plan for ${before.asOf} (${shortDigest(before.digest)})`;
}

const shortDigest = (digest: string): string => digest.replace('sha256:', '').slice(0, 12);

/** Rows of what is called, before, after, and the change. */
export function totalRows({ totals, before, after }: PlanDiff): readonly (readonly [string, string, string, string])[] {
  const { usd, usdPerMonth, usdPerMonthNow, gpuHours, nodes } = totals;
  const horizon = before.horizon === after.horizon ? after.horizon : `${before.horizon}, ${after.horizon}`;
  const now = usdPerMonthNow === null ? [] : [['USD a month of what runs now', formatAmount(usdPerMonthNow), '', ''] as const];
  return [
    [
      `USD in the horizon (${horizon})`,
      rangeText(usd.before),
      rangeText(usd.after),
      changeText({ before: usd.before.p95, after: usd.after.p95 }),
    ],
    [
      'USD in an ordinary month',
      rangeText(usdPerMonth.before),
      rangeText(usdPerMonth.after),
      changeText({ before: usdPerMonth.before.p95, after: usdPerMonth.after.p95 }),
    ],
    ...now,
    ['GPU-hours of replicas', formatAmount(gpuHours.before), formatAmount(gpuHours.after), changeText(gpuHours)],
    ['nodes at most', `${nodes.before}`, `${nodes.after}`, changeText(nodes)],
  ];
}

/** `3,326 to 4,013`: for the median load, and for the protected one. */
const rangeText = ({ p50, p95 }: Range): string => `${formatAmount(p50)} to ${formatAmount(p95)}`;

/** `+287 (+7 %)`. */
export function changeText({ before, after }: Change<number>): string {
  const more = after - before;
  if (formatAmount(Math.abs(more)) === '0') return 'none';
  const percent = Math.abs(more / before) * 100;
  const share = before > 0 ? ` (${more >= 0 ? '+' : '-'}${percent < 10 ? significant(percent, 2) : Math.round(percent)} %)` : '';
  return `${signedAmount(more)}${share}`;
}

export const signedAmount = (value: number): string => `${value >= 0 ? '+' : '-'}${formatAmount(Math.abs(value))}`;

/** Causes below a dollar are told together, so that what is shown adds up. */
export function shownCauses(causes: readonly Cause[], most: number): readonly Cause[] {
  const told = causes.filter(({ usd }, index) => Math.abs(usd) >= 1 && index < most);
  const rest = causes.filter((cause) => !told.includes(cause));
  const usd = rest.reduce((sum, cause) => sum + cause.usd, 0);
  const text = `${rest.length} ${rest.length === 1 ? 'cause' : 'causes'}, each of less`;
  return Math.abs(usd) < 0.5 ? told : [...told, { kind: 'steps', of: 'others', text, usd }];
}

/** A table of what made the dollars of the horizon differ. */
export function causesText({ totals, causes }: PlanDiff): string {
  const change = totals.usd.after.p95 - totals.usd.before.p95;
  const rows = shownCauses(causes, 12).map(({ usd, of, text }) => [signedAmount(usd), of, text]);
  if (rows.length === 0) return 'why: no cause moves a dollar';
  return `why ${signedAmount(change)} USD in the horizon:\n${textTable([{ title: 'USD', align: 'right' }, { title: 'of' }, { title: 'because' }], rows)}`;
}

function workloadText(workload: WorkloadDiff): string {
  const { name, pool, is, usd, largestStep, risks, deploys, figures } = workload;
  return [
    `${name} in ${pool}${is === 'changed' ? '' : `, ${is}`}: ${changeText(usd)} USD in the horizon`,
    ...figures.map(figureText),
    ...(largestStep === null
      ? []
      : [`  floor most apart at ${largestStep.at}: ${largestStep.before} -> ${largestStep.after}, ${largestStep.because}`]),
    ...deploys.map((text) => `  deploy: ${text}`),
    ...risks.map((text) => `  risk: ${text}`),
  ].join('\n');
}

function poolText({ name, is, usd, figures, deploys }: PoolDiff): string {
  return [
    `pool ${name}${is === 'changed' ? '' : `, ${is}`}: ${changeText(usd)} USD in the horizon`,
    ...figures.map(figureText),
    ...deploys.map((text) => `  deploy: ${text}`),
  ].join('\n');
}

const figureText = ({ figure, before, after, because }: FigureChange): string => `  ${figure} ${before} -> ${after}: ${because}`;

export const warningText = ({ path, message }: { readonly path: string; readonly message: string }): string => `${path}: ${message}`;

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`];
}
