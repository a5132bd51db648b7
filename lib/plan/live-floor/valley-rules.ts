import { timeOf } from '../../units';
import { type RecordingRule, scheduleParts } from './promql';
import type { RuleGroup } from './rules';

/** What a pool has room for, as its plan says. */
export type PlannedValley = { readonly schedule: readonly { readonly from: string; readonly gpus: number }[] };

/** GPUs of each pool that batch work may take, one series a pool. */
const valleySeries = 'foresize:valley:gpus';

/**
 * A recording rule for each pool that states a valley: how many of its GPUs are free for batch work, as a step function of time; nothing
 * before the plan begins and once it has expired.
 *
 * @param plan the name of the plan, by which its series are told from those of others
 */
export function valleyRules(plan: string, valleys: Readonly<Record<string, PlannedValley>>, validUntil: string): RuleGroup[] {
  const names = Object.keys(valleys).sort();
  if (names.length === 0) return [];
  const rules = names.map((pool): RecordingRule => {
    const steps = valleys[pool].schedule.map(({ from, gpus }) => ({ from: timeOf(from), replicas: gpus }));
    const parts = scheduleParts({ steps: steps.filter(({ from }) => from < timeOf(validUntil)), end: timeOf(validUntil) });
    return { record: valleySeries, expr: parts.join('\n  or\n'), labels: { plan, pool } };
  });
  return [{ name: `foresize-valley-${plan}`, interval: '1m', rules }];
}
