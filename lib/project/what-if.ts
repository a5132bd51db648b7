import { displayPath } from '../adapters/config-file';
import { withSizingSolver } from '../adapters/highs-threads';
import { readPlanText } from '../adapters/plan-file';
import { foresizeVersion } from '../adapters/version';
import { diffPlans } from '../plan/diff';
import type { CapacityPlan } from '../plan/file';
import { forecastLoads } from '../plan/forecast-loads';
import { usualCourses } from '../plan/commitments';
import { decideDemands, planFrom } from '../plan/make-plan';
import { notReplayed } from '../plan/replay';
import { breaksOf, configUnder, keptReplays, loadsUnder, planUnder, readAssumptions, unguarded } from '../plan/what-if';
import { isProblemError, type Problem } from '../problems';
import { type WhatIf, whatIfDocument, type WhatIfDocument, whatIfText } from '../report/what-if';
import { withFits } from './fits';
import { type RunOptions, timeOf } from './options';
import { withStages } from './plan';
import { previousPlan } from './previous-plan';
import { type HistoryOptions, openHistory } from './open-history';
import { openProject, type ProjectSource } from './project';

export type WhatIfOptions = ProjectSource &
  RunOptions &
  Pick<HistoryOptions, 'asOf' | 'environment'> & {
    /** `chat=3x`, `quota.L-DB2E81BA=128`, ... @default none: the present plan alone, and where its limits break */
    readonly assumptions?: readonly string[];
    /** Whether the load at which each limit breaks is looked for. @default true */
    readonly breaks?: boolean;
  };

export type WhatIfResult = {
  /** What `foresize what-if --json` prints. */
  readonly document: WhatIfDocument;
  /** What `foresize what-if` prints. */
  readonly text: string;
  /** The plan that `plan` would make, and the one under the assumptions; `null` where they are refused. */
  readonly present: CapacityPlan;
  readonly then: CapacityPlan | null;
};

/**
 * The plan of a config under assumptions, beside the one that `plan` would make now, by the same functions; nothing is written. Live sources
 * are not asked: what they answered before is taken. Replays are those of the plan that is there.
 *
 * @throws ProblemError for assumptions that cannot be taken, and what `plan` refuses of the present
 * @example const { document } = await whatIf({ assumptions: ['chat=3x', 'spot=off'] });
 */
export async function whatIf(options: WhatIfOptions = {}): Promise<WhatIfResult> {
  const project = openProject(options);
  const { config, planFile } = project;
  const assumptions = readAssumptions(options.assumptions ?? [], config);
  const assumed = configUnder(config, assumptions);
  const foresize = foresizeVersion();
  const there = readPlanText(planFile);
  const previous = there === undefined ? null : previousPlan(there, displayPath(planFile), foresize, config).before;
  const found = await withFits(options, (runFits, workers) =>
    withStages(options, async ({ onStage, onReading, onTick }) =>
      withSizingSolver(
        workers,
        async (solver): Promise<WhatIf> => {
          const loads = await forecastLoads({
            config,
            asOf: timeOf(options.asOf, 'asOf') ?? null,
            readHistory: openHistory(project, { ...options, offline: true }, onReading),
            runFits,
            isReplayed: (name) => notReplayed(config, name) === null,
            onStage,
          });
          const input = { foresize, previous, solver };
          const present = await planFrom(config, loads, { ...input, courses: usualCourses, replayLoads: keptReplays(), onStage });
          onStage('assuming');
          const loadsThen = await loadsUnder(assumed, loads, assumptions, runFits);
          const outcome = assumptions.length === 0 ? present : await planOrProblems(planUnder(assumed, loadsThen, assumptions, input));
          const refused = Array.isArray(outcome) ? outcome : [];
          const then = Array.isArray(outcome) ? null : (outcome as CapacityPlan);
          onStage('looking for where limits break');
          const [subject, subjectLoads] = then === null ? [config, loads] : [assumed, loadsThen];
          const decided =
            options.breaks === false
              ? null
              : await decideDemands(unguarded(subject), subjectLoads, { previous, replayLoads: keptReplays() });
          return {
            assumptions: assumptions.map(({ text }) => text),
            present,
            then,
            refused,
            diff: then === null ? null : diffPlans(withoutGuardrails(present), withoutGuardrails(then)),
            breaks: decided && breaksOf(subject, { loads: subjectLoads, decided, plan: then ?? present, solver }),
          };
        },
        onTick,
      ),
    ),
  );
  return { document: whatIfDocument(found), text: whatIfText(found), present: found.present, then: found.then };
}

async function planOrProblems(plan: Promise<CapacityPlan>): Promise<CapacityPlan | readonly Problem[]> {
  try {
    return await plan;
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return error.problems;
  }
}

/** Guardrails are about what is deployed, and not about what is assumed. */
function withoutGuardrails(plan: CapacityPlan): CapacityPlan {
  return { ...plan, warnings: plan.warnings.filter(({ code }) => !code.startsWith('guardrail/')) };
}
