import { isAutoscaled } from '../../config/kinds';
import type { WorkloadConfig } from '../../config/schema';
import { type StepFunction, valueHours } from '../../demand/steps';
import { formatFigure, percent } from '../../figures';
import { formatDuration } from '../../units';
import type { Prediction } from '../load';
import type { AppliedEvent, Compression, ForecastSummary, Reason } from '../file';

/** The links of the chain that say how a signal was forecast. */
export function forecastReasons({ from, summary }: Prediction, signal: string, protect: number): Reason[] {
  if (summary === null || from === 'given')
    return [{ code: 'forecast/given', text: `${signal}: numbers given in the config, taken as they stand; after the last one it stays` }];
  const models = summary.models
    .filter((model) => model.weight >= 0.005)
    .map((model) => `${model.name} ${Math.round(model.weight * 100)} %`);
  const error =
    summary.relativeMae === null
      ? 'too little history to test'
      : `${formatFigure(summary.relativeMae)} of the error of ${summary.models[0].name} in ${summary.origins} backtests, tested ${summary.testedAhead} ahead`;
  return [
    { code: 'forecast/model', text: `${signal}: ${summary.chosen} (${models.join(', ')}); ${error}` },
    { code: 'forecast/protect', text: `${signal}: the floor covers the ${protect} quantile of each period's mean` },
    ...(summary.grain?.by === 'hour'
      ? [
          {
            code: 'forecast/grain' as const,
            text: `${signal}: forecast by hourly means and their shape within the hour, which did better than directly`,
          },
        ]
      : []),
    ...(summary.seasons ?? []).map(({ period, share }) => ({
      code: 'forecast/season' as const,
      text: `${signal}: a cycle of ${period} was found, ${percent(share)} of what other seasons leave`,
    })),
    ...(summary.like ? [likeReason(summary.like, signal)] : []),
    ...summary.events.map((event) => ({ code: 'forecast/event' as const, text: `${signal}: ${eventText(event)}` })),
  ];
}

function eventText({ name, from, to, uplift, source, stated }: AppliedEvent): string {
  const why = source === 'config' ? 'on the word of the config' : `${source}${stated === null ? '' : ` (the config states ${stated})`}`;
  return `event '${name}' lifts it ${formatFigure(uplift)} times from ${from} to ${to}, ${why}`;
}

function likeReason({ workload, times, common, spread }: NonNullable<ForecastSummary['like']>, signal: string): Reason {
  return {
    code: 'forecast/like',
    text: `${signal}: too young for a shape of its own; before it stands the past of '${workload}' times ${formatFigure(times)}, by ${common} periods that both know, and quantiles are wider by a spread of ${formatFigure(spread)}`,
  };
}

/** The links that say how replicas by period became a schedule. */
export function scheduleReasons(
  workload: WorkloadConfig,
  leadMs: number,
  led: StepFunction,
  schedule: StepFunction,
  least: number,
): Reason[] {
  const reasons: Reason[] = [
    {
      code: 'schedule/lead',
      text: `a rise comes ${formatDuration(leadMs)} ahead: cold start of ${formatDuration(workload.coldStart)} after the boot of a node`,
    },
  ];
  if (least > 1) reasons.push({ code: 'schedule/floor', text: `never below the config's floor of ${least}` });
  const { addedPercent } = compressionOf(led, schedule);
  if (!isAutoscaled(workload)) {
    reasons.push({
      code: 'schedule/fixed',
      text: `no autoscaler moves trainers: one size, the highest of ${led.steps.length} steps, which adds ${formatFigure(addedPercent)} % replica-hours`,
    });
  } else if (schedule.steps.length < led.steps.length) {
    reasons.push({
      code: 'schedule/compress',
      text: `${led.steps.length} steps joined to ${schedule.steps.length}, which adds ${formatFigure(addedPercent)} % replica-hours`,
    });
  }
  return reasons;
}

/** What joining the steps of a schedule costs. */
export function compressionOf(before: StepFunction, after: StepFunction): Compression {
  const hours = valueHours(before);
  const added = valueHours(after) - hours;
  return {
    stepsBefore: before.steps.length,
    steps: after.steps.length,
    addedReplicaHours: added,
    addedPercent: hours === 0 ? 0 : (100 * added) / hours,
  };
}
