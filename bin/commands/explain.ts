import { displayPath } from '../../lib/adapters/config-file';
import { configDigest } from '../../lib/config';
import { allRound6 } from '../../lib/figures';
import { explain } from '../../lib/plan/explain';
import { explainMoment, openProject, readPlan } from '../../lib/project';
import { momentAndFloorText } from '../../lib/report/floor-text';
import { explanationText, shortExplanationText } from '../../lib/report/plan-summary';
import { defineCommand } from '../program';
import { type CommonOptions, timeArgument, withCommonOptions } from './common';

type ExplainOptions = CommonOptions & { readonly full?: boolean; readonly at?: number; readonly offline?: boolean };

export const explainCommand = defineCommand<ExplainOptions>(
  (command) =>
    withCommonOptions(command)
      .option('--full', 'the whole chain, and each period')
      .option('--at <time>', 'the chain of this moment, of a workload, and what its floor is then', timeArgument)
      .option('--offline', 'with --at: take the load from the cache; use no network'),
  {
    notes: 'A live floor is decided from its load, which is read from its Prometheus. Exit code 2 where that fails.',
    examples: ['foresize explain chat', 'foresize explain chat --at 2026-11-27T18:00:00Z', 'foresize explain l40s --full'],
  },
  async ({ argument: name = '', options, running, answer, warn }) => {
    const project = openProject(options);
    const plan = readPlan(project);
    if (plan.sources.config !== configDigest(project.config))
      warn(`${displayPath(project.planFile)} was made from another config; this explains the plan as it is`);
    if (options.at !== undefined) {
      const { at, offline } = options;
      const { decision, ...moment } = await explainMoment(project, plan, name, { at, offline, now: running.now });
      answer(allRound6({ ...moment, decision }), momentAndFloorText(moment, decision, plan));
      return decision?.trouble !== undefined && at <= running.now ? 2 : 0;
    }
    const explanation = explain(plan, name);
    const { headline, short, chain, rows, binding, ...rest } = explanation;
    answer(
      { ...rest, headline, short, chain, rows, binding },
      options.full ? explanationText(explanation) : shortExplanationText(explanation),
    );
    return 0;
  },
);
