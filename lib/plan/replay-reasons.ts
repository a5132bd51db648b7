import { followsLoad } from '../config/kinds';
import type { CapacityConfig } from '../config/schema';
import { formatFigure } from '../history';
import { formatDuration, HOUR_MS, HOURS_PER_MONTH, parseTime } from '../units';
import { percent } from './reasons';
import { fewestTunedMs, type Replayed, replayInForce, type Standing, standingOf, timesPlain } from './replay-in-force';
import type { AutoscalerSettings, PlanWarning, Reason, ReplayEffect, ReplayPlan, RunnablePolicy, WorkloadPlan } from './types';

/** What a verdict does to the plan, for those who read no chain. */
export function replayEffect(config: CapacityConfig, name: string, replayed: Replayed): ReplayEffect | undefined {
  const { replay, withheld } = replayed;
  if (replay === null) return undefined;
  const policy = replayInForce(config, name, replayed)?.policy ?? null;
  return { policy, why: notAsChosen(replay, standingOf(config, name, replay, withheld), withheld) };
}

function notAsChosen(replay: ReplayPlan, standing: Standing, withheld?: true): string | null {
  switch (standing.effect) {
    case 'advice':
      return standing.because;
    case 'dear':
      return dearText(replay, standing.policy);
    case 'thin':
      return thinText;
    case 'tuned':
      return standing.policy === replay.chosen ? null : otherText(standing.policy, withheld);
  }
}

/** The chain's links about a replay. */
export function replayReasons(config: CapacityConfig, name: string, replayed: Replayed, floor: number): Reason[] {
  const { replay, none } = replayed;
  if (replay === null)
    return none === null || !followsLoad(config.workloads[name]) ? [] : [{ code: 'replay/none', text: `not replayed: ${none}` }];
  const standing = standingOf(config, name, replay, replayed.withheld);
  const { scored, policies, chosen, why } = replay;
  return [
    {
      code: 'replay/figures',
      text: `replayed ${scored.from} to ${scored.to}: ${policies.map(policyText).join('; ')}; perfect knowledge ${formatFigure(replay.lowerBoundGpuHours)} GPU-hours`,
    },
    { code: 'replay/verdict', text: `${chosen}: ${why}${verdictTail(standing, chosen, replayed.withheld)}` },
    ...effectReasons(replay, standing, floor),
  ];
}

function verdictTail(standing: Standing, chosen: RunnablePolicy, withheld?: true): string {
  if (standing.effect === 'advice') return `. This is advice: ${standing.because}`;
  return standing.policy === chosen ? '' : `; ${otherText(standing.policy, withheld)}`;
}

function otherText(policy: RunnablePolicy, withheld?: true): string {
  return withheld ? `without a forecast ${policy} holds` : `owner or scaling in the config allow ${policy} only`;
}

/** What follows for the plan. */
function effectReasons(replay: ReplayPlan, standing: Standing, floor: number): Reason[] {
  switch (standing.effect) {
    case 'advice':
      return [];
    case 'dear':
      return [{ code: 'replay/dear', text: dearText(replay, standing.policy) }];
    case 'thin':
      return [{ code: 'replay/thin', text: thinText }];
    case 'tuned':
      return [{ code: 'replay/settings', text: settingsText(standing.policy, replay.settings[standing.policy], floor) }];
  }
}

function dearText(replay: ReplayPlan, policy: RunnablePolicy): string {
  const times = formatFigure(timesPlain(replay, policy));
  return `${policy} is not acted on: it takes ${times} times the GPU-hours of a plain autoscaler to be in violation for less; replay: 'act' in the config asks for it`;
}

const thinText = `its settings are not used: they were tuned on less than ${formatDuration(fewestTunedMs)}`;

const policyText = ({ name, gpuHours, violationMinutesPercent }: ReplayPlan['policies'][number]): string =>
  `${name} ${formatFigure(gpuHours)} GPU-hours with ${formatFigure(violationMinutesPercent)} % of the minutes in violation`;

/** @param floor of the plan, which what is coming may have raised above the one that was tuned */
function settingsText(policy: RunnablePolicy, { target, headroom, floor: tuned, scaleDown }: AutoscalerSettings, floor: number): string {
  const down = `down by ${scaleDown.value}${scaleDown.type === 'percent' ? ' %' : ' pods'} in ${scaleDown.periodSeconds} s after ${scaleDown.windowSeconds} s`;
  const floors =
    policy === 'plan'
      ? `floors such that a replica carries ${percent(headroom ?? target)} of its throughput at the protected load${(tuned ?? 1) > 1 ? `, at least ${tuned}` : ''}`
      : tuned === floor
        ? `one floor of ${floor}`
        : `one floor, there of ${tuned} and here of ${floor}`;
  return `the autoscaler aims at ${percent(target)}, ${down}; ${floors}: as tuned in the replay`;
}

/** By how much more a replay may cost than the plan before it is worth a word. */
const dearer = 1.1;

/**
 * Where an autoscaler at its tuned target came to more in the replay than the plan's schedule costs: no limit and no budget is checked
 * against what it asks for beyond its schedule.
 */
export function replayCostWarnings(workloads: Readonly<Record<string, WorkloadPlan>>): PlanWarning[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) => {
      const { replay, scaleDown, usdPerMonth, replayEffect: effect } = workloads[name];
      const figures = replay?.policies.find((one) => one.name === effect?.policy);
      if (!replay || !figures || scaleDown === undefined) return [];
      const hours = ((parseTime(replay.scored.to) ?? NaN) - (parseTime(replay.scored.from) ?? NaN)) / HOUR_MS;
      const replayed = (figures.usd / hours) * HOURS_PER_MONTH;
      if (!(replayed > dearer * usdPerMonth.p95)) return [];
      return [
        {
          code: 'replay/cost',
          path: `workloads.${name}.replay`,
          message: `came to about ${formatFigure(replayed)} USD a month in the replay, and ${formatFigure(usdPerMonth.p95)} are planned: its autoscaler aims at ${percent((workloads[name].target as { load: number }).load)} and asks for more than the schedule, which limits and budget do not count`,
        },
      ];
    });
}
