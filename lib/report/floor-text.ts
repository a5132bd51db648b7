import type { OperateFloor } from '../control';
import { formatFigure, formatShort } from '../figures';
import type { MomentExplanation } from '../plan/explain';
import type { CapacityPlan } from '../plan/file';
import { type LiveFloor, livePlanOf, type LiveTerm, offsetReplicas } from '../plan/live-floor';
import { momentText } from './plan-summary';
import { textTable } from './table';

/** The floor of one moment, and what is known of it from where its load is recorded. */
export type MomentDecision = OperateFloor & {
  /** What the rules of `owner: 'live'` recorded at that minute; `null` where they recorded nothing. Left out where it was not asked. */
  readonly recorded?: number | null;
  /** Why the load is not known, where the floor goes by it. */
  readonly trouble?: string;
};

/** What `foresize explain --at` prints: the chain of one moment, and what its floor is made of. */
export function momentAndFloorText(moment: MomentExplanation, decision: MomentDecision | null, plan: CapacityPlan): string {
  const text = momentText(moment);
  return decision === null ? text : `${text}\n\n${decisionText(decision, plan, moment.name)}`;
}

function decisionText(decision: MomentDecision, plan: CapacityPlan, name: string): string {
  const { floor, by, reason, load, forecast, terms, recorded, trouble } = decision;
  const workload = plan.workloads[name];
  const how = by === 'load' ? 'by the load: ' : '';
  const unit = workload.unit ?? '';
  const lines = [
    `floor: ${floor ?? 'none'}, ${how}${reason}`,
    ...(trouble === undefined ? [] : [`its load is not known: ${trouble}`]),
    ...(load === null ? [] : [`load: ${formatFigure(load)} ${unit}`]),
    ...(forecast === null || by !== 'load' ? [] : [`expected at most until a new node serves: ${formatFigure(forecast)} ${unit}`]),
    ...(recorded === undefined ? [] : [recordedText(recorded, floor)]),
  ];
  const learned = livePlanOf(plan, workload);
  const parts = terms.length === 0 || learned === null ? [] : [termsText(terms), resultText(terms, learned.live)];
  return [lines.join('\n'), ...parts].join('\n\n');
}

function recordedText(recorded: number | null, floor: number | null): string {
  if (recorded === null) return 'the rules recorded no floor at that minute';
  const same = recorded === floor ? '' : ': they went by another plan, or saw the load before late samples came';
  return `the rules recorded ${recorded}${same}`;
}

/** The terms of the two sums, a series a line: its value, what it is multiplied by, and what that gives. */
function termsText(terms: readonly LiveTerm[]): string {
  const of = (title: string, pick: (times: NonNullable<LiveTerm['times']>) => readonly [number, number]): string => {
    const rows = terms.flatMap(({ series, value, times }) => {
      if (times === undefined) return [];
      const [up, hold] = pick(times);
      return up === 0 && hold === 0 ? [] : [[series, ...[value, up, up * value, hold, hold * value].map(formatShort)]];
    });
    const titles = ['value', 'x up', '= up', 'x hold', '= hold'];
    return textTable([{ title }, ...titles.map((title) => ({ title, align: 'right' as const }))], rows);
  };
  return [
    of('centre: how high the load may come', ({ up, hold }) => [up, hold]),
    of('spread: how large the error may be', ({ upSpread, holdSpread }) => [upSpread, holdSpread]),
  ].join('\n\n');
}

/** What becomes of the sums: the replicas that are wanted and held, and the floor before. */
function resultText(terms: readonly LiveTerm[], { margins, least, most }: LiveFloor): string {
  const value = (name: string) => terms.find(({ series }) => series === `foresize:live:${name}`)?.value ?? NaN;
  const replicas = (of: 'up' | 'hold', what: string) => {
    const [centre, spread] = [value(`${of}_centre`), value(`${of}_spread`)];
    const asked = Math.exp(centre + margins[of] * spread) - offsetReplicas;
    return `foresize:live:${of} ${value(of)}: ${what}, exp(${formatShort(centre)} + ${margins[of]} x ${formatShort(spread)}) - ${offsetReplicas} = ${formatShort(asked)} replicas, within ${least} and ${most}`;
  };
  return [
    replicas('up', 'wanted'),
    replicas('hold', 'held where they are there'),
    `foresize:live:last ${value('last')}: the floor of the minute before, from which it goes in steps`,
  ].join('\n');
}
