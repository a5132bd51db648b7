import { formatTime, HOUR_MS, timeOf } from '../../units';
import { type Contradiction, isNear, isWithinRounding, type PlanSpan } from './contradiction';
import { usdNextMonth } from './month';
import { stepsOf } from './steps';
import type { CapacityPlan, PoolPlan } from './types';

/** What must add up in a plan: what nodes have room for against what replicas ask for, and what parts cost against the whole. */
export function addUpProblems(plan: CapacityPlan, span: PlanSpan): Contradiction[] {
  return [
    ...Object.keys(plan.pools).flatMap((name) => [...roomContradictions(plan, name, span), ...poolCostContradictions(plan, name, span)]),
    ...costContradictions(plan, span),
  ];
}

type Resource = {
  readonly unit: string;
  readonly asked: 'gpus' | 'cpuMilli' | 'memoryMiB';
  readonly has: (node: PoolPlan['groups'][number]['node']) => number;
};

const resources: readonly Resource[] = [
  { unit: 'GPU', asked: 'gpus', has: ({ gpus }) => gpus },
  { unit: 'mCPU', asked: 'cpuMilli', has: (node) => node.allocatableCpuMilli - node.daemonSetCpuMilli },
  { unit: 'MiB of memory', asked: 'memoryMiB', has: (node) => node.allocatableMemoryMiB - node.daemonSetMemoryMiB },
];

/** At any time the scheduled nodes of a pool have as much of everything as its scheduled replicas ask for. */
function roomContradictions({ workloads, pools }: CapacityPlan, name: string, span: PlanSpan): Contradiction[] {
  const groups = pools[name].groups.map(({ node, schedule }) => ({ node, steps: stepsOf(schedule, ({ nodes }) => nodes) }));
  const own = Object.values(workloads)
    .filter(({ pool }) => pool === name)
    .map((workload) => ({
      asks: workload.resources,
      kept: workload.buffer?.replicas ?? 0,
      steps: stepsOf(workload.schedule, ({ replicas }) => replicas),
    }));
  const times = new Set([...groups, ...own].flatMap(({ steps }) => steps.map(({ from }) => from)).filter((from) => from < span.end));
  for (const at of [...times].sort((a, b) => a - b)) {
    const [nodes, replicas] = [groups, own].map((all) => all.map(({ steps }) => steps.findLast(({ from }) => from <= at)?.value ?? 0));
    for (const { unit, asked, has } of resources) {
      const needed = own.reduce((sum, { asks, kept }, index) => sum + asks[asked] * (replicas[index] + kept), 0);
      const there = groups.reduce((sum, { node }, index) => sum + has(node) * nodes[index], 0);
      if (!isWithinRounding(needed, there))
        return [
          {
            path: ['pools', name, 'groups'],
            message: `have ${there} ${unit} at ${formatTime(at)}, and the replicas scheduled then ask for ${needed}`,
          },
        ];
    }
  }
  return [];
}

/** What groups have of something at its highest, each as much a node as `weight` says. */
export function mostAtATime(groups: readonly PoolPlan['groups'][number][], weight: (group: PoolPlan['groups'][number]) => number): number {
  const all = groups.map((group) => ({ weight: weight(group), steps: stepsOf(group.schedule, ({ nodes }) => nodes) }));
  const times = [...new Set(all.flatMap(({ steps }) => steps.map(({ from }) => from)))];
  const at = (time: number) => all.reduce((sum, one) => sum + one.weight * (one.steps.findLast(({ from }) => from <= time)?.value ?? 0), 0);
  return Math.max(0, ...times.map(at));
}

function poolCostContradictions({ workloads, pools }: CapacityPlan, name: string, { start, end }: PlanSpan): Contradiction[] {
  const { usd, usdPerMonth, groups, owner } = pools[name];
  const nodes = (group: PoolPlan['groups'][number]): number => {
    if (owner === 'terraform') return group.peak;
    if (owner === 'none') return group.ceiling;
    const [begin] = group.schedule;
    const hours = group.schedule.reduce(
      (sum, step, index) => sum + step.nodes * (timeOf(group.schedule[index + 1]?.from ?? formatTime(end)) - timeOf(step.from)),
      0,
    );
    return begin === undefined ? 0 : hours / (end - timeOf(begin.from));
  };
  const sum = (groups.reduce((total, group) => total + nodes(group) * group.usdPerHour, 0) * (end - start)) / HOUR_MS;
  const shares = Object.values(workloads).filter(({ pool }) => pool === name);
  const ofShares = (kind: 'usd' | 'usdPerMonth', cost: number): Contradiction[] => {
    const shared = shares.reduce((total, workload) => total + workload[kind].p95, 0);
    const path = ['pools', name, kind, 'p95'];
    return shared === 0 || isNear(cost, shared)
      ? []
      : [{ path, message: `is ${cost}, and the shares of its workloads add up to ${shown(shared)}` }];
  };
  return [
    ...(isNear(usd.p95, sum)
      ? []
      : [{ path: ['pools', name, 'usd', 'p95'], message: `is ${usd.p95}, and its node groups cost ${shown(sum)} by their schedules` }]),
    ...ofShares('usd', usd.p95),
    ...ofShares('usdPerMonth', usdPerMonth.p95),
  ];
}

function costContradictions({ cost, pools }: CapacityPlan, { start, end }: PlanSpan): Contradiction[] {
  const { usd, usdPerMonth, usdNextMonth: month, bound, gapPercent } = cost;
  const gap = usd.p95 > 0 ? 100 * (1 - bound / usd.p95) : 0;
  const sums = (['usd', 'usdPerMonth'] as const).flatMap((field) =>
    (['p50', 'p95'] as const).flatMap((kind): Contradiction[] => {
      const sum = Object.values(pools).reduce((total, pool) => total + pool[field][kind], 0);
      return isNear(cost[field][kind], sum)
        ? []
        : [{ path: ['cost', field, kind], message: `is ${cost[field][kind]}, and the pools add up to ${shown(sum)}` }];
    }),
  );
  const months = (['p50', 'p95'] as const).flatMap((kind): Contradiction[] => {
    const made = usdNextMonth({ usd: usd[kind], horizonMs: end - start, usdPerMonth: usdPerMonth[kind] });
    return isNear(month[kind], made)
      ? []
      : [{ path: ['cost', 'usdNextMonth', kind], message: `is ${month[kind]}, and horizon and ordinary time come to ${shown(made)}` }];
  });
  return [
    ...sums,
    ...months,
    ...nowContradictions(usdPerMonth.now, Object.values(pools)),
    ...(isWithinRounding(bound, usd.p95) ? [] : [{ path: ['cost', 'bound'], message: `is ${bound}, above the cost of ${usd.p95}` }]),
    ...(Math.abs(gap - gapPercent) < 0.01
      ? []
      : [{ path: ['cost', 'gapPercent'], message: `is ${gapPercent}, and bound and cost are ${shown(gap)} % apart` }]),
  ];
}

function nowContradictions(now: number | null, pools: readonly PoolPlan[]): Contradiction[] {
  const known = pools.flatMap(({ usdPerMonth }) => usdPerMonth.now ?? []);
  const sum = known.length < pools.length ? null : known.reduce((total, usd) => total + usd, 0);
  const agrees = now === null || sum === null ? now === sum : isNear(now, sum);
  return agrees
    ? []
    : [
        {
          path: ['cost', 'usdPerMonth', 'now'],
          message: `is ${now}, and what runs now in the pools costs ${sum === null ? 'nobody knows what' : shown(sum)}`,
        },
      ];
}

const shown = (value: number): number => Number(value.toPrecision(6));
