import type { FitRunner, RepeatingRises } from '../lib/forecast';
import { policyNames, violationLimit, violationPercent } from '../lib/plan/replay';
import { type LoadGrid, prepareLoad, type ReplaySettings, type Simulation, simulateLoad } from '../lib/simulate';
import { causalLimit } from '../lib/simulate/replay';
import { MINUTE_MS } from '../lib/units';

/** One load, lead and seed. */
export type Row = {
  readonly name: string;
  readonly leadMinutes: number;
  readonly seed: number;
  readonly judged: Simulation['judged'];
  readonly chosen: string;
  readonly why: string;
  /** In the window that is scored. */
  readonly gpuHours: Readonly<Record<string, number>>;
  readonly violationPercent: Readonly<Record<string, number>>;
  readonly bound: number;
  /** GPU-hours of the causal limit, at the violations of `hpa-tuned` or 0.1 %; `null` where no margin holds as few. */
  readonly causalLimit: number | null;
  /** Of the tuning window; the interval of the record is its least. */
  readonly rises: RepeatingRises | null;
  /** Of a replay by itself, its forecasts included. */
  readonly cpuSeconds: number;
};

type Subject = {
  readonly name: string;
  readonly load: LoadGrid;
  readonly settings: Omit<ReplaySettings, 'seed'>;
  readonly leads: readonly { readonly minutes: number; readonly seeds: readonly number[] }[];
  /** By tick, where it is known. @default estimated, as `foresize simulate` does */
  readonly course?: Float64Array;
};

/** Replays a load with each lead and seed; forecasts know no seed, and are made once for all of them. */
export async function replayedAtLeads({ name, load, settings, leads, course }: Subject, run: FitRunner): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { minutes, seeds } of leads) {
    const atLead = {
      ...settings,
      policies: policyNames,
      withCausalLimit: course === undefined,
      physics: { ...settings.physics, ...timesOf(minutes) },
    };
    const began = cpuSeconds();
    const prepared = await prepareLoad(load, { ...atLead, seed: 1 }, run);
    const forecasting = cpuSeconds() - began;
    for (const seed of seeds) {
      const replaying = cpuSeconds();
      const simulation = simulateLoad(prepared, { ...atLead, seed });
      const spent = forecasting + cpuSeconds() - replaying;
      rows.push({ ...figuresOf(simulation, course), name, leadMinutes: minutes, seed, cpuSeconds: spent });
    }
  }
  return rows;
}

/** Two thirds of a lead boot the node, one third loads the model: 4 and 2 minutes of the usual six. */
export function timesOf(leadMinutes: number) {
  return { bootMs: (leadMinutes * MINUTE_MS * 2) / 3, modelLoadMs: (leadMinutes * MINUTE_MS) / 3 };
}

function figuresOf({ policies, verdict, judged, bound, rises, replay, ...simulation }: Simulation, course?: Float64Array) {
  const limitOn = (known: Float64Array) => {
    const { violationMinutes = 0, scoredMinutes = 0 } = policies.find(({ name }) => name === 'hpa-tuned')?.scored ?? {};
    const allowed = Math.max(violationMinutes, Math.floor(violationLimit * scoredMinutes));
    return causalLimit(
      replay,
      allowed,
      policies.map(({ scored }) => scored),
      known,
    );
  };
  const byName = (figure: (policy: (typeof policies)[number]) => number) =>
    Object.fromEntries(policies.map((policy) => [policy.name, figure(policy)]));
  return {
    judged,
    chosen: verdict.chosen,
    why: verdict.why,
    gpuHours: byName(({ scored }) => scored.gpuHours),
    violationPercent: byName(({ scored }) => violationPercent(scored)),
    bound: bound.gpuHours,
    causalLimit: (course === undefined ? simulation.causalLimit : limitOn(course))?.gpuHours ?? null,
    rises,
  };
}

/** Of this process, its threads included: what other programs do at the time does not count. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
