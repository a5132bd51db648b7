import { displayPath } from '../../lib/adapters/config-file';
import { configDigest } from '../../lib/config';
import { explain } from '../../lib/plan/explain';
import { openProject, readPlan } from '../../lib/project';
import { explanationText } from '../../lib/report/plan-summary';
import { defineCommand } from '../program';
import { type CommonOptions, withCommonOptions } from './common';

export const explainCommand = defineCommand<CommonOptions>(
  withCommonOptions,
  { examples: ['foresize explain chat', 'foresize explain l40s --json'] },
  ({ argument: name = '', options, answer, warn }) => {
    const project = openProject(options);
    const plan = readPlan(project);
    if (plan.sources.config !== configDigest(project.config))
      warn(`${displayPath(project.planFile)} was made from another config; this explains the plan as it is`);
    const explanation = explain(plan, name);
    const { headline, chain, rows, binding, ...rest } = explanation;
    answer({ ...rest, headline, chain, rows, binding }, explanationText(explanation));
  },
);
