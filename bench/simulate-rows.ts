import type { FitRunner, RepeatingRises } from '../lib/forecast';
import { violationPercent } from '../lib/plan/replay';
import { type LoadGrid, prepareLoad, type ReplaySettings, type Simulation, simulateLoad } from '../lib/simulate';
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
  /** Of the tuning window; the interval of the record is its least. */
  readonly rises: RepeatingRises | null;
  /** Of a replay by itself, its forecasts included. */
  readonly cpuSeconds: number;
};

type Subject = {
  readonly name: string;
  readonly load: LoadGrid;
  readonly settings: Omit<ReplaySettings, 'seed'>;
  readonly leads: readonly { readonly minutes: number; readonly seeds: number }[];
};

/** Replays a load with each lead and seed; forecasts know no seed, and are made once for all of them. */
export async function replayedAtLeads({ name, load, settings, leads }: Subject, run: FitRunner): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { minutes, seeds } of leads) {
    const atLead = { ...settings, physics: { ...settings.physics, ...timesOf(minutes) } };
    const began = cpuSeconds();
    const prepared = await prepareLoad(load, { ...atLead, seed: 1 }, run);
    const forecasting = cpuSeconds() - began;
    for (let seed = 1; seed <= seeds; seed++) {
      const replaying = cpuSeconds();
      const simulation = simulateLoad(prepared, { ...atLead, seed });
      rows.push({ ...figuresOf(simulation), name, leadMinutes: minutes, seed, cpuSeconds: forecasting + cpuSeconds() - replaying });
    }
  }
  return rows;
}

/** Two thirds of a lead boot the node, one third loads the model: 4 and 2 minutes of the usual six. */
function timesOf(leadMinutes: number) {
  return { bootMs: (leadMinutes * MINUTE_MS * 2) / 3, modelLoadMs: (leadMinutes * MINUTE_MS) / 3 };
}

function figuresOf({ policies, verdict, judged, bound, rises }: Simulation) {
  const byName = (figure: (policy: (typeof policies)[number]) => number) =>
    Object.fromEntries(policies.map((policy) => [policy.name, figure(policy)]));
  return {
    judged,
    chosen: verdict.chosen,
    why: verdict.why,
    gpuHours: byName(({ scored }) => scored.gpuHours),
    violationPercent: byName(({ scored }) => violationPercent(scored)),
    bound: bound.gpuHours,
    rises,
  };
}

/** Of this process, its threads included: what other programs do at the time does not count. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
