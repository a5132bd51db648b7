import { canonicalJson } from '../../digest';
import { catalogDigest, instancesByType, quotaCode, sizesOf, usualNodesPerGroup } from '../../catalog';
import {
  type CapacityConfig,
  configDigest,
  isAutoscaled,
  isDeferrable,
  isJob,
  isMeasuredByLoad,
  kindOf,
  networkZones,
  plainReservation,
  type PoolConfig,
  poolOwnerOf,
  reservationsOf,
  type WorkloadConfig,
} from '../../config';
import { placeIn, type Problem, ProblemError, shownValue } from '../../problems';
import { formatDuration, formatTime, HOURS_PER_MONTH, parseDuration, timeOf } from '../../units';
import { aheadOf, floorOwnerOf, leadMsOf } from '../workload-facts';
import { spanOf } from './agreement';
import { isWithinRounding, type Path } from './contradiction';
import { mostAtATime } from './sums';
import type { CapacityPlan, NodeFacts, NodeGroupPlan, PoolPlan, WorkloadPlan } from './types';

/** A field of a plan beside what its config says; `expected` as a message shows it. */
type Difference = { readonly path: Path; readonly expected: string; readonly received: unknown };

/**
 * Proves that a plan belongs to a config: by the digest that it names, and by all that the config says itself, whatever the digest is.
 *
 * @param path where the plan stands, for messages
 * @throws ProblemError `plan/other-config` alone where the config has changed since, else `plan/not-of-config` for each field
 */
export function verifyPlanMatches(plan: CapacityPlan, config: CapacityConfig, path: string): void {
  const problems = configProblems(plan, config, path);
  if (problems.length > 0) throw new ProblemError(problems);
}

/** @throws ProblemError `plan/other-config` */
export function configProblems(plan: CapacityPlan, config: CapacityConfig, path: string): Problem[] {
  if (plan.sources.config !== configDigest(config)) {
    throw new ProblemError({
      code: 'plan/other-config',
      path,
      message: 'was made from another config: a field that can change a size has changed since',
      expected: configDigest(config).slice(0, 19),
      received: plan.sources.config.slice(0, 19),
      hint: 'run `foresize plan` and review the new plan',
    });
  }
  return [headDifferences, workloadDifferences, poolDifferences, quotaDifferences]
    .flatMap((differences) => differences(plan, config))
    .map((difference) => ({
      code: 'plan/not-of-config',
      path: placeIn(path, difference.path),
      message: 'is not what the config says',
      expected: difference.expected,
      received: difference.received === undefined ? 'nothing' : shownValue(difference.received),
      hint: 'run `foresize plan` to make the plan anew',
    }));
}

function headDifferences(plan: CapacityPlan, config: CapacityConfig): Difference[] {
  const { horizon, guardrails, limits } = config;
  const valid = timeOf(plan.validUntil) - timeOf(plan.asOf);
  const { p95 } = plan.cost.usdNextMonth;
  const budget = limits.budget === undefined ? Infinity : limits.budget * HOURS_PER_MONTH;
  return [
    ...unequal(['name'], plan.name, config.name),
    ...unequal(['region'], plan.region, config.region),
    ...unequal(['timeZone'], plan.timeZone, config.timeZone),
    ...(parseDuration(plan.period) === config.period ? [] : [differs(['period'], plan.period, formatDuration(config.period))]),
    ...(parseDuration(plan.horizon) === horizon ? [] : [differs(['horizon'], plan.horizon, formatDuration(horizon))]),
    ...(guardrails.validity === undefined || valid === Math.min(horizon, guardrails.validity)
      ? []
      : [differs(['validUntil'], plan.validUntil, `${formatDuration(Math.min(horizon, guardrails.validity))} after asOf`)]),
    ...(isWithinRounding(p95, budget) ? [] : [differs(['cost', 'usdNextMonth', 'p95'], p95, `at most the budget of ${budget}`)]),
  ];
}

function workloadDifferences(plan: CapacityPlan, config: CapacityConfig): Difference[] {
  const { workloads } = plan;
  return [
    ...overrideDifferences(plan, config),
    ...sameNames(['workloads'], workloads, config.workloads),
    ...Object.keys(workloads)
      .filter((name) => Object.hasOwn(config.workloads, name))
      .flatMap((name): Difference[] => {
        const [plan, workload] = [workloads[name], config.workloads[name]];
        const most = Math.max(workload.ceiling ?? Infinity, ...(plan.overrides ?? []).map(({ ceiling }) => ceiling ?? 0));
        const at = (field: string) => ['workloads', name, field];
        return [
          ...unequal(at('kind'), plan.kind, kindOf(workload)),
          ...unequal(at('form'), plan.form, 'form' in workload ? workload.form : null),
          ...unequal(at('pool'), plan.pool, workload.pool),
          ...unequal(at('owner'), plan.owner, floorOwnerOf(workload)),
          ...unequal(at('buffer'), canonicalJson(plan.buffer ?? null), canonicalJson((isAutoscaled(workload) && workload.buffer) || null)),
          ...unequal(at('ahead'), plan.ahead ?? null, aheadOf(workload) ?? null),
          ...unequal(at('protect'), plan.protect, workload.protect),
          ...unequal(at('coldStartSeconds'), plan.coldStartSeconds, workload.coldStart / 1_000),
          ...(plan.ceiling <= most ? [] : [differs(at('ceiling'), plan.ceiling, `at most ${most}`)]),
          ...(workload.floor === undefined || plan.floor >= (isDeferrable(workload) ? Math.min(workload.floor, plan.peak) : workload.floor)
            ? []
            : [differs(at('floor'), plan.floor, `at least ${workload.floor}`)]),
          ...(isJob(workload) ? [] : unequal(at('leadSeconds'), plan.leadSeconds, leadMsOf(config, workload) / 1_000)),
          ...replicaDifferences(plan, workload, ['workloads', name]),
        ];
      }),
  ];
}

/** The overrides of each workload: those of the config that have not ended and begin within the horizon. */
function overrideDifferences(plan: CapacityPlan, { overrides, workloads }: CapacityConfig): Difference[] {
  const [asOf, { end }] = [timeOf(plan.asOf), spanOf(plan)];
  return Object.keys(plan.workloads).flatMap((name) => {
    const stated = overrides
      .filter(({ workload, from, until }) => workload === name && until > asOf && (from ?? asOf) < end)
      .map(({ floor, ceiling, from, until, because, by }) =>
        canonicalJson({ floor, ceiling, from: from === undefined ? undefined : formatTime(from), until: formatTime(until), because, by }),
      );
    const planned = (plan.workloads[name].overrides ?? []).map((override) => canonicalJson(override));
    if (!Object.hasOwn(workloads, name) || canonicalJson([...stated].sort()) === canonicalJson([...planned].sort())) return [];
    return [differs(['workloads', name, 'overrides'], plan.workloads[name].overrides, `${stated.length} of the config`)];
  });
}

/** What one replica asks for and carries, as far as the config states it and nothing lets the plan change it. */
function replicaDifferences(plan: WorkloadPlan, workload: WorkloadConfig, path: Path): Difference[] {
  const { throughputPerReplica, load, resources } = plan;
  if (!isMeasuredByLoad(workload)) return unequal([...path, 'throughputPerReplica'], throughputPerReplica, 1);
  const { gpus, gpuTypes } = workload.replica;
  const isAsStated = !('scaling' in workload) || workload.scaling === undefined;
  const types = plan.gpuTypes ?? [];
  return [
    ...(gpus === undefined || !isAsStated ? [] : unequal([...path, 'resources', 'gpus'], resources.gpus, gpus)),
    ...(types.length === 0 || gpuTypes !== undefined ? [] : [differs([...path, 'gpuTypes'], types, 'none: the config names none')]),
    ...(workload.kind === 'inference' && throughputPerReplica !== null
      ? carried(plan, workload.target, throughputPerReplica, load, path)
      : []),
  ];
}

/** The replicas that each period needs follow from its load, what a replica carries, and a target between those that may be in force. */
function carried(plan: WorkloadPlan, stated: number, throughput: number, load: WorkloadPlan['load'], path: Path): Difference[] {
  const own = 'load' in plan.target ? plan.target.load : stated;
  const targets = [own, stated, plan.replay?.settings.plan.headroom ?? stated];
  const [fewest, most] = [Math.max(...targets), Math.min(...targets)].map((target) => (amount: number) => amount / (throughput * target));
  const wrong = load.findIndex(
    ({ protected: amount, replicas }) => replicas < fewest(amount) * 0.9999 - 1e-6 || replicas > most(amount) * 1.0001 + 1,
  );
  if (wrong < 0) return [];
  const { protected: amount, replicas } = load[wrong];
  const expected = `about ${Math.ceil(most(amount))}, for ${amount} at ${throughput} a replica`;
  return [differs([...path, 'load', wrong, 'replicas'], replicas, expected)];
}

function poolDifferences({ pools, sources }: CapacityPlan, config: CapacityConfig): Difference[] {
  const used = new Set(Object.values(config.workloads).map(({ pool }) => pool));
  const wanted = Object.fromEntries(Object.entries(config.pools).filter(([name]) => used.has(name)));
  return [
    ...sameNames(['pools'], pools, wanted),
    ...Object.keys(pools)
      .filter((name) => Object.hasOwn(wanted, name))
      .flatMap((name): Difference[] => {
        const [plan, pool] = [pools[name], config.pools[name]];
        const at = (field: string) => ['pools', name, field];
        return [
          ...unequal(at('kind'), plan.kind, pool.kind),
          ...unequal(at('owner'), plan.owner, poolOwnerOf(pool)),
          ...unequal(at('bootSeconds'), plan.bootSeconds, pool.bootTime / 1_000),
          ...unequal(at('reservation'), plan.reservation, plainReservation(pool)),
          ...unequal(at('nodeSelector'), canonicalJson(plan.nodeSelector ?? null), canonicalJson(pool.nodeSelector ?? null)),
          ...unequal(at('taints'), canonicalJson(plan.taints ?? null), canonicalJson(pool.taints ?? null)),
          ...unequal(at('efa'), plan.efa ?? false, pool.efa ?? false),
          ...ceilingDifferences(plan, pool, at('groups')),
          ...plan.groups.flatMap((group, index) =>
            groupDifferences(group, ['pools', name, 'groups', index], config, name, sources.catalog === catalogDigest()),
          ),
        ];
      }),
  ];
}

/** A group against its pool in the config, and its nodes against the catalogue that the plan was made with. */
function groupDifferences(group: NodeGroupPlan, path: Path, config: CapacityConfig, name: string, isOfCatalog: boolean): Difference[] {
  const pool = config.pools[name];
  const { instanceType, capacityType, ceiling, zone, node } = group;
  const at = (field: string) => [...path, field];
  if (pool.machines !== undefined) {
    const machine = pool.machines.find((one) => one.name === instanceType);
    if (machine === undefined) return [differs(at('instanceType'), instanceType, pool.machines.map((one) => one.name).join(' or '))];
    return [
      ...unequal(at('capacityType'), capacityType, 'own'),
      ...(ceiling <= machine.count ? [] : [differs(at('ceiling'), ceiling, `at most ${machine.count}`)]),
      ...unequal([...path, 'node', 'gpus'], node.gpus, machine.gpus),
    ];
  }
  const held = reservationsOf(config, name).filter(({ id }) => id === group.reservation);
  const isReserved = group.reservation !== undefined;
  const types = isReserved ? held.map(({ instance }) => instance) : pool.instances;
  const capacities: readonly string[] = isReserved
    ? held.map(({ kind }) => kind)
    : plainReservation(pool) === null
      ? pool.capacity
      : ['reserved'];
  const most = isReserved ? Math.max(0, ...held.map(({ count }) => count)) : (config.limits.nodesPerGroup ?? usualNodesPerGroup);
  return [
    ...(types.includes(instanceType)
      ? []
      : [differs(at('instanceType'), instanceType, types.join(' or ') || 'a reservation of the config')]),
    ...(capacities.includes(capacityType)
      ? []
      : [differs(at('capacityType'), capacityType, capacities.join(' or ') || 'on-demand or spot')]),
    ...(zone === undefined || networkZones(config).includes(zone) ? [] : [differs(at('zone'), zone, networkZones(config).join(' or '))]),
    ...(ceiling <= most ? [] : [differs(at('ceiling'), ceiling, `at most ${most}`)]),
    ...(isOfCatalog ? nodeDifferences(group, path) : []),
  ];
}

function nodeDifferences({ instanceType, node }: NodeGroupPlan, path: Path): Difference[] {
  const facts = instancesByType.get(instanceType);
  if (facts === undefined) return [];
  const known: Partial<NodeFacts> = sizesOf(facts);
  return Object.entries(known).flatMap(([field, value]) => unequal([...path, 'node', field], node[field as keyof NodeFacts], value));
}

function ceilingDifferences({ groups }: PoolPlan, { ceiling }: PoolConfig, path: Path): Difference[] {
  if (ceiling === undefined) return [];
  const { amount, unit } = ceiling;
  const most = mostAtATime(groups, ({ node }) => ({ GPU: node.gpus, vCPU: node.vCpu, nodes: 1 })[unit]);
  return isWithinRounding(most, amount) ? [] : [differs(path, `${most} ${unit} at a time`, `at most ${amount} ${unit}`)];
}

function quotaDifferences({ pools }: CapacityPlan, { limits }: CapacityConfig): Difference[] {
  const groups = Object.values(pools).flatMap((pool) => pool.groups);
  return Object.entries(limits.quotas).flatMap(([code, most]) => {
    const counted = groups.filter(
      ({ instanceType, capacityType }) => capacityType !== 'own' && quotaCode(instanceType, capacityType) === code,
    );
    const used = mostAtATime(counted, ({ node }) => node.vCpu);
    return isWithinRounding(used, most) ? [] : [differs(['pools'], `${used} vCPU at a time`, `at most ${most} vCPU of quota ${code}`)];
  });
}

function sameNames(path: Path, planned: object, stated: object): Difference[] {
  return [
    ...Object.keys(stated).flatMap((name) =>
      Object.hasOwn(planned, name) ? [] : [differs([...path, name], undefined, 'as the config has it')],
    ),
    ...Object.keys(planned).flatMap((name) =>
      Object.hasOwn(stated, name) ? [] : [differs([...path, name], 'an entry', 'none: the config has none')],
    ),
  ];
}

const unequal = (path: Path, received: unknown, expected: unknown): Difference[] =>
  received === expected ? [] : [differs(path, received, shownValue(expected))];
const differs = (path: Path, received: unknown, expected: string): Difference => ({ path, expected, received });
