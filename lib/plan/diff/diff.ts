import type { CapacityConfig } from '../../config';
import { HOUR_MS } from '../../units';
import { type CapacityPlan, mostAtATime, type PlanWarning, type PoolPlan, spanOf, stepsOf, type WorkloadPlan } from '../file';
import { adviceChanges } from './commit-diff';
import { bindingText } from '../explain';
import { demandDiff, type DemandDiff } from './demand-causes';
import { differences, groupFigures, inputThatChanged, poolFigures } from './figures-of';
import { comparePeriods, meanOver } from './hours';
import { nodeHours, poolCauses } from './pool-causes';
import type { Cause, Change, DiffSide, PlanDiff, PoolDiff, Totals } from './types';
import { windowsDiff } from './windows-diff';
import { workloadAlone, workloadDiff } from './workload-diff';

/**
 * What a plan changes against another one: totals, what made the dollars differ, then what moves of each workload and pool, and what is
 * deployed anew. From the two files alone: no history is read, nothing is planned.
 *
 * @param config of the plan after, for the deadlines of jobs and how soon plans are deployed. @default neither is known
 */
export function diffPlans(before: CapacityPlan, after: CapacityPlan, config: CapacityConfig | null = null): PlanDiff {
  const plans = { before, after };
  const periods = comparePeriods(spanOf(before), spanOf(after));
  const demands = new Map(namesOf(before.workloads, after.workloads).map((name) => [name, demandOf(plans, name, periods)] as const));
  const workloads = [...demands].flatMap(([name, demand]) => {
    const [old, fresh] = [inPlan(before.workloads, name), inPlan(after.workloads, name)];
    const windows = windowsDiff(plans, name, config);
    if (old === undefined && fresh !== undefined) return [workloadAlone(fresh, name, 'added', demand.replicaHours.after, windows)];
    if (fresh === undefined && old !== undefined) return [workloadAlone(old, name, 'removed', demand.replicaHours.before, windows)];
    return workloadDiff(plans, name, demand, windows) ?? [];
  });
  const poolNames = namesOf(before.pools, after.pools);
  const byPool = new Map(poolNames.map((name) => [name, sorted(poolCauses(plans, name, demands))] as const));
  const pools = poolNames.flatMap((name) => poolDiff(plans, name, byPool.get(name) ?? []) ?? []);
  const causes = sorted([...byPool.values()].flat());
  const changed = new Set([...workloads, ...pools].map(({ name }) => name));
  const warnings = { gone: onlyIn(before.warnings, after.warnings), come: onlyIn(after.warnings, before.warnings) };
  return {
    name: after.name,
    before: sideOf(before),
    after: sideOf(after),
    isChanged: changed.size > 0 || warnings.come.length > 0 || before.cost.usd.p95 !== after.cost.usd.p95,
    totals: totalsOf(plans, demands),
    causes,
    workloads,
    pools,
    unchanged: [...demands.keys(), ...poolNames].filter((name) => !changed.has(name)),
    guardrails: guardrailsIn(after),
    warnings,
    advice: adviceChanges(plans),
    binding: after.binding.map((fact) => `${fact.limit}: ${bindingText(fact)}`),
  };
}

const inPlan = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function sorted(causes: readonly Cause[]): Cause[] {
  return [...causes].sort((a, b) => Math.abs(b.usd) - Math.abs(a.usd) || (a.of < b.of ? -1 : 1));
}

function namesOf(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function demandOf(plans: Change<CapacityPlan>, name: string, periods: ReturnType<typeof comparePeriods>): DemandDiff {
  const [old, fresh] = [inPlan(plans.before.workloads, name), inPlan(plans.after.workloads, name)];
  if (old !== undefined && fresh !== undefined) return demandDiff(plans, name, periods);
  return {
    replicaHours: { before: replicaHours(old, plans.before), after: replicaHours(fresh, plans.after) },
    causes: [],
    kindAt: () => (old === undefined ? 'added' : 'removed'),
  };
}

/** Replica-hours of a workload in the horizon of its plan, as nodes are there for them. */
export function replicaHours(workload: WorkloadPlan | undefined, plan: CapacityPlan): number {
  if (workload === undefined) return 0;
  const { start, end } = spanOf(plan);
  return (
    (meanOver(
      stepsOf(workload.schedule, ({ replicas }) => replicas),
      start,
      end,
    ) *
      (end - start)) /
    HOUR_MS
  );
}

function sideOf({ digest, asOf, dataThrough, validUntil, horizon }: CapacityPlan): DiffSide {
  return { digest, asOf, dataThrough, validUntil, horizon };
}

function totalsOf({ before, after }: Change<CapacityPlan>, demands: ReadonlyMap<string, DemandDiff>): Totals {
  const gpus = (plan: CapacityPlan, side: 'before' | 'after') =>
    [...demands].reduce((sum, [name, demand]) => {
      const workload = inPlan(plan.workloads, name);
      return workload === undefined || workload.resources.gpus === 0 ? sum : sum + demand.replicaHours[side] * workload.resources.gpus;
    }, 0);
  const nodes = ({ pools }: CapacityPlan) =>
    mostAtATime(
      Object.values(pools).flatMap(({ groups }) => groups),
      () => 1,
    );
  return {
    usd: { before: before.cost.usd, after: after.cost.usd },
    usdPerMonth: { before: before.cost.usdPerMonth, after: after.cost.usdPerMonth },
    usdPerMonthNow: after.cost.usdPerMonth.now,
    gpuHours: { before: gpus(before, 'before'), after: gpus(after, 'after') },
    nodes: { before: nodes(before), after: nodes(after) },
  };
}

/** @param causes of the pool's dollars, the largest first */
function poolDiff(plans: Change<CapacityPlan>, name: string, causes: readonly Cause[]): PoolDiff | null {
  const { before, after } = plans;
  const [old, fresh] = [inPlan(before.pools, name), inPlan(after.pools, name)];
  const hours = (pool: PoolPlan | undefined, plan: CapacityPlan) =>
    pool === undefined ? 0 : pool.groups.reduce((sum, group) => sum + nodeHours(group, pool, spanOf(plan)), 0);
  // How many nodes there are follows from what asks for them; a price and what the pool is said to be, from an input.
  const nodes = new Set([...(old?.groups ?? []), ...(fresh?.groups ?? [])].map((group) => group.name));
  const largest = causes.find(({ kind }) => kind !== 'price') ?? causes.at(0);
  const becauseOfNodes =
    largest === undefined ? inputThatChanged(plans) : largest.of === name ? largest.text : `${largest.of}: ${largest.text}`;
  const figures = differences(figuresIn(old, fresh), figuresIn(fresh, old)).map((figure) => ({
    ...figure,
    because: nodes.has(figure.figure) ? becauseOfNodes : inputThatChanged(plans),
  }));
  const change = { before: hours(old, before), after: hours(fresh, after) };
  if (figures.length === 0 && change.before === change.after) return null;
  return {
    name,
    is: old === undefined ? 'added' : fresh === undefined ? 'removed' : 'changed',
    figures,
    nodeHours: change,
    usd: { before: old?.usd.p95 ?? 0, after: fresh?.usd.p95 ?? 0 },
    deploys: deploysOf(old, fresh, after),
  };
}

function guardrailsIn({ warnings, workloads }: CapacityPlan): string[] {
  return [
    ...warnings.filter(({ code }) => code.startsWith('guardrail/')).map(({ path, message }) => `${path}: ${message}`),
    ...Object.entries(workloads).flatMap(([name, { reasons }]) =>
      reasons.filter(({ code }) => code.startsWith('guardrail/')).map(({ text }) => `workloads.${name}: ${text}`),
    ),
  ];
}

/** Of a pool that is in one plan alone only its node groups are told. */
function figuresIn(pool: PoolPlan | undefined, other: PoolPlan | undefined): Readonly<Record<string, string>> {
  if (pool === undefined) return {};
  if (other !== undefined) return poolFigures(pool);
  return Object.fromEntries(pool.groups.flatMap((group) => Object.entries(groupFigures(group))));
}

/** What of a pool's node groups is made, changed or left. */
function deploysOf(old: PoolPlan | undefined, fresh: PoolPlan | undefined, after: CapacityPlan): readonly string[] {
  const [were, are] = [old?.groups ?? [], fresh?.groups ?? []];
  const isOwn = fresh !== undefined && (fresh.owner === 'none' || fresh.owner === 'external');
  if (isOwn) return ['no node group: its machines are not moved from here'];
  const retiring = new Set(Object.values(after.retiring ?? {}).flatMap(({ groups }) => groups.map(({ name }) => name)));
  const come = are.filter(({ name }) => were.every((group) => group.name !== name)).map(({ name }) => name);
  const gone = were.filter(({ name }) => are.every((group) => group.name !== name)).map(({ name }) => name);
  const sized = are.filter((group) =>
    were.some((one) => one.name === group.name && (one.floor !== group.floor || one.ceiling !== group.ceiling)),
  );
  return [
    ...(come.length > 0 ? [`new node groups: ${come.join(', ')}`] : []),
    ...gone.map((name) =>
      retiring.has(name) ? `${name} retires: its nodes stay until it is empty and cluster.retired names it` : `${name} is taken away`,
    ),
    ...(sized.length > 0 ? [`limits of ${sized.map(({ name }) => name).join(', ')} move; no node is replaced`] : []),
  ];
}

function onlyIn(warnings: readonly PlanWarning[], others: readonly PlanWarning[]): readonly PlanWarning[] {
  return warnings.filter(({ code, path, message }) =>
    others.every((other) => other.code !== code || other.path !== path || other.message !== message),
  );
}
