import { floorOwners } from '../../config';
import { formatFigure, percent, plural } from '../../figures';
import { ProblemError } from '../../problems';
import { formatTime, parseDuration, timeOf } from '../../units';
import {
  type AppliedEvent,
  type CapacityPlan,
  floorsOf,
  type ForecastSummary,
  type LoadPoint,
  overridesAt,
  overrideText,
  type PoolPlan,
  spanOf,
  stepAt,
  type WorkloadPlan,
} from '../file';
import { historyReason } from './forecast-reasons';

/** One figure of the chain of one moment. Each follows from those before it and from the plan. */
export type ChainFigure = {
  readonly name:
    | 'history'
    | 'model'
    | 'without-event'
    | 'event'
    | 'median'
    | 'protected'
    | 'needed'
    | 'override'
    | 'nodes-for'
    | 'floor'
    | 'gpus'
    | 'nodes'
    | 'usd-per-hour'
    | 'share-usd-per-hour';
  /** `null` where the link is no number. */
  readonly value: number | null;
  readonly text: string;
};

/** Why a workload has the numbers that it has at one moment. */
export type MomentExplanation = { readonly name: string; readonly at: string; readonly chain: readonly ChainFigure[] };

/**
 * The chain of one workload at one moment: history, model, event, quantile, replicas, floor, GPUs, nodes, dollars an hour.
 *
 * @param at epoch ms
 * @throws ProblemError `plan/outside` for a moment that the plan does not speak of, `plan/unknown-name` for what is no workload
 */
export function explainAt(plan: CapacityPlan, name: string, at: number): MomentExplanation {
  const { start, end } = spanOf(plan);
  if (!Object.hasOwn(plan.workloads, name))
    throw new ProblemError({
      code: 'plan/unknown-name',
      path: name,
      message: 'is no workload of the plan, and a moment is explained of a workload',
      hint: `workloads are: ${Object.keys(plan.workloads).join(', ')}`,
    });
  if (at < start || at >= end)
    throw new ProblemError({
      code: 'plan/outside',
      path: '--at',
      message: 'is a moment that the plan does not speak of',
      expected: `from ${formatTime(start)} up to ${formatTime(end)}`,
      received: formatTime(at),
      hint: 'ask for one within, or plan again',
    });
  const workload = plan.workloads[name];
  return { name, at: formatTime(at), chain: [...loadFigures(plan, name, at), ...sizeFigures(plan, workload, at)] };
}

function loadFigures({ workloads, sources, period }: CapacityPlan, name: string, at: number): readonly ChainFigure[] {
  const workload = workloads[name];
  const histories = Object.entries(sources.history).filter(([key]) => key.startsWith(`${name}.`));
  const point = workload.load.findLast(({ from }) => timeOf(from) <= at);
  if (point === undefined) return [];
  const { unit, forecast, protect } = workload;
  const models = Object.entries(forecast).map(([signal, { chosen, models, origins, relativeMae }]): ChainFigure => ({
    name: 'model',
    value: relativeMae,
    text: `${signal}: ${chosen}${weightsText(models)}${relativeMae === null ? ', not tested' : `, ${formatFigure(relativeMae)} of the error of the first of its models in ${origins} backtests`}`,
  }));
  const events = eventsAt(workload, point, period);
  const usual = point.p50 / events.reduce((product, { uplift }) => product * uplift, 1);
  return [
    ...histories.map(([key, source]): ChainFigure => ({
      name: 'history',
      value: source.observations,
      text: historyReason(key.slice(name.length + 1), source).text,
    })),
    ...models,
    ...(events.length === 0
      ? []
      : [
          {
            name: 'without-event' as const,
            value: usual,
            text: `median load of ${point.from} without events: ${formatFigure(usual)} ${unit ?? ''}`,
          },
        ]),
    ...events.map((event): ChainFigure => ({
      name: 'event',
      value: event.uplift,
      text: `'${event.name}' lifts it ${event.uplift} times, by ${event.source === 'config' ? 'the config' : event.source}`,
    })),
    {
      name: 'median',
      value: point.p50,
      text: `median load of ${point.from}${events.length > 0 ? ' with events' : ''}: ${point.p50} ${unit ?? ''}`,
    },
    { name: 'protected', value: point.protected, text: `protected at the ${protect} quantile: ${point.protected} ${unit ?? ''}` },
    { name: 'needed', value: point.replicas, text: neededText(workload, point) },
  ];
}

/** The models that weigh most. */
function weightsText(models: ForecastSummary['models']): string {
  const weighing = models.filter(({ weight }) => weight >= 0.005).sort((a, b) => b.weight - a.weight);
  const told = weighing.slice(0, 3).map(({ name, weight }) => `${name} ${Math.round(100 * weight)} %`);
  return weighing.length < 2 ? '' : ` of ${weighing.length} models (${told.join(', ')}${weighing.length > 3 ? ', ...' : ''})`;
}

function neededText(workload: WorkloadPlan, point: LoadPoint): string {
  if (workload.kind === 'service') {
    const parts = (['cpu', 'memory'] as const).flatMap((resource) =>
      point[resource] === undefined ? [] : [`${resource} ${point[resource].protected} % -> ${point[resource].replicas}`],
    );
    return `servers that need it: ${parts.join(', ')}; ${point.binds} binds: ${point.replicas}`;
  }
  const share = sizedAt(workload);
  const throughput = workload.throughputPerReplica ?? 1;
  return `replicas that it needs: ${point.protected} / (${throughput} x ${percent(share)}) = ${formatFigure(point.protected / (throughput * share))} -> ${point.replicas}`;
}

/** Utilisation of a replica that the replicas of a period are worked out with. */
export function sizedAt({ sizedAt: stated, target }: WorkloadPlan): number {
  return stated ?? ('load' in target ? target.load : 1);
}

function eventsAt({ forecast }: WorkloadPlan, { from }: LoadPoint, period: string): readonly AppliedEvent[] {
  const begin = timeOf(from);
  const end = begin + (parseDuration(period) ?? 0);
  const events = Object.values(forecast).flatMap((signal) => signal.events);
  const touching = events.filter((event) => timeOf(event.from) < end && timeOf(event.to) > begin);
  return touching.filter(
    (event, index) => touching.findIndex(({ name, from: other }) => name === event.name && other === event.from) === index,
  );
}

function sizeFigures(plan: CapacityPlan, workload: WorkloadPlan, at: number): readonly ChainFigure[] {
  const pool = plan.pools[workload.pool];
  const scheduled = stepAt(workload.schedule, at).replicas;
  const since = stepAt(workload.schedule, at).from;
  const floors = floorsOf(workload);
  const floor = stepAt(floors, at).replicas;
  const nodes = pool.groups.map((group) => ({ group, nodes: group.schedule.length === 0 ? 0 : stepAt(group.schedule, at).nodes }));
  const running = nodes.filter((one) => one.nodes > 0);
  const usdPerHour = nodes.reduce((sum, one) => sum + one.nodes * one.group.usdPerHour, 0);
  const [asked, all] = [askedAt(workload, pool, at), allAskedAt(plan, workload.pool, at)];
  const unit = pool.kind === 'gpuPool' ? 'GPU' : 'thousandths of a CPU';
  return [
    ...overridesAt(workload, at).map((override): ChainFigure => ({
      name: 'override',
      value: override.floor ?? override.ceiling ?? null,
      text: `override in force: ${overrideText(override)}`,
    })),
    {
      name: 'nodes-for',
      value: scheduled,
      text: `nodes are there for ${plural(scheduled, 'replica')} since ${since}: with the lead, joined steps and least numbers`,
    },
    { name: 'floor', value: floor, text: floorText(workload, floor) },
    { name: 'gpus', value: asked, text: `${plural(scheduled, 'replica')} ask for ${formatFigure(asked)} ${unit}` },
    {
      name: 'nodes',
      value: running.reduce((sum, one) => sum + one.nodes, 0),
      text: `nodes of pool ${workload.pool}, for all that is in it: ${running.map((one) => `${one.nodes} ${one.group.instanceType} ${one.group.reservation ?? one.group.capacityType}`).join(', ') || 'none'}`,
    },
    { name: 'usd-per-hour', value: usdPerHour, text: `which cost ${formatFigure(usdPerHour)} USD an hour` },
    {
      name: 'share-usd-per-hour',
      value: all === 0 ? 0 : (usdPerHour * asked) / all,
      text: `its share, ${formatFigure(asked)} of ${formatFigure(all)} ${unit} asked for: ${formatFigure(all === 0 ? 0 : (usdPerHour * asked) / all)} USD an hour`,
    },
  ];
}

/** What is deployed: the minimum that an autoscaler has, or the replicas where there is none. */
function floorText({ owner, ahead, form, peak, ceiling, floors }: WorkloadPlan, floor: number): string {
  if (form === 'job') return `workers of the Job: ${floor}`;
  if (floor === ceiling && peak === ceiling) return `replicas that are deployed, always: ${floor}`;
  if (ahead === 'nodes')
    return `floor of the schedule: ${floor}; places on nodes are kept for it and, each minute, for what the load makes of it (foresize:floor:replicas); replicas follow the load`;
  if (floorOwners[owner].movesByLoad) {
    const told = owner === 'live' ? 'foresize:floor:replicas' : 'foresize operate';
    return `floor of the schedule: ${floor}; what is deployed is decided each minute by the load (${told}), and this holds where the load cannot be seen`;
  }
  const how = owner === 'keda' && floors !== 'flat' ? 'by time' : 'all the time';
  return `floor that is deployed, moved by ${owner} ${how}: ${floor}; above it the autoscaler goes by the load, up to ${ceiling}`;
}

function askedAt(workload: WorkloadPlan, { kind }: PoolPlan, at: number): number {
  const { gpus, cpuMilli } = workload.resources;
  return stepAt(workload.schedule, at).replicas * (kind === 'gpuPool' ? gpus : cpuMilli);
}

function allAskedAt({ workloads, pools }: CapacityPlan, pool: string, at: number): number {
  const own = Object.values(workloads).filter((workload) => workload.pool === pool);
  return own.reduce((sum, workload) => sum + askedAt(workload, pools[pool], at), 0);
}
