import type { Offering } from '../../catalog';
import {
  type CapacityConfig,
  networkZones,
  plainReservation,
  type PoolConfig,
  poolOwnerOf,
  poolOwners,
  reservationsOf,
} from '../../config';
import { ProblemError } from '../../problems';
import { nodeKey, type SizedSegment, type SizingResult } from '../../sizing';
import { formatTime, HOUR_MS, HOURS_PER_MONTH } from '../../units';
import {
  assumedBootReason,
  fixedReason,
  keptReason,
  minUpTimeReason,
  nodeKindText,
  ownMachinesReason,
  programReason,
  reservedReason,
  spotReason,
  zonesReason,
} from '../explain';
import type { CostNow } from './cost-now';
import { hasSpotOfJobs } from './spot-jobs';
import {
  groupName,
  type NodeFacts,
  type NodeGroupPlan,
  type NodeStep,
  type PlanWarning,
  type PoolPlan,
  type Reason,
  type RejectedOffering,
} from '../file';

/** Scheduled actions that one Auto Scaling group can hold. */
const maxScheduledActions = 125;

/** The nodes of all pools in ordinary time, see `ordinaryDemand`. */
export type Ordinary = { readonly protected: readonly SizedSegment[]; readonly median: readonly SizedSegment[] };

/**
 * The sizes of each pool by node group: one group an offering that the plan uses, be it only at the ceiling. A reservation that is over
 * before the plan begins has none.
 *
 * @param kept by pool that keeps what runs, what other nodes would cost less, as a share
 * @param ordinary nodes in ordinary time, for the protected and the median loads: what a month costs
 */
export function assemblePools(
  config: CapacityConfig,
  offerings: Readonly<Record<string, readonly Offering[]>>,
  { sized, kept }: { readonly sized: SizingResult; readonly kept: Readonly<Record<string, number>> },
  expected: SizingResult,
  ordinary: Ordinary,
  now: CostNow['pools'],
): Record<string, PoolPlan> {
  const hours = config.horizon / HOUR_MS;
  const start = sized.segments.length > 0 ? sized.segments[0].from : -Infinity;
  return Object.fromEntries(
    Object.entries(offerings).map(([name, listed]) => {
      const pool = config.pools[name];
      const owner = poolOwnerOf(pool);
      const all = listed.filter(({ reservation }) => reservation === undefined || reservation.to > start);
      const key = (offering: Offering) => nodeKey(name, offering);
      const most = (offering: Offering) => offering.own?.count ?? offering.reservation?.count ?? sized.ceilings[key(offering)] ?? 0;
      const used = all.filter((offering) => most(offering) > 0);
      const scheduled = used.map((offering) => assembleGroup(name, offering, sized.segments, key(offering), most(offering)));
      const isOwn = owner === 'none';
      const fixed = owner === 'terraform';
      const groups = fixed ? scheduled.map(fixedGroup) : scheduled;
      const longest = Math.max(0, ...groups.map((group) => group.schedule.length));
      if (poolOwners[owner].hasSchedule && longest > maxScheduledActions) {
        throw new ProblemError({
          code: 'plan/too-many-actions',
          path: `pools.${name}.owner`,
          message: `'schedule' needs ${longest} scheduled actions for one group, and a group holds ${maxScheduledActions}`,
          hint: "shorten the horizon, lengthen the period, or use owner: 'autoscaler'",
        });
      }
      const usdPerHour = (segments: readonly SizedSegment[]): number => {
        switch (owner) {
          case 'none':
            return ownCost(groups);
          case 'terraform':
            return fixedCost(groups);
          case 'autoscaler':
          case 'schedule':
          case 'karpenter':
          case 'external':
            return meanUsdPerHour(all, segments, key);
        }
      };
      const plan: PoolPlan = {
        kind: pool.kind,
        owner,
        bootSeconds: pool.bootTime / 1_000,
        ...(pool.nodeSelector && { nodeSelector: pool.nodeSelector }),
        ...(pool.taints && { taints: pool.taints }),
        ...(pool.efa && { efa: pool.efa }),
        reservation: plainReservation(pool),
        groups,
        rejected: rejectedOf(name, sized, all),
        usd: { p50: usdPerHour(expected.segments) * hours, p95: usdPerHour(sized.segments) * hours },
        usdPerMonth: {
          now: now[name],
          p50: usdPerHour(ordinary.median) * HOURS_PER_MONTH,
          p95: usdPerHour(ordinary.protected) * HOURS_PER_MONTH,
        },
        reasons: [
          ...(fixed ? [fixedReason] : []),
          ...(isOwn ? [ownMachinesReason] : []),
          programReason(nodeKinds(all)),
          ...(Object.hasOwn(kept, name) ? [keptReason(kept[name], config.guardrails.stickiness)] : []),
          ...(!isOwn && config.assumed.includes(`pools.${name}.bootTime`) ? [assumedBootReason(pool.bootTime)] : []),
          ...limitReasons(pool, used),
          ...(used.some(({ capacityType }) => capacityType === 'spot')
            ? [spotReason(config.limits.spotShare, config.limits.spotTypeShare, hasSpotOfJobs(config, name))]
            : []),
        ],
      };
      return [name, plan];
    }),
  );
}

/** Reservations whose zone nobody states: their node groups span all zones, and AWS starts their nodes in one. */
export function zonelessWarnings(config: CapacityConfig, used: readonly string[]): PlanWarning[] {
  if (networkZones(config).length === 1) return [];
  return [...used].sort().flatMap((name) =>
    reservationsOf(config, name)
      .filter(({ zone }) => zone === null)
      .map(({ id, path }) => ({
        code: 'sizing/reservation-zone',
        path: `${path}.zone`,
        message: `is missing: the node group of ${id} spans all zones, and a node that AWS tries to start in another than the reservation's fails; state it (limits.zones must name the zones)`,
      })),
  );
}

/** Reservations and capacity blocks that are over before the plan begins: nothing of it can use them. */
export function overWarnings(config: CapacityConfig, used: readonly string[], start: number): PlanWarning[] {
  return [...used].sort().flatMap((name) =>
    reservationsOf(config, name)
      .filter(({ to }) => to <= start)
      .map(({ id, kind, path, to }) => ({
        code: 'sizing/reservation-over',
        path: `${path}.to`,
        message: `is before the plan: nodes of ${kind === 'reserved' ? 'reservation' : 'capacity block'} ${id} could be used until ${formatTime(to)}, the plan begins at ${formatTime(start)} and uses none of them; leave it out`,
      })),
  );
}

/** What bounds where nodes lie, how long they stay, and what is there already. */
function limitReasons({ zoneShare, minUpTime }: PoolConfig, used: readonly Offering[]): readonly Reason[] {
  // A reservation lies where it lies.
  const zones = [...new Set(used.flatMap(({ zone, reservation }) => (reservation ? [] : (zone ?? []))))].sort();
  return [
    ...(zones.length > 0 ? [zonesReason(zones, zoneShare)] : []),
    ...used.flatMap(({ instanceType, zone, reservation }) => (reservation ? [reservedReason({ instanceType, zone, ...reservation })] : [])),
    ...(minUpTime === undefined ? [] : [minUpTimeReason(minUpTime)]),
  ];
}

/** Each kind of node once, whatever the zone, with its price or how many are reserved. */
function nodeKinds(offerings: readonly Offering[]): readonly string[] {
  const kinds = offerings.map((offering): [string, string] => {
    const id = withoutZone(offering);
    return [id, nodeKindText(id, offering.usdPerHour, offering.reservation?.count)];
  });
  return [...new Map(kinds).values()];
}

function withoutZone({ id, zone, reservation }: Offering): string {
  return zone === undefined || reservation ? id : id.slice(0, -zone.length - 1);
}

/** A kind of node is not used where it is in no zone; it then stands for all of them. */
function rejectedOf(pool: string, { rejected }: SizingResult, offerings: readonly Offering[]): readonly RejectedOffering[] {
  const kinds = new Map(offerings.map((offering) => [nodeKey(pool, offering), withoutZone(offering)]));
  const idOf = (key: string) => kinds.get(key) ?? key.slice(pool.length + 1);
  const left = rejected.filter(({ offering }) => offering.startsWith(`${pool}/`));
  const usedSomewhere = (kind: string) =>
    [...kinds].some(([key, other]) => other === kind && !left.some(({ offering }) => offering === key));
  return left
    .filter(
      ({ offering }, index) =>
        left.findIndex((other) => idOf(other.offering) === idOf(offering)) === index && !usedSomewhere(idOf(offering)),
    )
    .map(({ offering, tooDearByUsdPerHour, insteadRuns, ...rest }) => ({
      ...rest,
      offering: idOf(offering),
      // Beyond the sixth digit are crumbs of the solver.
      tooDearByUsdPerHour: tooDearByUsdPerHour === null ? null : Number(tooDearByUsdPerHour.toFixed(6)),
      insteadRuns: [...new Set(insteadRuns.map(idOf))],
    }));
}

/** Terraform holds one size, and nothing moves it: all that is ever needed, all the time. */
function fixedGroup(group: NodeGroupPlan): NodeGroupPlan {
  const { ceiling, schedule } = group;
  return { ...group, floor: ceiling, peak: ceiling, schedule: [{ from: schedule[0].from, nodes: ceiling }] };
}

function fixedCost(groups: readonly NodeGroupPlan[]): number {
  return groups.reduce((sum, { peak, usdPerHour }) => sum + peak * usdPerHour, 0);
}

/** All of them, all the time. */
function ownCost(groups: readonly NodeGroupPlan[]): number {
  return groups.reduce((sum, { ceiling, usdPerHour }) => sum + ceiling * usdPerHour, 0);
}

function assembleGroup(pool: string, offering: Offering, spans: readonly SizedSegment[], key: string, ceiling: number): NodeGroupPlan {
  const counts = spans.map((span) => ({ from: formatTime(span.from), nodes: span.nodes[key] ?? 0 }));
  const schedule: readonly NodeStep[] = counts.filter((step, index) => index === 0 || step.nodes !== counts[index - 1].nodes);
  const nodes = schedule.map((step) => step.nodes);
  return {
    name: groupName(pool, { ...offering, reservation: offering.reservation?.id }),
    instanceType: offering.instanceType,
    capacityType: offering.capacityType,
    ...(offering.zone !== undefined && { zone: offering.zone }),
    ...(offering.reservation && { reservation: offering.reservation.id }),
    floor: Math.min(...nodes),
    peak: Math.max(...nodes),
    ceiling,
    schedule,
    usdPerHour: offering.usdPerHour,
    node: nodeFacts(offering),
  };
}

function nodeFacts(offering: Offering): NodeFacts {
  return {
    gpus: offering.gpus,
    gpuName: offering.gpuName,
    vCpu: offering.vCpu,
    memoryMiB: offering.memoryMiB,
    allocatableCpuMilli: offering.allocatableCpuMilli,
    allocatableMemoryMiB: offering.allocatableMemoryMiB,
    daemonSetCpuMilli: offering.daemonSetCpuMilli,
    daemonSetMemoryMiB: offering.daemonSetMemoryMiB,
    maxPods: offering.maxPods,
    arch: offering.arch,
    efaInterfaces: offering.efaInterfaces,
    localNvmeGB: offering.localNvmeGB,
  };
}

function meanUsdPerHour(offerings: readonly Offering[], spans: readonly SizedSegment[], key: (offering: Offering) => string): number {
  let usdHours = 0;
  let hours = 0;
  for (const { from, to, nodes } of spans) {
    const length = (to - from) / 3_600_000;
    hours += length;
    for (const offering of offerings) usdHours += (nodes[key(offering)] ?? 0) * offering.usdPerHour * length;
  }
  return hours === 0 ? 0 : usdHours / hours;
}
