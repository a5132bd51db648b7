import { displayPath } from '../../lib/adapters/config-file';
import { configDigest } from '../../lib/config';
import { allRound6 } from '../../lib/figures';
import { explain, explainAt } from '../../lib/plan/explain';
import { openProject, readPlan } from '../../lib/project';
import { explanationText, momentText, shortExplanationText } from '../../lib/report/plan-summary';
import { defineCommand } from '../program';
import { type CommonOptions, timeArgument, withCommonOptions } from './common';

type ExplainOptions = CommonOptions & { readonly full?: boolean; readonly at?: number };

export const explainCommand = defineCommand<ExplainOptions>(
  (command) =>
    withCommonOptions(command)
      .option('--full', 'the whole chain, and each period')
      .option('--at <time>', 'the chain of this moment, of a workload', timeArgument),
  { examples: ['foresize explain chat', 'foresize explain chat --at 2026-11-27T18:00:00Z', 'foresize explain l40s --full'] },
  ({ argument: name = '', options, answer, warn }) => {
    const project = openProject(options);
    const plan = readPlan(project);
    if (plan.sources.config !== configDigest(project.config))
      warn(`${displayPath(project.planFile)} was made from another config; this explains the plan as it is`);
    if (options.at !== undefined) {
      const moment = explainAt(plan, name, options.at);
      answer(allRound6(moment), momentText(moment));
      return;
    }
    const explanation = explain(plan, name);
    const { headline, short, chain, rows, binding, ...rest } = explanation;
    answer(
      { ...rest, headline, short, chain, rows, binding },
      options.full ? explanationText(explanation) : shortExplanationText(explanation),
    );
  },
);
