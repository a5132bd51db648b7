import { formatFigure, percent, plural, significant } from '../../figures';
import { type Problem, renderProblem } from '../../problems';
import type { AppliedEvent, ForecastSummary, HistorySource, Reason } from '../file';

/** Sentence of a history that was read: how much of it there is, and how it was repaired. `signal` is `load`, `cpu` or `memory`. */
export function historyReason(
  signal: string,
  { origin, from, to, interval, observations, missingPeriods, repairs }: HistorySource,
): Reason {
  return {
    code: 'history/read',
    text: `${signal}: ${observations} observations every ${interval} from ${origin}, ${from} to ${to}; ${missingPeriods} periods missing${repairs.length > 0 ? `; ${repairs.join('; ')}` : ''}`,
  };
}

/** Sentences of how a signal was forecast, in the order in which the steps of a forecast apply. */
export function forecastReasons(signal: string, summary: ForecastSummary, protect: number, notes: readonly string[]): Reason[] {
  return [
    { code: 'forecast/model', text: `${signal}: ${modelsText(summary)}` },
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
    ...(summary.like ? [{ code: 'forecast/like' as const, text: `${signal}: ${siblingText(summary.like)}` }] : []),
    ...(summary.cutOffAt === undefined
      ? []
      : [
          {
            code: 'forecast/cut-off' as const,
            text: `${signal}: the history is cut off at ${formatFigure(summary.cutOffAt)}, so that demand, and what is planned for it, is a lower bound`,
          },
        ]),
    ...notes.map((note) => ({ code: 'forecast/note' as const, text: `${signal}: ${note}` })),
    ...summary.events.map((event) => ({ code: 'forecast/event' as const, text: `${signal}: ${eventText(event)}` })),
  ];
}

/** Sentence of a signal whose future the config states, so that nothing is forecast. */
export function givenReason(signal: string): Reason {
  return { code: 'forecast/given', text: `${signal}: numbers given in the config, taken as they stand; after the last one it stays` };
}

/** Sentence of a problem for which a workload's forecast is withheld. */
export function withheldReason(problem: Problem): Reason {
  return { code: 'history/withheld', text: `its forecast is withheld: ${renderProblem(problem)}` };
}

function modelsText({ chosen, models, relativeMae, origins, testedAhead }: ForecastSummary): string {
  const weighted = models.filter((model) => model.weight >= 0.005).map((model) => `${model.name} ${Math.round(model.weight * 100)} %`);
  const error =
    relativeMae === null
      ? 'too little history to test'
      : `${formatFigure(relativeMae)} of the error of ${models[0].name} in ${origins} backtests, tested ${testedAhead} ahead`;
  return `${chosen} (${weighted.join(', ')}); ${error}`;
}

function siblingText({ workload, times, common, spread }: NonNullable<ForecastSummary['like']>): string {
  return `too young for a shape of its own; before it stands the past of '${workload}' times ${formatFigure(times)}, by ${common} periods that both know, and quantiles are wider by a spread of ${formatFigure(spread)}`;
}

function eventText({ name, from, to, uplift, source, seen, stated }: AppliedEvent): string {
  if (seen !== undefined)
    return `${name}: about ${significant(uplift, 2)} times the usual load, seen ${plural(seen, 'time')}, next from ${from} to ${to}`;
  const why = source === 'config' ? 'on the word of the config' : `${source}${stated === null ? '' : ` (the config states ${stated})`}`;
  return `event '${name}' lifts it ${formatFigure(uplift)} times from ${from} to ${to}, ${why}`;
}
