import { quotaAdvice, reservedText, typeAdvice } from '../explain';
import type { CapacityPlan } from '../file';
import type { Change } from './types';

/** What a plan advises to commit to otherwise than another one, a line each. Dollars and dates alone are no change: they move every week. */
export function adviceChanges({ before, after }: Change<Pick<CapacityPlan, 'commit'>>): readonly string[] {
  if (after.commit === undefined) return [];
  const [was, is] = [before.commit?.types ?? [], after.commit.types];
  const names = [...new Set([...was, ...is].map(({ instanceType }) => instanceType))].sort();
  const types = names.flatMap((instanceType) => {
    const [old, fresh] = [was, is].map((types) => types.find((type) => type.instanceType === instanceType));
    const text = (type: typeof old) => (type === undefined ? null : reservedText(type.advised, instanceType));
    if (text(old) === text(fresh)) return [];
    const now = fresh === undefined || text(fresh) === null ? `no more ${instanceType} reserved` : typeAdvice(fresh)[0];
    return [`${now} (before: ${text(old) ?? 'none'})`];
  });
  const asked = before.commit?.quotas.map(({ code }) => code) ?? [];
  return [...types, ...after.commit.quotas.filter(({ code }) => !asked.includes(code)).map(quotaAdvice)];
}
