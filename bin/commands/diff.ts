import { resolve } from 'node:path';
import { Option } from 'commander';
import { writeTogether } from '../../lib/adapters/output';
import { allRound6 } from '../../lib/figures';
import { diff } from '../../lib/project';
import { diffChart } from '../../lib/report/diff-chart';
import { diffMarkdown } from '../../lib/report/diff-markdown';
import { diffText } from '../../lib/report/diff-text';
import { scorecardLines } from '../../lib/report/scorecard-text';
import { showbackChanges } from '../../lib/report/showback';
import { defineCommand } from '../program';
import { type CommonOptions, withCommonOptions } from './common';

type DiffOptions = CommonOptions & {
  readonly format: 'text' | 'markdown' | 'json';
  readonly picture?: string;
  readonly svg?: string;
};

export const diffCommand = defineCommand<DiffOptions>(
  (command) =>
    withCommonOptions(command)
      .addOption(new Option('--format <format>', 'json is what --json prints').choices(['text', 'markdown', 'json']).default('text'))
      .option('--svg <file>', 'draw load, floors and ceilings, before and after')
      .option('--picture <address>', 'where that picture is, for the Markdown to show it'),
  { examples: ['foresize diff', 'foresize diff origin/main --format markdown', 'foresize diff ../before/capacity-plan.json --json'] },
  ({ argument, options, answer }) => {
    const { diff: changes, before, after, scorecard, showback } = diff({ ...options, base: argument });
    const document = { ...allRound6(changes), ...(scorecard === null ? {} : { scorecard }), ...(showback === null ? {} : { showback }) };
    const centres = showback === null ? [] : showbackChanges(showback.before, showback.after);
    const past = scorecard === null ? [] : scorecardLines(scorecard);
    const texts = {
      text: () => diffText(changes, past, centres),
      markdown: () => diffMarkdown(changes, options.picture, past, centres),
      json: () => JSON.stringify(document, null, 2),
    };
    if (options.svg !== undefined && changes.isChanged)
      writeTogether([{ path: resolve(options.svg), text: diffChart(changes, before, after) }]);
    answer(document, texts[options.format](), options.format === 'text' ? 'for-people' : 'for-programs');
    return changes.isChanged ? 2 : 0;
  },
);
