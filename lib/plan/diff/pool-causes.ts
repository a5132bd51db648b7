import { formatPrice } from '../../figures';
import { HOUR_MS } from '../../units';
import { type CapacityPlan, type NodeGroupPlan, type PlanSpan, type PoolPlan, spanOf, stepsOf } from '../file';
import type { DemandDiff } from './demand-causes';
import { meanOver } from './hours';
import type { Cause, Change } from './types';

/** Node-hours of a group that are paid for in the horizon of its plan. */
export function nodeHours(group: NodeGroupPlan, { owner }: Pick<PoolPlan, 'owner'>, { start, end }: PlanSpan): number {
  const mean =
    owner === 'terraform'
      ? group.peak
      : owner === 'none'
        ? group.ceiling
        : meanOver(
            stepsOf(group.schedule, ({ nodes }) => nodes),
            start,
            end,
          );
  return (mean * (end - start)) / HOUR_MS;
}

/** What a pool's replicas ask for in an hour, as its cost is shared: GPUs, without GPUs thousandths of a CPU. */
export function askedOf({ workloads, pools }: CapacityPlan, name: string): number {
  const { pool, resources } = workloads[name];
  return pools[pool].kind === 'gpuPool' ? resources.gpus : resources.cpuMilli;
}

/**
 * What made a pool's dollars of the horizon differ; the parts add up to the change.
 *
 * What replicas ask for is taken at what it cost per hour before, by the causes of each workload; prices at the nodes of before; the rest
 * lies in which nodes run and how full they are. Where nodes that are there take up a part of what more is asked for, the causes share what
 * is left of it.
 */
export function poolCauses(plans: Change<CapacityPlan>, name: string, demands: ReadonlyMap<string, DemandDiff>): Cause[] {
  const { before, after } = plans;
  const [old, fresh] = [before.pools, after.pools].map((pools) => pools[name] as PoolPlan | undefined);
  const change = (fresh?.usd.p95 ?? 0) - (old?.usd.p95 ?? 0);
  if (old === undefined || fresh === undefined) {
    const there = old === undefined ? after : before;
    const members = [...demands.keys()].filter((member) => poolOf(there, member) === name);
    const kind = old === undefined ? 'added' : 'removed';
    return [{ kind, of: name, text: `pool ${kind}${members.length > 0 ? `, with ${members.join(', ')}` : ''}`, usd: change }];
  }
  const asked = [before, after].map((plan) => askedInAll(plan, name, demands, plan === before ? 'before' : 'after'));
  const usdPerAsked = asked[0] > 0 ? old.usd.p95 / asked[0] : asked[1] > 0 ? fresh.usd.p95 / asked[1] : 0;
  const found = [...workloadCauses(plans, name, demands, usdPerAsked), ...priceCauses(plans, name)];
  const sum = found.reduce((total, { usd }) => total + usd, 0);
  const isTakenUp = sum !== 0 && change * sum >= 0 && Math.abs(change) < Math.abs(sum);
  const causes = isTakenUp ? found.map((cause) => ({ ...cause, usd: cause.usd * (change / sum) })) : found;
  const left = isTakenUp ? 0 : change - sum;
  return [...causes, { kind: 'nodes' as const, of: name, text: nodesText(old, fresh), usd: left }].filter(({ usd }) => usd !== 0);
}

function askedInAll(plan: CapacityPlan, pool: string, demands: ReadonlyMap<string, DemandDiff>, side: 'before' | 'after'): number {
  const own = [...demands].filter(([name]) => poolOf(plan, name) === pool);
  return own.reduce((sum, [name, { replicaHours }]) => sum + replicaHours[side] * askedOf(plan, name), 0);
}

function workloadCauses(
  { before, after }: Change<CapacityPlan>,
  pool: string,
  demands: ReadonlyMap<string, DemandDiff>,
  usd: number,
): Cause[] {
  return [...demands].flatMap(([name, { replicaHours, causes }]): Cause[] => {
    const [was, is] = [before, after].map((plan) => poolOf(plan, name));
    if (was !== pool && is !== pool) return [];
    if (was !== pool) {
      const [kind, text] = was === undefined ? (['added', 'workload added'] as const) : (['moved', `moves from ${was}`] as const);
      return [{ kind, of: name, text, usd: replicaHours.after * askedOf(after, name) * usd }];
    }
    if (is !== pool) {
      const [kind, text] = is === undefined ? (['removed', 'workload removed'] as const) : (['moved', `moves to ${is}`] as const);
      return [{ kind, of: name, text, usd: -replicaHours.before * askedOf(before, name) * usd }];
    }
    const [a, b] = [askedOf(before, name), askedOf(after, name)];
    const size: Cause[] =
      a === b ? [] : [{ kind: 'size', of: name, text: sizeText(before, after, name), usd: replicaHours.after * (b - a) * usd }];
    return [...causes.map(({ kind, text, replicaHours: more }) => ({ kind, of: name, text, usd: more * a * usd })), ...size];
  });
}

function poolOf({ workloads }: CapacityPlan, name: string): string | undefined {
  return Object.hasOwn(workloads, name) ? workloads[name].pool : undefined;
}

function sizeText(before: CapacityPlan, after: CapacityPlan, name: string): string {
  const [a, b] = [before, after].map((plan) => askedOf(plan, name));
  return before.pools[before.workloads[name].pool].kind === 'gpuPool'
    ? `a replica asks for ${a} -> ${b} GPU`
    : `a replica asks for ${a} -> ${b} thousandths of a CPU`;
}

/** Groups that are in both, at another price. */
function priceCauses({ before, after }: Change<CapacityPlan>, pool: string): Cause[] {
  return before.pools[pool].groups.flatMap((group): Cause[] => {
    const now = after.pools[pool].groups.find(({ name }) => name === group.name);
    if (now === undefined || now.usdPerHour === group.usdPerHour) return [];
    const usd = nodeHours(group, before.pools[pool], spanOf(before)) * (now.usdPerHour - group.usdPerHour);
    const text = `an hour of ${group.instanceType} (${group.capacityType}) costs ${formatPrice(group.usdPerHour)} -> ${formatPrice(now.usdPerHour)} USD`;
    return [{ kind: 'price', of: pool, text, usd }];
  });
}

function nodesText(old: PoolPlan, fresh: PoolPlan): string {
  const [come, gone] = [namesOnlyIn(fresh, old), namesOnlyIn(old, fresh)];
  const texts = [
    ...(come.length > 0 ? [`${come.join(', ')} ${come.length === 1 ? 'comes' : 'come'}`] : []),
    ...(gone.length > 0 ? [`${gone.join(', ')} ${gone.length === 1 ? 'goes' : 'go'}`] : []),
    ...(old.owner === fresh.owner ? [] : [`nodes are moved by ${fresh.owner} in place of ${old.owner}`]),
  ];
  return texts.length > 0 ? `other nodes: ${texts.join('; ')}` : 'what whole nodes leave free, and which kinds of node run';
}

function namesOnlyIn({ groups }: PoolPlan, other: PoolPlan): string[] {
  return groups.map(({ name }) => name).filter((name) => other.groups.every((group) => group.name !== name));
}
