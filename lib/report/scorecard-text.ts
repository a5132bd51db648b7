import { formatAmount } from '../figures';
import type { Scorecard, WorkloadScore } from '../simulate';
import { textTable } from './table';

const titles = ['workload', 'hours', 'within', 'promised', 'min > ceiling', 'min short', 'idle GPU-h', 'USD', 'static', 'HPA', 'perfect'];

/** What `foresize scorecard` prints: the last day, the week, and what is advised. */
export function scorecardText(
  card: Scorecard,
  day: { readonly from: string; readonly workloads: Readonly<Record<string, WorkloadScore>> },
): string {
  const columns = titles.map((title, index) => (index === 0 ? { title } : { title, align: 'right' as const }));
  const table = (scores: Readonly<Record<string, WorkloadScore>>) => textTable(columns, scoreRows(scores));
  return [
    ...(Object.keys(day.workloads).length === 0 ? [] : [`day ${day.from.slice(0, 10)}\n\n${table(day.workloads)}`]),
    ...(Object.keys(card.workloads).length === 0
      ? [`${card.week}: nothing could be scored`]
      : [`${card.week}\n\n${table(card.workloads)}`]),
    ...adviceLines(card),
  ].join('\n\n');
}

/** The same of a week for `diff`, in short. */
export function scorecardLines({ week, workloads }: Scorecard): readonly string[] {
  return Object.entries(workloads).map(([name, score]) => {
    const { plan, hpa, perfect, advice, because } = score;
    const dollars = `${formatAmount(plan.usd)} USD (static ${usd(score.static)}, HPA ${usd(hpa)}, perfect ${usd(perfect)})`;
    return `${name} in ${week}: ${dollars}, ${plan.violationMinutes} minutes short; ${advice}: ${because}`;
  });
}

export function scoreRows(scores: Readonly<Record<string, WorkloadScore>>): readonly (readonly string[])[] {
  return Object.entries(scores).map(([name, score]) => {
    const { hours, coverage, plan, hpa, perfect, minutesAboveCeiling, idleGpuHours } = score;
    return [
      name,
      formatAmount(hours.scored),
      coverage === null ? 'n/a' : `${(100 * coverage.achieved).toFixed(1)} %`,
      coverage === null ? 'n/a' : `${(100 * coverage.protect).toFixed(1)} %`,
      `${minutesAboveCeiling}`,
      `${plan.violationMinutes}`,
      formatAmount(idleGpuHours),
      ...[plan, score.static, hpa, perfect].map(usd),
    ];
  });
}

const usd = (came: { readonly usd: number } | null): string => (came === null ? 'n/a' : formatAmount(came.usd));

function adviceLines({ workloads, notScored }: Scorecard): readonly string[] {
  const advised = Object.entries(workloads).map(([name, { advice, because, hours }]) => {
    const left = [
      ...(hours.withoutLoad > 0 ? [`${formatAmount(hours.withoutLoad)} hours without load`] : []),
      ...(hours.withoutPlan > 0 ? [`${formatAmount(hours.withoutPlan)} hours without a plan`] : []),
    ];
    return `${name}: ${advice}: ${because}${left.length === 0 ? '' : `; not scored: ${left.join(', ')}`}`;
  });
  const others = Object.entries(notScored).map(([name, why]) => `${name}: not scored: ${why}`);
  const lines = [...advised, ...others];
  return lines.length === 0 ? [] : [lines.join('\n')];
}
