import { openMinutes } from '../adapters/live';
import { windowQueries, type WindowReader, type WindowSeries } from '../plan/jobs';
import { ProblemError } from '../problems';
import type { HistoryOptions } from './open-history';
import type { OpenProject } from './project';

/**
 * How a plan looks up what windows of jobs did: in the Prometheus of the config, where that says that it has the series of
 * kube-state-metrics.
 *
 * @returns `undefined` where it does not say so: nothing is looked up
 */
export function windowReader(
  { config, directory }: OpenProject,
  { offline = false, environment = process.env }: HistoryOptions,
): WindowReader | undefined {
  const { history, region } = config;
  const { url, kubeStateMetrics } = history.prometheus ?? {};
  if (url === undefined || kubeStateMetrics === undefined) return undefined;
  const path = 'history.prometheus';
  return async (requests) => {
    if (offline) throw new ProblemError({ code: 'schedule/windows-unread', path: '--offline', message: 'asks no server' });
    const matchers = kubeStateMetrics === true ? {} : kubeStateMetrics.matchers;
    const reader = openMinutes({ history, region, baseDirectory: directory, environment, retry: { attempts: 3 } });
    try {
      const found: WindowSeries[] = [];
      for (const request of requests) {
        const { from, until: to } = request;
        const queries = windowQueries(request, matchers);
        const read = (query: string) => reader.read({ load: { url, query, scale: 1 }, path, from, to });
        found.push({
          namespace: await read(queries.namespace),
          cronJobs: await read(queries.cronJobs),
          cronJob: await read(queries.cronJob),
          scheduled: await read(queries.scheduled),
          running: await read(queries.running),
          active: await read(queries.active),
          complete: await read(queries.complete),
          failed: await read(queries.failed),
        });
      }
      return found;
    } finally {
      await reader.close();
    }
  };
}
