import type { CapacityConfig } from '../../lib/config/schema';
import type { FitRunner } from '../../lib/forecast/types';
import type { HistoryReader } from '../../lib/history/series';
import type { ReplayJudge } from '../../lib/plan/replay-types';
import { judgeWorkload } from '../../lib/simulate/judge';
import { gridOf, loadGridOf } from '../../lib/simulate/load-grid';
import { readWorkloadLoads } from './read-loads';

/** Judges workloads one after another; a load that was observed more finely than the plan's periods is read anew. */
export function replayJudge(config: CapacityConfig, read: HistoryReader, run: FitRunner): ReplayJudge {
  return async (requests) => {
    const verdicts: Record<string, Awaited<ReturnType<typeof judgeWorkload>>> = {};
    for (const request of requests) {
      const { name, series } = request;
      const isAsFine = gridOf(series.origin.spacingMs) === series.intervalMs;
      const loadOf = async () => (isAsFine ? loadGridOf(series) : (await readWorkloadLoads(config, [name], read))[name]);
      verdicts[name] = await judgeWorkload(config, request, loadOf, run);
    }
    return verdicts;
  };
}
