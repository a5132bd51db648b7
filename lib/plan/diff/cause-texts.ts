import { formatFigure } from '../../figures';
import { formatDuration, SECOND_MS } from '../../units';
import { type AppliedEvent, type CapacityPlan, overrideChange, type WorkloadPlan } from '../file';
import { policyText } from './policy';
import type { CauseKind, Change } from './types';

/** Sums of the median load without events over the periods that are compared. */
export type ComparedLoads = Change<number>;

/** What a cause says of a workload. */
export function causeText(kind: CauseKind, { before, after }: Change<CapacityPlan>, name: string, loads: ComparedLoads): string {
  const [old, fresh] = [before.workloads[name], after.workloads[name]];
  const spanned = ({ horizon, asOf }: CapacityPlan) => `${horizon} from ${asOf}`;
  const from = (was: string | number | null, now: string | number | null) => `${was ?? 'none'} -> ${now ?? 'none'}`;
  const texts: Partial<Record<CauseKind, () => string>> = {
    load: () => loadText(loads),
    event: () => eventText(old, fresh),
    protect: () => `quantile of the load that is covered ${from(old.protect, fresh.protect)}`,
    throughput: () =>
      `load that a replica carries ${from(old.throughputPerReplica, fresh.throughputPerReplica)} ${fresh.unit ?? ''}`.trim(),
    target: () => `target ${from(targetText(old), targetText(fresh))}`,
    lead: () => `lead ${from(formatDuration(old.leadSeconds * SECOND_MS), formatDuration(fresh.leadSeconds * SECOND_MS))}`,
    policy: () => {
      const [was, now] = [policyText(old), policyText(fresh)];
      return was === now ? `other settings of ${now}` : `floors ${from(was, now)}`;
    },
    guardrail: () => {
      const held = fresh.reasons.find(({ code }) => code === 'guardrail/step-down');
      return held === undefined ? 'floors are no longer held by guardrails.stepDown' : held.text;
    },
    windows: () => 'it runs in other hours',
    override: () => overrideChange(old, fresh) ?? 'the time of an override',
    limit: () => `ceiling ${from(old.ceiling, fresh.ceiling)}`,
    span: () => `hours that only one of the plans speaks of: ${spanned(before)} -> ${spanned(after)}`,
    config: () => 'the config has changed',
    version: () => `foresize ${from(before.foresize ?? 'of before 0.1', after.foresize ?? 'of before 0.1')}`,
    steps: () => 'whole replicas, lead and joined steps',
  };
  return (texts[kind] ?? (() => kind))();
}

function loadText({ before, after }: ComparedLoads): string {
  if (before <= 0) return 'load is forecast where none was';
  const more = after / before - 1;
  if (Math.abs(more) < 0.0005) return 'load is forecast at other hours, or less surely, as much in all';
  return `load without events is forecast ${percentText(Math.abs(more))} ${more > 0 ? 'higher' : 'lower'}`;
}

const percentText = (share: number): string => `${formatFigure(Number((share * 100).toPrecision(2)))} %`;

/** `black-friday (27 Nov, x1.5) is new`. */
function eventText(old: WorkloadPlan, fresh: WorkloadPlan): string {
  const [were, are] = [eventsOf(old), eventsOf(fresh)];
  const texts = [
    ...[...are].flatMap(([key, event]) => {
      const was = were.get(key);
      if (was === undefined) return [`${shown(event)} comes`];
      return was.uplift === event.uplift ? [] : [`${event.name} on ${event.from.slice(0, 10)} x${was.uplift} -> x${event.uplift}`];
    }),
    ...[...were].filter(([key]) => !are.has(key)).map(([, event]) => `${shown(event)} goes`),
  ];
  const told = texts.slice(0, 3);
  return told.length === 0 ? 'events at other hours' : `${told.join(', ')}${texts.length > 3 ? ` and ${texts.length - 3} more` : ''}`;
}

const shown = ({ name, from, uplift }: AppliedEvent): string => `${name} on ${from.slice(0, 10)} (x${uplift})`;

/** Events by name and begin; one that several signals have once. */
function eventsOf({ forecast }: WorkloadPlan): Map<string, AppliedEvent> {
  return new Map(Object.values(forecast).flatMap(({ events }) => events.map((event) => [`${event.name} ${event.from}`, event] as const)));
}

export function targetText({ target }: WorkloadPlan): string {
  return 'load' in target ? `${target.load}` : `${target.cpu} of CPU and ${target.memory} of memory`;
}
