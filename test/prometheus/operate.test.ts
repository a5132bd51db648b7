import { operate } from '../../lib/project/operate';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
import { floorsOver, testLive } from '../support/live-floor';
import { liveProject, plannedFrom, recordedRequests, requestsAt } from '../support/live-project';
import { prometheusTest, startPrometheus } from '../support/prometheus';
import { livePlanOf } from '../../lib/plan/live-floor';

prometheusTest('a round reads the load of eight days and decides as the rules do, and the next one reads what is new', async () => {
  const now = plannedFrom + 6 * HOUR_MS;
  const server = await startPrometheus({ openMetrics: recordedRequests(now + 10 * MINUTE_MS) });
  try {
    const { configFile, plan } = await liveProject(server.url);
    const live = livePlanOf(plan, plan.workloads.chat);
    if (live === null) throw new Error('no live plan');
    const start = plannedFrom - 9 * 24 * HOUR_MS;
    const minuteAt = (time: number) => (time - start) / MINUTE_MS;
    const load = Float64Array.from({ length: minuteAt(now) + 11 }, (_, i) => requestsAt(start + i * MINUTE_MS) / testLive.loadPerReplica);
    const { floor } = floorsOver(live, start, load);
    const { round } = operate({ config: configFile, environment: {} });
    for (const later of [0, 4, 10]) {
      const at = now + later * MINUTE_MS;
      expect(await round(at + 12_000)).toMatchObject([
        { workload: 'chat', by: 'load', floor: floor[minuteAt(at)], load: expect.closeTo(requestsAt(at), 3) as number },
      ]);
    }
    const all = operate({ config: configFile, all: true, policy: 'linear-threshold', environment: {} });
    expect(await all.round(now)).toMatchObject([
      { workload: 'chat', by: 'line', reason: expect.stringContaining('asks for') as string },
      { workload: 'other', floor: null, reason: 'the load cannot be seen' },
    ]);
  } finally {
    await server.stop();
  }
});
