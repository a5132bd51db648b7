import { displayPath } from '../adapters/config-file';
import { readPlanText } from '../adapters/plan-file';
import { foresizeVersion } from '../adapters/version';
import type { CapacityConfig } from '../config';
import type { FitRunner } from '../forecast';
import { type ForecastedLoads, forecastLoads } from '../plan/forecast-loads';
import type { PlanBefore } from '../plan/file';
import { decideDemands, type DecidedDemands } from '../plan/make-plan';
import { notReplayed } from '../plan/replay';
import { keptReplays, unguarded } from '../plan/what-if';
import type { OnProgress } from '../progress';
import { withFits } from './fits';
import { type HistoryOptions, openHistory } from './open-history';
import { type RunOptions, timeOf } from './options';
import { withStages } from './plan';
import { previousPlan } from './previous-plan';
import { openProject, type ProjectSource } from './project';

/** What was observed and is expected of the loads of a config, and what its workloads need for it: nothing is replayed or refused by a guardrail. */
export type PresentDemand = ForecastedLoads &
  Pick<DecidedDemands, 'needed' | 'demands' | 'resources'> & {
    /** The plan that is there; `null` where there is none, or nothing of it can be relied on. */
    readonly previous: PlanBefore | null;
  };

/**
 * Works out what a config needs now, as `plan` does, and does something with it.
 *
 * @param stage what that is called
 * @throws ProblemError what `plan` refuses
 */
export async function withPresentDemand<Answer>(
  options: ProjectSource & HistoryOptions & RunOptions,
  stage: string,
  work: (config: CapacityConfig, demand: PresentDemand, runFits: FitRunner, onProgress?: OnProgress) => Answer | Promise<Answer>,
): Promise<Answer> {
  const project = openProject(options);
  const { config, planFile } = project;
  const there = readPlanText(planFile);
  const previous = there === undefined ? null : previousPlan(there, displayPath(planFile), foresizeVersion(), config).before;
  return withFits(options, (runFits) =>
    withStages(options, async ({ onStage, onReading }) => {
      const loads = await forecastLoads({
        config,
        asOf: timeOf(options.asOf, 'asOf') ?? null,
        readHistory: openHistory(project, options, onReading),
        runFits,
        isReplayed: (name) => notReplayed(config, name) === null,
        onStage,
      });
      const { needed, demands, resources } = await decideDemands(unguarded(config), loads, { previous, replayLoads: keptReplays() });
      const onProgress = onStage(stage);
      return work(config, { ...loads, needed, demands, resources, previous }, runFits, onProgress);
    }),
  );
}
