import { gpuFacts, type Offering } from '../catalog';
import { isMeasuredByLoad } from '../config/kinds';
import type { WorkloadConfig } from '../config/schema';
import { ProblemError } from '../problems';

/**
 * GPU types that a workload may use, by the catalogue's names, sorted; `undefined` where it may use all of its pool.
 *
 * @throws ProblemError `catalog/unknown-gpu`
 */
export function gpuTypesOf(name: string, workload: WorkloadConfig): readonly string[] | undefined {
  if (!isMeasuredByLoad(workload) || workload.replica.gpuTypes === undefined) return undefined;
  const types = workload.replica.gpuTypes.map((type, index) => gpuFacts(type, `workloads.${name}.replica.gpuTypes[${index}]`).name);
  return [...new Set(types)].sort();
}

/**
 * What of its pool a workload may use.
 *
 * @throws ProblemError `sizing/no-gpu` where that is nothing
 */
export function usableOfferings(name: string, workload: WorkloadConfig, offerings: readonly Offering[]): readonly Offering[] {
  const types = gpuTypesOf(name, workload);
  if (types === undefined) return offerings;
  const usable = offerings.filter(({ gpuName }) => gpuName !== null && types.includes(gpuName));
  if (usable.length > 0) return usable;
  throw new ProblemError({
    code: 'sizing/no-gpu',
    path: `workloads.${name}.replica.gpuTypes`,
    message: `no instance type of pool '${workload.pool}' has a GPU that ${name} may use`,
    expected: types.join(' or '),
    received: [...new Set(offerings.map(({ gpuName }) => gpuName ?? 'no GPU'))].sort().join(', '),
    hint: `add an instance type with such a GPU to pools.${workload.pool}.instances`,
  });
}
