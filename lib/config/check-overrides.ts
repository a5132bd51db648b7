import { formatTime } from '../units';
import type { Add } from './check-pools';
import { isAutoscaled } from './kinds';
import type { OverrideConfig } from './override-schema';
import type { CapacityConfig } from './schema';

/** What of the overrides does not go together, or with the workload that they are about. */
export function checkOverrides({ overrides, workloads }: CapacityConfig, add: Add): void {
  overrides.forEach((override, index) => {
    const { workload: name, floor, ceiling } = override;
    const at = ['overrides', index] as const;
    const workload = Object.hasOwn(workloads, name) ? workloads[name] : undefined;
    if (workload === undefined) return;
    if (!isAutoscaled(workload))
      return add(
        'override',
        [...at, 'workload'],
        `'${name}' is training, whose size nothing moves while it runs`,
        `change workloads.${name} itself`,
      );
    const most = ceiling ?? workload.ceiling;
    if (floor !== undefined && most !== undefined && floor > most)
      add(
        'override',
        [...at, 'floor'],
        `${floor} is above the ceiling ${most} of workload '${name}'`,
        `state a ceiling of at least ${floor} in the override too, or a lower floor`,
      );
    const least = floor ?? workload.floor;
    if (ceiling !== undefined && least !== undefined && ceiling < least)
      add(
        'override',
        [...at, 'ceiling'],
        `${ceiling} is below the floor ${least} of workload '${name}'`,
        `state a floor of at most ${ceiling} in the override too, or a higher ceiling`,
      );
    for (const other of overrides.slice(0, index)) checkTogether(override, other, at, add);
  });
}

/** Two that are in force at one time: the higher floor and the lower ceiling hold. */
function checkTogether(override: OverrideConfig, other: OverrideConfig, at: readonly PropertyKey[], add: Add): void {
  const begin = Math.max(override.from ?? -Infinity, other.from ?? -Infinity);
  if (override.workload !== other.workload || begin >= Math.min(override.until, other.until)) return;
  for (const [floor, ceiling] of [
    [override.floor, other.ceiling],
    [other.floor, override.ceiling],
  ])
    if (floor !== undefined && ceiling !== undefined && floor > ceiling)
      add(
        'override',
        at,
        `with another of '${override.workload}' by ${other.by} the floor is ${floor} and the ceiling ${ceiling}${begin === -Infinity ? '' : ` from ${formatTime(begin)} on`}`,
        'end one of them before the other begins, or make one of both',
      );
}
