import type { ReplayAnswer, ReplayThreads } from '../../lib/adapters/replay-threads';
import type { FitRunner } from '../../lib/forecast/types';
import { mostViolations } from '../../lib/simulate/choose-settings';
import { prepareLoad } from '../../lib/simulate/simulate-load';
import { stage } from './common';
import type { Subject } from './simulate-subjects';

/** Quantiles among which `--auto` chooses; where they come to the same, as under a policy that knows no forecast, the first. */
const quantiles = [0.95, 0.8, 0.9, 0.99];

export type ReplayRequest = { readonly policies: readonly string[]; readonly chart: boolean; readonly auto: boolean };

/** Forecasts here, by the runner's threads, and replays in a thread of its own. */
export async function replaySubject(
  { name, title, load, settings, usdPerGpuHour }: Subject,
  { policies, chart, auto }: ReplayRequest,
  run: FitRunner,
  { replay }: ReplayThreads,
): Promise<ReplayAnswer> {
  const answers: ReplayAnswer[] = [];
  for (const protect of auto ? quantiles : [settings.protect]) {
    const own = { ...settings, protect };
    const prepared = await stage(`forecasting each day of ${name}`, () => prepareLoad(load, own, run));
    answers.push(await stage(`replaying ${name}`, () => replay({ prepared, settings: own, name, title, usdPerGpuHour, policies, chart })));
  }
  const best = answers.reduce((one, other) => (isBetter(other.tuned, one.tuned) ? other : one));
  if (!auto) return best;
  const protect = quantiles[answers.indexOf(best)];
  return {
    ...best,
    text: `${best.text}\nprotect ${protect}: chosen on the tuning window of ${quantiles.join(', ')}`,
  };
}

/** By the rule that settings are tuned by: within the limit on violations the fewest GPU-hours, else the fewest violations. */
function isBetter(one: ReplayAnswer['tuned'], other: ReplayAnswer['tuned']): boolean {
  const holds = ({ violationMinutes, scoredMinutes }: ReplayAnswer['tuned']) => violationMinutes <= mostViolations * scoredMinutes;
  if (holds(one) !== holds(other)) return holds(one);
  if (holds(one) || one.violationMinutes === other.violationMinutes) return one.gpuHours < other.gpuHours;
  return one.violationMinutes < other.violationMinutes;
}
