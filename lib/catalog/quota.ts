import type { CapacityType } from './offering';
import table from './data/quotas.json';

/**
 * The EC2 service quota that the vCPU of an instance type count against: by family, and apart for spot. A reservation counts as
 * on-demand, a capacity block against none.
 *
 * @returns `null` where no quota is known (spot of P6)
 */
export function quotaCode(instanceType: string, capacityType: CapacityType): string | null {
  if (capacityType === 'capacity-block') return null;
  const capacity = capacityType === 'spot' ? 'spot' : 'on-demand';
  const [, letters = '', generation = ''] = /^([a-z]+)(\d*)/.exec(instanceType) ?? [];
  const family = letters.charAt(0).toUpperCase() + letters.slice(1);
  const names = [`${family}${generation}`, family === 'Gr' ? 'G' : family];
  return table.quotas.find((quota) => quota.capacity === capacity && quota.families.some((name) => names.includes(name)))?.code ?? null;
}
