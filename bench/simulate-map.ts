import { workerFitRunner } from '../lib/adapters/workers';
import { defaultPhysics, tickMs, variation } from '../lib/simulate';
import { randomOf } from '../lib/random';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../lib/units';
import { printMap } from './simulate-print';
import { replayedAtLeads, type Row } from './simulate-rows';
import { summariseRows } from './simulate-summary';

/**
 * Where a forecast pays: days that rise five-fold in a straight line, for several lengths of the rise against several leads. Course and law
 * of the noise are known here, so that the causal limit is of them and not of an estimate.
 *
 *     npm run bench:map [-- --json] [--ramps 10,60,240] [--leads 6,15,30,60] [--seeds 3]
 *
 * Three weeks: one trains, one tunes, one is scored. Minutes; two thirds of a lead are boot, one third is model load. `--json` prints
 * `{ rows, summaries }`, of the types in `simulate-rows.ts` and `simulate-summary.ts`.
 */
const days = 21;

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  const ramps = option('--ramps', '10,30,60,120,240').split(',').map(Number);
  const leads = option('--leads', '6,15,30,60').split(',').map(Number);
  const seeds = Array.from({ length: Number(option('--seeds', '3')) }, (_, i) => i + 1);
  const run = workerFitRunner({ workers: 1 });
  const rows: Row[] = [];
  for (const ramp of ramps) {
    const course = rampedDays(ramp);
    for (const seed of seeds) {
      const load = { start: Date.UTC(2026, 0, 5), intervalMs: tickMs, values: withNoise(course, seed) };
      const name = `${ramp} min`;
      const settings = { physics: defaultPhysics, slo: null, protect: 0.95, effort: 'fast', path: name } as const;
      const atLeads = leads.map((minutes) => ({ minutes, seeds: [seed] }));
      rows.push(...(await replayedAtLeads({ name, load, settings, leads: atLeads, course }, run)));
    }
    console.error(`ramp of ${ramp} min: ${rows.reduce((sum, row) => sum + row.cpuSeconds, 0).toFixed(0)} s of CPU so far`);
  }
  await run.close();
  const summaries = summariseRows(rows);
  if (args.includes('--json')) console.log(JSON.stringify({ rows, summaries }, null, 2));
  else printMap(summaries);
}

/** Every day at 1, from eight o'clock on up to 5 in a straight line, and from 20 o'clock on down again as fast. */
function rampedDays(rampMinutes: number): Float64Array {
  const perDay = DAY_MS / tickMs;
  const share = (tick: number, fromHour: number) =>
    Math.min(1, Math.max(0, ((tick % perDay) * tickMs - fromHour * HOUR_MS) / (rampMinutes * MINUTE_MS)));
  return Float64Array.from({ length: days * perDay }, (_, tick) => 1 + 4 * (share(tick, 8) - share(tick, 20)));
}

/** Noise in proportion to the course, normal, that forgets exponentially: as large and as lasting as replays add to coarse records. */
function withNoise(course: Float64Array, seed: number): Float64Array {
  const { normal } = randomOf(seed);
  const kept = Math.exp(-tickMs / variation.lastsMs);
  let noise = variation.share * normal();
  return course.map((value) => {
    noise = kept * noise + variation.share * Math.sqrt(1 - kept * kept) * normal();
    return Math.max(0, value * (1 + noise));
  });
}
