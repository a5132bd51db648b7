import { isRepeated, type Regime } from '../../forecast';
import { formatFigure, formatShort, percent, plural } from '../../figures';
import type { AutoscalerSettings, Reason, ReplayPlan } from '../file';

/** Sentence of a workload whose load was not replayed, with the cause. */
export function notReplayedReason(cause: string): Reason {
  return { code: 'replay/none', text: `not replayed: ${cause}` };
}

/** Sentence of what each policy came to in the replay. */
export function replayFiguresReason({ scored, policies, lowerBoundGpuHours }: ReplayPlan): Reason {
  return {
    code: 'replay/figures',
    text: `replayed ${scored.from} to ${scored.to}: ${policies.map(policyText).join('; ')}; perfect knowledge ${formatFigure(lowerBoundGpuHours)} GPU-hours`,
  };
}

/** Sentences of how long rises take against the lead, and of what a shorter lead would save; none where neither was measured. */
export function leadReasons(lead: ReplayPlan['lead']): Reason[] {
  if (lead === undefined) return [];
  const { rises, regime, shorter } = lead;
  return [
    { code: 'replay/rises', text: risesText(rises, regime) },
    ...(shorter === undefined ? [] : [{ code: 'replay/lead' as const, text: shorterLeadText(shorter) }]),
  ];
}

/** What follows from how long rises that repeat take against the lead. */
const follows: Readonly<Record<Regime, string>> = {
  quick: 'an autoscaler that follows the load is late for most of such a rise; floors by time are ready before it',
  between: 'floors by time, or a live floor, are ready where an autoscaler that follows the load is late',
  slow: 'an autoscaler that follows the load is in time; its settings are what is worth tuning',
  'hardly repeats': 'floors by time have little to go by; an autoscaler that follows the load, and is tuned, is what is left',
};

type Rises = NonNullable<NonNullable<ReplayPlan['lead']>['rises']>;

/**
 * Sentence of the rises that come again by the clock, and what follows.
 *
 * @param regime `null` where the record is too coarse to tell
 */
export function risesText(rises: Rises | null, regime: Regime | null): string {
  const so = regime === null ? '' : `: ${follows[regime]}`;
  if (rises === null) return `rises: none that come again by the day or the week${so}`;
  const { by, repeats, minutes, leads } = rises;
  const explained = `the mean ${by} explains ${Math.round(100 * repeats)} % of the load`;
  return isRepeated(rises)
    ? `rises: ${explained}; its rises take ${formatShort(minutes)} min, ${formatShort(leads)} times the lead of boot and model load${so}`
    : `rises: hardly any come again, ${explained}${so}`;
}

/** Percent from which on a shorter lead is worth advice. */
const leastSavedPercent = 3;

export function savesMuch({ savedPercent }: { readonly savedPercent: number }): boolean {
  return savedPercent >= leastSavedPercent;
}

/** Sentence of a live floor that came to less than the chosen policy; none where it did not, or was not replayed. */
export function adviceReasons({ advice, chosen, policies }: Pick<ReplayPlan, 'advice' | 'chosen' | 'policies'>): Reason[] {
  if (advice === undefined) return [];
  const violated = (policy: string) => formatFigure(policies.find(({ name }) => name === policy)?.violationMinutesPercent ?? 0);
  const text = `a live floor came to ${advice.savedPercent.toFixed(1)} % less than ${chosen}, about ${formatFigure(advice.usdPerMonth)} USD a month, with ${violated('live')} % of the minutes in violation against ${violated(chosen)} %; owner: 'live' asks for it`;
  return [{ code: 'replay/advice', text }];
}

/** A line for each change that a replay shows to be worth it: another owner, or a shorter lead. */
export function replayNotes(name: string, replay: ReplayPlan | null): string[] {
  if (replay === null) return [];
  const shorter = replay.lead?.shorter;
  return [
    ...adviceReasons(replay).map(({ text }) => text),
    ...(shorter === undefined || !savesMuch(shorter) ? [] : [shorterLeadText(shorter)]),
  ].map((text) => `advice for ${name}: ${text}`);
}

/** Sentence of what a shorter lead would save. */
function shorterLeadText(shorter: NonNullable<NonNullable<ReplayPlan['lead']>['shorter']>): string {
  const { minutes, savedPercent, usdPerMonth } = shorter;
  const less = `${plural(minutes, 'minute')} less of boot and cold start`;
  return savesMuch(shorter)
    ? `${less} would save ${savedPercent.toFixed(1)} %, about ${formatFigure(usdPerMonth)} USD a month: caches of images and models, or nodes that are kept warm`
    : `${less} would save hardly anything (${savedPercent.toFixed(1)} %)`;
}

/** Sentence of the policy that was chosen; `follows` tells what the plan does with it, `null` where that goes without saying. */
export function verdictReason(
  chosen: string,
  why: string,
  follows: { readonly advice: string | null } | { readonly instead: string } | null,
): Reason {
  const tail = follows === null ? '' : 'advice' in follows ? `. This is advice: ${follows.advice}` : `; ${follows.instead}`;
  return { code: 'replay/verdict', text: `${chosen}: ${why}${tail}` };
}

/** Sentence of why the plan does not use what the replay tuned: it came out dearer, or was tuned on too little. */
export function unusedReplayReason(cause: 'dear' | 'thin', text: string): Reason {
  return { code: `replay/${cause}`, text };
}

/**
 * Sentence of the settings that a replay tuned and the plan uses.
 *
 * @param floor of the plan, which events ahead may have raised above the floor that was tuned
 */
export function tunedSettingsReason(
  { policy, strategy, settings: { target, headroom, floor: tuned, scaleDown } }: Tuned,
  floor: number,
): Reason {
  const down = `down by ${scaleDown.value}${scaleDown.type === 'percent' ? ' %' : ' pods'} in ${scaleDown.periodSeconds} s after ${scaleDown.windowSeconds} s`;
  const floors =
    policy === 'live'
      ? `the floor follows the load each minute, at least ${floor}; where the load cannot be seen, floors by the hour at the protected load`
      : strategy === 'horizontal'
        ? `floors such that a replica carries ${percent(headroom ?? target)} of its throughput at the protected load${(tuned ?? 1) > 1 ? `, at least ${tuned}` : ''}`
        : tuned === floor
          ? `one floor of ${floor}`
          : `one floor, there of ${tuned} and here of ${floor}`;
  return { code: 'replay/settings', text: `the autoscaler aims at ${percent(target)}, ${down}; ${floors}: as tuned in the replay` };
}

type Tuned = { readonly policy: ReplayPlan['chosen']; readonly strategy: 'horizontal' | 'reactive'; readonly settings: AutoscalerSettings };

function policyText({ name, gpuHours, violationMinutesPercent }: ReplayPlan['policies'][number]): string {
  return `${name} ${formatFigure(gpuHours)} GPU-hours with ${formatFigure(violationMinutesPercent)} % of the minutes in violation`;
}
