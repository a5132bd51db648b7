import { openMinutes } from '../adapters/live';
import { type LiveLoad, prometheusLoadOf } from '../config';
import { operateFloor } from '../control';
import { readingOf, toRatePerSecond } from '../history';
import { explainAt, floorAtTime, type MomentExplanation } from '../plan/explain';
import type { CapacityPlan } from '../plan/file';
import { floorQuery, type LoadSamples, livePlanOf, lookBackMinutes } from '../plan/live-floor';
import { isProblemError, renderProblem } from '../problems';
import type { MomentDecision } from '../report/floor-text';
import { formatTime, MINUTE_MS } from '../units';
import { finestLoad } from './loads';
import { openHistory } from './open-history';
import type { OpenProject } from './project';

export type MomentOptions = {
  /** Epoch ms. */
  readonly at: number;
  /** What the clock says, epoch ms: of what is later no load is known. */
  readonly now: number;
  /** Takes what the source of the load answered before, and uses no network. @default false */
  readonly offline?: boolean;
  /** Where the secrets of Prometheus are looked up. @default the environment of the process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

/** Why a workload has the numbers that it has at one moment, and what its floor is then. */
export type ExplainedMoment = MomentExplanation & {
  /** What `foresize operate` decides for that moment; `null` for workers of a Job. */
  readonly decision: MomentDecision | null;
};

/**
 * Explains one moment of a workload. Where its floor follows the load, the load of the eight days before is read from its source, and the
 * floor is decided with all its terms as the rules decide it; else it is the floor of the schedule, with what it is for.
 *
 * @throws ProblemError `plan/outside`, `plan/unknown-name`
 */
export async function explainMoment(
  project: OpenProject,
  plan: CapacityPlan,
  name: string,
  options: MomentOptions,
): Promise<ExplainedMoment> {
  const moment = explainAt(plan, name, options.at);
  const load = Object.hasOwn(project.config.workloads, name) ? prometheusLoadOf(project.config, name) : null;
  const isLive = load !== null && livePlanOf(plan, plan.workloads[name]) !== null;
  return { ...moment, decision: isLive ? await byLoad(project, plan, name, load, options) : bySchedule(plan, name, options.at) };
}

function bySchedule(plan: CapacityPlan, name: string, at: number): MomentDecision | null {
  const found = floorAtTime(plan, name, at);
  return found && { ...found, by: 'schedule', load: null, forecast: null, high: null, missed: null, terms: [] };
}

async function byLoad(
  project: OpenProject,
  plan: CapacityPlan,
  name: string,
  load: LiveLoad,
  options: MomentOptions,
): Promise<MomentDecision> {
  const { at, now, offline = false } = options;
  if (at > now)
    return {
      ...operateFloor(plan, name, { samples: null, at, policy: 'plan', present: null }),
      trouble: 'it has not come yet; the load decides then, and where it cannot be seen the schedule holds',
    };
  const read = await readLoad(project, plan, name, load, options);
  const { samples, trouble } = read;
  const isKnown = samples.some(([time]) => time > at - seenMs && time <= at);
  const unknown = trouble ?? (offline && !isKnown ? `the cache does not reach the ten minutes before ${formatTime(at)}` : undefined);
  return {
    ...operateFloor(plan, name, { samples, at, policy: 'plan', present: null }),
    ...(read.recorded !== undefined && { recorded: read.recorded }),
    ...(unknown !== undefined && { trouble: unknown }),
  };
}

/** What was seen within so much still counts. */
const seenMs = 10 * MINUTE_MS;

type Read = { readonly samples: LoadSamples; readonly recorded?: number | null; readonly trouble?: string };

async function readLoad(project: OpenProject, plan: CapacityPlan, name: string, load: LiveLoad, options: MomentOptions): Promise<Read> {
  const { at, offline = false, environment = process.env } = options;
  const to = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const from = to - lookBackMinutes * MINUTE_MS;
  try {
    if (offline) return { samples: await cachedLoad(project, name, from, to) };
    const { config, directory } = project;
    const { history, region } = config;
    const reader = openMinutes({ history, region, baseDirectory: directory, environment, retry: { attempts: 2 } });
    try {
      const path = `workloads.${name}.load`;
      const samples = await reader.read({ load, path, from, to });
      if (plan.workloads[name].owner !== 'live') return { samples };
      const floor = { ...load, query: floorQuery(plan.name, name, true), scale: 1 };
      const recorded = await reader.read({ load: floor, path, from: to, to });
      return { samples, recorded: recorded.at(-1)?.[1] ?? null };
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return { samples: [], trouble: renderProblem(error.problems[0]) };
  }
}

/** The load as it was read for a plan: what was known of a step at its end counts until the end of the next one. */
async function cachedLoad(project: OpenProject, name: string, from: number, to: number): Promise<LoadSamples> {
  const workload = project.config.workloads[name];
  if (workload.kind !== 'inference') return [];
  const read = openHistory(project, { offline: true, asOf: to });
  const path = `workloads.${name}.load`;
  const [outcome] = await read([{ source: workload.load, defaultKind: 'rate', intervalMs: project.config.period, path, finest: true }]);
  const { series, finest = series, finer } = readingOf(outcome);
  const { start, intervalMs, values } = finestLoad({
    series: toRatePerSecond(series),
    finest: 'problems' in finest ? toRatePerSecond(series) : toRatePerSecond(finest),
    ...(finer && { finer: toRatePerSecond(finer) }),
  });
  return Array.from({ length: (to - from) / MINUTE_MS + 1 }, (_, i) => from + i * MINUTE_MS).flatMap((time) => {
    const value = values[Math.floor((time - start) / intervalMs) - 1] as number | undefined;
    return value === undefined || Number.isNaN(value) ? [] : [[time, value] as const];
  });
}
