import { checkHistory, explainMoment, openProject, readPlan } from '../../lib/project';
import { momentAndFloorText } from '../../lib/report/floor-text';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { livePlanOf, type LiveTerm } from '../../lib/plan/live-floor';
import { floorsOver, testLive } from '../support/live-floor';
import { liveProject, plannedFrom, recordedRequests, requestsAt } from '../support/live-project';
import { prometheusTest, startPrometheus } from '../support/prometheus';

const at = plannedFrom + 6 * HOUR_MS;
const now = at + 2 * HOUR_MS;

prometheusTest(
  'a moment of a live floor has the floor that the rules decide then, with all its terms, from its server and from the cache',
  async () => {
    const server = await startPrometheus({ openMetrics: recordedRequests(now, 20) });
    const { configFile } = await liveProject(server.url);
    const project = openProject({ config: configFile });
    const plan = readPlan(project);
    try {
      const live = livePlanOf(plan, plan.workloads.chat);
      if (live === null) throw new Error('no live plan');
      const start = plannedFrom - 9 * DAY_MS;
      const load = Float64Array.from(
        { length: (at - start) / MINUTE_MS + 1 },
        (_, i) => requestsAt(start + i * MINUTE_MS) / testLive.loadPerReplica,
      );
      const { decision, ...moment } = await explainMoment(project, plan, 'chat', { at: at + 17_000, now, environment: {} });
      expect(decision).toMatchObject({ by: 'load', floor: floorsOver(live, start, load).floor.at(-1), recorded: null });
      const text = momentAndFloorText(moment, decision, plan);
      const valueOf = (series: string) => decision?.terms.find((term: LiveTerm) => term.series === series)?.value ?? NaN;
      expect(text).toContain(`foresize:live:up ${valueOf('foresize:live:up')}: wanted, exp(`);
      expect(text).toMatch(/^foresize:live:expected_now +[\d.-]+ +-0\.\d+ /m);

      const later = await explainMoment(project, plan, 'chat', { at: now + HOUR_MS, now, environment: {} });
      expect(later.decision).toMatchObject({ by: 'schedule', trouble: expect.stringContaining('it has not come yet') as string });
      await checkHistory({ project, now, environment: {} });
    } finally {
      await server.stop();
    }
    const offline = (when: number) => explainMoment(project, plan, 'chat', { at: when, now: now + DAY_MS, offline: true, environment: {} });
    const cached = (await offline(at)).decision;
    expect(cached).toMatchObject({ by: 'load', load: expect.closeTo(requestsAt(at), 3) as number });
    expect(cached).not.toHaveProperty('trouble');
    expect((await offline(now + HOUR_MS / 2)).decision).toMatchObject({
      by: 'schedule',
      trouble: expect.stringContaining('the cache does not reach') as string,
    });
    const unreachable = await explainMoment(project, plan, 'chat', { at, now, environment: {} });
    expect(unreachable.decision).toMatchObject({ by: 'schedule', trouble: expect.stringContaining('workloads.chat.load') as string });
    expect((await explainMoment(project, plan, 'other', { at, now })).decision).toMatchObject({
      by: 'schedule',
      reason: expect.stringMatching(/^by the schedule from .* until .*; the load of .* needs \d+ replicas?, a lead of/) as string,
    });
  },
);
