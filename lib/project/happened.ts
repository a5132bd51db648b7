import { openMinutes } from '../adapters/live';
import { type CapacityConfig, floorOwners, isAutoscaled, prometheusLoadOf, scaledBy } from '../config';
import { availableQuery, watchedQueries } from '../plan/live-floor';
import { isProblemError, renderProblem } from '../problems';
import { type Happened, happenedIn, type ScoredSpan } from '../simulate';
import { loopSeries } from './operate-watch';
import type { OpenProject } from './project';

/**
 * Reads back what was recorded of the workloads whose floor the load moves, from the Prometheus that has their load: what the rules of
 * `owner: 'live'` recorded; under `operate`, what the loop told on its `/metrics`, where that is scraped, and the replicas by
 * kube-state-metrics.
 *
 * @returns by workload; of a server that cannot be asked a warning
 */
export async function readHappened(
  { config, directory }: OpenProject,
  span: ScoredSpan,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<{ readonly happened: Readonly<Record<string, Happened>>; readonly warnings: readonly string[] }> {
  const happened: Record<string, Happened> = {};
  const warnings: string[] = [];
  const { history, region } = config;
  const reader = openMinutes({ history, region, baseDirectory: directory, environment, retry: { attempts: 2 } });
  try {
    for (const name of Object.keys(config.workloads).sort()) {
      const workload = config.workloads[name];
      const load = prometheusLoadOf(config, name);
      if (load === null || !isAutoscaled(workload) || !floorOwners[workload.owner].movesByLoad) continue;
      const queries = workload.owner === 'operate' ? loopQueries(config, name) : watchedQueries(config.name, name);
      const read = (query: string) => reader.read({ load: { url: load.url, query, scale: 1 }, path: `workloads.${name}.load`, ...span });
      try {
        happened[name] = happenedIn(
          {
            floor: await read(queries.floor),
            available: await read(queries.available),
            missed: await read(queries.missed),
          },
          span,
        );
      } catch (error) {
        if (!isProblemError(error)) throw error;
        warnings.push(`what happened to ${name} is not known: ${renderProblem(error.problems[0])}`);
      }
    }
    return { happened, warnings };
  } finally {
    await reader.close();
  }
}

/** The same of a loop. Several copies tell the same. */
function loopQueries(config: CapacityConfig, workload: string): ReturnType<typeof watchedQueries> {
  const of = (name: string) => `max(${name}{plan="${config.name}",workload="${workload}"})`;
  return { floor: of(loopSeries.floor), available: availableQuery(scaledBy(config, workload)), missed: of(loopSeries.missed) };
}
