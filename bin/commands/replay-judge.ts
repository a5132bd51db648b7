import { replayThreads } from '../../lib/adapters/replay-threads';
import type { CapacityConfig } from '../../lib/config/schema';
import { eachInOrder } from '../../lib/forecast/stream';
import type { FitRunner } from '../../lib/forecast/types';
import type { HistoryReader } from '../../lib/history/series';
import type { ReplayJudge, ReplayRequest } from '../../lib/plan/replay-all';
import { judgeWorkload, type Replayer } from '../../lib/simulate/judge';
import { gridOf, loadGridOf } from '../../lib/simulate/load-grid';
import { readWorkloadLoads } from './read-loads';

/** Judges workloads on all cores, a bounded number under way; a load that was observed more finely than the plan's periods is read anew. */
export function replayJudge(config: CapacityConfig, read: HistoryReader, run: FitRunner, workers: number): ReplayJudge {
  return async (requests) => {
    const threads = replayThreads(workers);
    const judge = async (request: ReplayRequest) => {
      const { name, series } = request;
      const isAsFine = gridOf(series.origin.spacingMs) === series.intervalMs;
      const loadOf = async () => (isAsFine ? loadGridOf(series) : (await readWorkloadLoads(config, [name], read))[name]);
      const replay: Replayer = async (prepared, settings, usdPerGpuHour) => {
        const { summary } = await threads.replay({ prepared, settings, name, title: name, usdPerGpuHour, policies: [], chart: false });
        if (summary === null) throw new Error(`the replay of ${name} has no price`);
        return summary;
      };
      return [name, await judgeWorkload(config, request, loadOf, run, replay)] as const;
    };
    const verdicts: Awaited<ReturnType<typeof judge>>[] = [];
    try {
      for await (const verdict of eachInOrder(requests, judge, 2 * workers)) verdicts.push(verdict);
      return Object.fromEntries(verdicts);
    } finally {
      await threads.close();
    }
  };
}
