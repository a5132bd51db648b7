import { poolOwners } from '../../lib/config';
import type { NodeGroupPlan } from '../../lib/plan/file';
import type { Problem } from '../../lib/problems';
import { parseTime } from '../../lib/units';
import type { BlockWindow } from './capacity-block';
import { floorActions, MOST_ACTIONS } from './floor-schedule';
import type { NodePool } from './node-pool';

/**
 * Finds everything about a pool that AWS or Terraform would refuse only during the deployment: `aws/not-planned`, `aws/group-name`,
 * `aws/group-sizes`, `aws/group-schedule`, `aws/too-many-actions`, `aws/own-machines`, `aws/no-reservation`, `aws/no-window`, `aws/no-zone`,
 * `aws/no-gpu`, `aws/no-efa`, `aws/valid-until`. Zones are checked only where `zoneSubnetIds` is given.
 */
export function poolProblems({
  poolName,
  pool,
  validUntil,
  zoneSubnetIds,
  windows,
}: {
  readonly poolName: string;
  /** `undefined` where the plan has no pool of this name, which the types of a plan cannot tell. */
  readonly pool: NodePool | undefined;
  readonly validUntil: string;
  readonly zoneSubnetIds?: Readonly<Record<string, string[]>>;
  readonly windows: Readonly<Record<string, BlockWindow>>;
}): Problem[] {
  if (pool === undefined)
    return [
      {
        code: 'aws/not-planned',
        path: `pools.${poolName}`,
        message: 'is not in the plan',
        hint: 'name a pool of the config, or run `foresize plan` where it is new there',
      },
    ];
  if (!poolOwners[pool.owner].isInTerraform) {
    const message =
      pool.owner === 'none'
        ? "has machines of one's own, which AWS does not know"
        : `has nodes that Terraform does not make: its owner is '${pool.owner}'`;
    return [{ code: 'aws/own-machines', path: `pools.${poolName}`, message }];
  }
  return [
    ...pool.groups.flatMap((group) => groupProblems(group, pool, windows, `pools.${poolName}.groups.${group.name}`)),
    ...(zoneSubnetIds === undefined
      ? []
      : pool.groups.flatMap((group) => checkZone(group, `pools.${poolName}.groups.${group.name}`, zoneSubnetIds))),
    ...checkValidUntil(validUntil),
  ];
}

function groupProblems(group: NodeGroupPlan, pool: NodePool, windows: Readonly<Record<string, BlockWindow>>, path: string): Problem[] {
  const window = windows[group.reservation ?? ''];
  const scheduleProblems = checkSchedule(group, path);
  return [
    ...checkName(group, path),
    ...checkSizes(group, path),
    ...scheduleProblems,
    ...(poolOwners[pool.owner].hasSchedule && scheduleProblems.length === 0 ? checkActions(group, window, path) : []),
    ...(pool.kind === 'gpuPool' ? checkGpu(group, path) : []),
    ...(pool.efa ? checkEfa(group, path) : []),
    ...(pool.reservation === null ? checkUnreserved(group, path) : []),
    ...(group.capacityType === 'capacity-block' && group.reservation !== undefined ? checkWindow(group, window, path) : []),
  ];
}

function checkName({ name }: NodeGroupPlan, path: string): Problem[] {
  if (/^[a-z][A-Za-z0-9_-]{0,62}$/.test(name)) return [];
  const message = `'${name}' must be at most 63 letters, digits, '-' and '_', beginning with a letter, in order for EKS to take it as a name`;
  return [{ code: 'aws/group-name', path, message }];
}

function checkSizes({ name, floor, peak, ceiling }: NodeGroupPlan, path: string): Problem[] {
  const ordered = [floor, peak, ceiling].every(Number.isInteger) && floor >= 0 && floor <= peak && peak <= ceiling && ceiling >= 1;
  if (ordered) return [];
  const message = `'${name}' (floor ${floor}, peak ${peak}, ceiling ${ceiling}) must rise from floor to peak to ceiling, with a ceiling of 1 at least, in order for AWS to take the sizes`;
  return [{ code: 'aws/group-sizes', path, message, hint: 'leave out a group that never has a node' }];
}

function checkSchedule({ name, floor, peak, schedule }: NodeGroupPlan, path: string): Problem[] {
  const times = schedule.map((step) => parseTime(step.from) ?? NaN);
  const ascending = times.every((time, index) => (index === 0 ? Number.isFinite(time) : time > times[index - 1]));
  const within = schedule.every((step) => Number.isInteger(step.nodes) && step.nodes >= floor && step.nodes <= peak);
  if (schedule.length > 0 && ascending && within) return [];
  const message = `'${name}' must have a schedule of one step or more, ascending in time, between floor ${floor} and peak ${peak}, in order for its nodes to follow it`;
  return [{ code: 'aws/group-schedule', path: `${path}.schedule`, message }];
}

function checkActions(group: NodeGroupPlan, window: BlockWindow | undefined, path: string): Problem[] {
  const count = Object.keys(floorActions(group, window)).length + (window === undefined ? 0 : 1);
  if (count <= MOST_ACTIONS) return [];
  const message = `'${group.name}' must have at most ${MOST_ACTIONS} scheduled actions in order for its Auto Scaling group to take them`;
  return [
    {
      code: 'aws/too-many-actions',
      path: `${path}.schedule`,
      message,
      received: String(count),
      hint: "a shorter horizon, or owner: 'autoscaler'",
    },
  ];
}

function checkGpu({ name, instanceType, node }: NodeGroupPlan, path: string): Problem[] {
  if (node.gpus > 0) return [];
  const message = `'${name}' (${instanceType}) must have a GPU in order to be a group of a GPU pool`;
  return [{ code: 'aws/no-gpu', path, message, hint: 'make it a pool instead of a gpuPool, or choose another instance type' }];
}

function checkEfa({ name, instanceType, node }: NodeGroupPlan, path: string): Problem[] {
  if (node.efaInterfaces > 0) return [];
  const message = `'${name}' (${instanceType}) must have an EFA interface in order to be a group of a pool with efa`;
  return [{ code: 'aws/no-efa', path, message, hint: 'choose a type with EFA, or leave efa out, and plan again' }];
}

function checkUnreserved({ name, capacityType, reservation }: NodeGroupPlan, path: string): Problem[] {
  if ((capacityType !== 'reserved' && capacityType !== 'capacity-block') || reservation !== undefined) return [];
  const message = `'${name}' (${capacityType}) must belong to a pool with a reservation in order for its machines to use it`;
  return [{ code: 'aws/no-reservation', path, message, hint: "give the pool reservation: 'cr-...' in the config" }];
}

function checkWindow({ name, reservation }: NodeGroupPlan, window: BlockWindow | undefined, path: string): Problem[] {
  if (window !== undefined && parseTime(window.from) !== undefined && parseTime(window.to) !== undefined) return [];
  const message = `'${name}' must have the time in which ${reservation} is there in order for its nodes to start and end with it`;
  return [{ code: 'aws/no-window', path, message, hint: `pass windows: { '${reservation}': { from, to } }` }];
}

function checkZone({ name, zone }: NodeGroupPlan, path: string, subnets: Readonly<Record<string, string[]>>): Problem[] {
  if (zone === undefined || Object.hasOwn(subnets, zone)) return [];
  const message = `'${name}' (zone ${zone}) must have a subnet in its zone in order for its nodes to lie there`;
  return [{ code: 'aws/no-zone', path, message, hint: `pass zoneSubnetIds: { '${zone}': [...] }` }];
}

function checkValidUntil(validUntil: string): Problem[] {
  if (parseTime(validUntil) !== undefined) return [];
  const message = `'${validUntil}' must be a time with its zone in order for Terraform to check that the plan still holds`;
  return [{ code: 'aws/valid-until', path: 'validUntil', message }];
}
