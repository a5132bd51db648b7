import { formatFigure } from '../history/figure';
import type { Strategy, StrategyOption } from './strategy-types';
import type { Reason } from './types';

/** The links of the chain that say how a workload is scaled, and what the other ways would cost. */
export function strategyLinks(strategy: Strategy | undefined): Reason[] {
  if (strategy === undefined) return [];
  const { chosen, inForce, usdPerMonth, reason, runnerUp, options } = strategy;
  const held = chosen === inForce ? '' : ` (${inForce} is in force)`;
  return [
    {
      code: 'strategy/chosen',
      text: `strategy ${chosen}${held}, ${formatFigure(usdPerMonth)} USD a month were it alone in its pool: ${reason}`,
    },
    ...(runnerUp === null
      ? []
      : [
          {
            code: 'strategy/runner-up',
            text: `runner-up ${runnerUp.name}, ${formatFigure(runnerUp.usdPerMonth)} USD a month: ${runnerUp.why}`,
          },
        ]),
    ...options
      .filter(({ name }) => name !== chosen && name !== runnerUp?.name)
      .map((option) => ({ code: 'strategy/option', text: optionText(option) })),
  ];
}

function optionText({ name, usdPerMonth, restarts, needs, why }: StrategyOption): string {
  if (usdPerMonth === null) return `${name} is not possible: ${why}`;
  const extra = [...(restarts > 0 ? [`${restarts} replicas start anew`] : []), ...(needs === null ? [] : [`needs ${needs}`])];
  return `${name} would cost ${formatFigure(usdPerMonth)} USD a month: ${[why, ...extra].join('; ')}`;
}
