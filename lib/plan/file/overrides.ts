import { floorOwners } from '../../config';
import { canonicalJson } from '../../digest';
import { SECOND_MS, timeOf } from '../../units';
import type { AppliedOverride, WorkloadPlan } from './types';

/** `floor 40, ceiling 60 from 2026-11-27T08:00:00Z until 2026-11-28T08:00:00Z, by ann: the launch`. */
export function overrideText({ floor, ceiling, from, until, because, by }: AppliedOverride): string {
  const what = [...(floor === undefined ? [] : [`floor ${floor}`]), ...(ceiling === undefined ? [] : [`ceiling ${ceiling}`])];
  return `${what.join(', ')}${from === undefined ? '' : ` from ${from}`} until ${until}, by ${by}: ${because}`;
}

/**
 * The overrides of a workload that are in force in some of a span of time: floors by the hour ahead by the lead, so that the replicas are
 * there when it begins; one floor, and a ceiling that cuts, in the whole horizon.
 *
 * @param to epoch ms, exclusive. @default the moment `from` alone
 */
export function overridesAt(workload: WorkloadPlan, from: number, to = from + 1): readonly AppliedOverride[] {
  const { overrides = [], owner, leadSeconds, ceiling: most, withoutOverrides } = workload;
  const isOneFloor = !floorOwners[owner].movesByHour;
  return overrides.filter(({ floor, ceiling, from: begin, until }) => {
    const isCut = ceiling !== undefined && ceiling === most && ceiling < (withoutOverrides?.ceiling ?? 0);
    const begun = begin === undefined ? -Infinity : timeOf(begin) - leadSeconds * SECOND_MS;
    return isCut || (isOneFloor && floor !== undefined) || (begun < to && timeOf(until) > from);
  });
}

/** What has come or gone between the overrides of two plans of a workload, as a sentence; `null` where nothing has. */
export function overrideChange(before: WorkloadPlan, after: WorkloadPlan): string | null {
  const [were, are] = [before, after].map(({ overrides = [] }) => overrides);
  const only = (these: readonly AppliedOverride[], others: readonly AppliedOverride[]) =>
    these.filter((one) => others.every((other) => canonicalJson(one) !== canonicalJson(other)));
  const texts = [
    ...only(are, were).map((one) => `override comes: ${overrideText(one)}`),
    ...only(were, are).map((one) => `override goes: ${overrideText(one)}`),
  ];
  return texts.length === 0 ? null : texts.join('; ');
}
