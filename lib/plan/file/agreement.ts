import { floorOwners } from '../../config';
import { placeIn, type Problem } from '../../problems';
import { formatTime, parseDuration, timeOf } from '../../units';
import { groupName } from './group-name';
import { type Contradiction, isWithinRounding, type Path, type PlanSpan } from './contradiction';
import { floorsOf } from './keep';
import { addUpProblems } from './sums';
import { type CapacityPlan, isServing, type NodeGroupPlan, type WorkloadPlan } from './types';

/**
 * What fields of a plan say against each other: times outside the horizon, floors above ceilings, schedules that do not hold what their
 * sums say, fewer nodes than the replicas need, money that does not add up. Every field by itself is of a range that it may have.
 */
export function agreementProblems(plan: CapacityPlan, file: string): Problem[] {
  const span = spanOf(plan);
  const found = [
    ...timeContradictions(plan, span),
    ...Object.keys(plan.workloads).flatMap((name) => workloadContradictions(plan, name, span)),
    ...groupNameContradictions(plan),
    ...Object.entries(plan.pools).flatMap(([name, pool]) =>
      pool.groups.flatMap((group, index) => groupContradictions(group, ['pools', name, 'groups', index], span)),
    ),
    ...addUpProblems(plan, span),
  ];
  return found.map(({ path, message }) => ({
    code: 'plan/contradiction',
    path: placeIn(file, path),
    message,
    hint: 'restore the file from version control, or run `foresize plan` to make it anew',
  }));
}

/** The schedule begins with the period that holds `asOf`. */
export function spanOf({ asOf, period, horizon, workloads }: CapacityPlan): PlanSpan {
  const [periodMs, horizonMs] = [parseDuration(period) ?? NaN, parseDuration(horizon) ?? NaN];
  const firsts = Object.values(workloads).flatMap(({ schedule }) => (schedule.length > 0 ? [timeOf(schedule[0].from)] : []));
  const start = firsts.length > 0 ? Math.min(...firsts) : timeOf(asOf);
  return { start, end: start + Math.ceil(horizonMs / periodMs) * periodMs, periodMs };
}

function timeContradictions({ asOf, validUntil, dataThrough, horizon, sources, binding }: CapacityPlan, span: PlanSpan): Contradiction[] {
  const [from, until] = [timeOf(asOf), timeOf(validUntil)];
  const isWithin = (at: string) => timeOf(at) >= span.start && timeOf(at) < span.end;
  const ends = Object.values(sources.history).map(({ to }) => timeOf(to));
  return [
    ...(from >= span.start && from < span.start + span.periodMs
      ? []
      : [{ path: ['asOf'], message: `does not lie in the first period of the schedules, which begins at ${formatTime(span.start)}` }]),
    ...(until > from ? [] : [{ path: ['validUntil'], message: `is not after asOf, ${asOf}` }]),
    ...(until - from <= (parseDuration(horizon) ?? NaN)
      ? []
      : [{ path: ['validUntil'], message: `is further from asOf than the horizon of ${horizon}` }]),
    ...([from, ...ends].includes(timeOf(dataThrough)) ? [] : [{ path: ['dataThrough'], message: 'is the end of no history' }]),
    ...Object.entries(sources.history).flatMap(([key, history]) =>
      timeOf(history.from) < timeOf(history.to)
        ? []
        : [{ path: ['sources', 'history', key, 'to'], message: `is not after ${history.from}, where it begins` }],
    ),
    ...binding.flatMap(({ at }, index) => (isWithin(at) ? [] : [{ path: ['binding', index, 'at'], message: 'lies outside the horizon' }])),
  ];
}

function workloadContradictions(plan: CapacityPlan, name: string, span: PlanSpan): Contradiction[] {
  const workload = plan.workloads[name];
  const { floor, schedule, floorSchedule, floors, owner, load, pool, protect } = workload;
  const at = (...path: (string | number)[]) => ['workloads', name, ...path];
  const stated = orderContradictions(workload, at());
  const lowest = Math.min(...(floorSchedule ?? schedule).map(({ replicas }) => replicas));
  const movesByHour = floorOwners[owner].movesByHour && floors === undefined;
  return [
    ...(Object.hasOwn(plan.pools, pool) ? [] : [{ path: at('pool'), message: `is '${pool}', and the plan has no pool of that name` }]),
    ...stepContradictions(schedule, at('schedule'), span),
    ...(floorSchedule === undefined ? [] : stepContradictions(floorSchedule, at('floorSchedule'), span)),
    ...stated,
    ...(highest(schedule) === workload.peak
      ? []
      : [{ path: at('peak'), message: `is ${workload.peak}, and the schedule reaches ${highest(schedule)}` }]),
    ...(movesByHour && lowest !== floor
      ? [{ path: at('floor'), message: `is ${floor}, and the lowest of its schedule is ${lowest}` }]
      : []),
    ...(floorSchedule !== undefined && Math.max(...floorSchedule.map(({ replicas }) => replicas)) > workload.peak
      ? [{ path: at('floorSchedule'), message: `goes above the peak of ${workload.peak}` }]
      : []),
    ...overrideContradictions(workload, at('overrides')),
    ...windowContradictions(workload, at('windows')),
    ...loadContradictions(load, at('load'), span, protect),
    ...scheduleBelowLoad(workload, at('schedule'), span),
    ...resourceContradictions(workload, at('resources')),
  ];
}

/** An override ends after it begins, and in its time there are as many replicas as it asks for, as far as the ceiling lets it. */
function overrideContradictions(workload: WorkloadPlan, path: Path): Contradiction[] {
  const { overrides = [], ceiling, withoutOverrides } = workload;
  if (overrides.length > 0 !== (withoutOverrides !== undefined))
    return [{ path, message: 'and withoutOverrides stand together or not at all' }];
  const floors = floorsOf(workload);
  return overrides.flatMap(({ floor = 0, from, until }, index) => {
    if (from !== undefined && timeOf(until) <= timeOf(from)) return [{ path: [...path, index, 'until'], message: `is not after ${from}` }];
    const [begin, end] = [from === undefined ? timeOf(floors[0].from) : timeOf(from), timeOf(until)];
    const short = floors.find(
      (step, place) =>
        timeOf(step.from) < end &&
        (place + 1 === floors.length || timeOf(floors[place + 1].from) > begin) &&
        step.replicas < Math.min(floor, ceiling),
    );
    return short === undefined
      ? []
      : [{ path: [...path, index, 'floor'], message: `is ${floor}, and the floors have ${short.replicas} from ${short.from} on` }];
  });
}

/** Windows follow one another, and the schedule has the workers of each. One that has begun before the plan does is in it from its start. */
function windowContradictions({ windows = [], schedule }: WorkloadPlan, path: Path): Contradiction[] {
  const [start] = schedule.map(({ from }) => timeOf(from));
  return windows.flatMap(({ from, to, workers }, index) => {
    const place = [...path, index];
    if (timeOf(to) <= timeOf(from)) return [{ path: [...place, 'to'], message: `is not after ${from}` }];
    if (index > 0 && timeOf(from) < timeOf(windows[index - 1].to))
      return [{ path: [...place, 'from'], message: 'is before the end of the window before it' }];
    const [before] = schedule.filter((step) => timeOf(step.from) <= Math.max(start, timeOf(from))).slice(-1);
    return before?.replicas === workers
      ? []
      : [{ path: [...place, 'from'], message: `is ${from}, and the schedule has ${before?.replicas ?? 0} workers then` }];
  });
}

/** Floor, peak and ceiling in this order. */
function orderContradictions({ floor, peak, ceiling }: WorkloadPlan | NodeGroupPlan, path: Path): Contradiction[] {
  return [
    ...(floor <= peak ? [] : [{ path: [...path, 'floor'], message: `is ${floor}, above the peak of ${peak}` }]),
    ...(peak <= ceiling ? [] : [{ path: [...path, 'ceiling'], message: `is ${ceiling}, below the peak of ${peak}` }]),
  ];
}

const highest = (schedule: WorkloadPlan['schedule']): number => Math.max(...schedule.map(({ replicas }) => replicas));

/** A schedule begins with the plan, and each of its steps is after the one before and before the end of the horizon. */
function stepContradictions(steps: readonly { readonly from: string }[], path: Path, span: PlanSpan): Contradiction[] {
  if (steps.length === 0) return [{ path, message: 'has no step' }];
  if (timeOf(steps[0].from) !== span.start)
    return [{ path: [...path, 0, 'from'], message: `is not the start of the plan, ${formatTime(span.start)}` }];
  return steps.flatMap(({ from }, index) => {
    const place = [...path, index, 'from'];
    if (index > 0 && timeOf(from) <= timeOf(steps[index - 1].from))
      return [{ path: place, message: `is not after the step before it, ${steps[index - 1].from}` }];
    return timeOf(from) < span.end ? [] : [{ path: place, message: `lies outside the horizon, which ends at ${formatTime(span.end)}` }];
  });
}

/** One entry a period for the whole horizon, or none. */
function loadContradictions(load: WorkloadPlan['load'], path: Path, span: PlanSpan, protect: number): Contradiction[] {
  const periods = Math.round((span.end - span.start) / span.periodMs);
  if (load.length > 0 && load.length !== periods)
    return [{ path, message: `has ${load.length} entries, and the horizon ${periods} periods` }];
  return load.flatMap((point, index) => {
    const from = span.start + index * span.periodMs;
    if (timeOf(point.from) !== from)
      return [{ path: [...path, index, 'from'], message: `is not the start of its period, ${formatTime(from)}` }];
    if (protect < 0.5 || isWithinRounding(point.p50, point.protected)) return [];
    return [{ path: [...path, index, 'protected'], message: `is ${point.protected}, below the median of ${point.p50}` }];
  });
}

/** Where an autoscaler follows the load, each period has at its highest the replicas that its load needs at its highest. */
function scheduleBelowLoad(workload: WorkloadPlan, path: Path, span: PlanSpan): Contradiction[] {
  const { load, schedule, ceiling } = workload;
  if (!isServing(workload) || schedule.length === 0) return [];
  const steps = schedule.map(({ from, replicas }) => ({ from: timeOf(from), replicas }));
  const index = load.findIndex((point, place) => {
    const [begin, end] = [span.start + place * span.periodMs, span.start + (place + 1) * span.periodMs];
    const during = steps.filter(({ from }, at) => from < end && (steps[at + 1]?.from ?? span.end) > begin);
    return during.length > 0 && Math.max(...during.map(({ replicas }) => replicas)) < Math.min(point.replicas, ceiling);
  });
  if (index < 0) return [];
  const { from, replicas } = load[index];
  return [{ path, message: `has fewer replicas from ${from} on than the ${replicas} that the load of that period needs` }];
}

function resourceContradictions({ resources }: WorkloadPlan, path: Path): Contradiction[] {
  const { cpuMilli, memoryMiB, maxCpuMilli, maxMemoryMiB } = resources;
  return [
    ...(isWithinRounding(cpuMilli, maxCpuMilli)
      ? []
      : [{ path: [...path, 'cpuMilli'], message: `is ${cpuMilli}, above maxCpuMilli ${maxCpuMilli}` }]),
    ...(isWithinRounding(memoryMiB, maxMemoryMiB)
      ? []
      : [{ path: [...path, 'memoryMiB'], message: `is ${memoryMiB}, above maxMemoryMiB ${maxMemoryMiB}` }]),
  ];
}

/** A name says what a group is made of, and no two groups have the same. */
function groupNameContradictions({ pools }: CapacityPlan): Contradiction[] {
  const seen = new Set<string>();
  return Object.entries(pools).flatMap(([pool, { groups }]) =>
    groups.flatMap((group, index) => {
      const path = ['pools', pool, 'groups', index, 'name'];
      const name = groupName(pool, group);
      if (group.name !== name) return [{ path, message: `is '${group.name}', and a group of its instances is called '${name}'` }];
      if (seen.has(name)) return [{ path, message: `is '${name}', as another group is called` }];
      seen.add(name);
      return [];
    }),
  );
}

function groupContradictions(group: NodeGroupPlan, path: Path, span: PlanSpan): Contradiction[] {
  const { node, schedule, floor, peak } = group;
  const nodes = schedule.map((step) => step.nodes);
  const below = (part: keyof typeof node, all: keyof typeof node, factor: number): Contradiction[] =>
    isWithinRounding(Number(node[part]), Number(node[all]) * factor)
      ? []
      : [{ path: [...path, 'node', part], message: `is ${node[part]}, above ${all} ${node[all]}` }];
  return [
    ...stepContradictions(schedule, [...path, 'schedule'], span),
    ...orderContradictions(group, path),
    ...(Math.min(...nodes) === floor
      ? []
      : [{ path: [...path, 'floor'], message: `is ${floor}, and the lowest of its schedule is ${Math.min(...nodes)}` }]),
    ...(Math.max(...nodes) === peak
      ? []
      : [{ path: [...path, 'peak'], message: `is ${peak}, and the schedule reaches ${Math.max(...nodes)}` }]),
    ...below('allocatableCpuMilli', 'vCpu', 1_000),
    ...below('allocatableMemoryMiB', 'memoryMiB', 1),
    ...below('daemonSetCpuMilli', 'allocatableCpuMilli', 1),
    ...below('daemonSetMemoryMiB', 'allocatableMemoryMiB', 1),
    ...(node.gpus > 0 === (node.gpuName !== null)
      ? []
      : [
          {
            path: [...path, 'node', 'gpus'],
            message: `is ${node.gpus}, and gpuName ${node.gpuName === null ? 'names none' : `is '${node.gpuName}'`}`,
          },
        ]),
  ];
}
