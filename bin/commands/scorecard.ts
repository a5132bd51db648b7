import { displayPath } from '../../lib/adapters/config-file';
import { writeTogether } from '../../lib/adapters/output';
import { scorecard } from '../../lib/project';
import { scorecardText } from '../../lib/report/scorecard-text';
import { defineCommand } from '../program';
import { type CommonOptions, type HistoryOptions, withCommonOptions, withHistoryOptions } from './common';

type ScorecardCommandOptions = CommonOptions & HistoryOptions & { readonly week?: string };

export const scorecardCommand = defineCommand<ScorecardCommandOptions>(
  (command) =>
    withHistoryOptions(withCommonOptions(command)).option('--week <week>', 'such as 2026-W48 (default: the last whole one of the data)'),
  {
    notes: 'A replay of what was committed: whether it was deployed, and what else moved replicas, it cannot know.',
    examples: ['foresize scorecard', 'foresize scorecard --week 2026-W48 --json'],
  },
  async ({ options, running, answer, warn }) => {
    const { card, day, file, text, warnings } = await scorecard({ ...options, ...running });
    warnings.forEach(warn);
    if (text !== null) writeTogether([{ path: file, text }]);
    const note = text === null ? 'wrote nothing: the week is not whole, or nothing of it can be scored' : `wrote ${displayPath(file)}`;
    answer({ card, day }, `${scorecardText(card, day)}\n\n${note}`);
  },
);
