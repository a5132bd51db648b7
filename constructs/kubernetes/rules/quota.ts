import { fieldsOf, listOf, quantity, textsOf } from '../../../lib/config';
import type { Emitted, EmittedPod } from './emitted';
import { fault, type Finding, risk, type Rule, type Written } from './finding';

/** Rules for what a namespace allows its pods together, and each of them. */
export const quotaRules: readonly Rule[] = [quotas, ranges];

type OfWorkload = Emitted & { readonly pod: EmittedPod; readonly workload: NonNullable<Emitted['workload']> };

function inNamespaceOf(object: Emitted, objects: readonly Emitted[]): OfWorkload[] {
  return objects.filter(
    (other): other is OfWorkload => other.pod !== undefined && other.workload !== undefined && other.namespace === object.namespace,
  );
}

/** A quota with scopes counts some pods alone, and which ones is not told by their templates. */
function quotas({ objects }: Written): Finding[] {
  return objects
    .filter(({ kind, spec }) => kind === 'ResourceQuota' && spec.scopes === undefined && spec.scopeSelector === undefined)
    .flatMap((quota) => {
      const pods = inNamespaceOf(quota, objects);
      return Object.entries(fieldsOf(quota.spec.hard)).flatMap(([resource, hard]): Finding[] => {
        const most = quantity(hard);
        if (most === undefined) return [];
        const sum = (count: 'floor' | 'peak') =>
          pods.reduce((total, { pod, workload }) => total + workload.plan[count] * countedAs(resource, pod), 0);
        const names = pods.map(({ name }) => name).join(', ');
        const hint = 'raise the quota, or lower the floors';
        if (sum('floor') > most * slack)
          return [
            fault(
              quota,
              `spec.hard has ${resource}: ${String(hard)}, less than the floors of ${names} ask for: pods of the floor are never made`,
              hint,
            ),
          ];
        return sum('peak') > most * slack
          ? [risk(quota, `spec.hard has ${resource}: ${String(hard)}, less than the peaks of ${names} ask for together`, hint)]
          : [];
      });
    });
}

/** Sums of fractions are not exact. */
const slack = 1 + 1e-9;

/** What one pod counts for in a quota. */
function countedAs(resource: string, { containers }: EmittedPod): number {
  if (resource === 'pods' || resource === 'count/pods') return 1;
  const [, kind = 'requests', name] = /^(?:(requests|limits)\.)?(.+)$/.exec(resource) ?? [];
  if (name === undefined || name.startsWith('count/') || (!resource.includes('.') && name !== 'cpu' && name !== 'memory')) return 0;
  return containers
    .filter(({ isBefore }) => !isBefore)
    .reduce((total, { fields }) => {
      const { requests, limits } = fieldsOf(fields.resources);
      const amount = kind === 'limits' ? fieldsOf(limits)[name] : (fieldsOf(requests)[name] ?? fieldsOf(limits)[name]);
      return total + (quantity(amount) ?? 0);
    }, 0);
}

function ranges({ objects }: Written): Finding[] {
  return objects
    .filter(({ kind }) => kind === 'LimitRange')
    .flatMap((range) =>
      listOf(range.spec.limits)
        .filter(({ type }) => type === 'Container')
        .flatMap(({ max }) =>
          inNamespaceOf(range, objects).flatMap(({ pod, kind, name }) =>
            pod.containers.flatMap(({ at, fields }) =>
              Object.entries(textsOf(max)).flatMap(([resource, most]) => {
                const { requests, limits } = fieldsOf(fields.resources);
                const asked = quantity(fieldsOf(limits)[resource]) ?? quantity(fieldsOf(requests)[resource]);
                return asked !== undefined && asked > (quantity(most) ?? Infinity)
                  ? [
                      fault(
                        range,
                        `spec.limits allows a container ${most} of ${resource}, and ${kind} '${name}' has more (${at}): its pods are refused`,
                        'raise it, or ask for less',
                      ),
                    ]
                  : [];
              }),
            ),
          ),
        ),
    );
}
