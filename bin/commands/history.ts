import { writeTogether } from '../../lib/adapters/output';
import { ProblemError } from '../../lib/problems';
import { checkHistory, openProject } from '../../lib/project';
import { defineCommand } from '../program';
import { type CommonOptions, type HistoryOptions as SourceOptions, withCommonOptions, withHistoryOptions } from './common';

type HistoryOptions = CommonOptions & SourceOptions & { readonly svg?: string };

export const historyCommand = defineCommand<HistoryOptions>(
  (command) =>
    withHistoryOptions(withCommonOptions(command)).option('--svg <file>', 'draw the load of the workload, its gaps, repairs and findings'),
  {
    notes: 'Exit code 2: usable, and there is something to look at; 1: the history of a workload cannot be used.',
    examples: ['foresize history', 'foresize history chat --svg chat.svg', 'foresize history --as-of 2026-11-24T00:00:00Z --json'],
  },
  async ({ argument: workload, options, running, answer, refuse }) => {
    const { svg } = options;
    const project = openProject(options);
    if (svg !== undefined && workload === undefined)
      throw new ProblemError({
        code: 'cli/svg-of-one',
        path: '--svg',
        message: 'draws one workload',
        hint: `name one of: ${Object.keys(project.config.workloads).sort().join(', ')}`,
      });
    const found = await checkHistory({ ...options, ...running, project, workload, chart: svg !== undefined });
    if (svg !== undefined && found.chart !== null) writeTogether([{ path: svg, text: found.chart }]);
    refuse(found.refused);
    answer(found.document, found.text === '' ? null : found.text);
    if (found.refused.length > 0) return 1;
    return found.toLookAt ? 2 : 0;
  },
);
