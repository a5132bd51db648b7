import { formatFigure, formatShort } from '../../figures';
import { formatTime, HOUR_MS, timeOf } from '../../units';
import { shortPercent } from '../explain';
import { type NodeGroupPlan, type PoolPlan, type PoolValley, type Reason, stepAt } from '../file';
import { otherReplicas, type OtherLoad } from './other-load';

/**
 * Pools with what each that states `valley` has room for beside what runs: GPUs of the nodes that it pays for in a period, less those of its
 * workloads at that quantile of their load and of jobs in their windows. Held reservations and machines of one's own count whole, whether
 * planned for or not.
 */
export function withValleys(input: OtherLoad, pools: Readonly<Record<string, PoolPlan>>): Record<string, PoolPlan> {
  return Object.fromEntries(
    Object.entries(pools).map(([name, pool]) => {
      const stated = input.config.pools[name];
      if (stated.kind !== 'gpuPool' || stated.valley === undefined) return [name, pool];
      const valley = valleyOf(input, name, pool, stated.valley);
      return [name, { ...pool, valley, reasons: [...pool.reasons, valleyReason(valley, input.grid)] }];
    }),
  );
}

function valleyOf(input: OtherLoad, name: string, { groups }: PoolPlan, quantile: number): PoolValley {
  const { config, grid, resources } = input;
  const used = Object.keys(config.workloads)
    .filter((workload) => config.workloads[workload].pool === name)
    .map((workload) => ({ gpus: resources[workload].gpus, replicas: otherReplicas(input, workload, quantile) }));
  const free = Array.from({ length: grid.steps }, (_, step) => {
    const [from, to] = [grid.start + step * grid.periodMs, grid.start + (step + 1) * grid.periodMs];
    const there = groups.reduce((sum, group) => sum + group.node.gpus * nodesThroughout(input, name, group, from, to), 0);
    const taken = used.reduce((sum, { gpus, replicas }) => sum + gpus * replicas[step], 0);
    return Math.max(0, Math.floor(there - taken + 1e-9));
  });
  const schedule = free.flatMap((gpus, step) =>
    step > 0 && gpus === free[step - 1] ? [] : [{ from: formatTime(grid.start + step * grid.periodMs), gpus }],
  );
  return { quantile, schedule };
}

/** Nodes of a group that are paid for all through a period. */
function nodesThroughout({ offerings }: OtherLoad, pool: string, group: NodeGroupPlan, from: number, to: number): number {
  if (group.capacityType === 'own') return group.ceiling;
  const held =
    group.reservation === undefined ? undefined : offerings[pool].find(({ reservation }) => reservation?.id === group.reservation);
  if (held?.reservation) return held.reservation.from <= from && held.reservation.to >= to ? held.reservation.count : 0;
  const within = group.schedule.filter((step) => timeOf(step.from) > from && timeOf(step.from) < to).map(({ nodes }) => nodes);
  return Math.min(stepAt(group.schedule, from).nodes, ...within);
}

/** What a valley holds, in a sentence. */
function valleyReason({ quantile, schedule }: PoolValley, { start, steps, periodMs }: OtherLoad['grid']): Reason {
  const end = start + steps * periodMs;
  const gpuHours = schedule.reduce((sum, { from, gpus }, index) => {
    const until = index + 1 < schedule.length ? timeOf(schedule[index + 1].from) : end;
    return sum + (gpus * (until - timeOf(from))) / HOUR_MS;
  }, 0);
  const counts = schedule.map(({ gpus }) => gpus);
  return {
    code: 'pool/valley',
    text: `room for batch work on nodes that are paid for anyway, at the ${shortPercent(quantile)} quantile of what runs and beside the windows of jobs: ${formatFigure(Math.min(...counts))} to ${formatFigure(Math.max(...counts))} GPU by the hour, ${formatShort(gpuHours)} GPU-hours in the horizon`,
  };
}
