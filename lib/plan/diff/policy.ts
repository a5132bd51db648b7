import { floorOwners } from '../../config';
import { canonicalJson } from '../../digest';
import type { WorkloadPlan } from '../file';

/** By what floors are laid, in words: `hpa-tuned, reactive, floors by the hour (keda)`. */
export function policyText({ replayEffect, strategy, owner, floors }: WorkloadPlan): string {
  const policy = replayEffect?.policy ?? null;
  return [
    ...(policy === null ? [] : [policy]),
    ...(strategy === undefined ? [] : [strategy.inForce]),
    `${floorOwners[owner].movesByLoad ? 'a floor that follows the load' : floors === 'flat' || owner === 'manifests' ? 'one floor for all hours' : 'floors by the hour'} (${owner})`,
  ].join(', ');
}

/** Whether floors are laid by another policy, or by other settings of the same one. */
export function isPolicyChanged(before: WorkloadPlan, after: WorkloadPlan): boolean {
  const of = (workload: WorkloadPlan) => canonicalJson([policyText(workload), tunedOf(workload)]);
  return of(before) !== of(after);
}

/** The settings of the policy that is acted on. */
function tunedOf({ replay, replayEffect }: WorkloadPlan): object | null {
  const policy = replayEffect?.policy;
  return replay === null || policy === null || policy === undefined ? null : (replay.settings[policy] ?? null);
}
