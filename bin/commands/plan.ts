import { whileClaimed } from '../../lib/adapters/output';
import { newestCard, openProject, plan, writePlan } from '../../lib/project';
import { planSummary } from '../../lib/report/plan-summary';
import { showbackOf, showbackText } from '../../lib/report/showback';
import { defineCommand } from '../program';
import { type CommonOptions, type HistoryOptions, planNote, exitCodeOf, warningsOf, withCommonOptions, withHistoryOptions } from './common';

type PlanOptions = CommonOptions & HistoryOptions & { readonly fresh?: boolean };

export const planCommand = defineCommand<PlanOptions>(
  (command) => withHistoryOptions(withCommonOptions(command)).option('--fresh', 'ignore the plan that is there'),
  {
    examples: ['foresize plan', 'foresize plan --fresh --json', 'foresize plan --config prod.yaml --as-of 2026-11-24T00:00:00Z'],
  },
  async ({ options, running, answer, warn }) => {
    const project = openProject(options);
    const made = await whileClaimed([{ path: project.planFile, kind: 'file' }], async () => {
      const planned = await plan({ ...options, ...running, project });
      warningsOf(planned).forEach(warn);
      writePlan(planned);
      return planned;
    });
    const showback = showbackOf(project.config, made.plan, newestCard(project.planFile));
    const paid = showback === null ? '' : `${showbackText(showback)}\n\n`;
    answer(made.plan, `${planSummary(made.plan)}\n\n${paid}${planNote(made)}`);
    return exitCodeOf(made, warn);
  },
);
