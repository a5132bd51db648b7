import { formatAmount, formatFigure } from '../figures';
import type { Committed, Happened, Scorecard, WorkloadScore } from '../simulate';
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

function adviceLines({ workloads, notScored, committed = {} }: Scorecard): readonly string[] {
  const advised = Object.entries(workloads).flatMap(([name, { advice, because, hours, happened }]) => {
    const left = [
      ...(hours.withoutLoad > 0 ? [`${formatAmount(hours.withoutLoad)} hours without load`] : []),
      ...(hours.withoutPlan > 0 ? [`${formatAmount(hours.withoutPlan)} hours without a plan`] : []),
    ];
    const said = `${name}: ${advice}: ${because}${left.length === 0 ? '' : `; not scored: ${left.join(', ')}`}`;
    return happened === undefined ? [said] : [said, `${name}: happened: ${happenedText(happened)}`];
  });
  const others = Object.entries(notScored).map(([name, why]) => `${name}: not scored: ${why}${committedText(committed[name])}`);
  const lines = [...advised, ...others];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

/** `; as committed 18 hours of a replica, 33.5 USD`; nothing where that is not known. */
export function committedText(committed: Committed | undefined): string {
  return committed === undefined
    ? ''
    : `; as committed ${formatAmount(committed.replicaHours)} hours of a replica, ${formatAmount(committed.usd)} USD`;
}

/** What really was, by what Prometheus recorded; what it has nothing of is said. */
function happenedText({ floor, short, missed }: Happened): string {
  const share = ({ minutes, of }: { readonly minutes: number; readonly of: number }) =>
    `${formatAmount(minutes)} of ${formatAmount(of)} minutes (${formatFigure((100 * minutes) / of)} %)`;
  const known = [
    ...(floor === null ? [] : [`floor ${floor.lowest} to ${floor.highest}, ${formatFigure(floor.mean)} in the mean`]),
    ...(short === null ? [] : [`fewer replicas than the floor in ${share(short)}`]),
    ...(missed === null ? [] : [`load above what was provided for in ${share(missed)}`]),
  ];
  const unknown = Object.entries({ 'the floor': floor, 'replicas beside it': short, 'misses of the forecast': missed }).flatMap(
    ([what, figure]) => (figure === null ? [what] : []),
  );
  return [...known, ...(unknown.length === 0 ? [] : [`its Prometheus has recorded nothing of ${unknown.join(', ')}`])].join('; ');
}
