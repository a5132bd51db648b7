import { Option } from 'commander';
import { resolve } from 'node:path';
import { writeTogether } from '../../lib/adapters/output';
import { type Effort, originsByEffort } from '../../lib/forecast';
import { backtest } from '../../lib/project';
import { DAY_MS } from '../../lib/units';
import { defineCommand } from '../program';
import { type CommonOptions, durationArgument, type HistoryOptions, wholeNumber, withCommonOptions, withHistoryOptions } from './common';

type BacktestOptions = CommonOptions &
  HistoryOptions & {
    readonly horizon: number;
    readonly forecasts: number;
    readonly effort?: Effort;
    readonly compare?: boolean;
    readonly svg?: string;
  };

export const backtestCommand = defineCommand<BacktestOptions>(
  (command) =>
    withHistoryOptions(withCommonOptions(command))
      .addOption(new Option('--horizon <duration>', 'how far each forecast looks ahead').argParser(durationArgument).default(DAY_MS, '24h'))
      .addOption(
        new Option('--forecasts <n>', 'forecasts, one horizon after another up to the end of the history')
          .argParser(wholeNumber)
          .default(14),
      )
      .addOption(
        new Option('--effort <effort>', "how much each forecast tests its models (default: the config's)").choices(
          Object.keys(originsByEffort),
        ),
      )
      .option('--compare', 'show every model alone beside the forecast')
      .option('--svg <file>', 'draw the forecasts over what came'),
  {
    examples: [
      'foresize backtest',
      'foresize backtest chat --horizon 7d --forecasts 4 --compare',
      'foresize backtest chat --svg backtest.svg --json',
    ],
  },
  async ({ argument: workload, options, running, answer, warn }) => {
    const { svg } = options;
    const { document, text, chart } = await backtest({ ...options, ...running, workload, chart: svg !== undefined });
    document.warnings.forEach(warn);
    if (svg !== undefined && chart !== null) writeTogether([{ path: resolve(svg), text: chart }]);
    answer(document, text);
  },
);
