import { formatFigure, plural } from '../../figures';
import type { Reason, Strategy, StrategyOption } from '../file';

/** The links of the chain that say how a workload is scaled, and what the other ways would cost. */
export function strategyReasons(strategy: Strategy | undefined): Reason[] {
  if (strategy === undefined) return [];
  const { chosen, inForce, usd, reason, runnerUp, options } = strategy;
  const held = chosen === inForce ? '' : ` (${inForce} is in force)`;
  return [
    {
      code: 'strategy/chosen',
      text: `strategy ${chosen}${held}, ${formatFigure(usd)} USD in the horizon were it alone in its pool: ${reason}`,
    },
    ...(runnerUp === null
      ? []
      : [
          {
            code: 'strategy/runner-up' as const,
            text: `runner-up ${runnerUp.name}, ${formatFigure(runnerUp.usd)} USD: ${runnerUp.why}`,
          },
        ]),
    ...options
      .filter(({ name }) => name !== chosen && name !== runnerUp?.name)
      .map((option) => ({ code: 'strategy/option' as const, text: optionText(option) })),
  ];
}

/** One line where another way than the one in force is the cheaper; `null` where the config does what is chosen, or nothing was compared. */
export function strategyNote(name: string, strategy: Strategy | undefined): string | null {
  if (strategy === undefined || strategy.chosen === strategy.inForce) return null;
  const { chosen, inForce, options, usd } = strategy;
  const present = options.find((option) => option.name === inForce)?.usd ?? null;
  const needs = options.find((option) => option.name === chosen)?.needs ?? null;
  const saves = present === null ? '' : `, about ${Math.round(present - usd)} USD in the horizon less than ${inForce} were it alone`;
  return `advice for ${name}: ${chosen}${saves}; ${needs === null ? "scaling: 'auto' acts on it" : `it needs ${needs}`}`;
}

/** Sentence of replicas whose size the strategy has changed; `size` such as `2 x g6e.xlarge`. */
export function strategySizeReason(size: string): Reason {
  return { code: 'strategy/size', text: `replicas have the size of ${size}, by the strategy` };
}

function optionText({ name, usd, restarts, needs, why }: StrategyOption): string {
  if (usd === null) return `${name} is not possible: ${why}`;
  const extra = [
    ...(restarts > 0 ? [`${plural(restarts, 'replica')} ${restarts === 1 ? 'starts' : 'start'} anew`] : []),
    ...(needs === null ? [] : [`needs ${needs}`]),
  ];
  return `${name} would cost ${formatFigure(usd)} USD: ${[why, ...extra].join('; ')}`;
}
