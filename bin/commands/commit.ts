import { InvalidArgumentError } from 'commander';
import { displayPath } from '../../lib/adapters/config-file';
import { writeTogether } from '../../lib/adapters/output';
import { commit, commitBacktest } from '../../lib/project';
import { commitChart } from '../../lib/report/commit-chart';
import { commitBacktestText, commitText } from '../../lib/report/commit-text';
import { parseShare } from '../../lib/units';
import { defineCommand } from '../program';
import { type CommonOptions, type HistoryOptions, wholeNumber, withCommonOptions, withHistoryOptions } from './common';

type CommitCommandOptions = CommonOptions &
  HistoryOptions & {
    readonly growth?: readonly string[];
    readonly risk?: number;
    readonly draws?: number;
    readonly seed?: number;
    readonly svg?: string;
    readonly backtest?: boolean;
  };

export const commitCommand = defineCommand<CommitCommandOptions>(
  (command) =>
    withHistoryOptions(withCommonOptions(command))
      .option('--growth <share...>', "growth from now on: '5 %/month' of all loads, 'chat=5 %/month' of one (default: as the config says)")
      .option('--risk <share>', 'of all courses, how many may cost more with commitments than without (default: 5%)', riskArgument)
      .option('--draws <n>', 'courses of the load that are drawn (default: 100)', wholeNumber)
      .option('--seed <n>', 'what they are drawn with (default: 1)', wholeNumber)
      .option('--backtest', 'what it would have cost over the last weeks, beside other ways to buy')
      .option('--svg <file>', 'draw cost and regret against the number of nodes'),
  {
    notes: 'Advice: nothing is bought. What is held is stated in the config: commitments: [{ instance, count, until }].',
    examples: [
      'foresize commit',
      "foresize commit --growth '5 %/month' --svg commit.svg",
      'foresize commit --backtest',
      'foresize commit --json',
    ],
  },
  async ({ options, running, answer }) => {
    if (options.backtest) {
      const backtest = await commitBacktest({ ...options, ...running });
      answer(backtest, commitBacktestText(backtest));
      return;
    }
    const advice = await commit({ ...options, ...running });
    const chart = options.svg === undefined ? null : commitChart(advice);
    if (options.svg !== undefined && chart !== null) writeTogether([{ path: options.svg, text: chart }]);
    const drawn =
      options.svg === undefined
        ? ''
        : `\n\n${chart === null ? 'drew nothing: no price to reserve at' : `wrote ${displayPath(options.svg)}`}`;
    answer(advice, `${commitText(advice)}${drawn}`);
  },
);

function riskArgument(text: string): number {
  const share = parseShare(text);
  if (share === undefined || share < 0 || share > 1) throw new InvalidArgumentError("must be a share such as '5%'");
  return share;
}
