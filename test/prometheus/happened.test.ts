import { openProject } from '../../lib/project';
import { readHappened } from '../../lib/project/happened';
import { scorecardText } from '../../lib/report/scorecard-text';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { liveProject, plannedFrom } from '../support/live-project';
import { prometheusTest, startPrometheus } from '../support/prometheus';

const span = { from: plannedFrom, to: plannedFrom + 2 * HOUR_MS };
/** A series of the two hours, by the minute. */
const series = (name: string, labels: string, valueAt: (minute: number) => number) => [
  `# TYPE ${name} gauge`,
  ...Array.from({ length: 120 }, (_, i) => `${name}{${labels}} ${valueAt(i + 1)} ${(plannedFrom + (i + 1) * MINUTE_MS) / SECOND_MS}`),
];

prometheusTest(
  'what happened is read back from the series of the rules, and of the loop what it told of its own plan; what is not there is null',
  async () => {
    const own = 'plan="test",workload="chat"';
    const openMetrics = [
      ...series('foresize:floor:replicas', own, (minute) => (minute <= 60 ? 4 : 8)),
      ...series('foresize:replicas:available', own, (minute) => (minute <= 70 ? 5 : 8)),
      ...series('foresize:forecast:missed', own, (minute) => (minute % 40 === 0 ? 1 : 0)),
      // Two loops, of two plans: the other one has the higher floor, and misses every minute.
      ...series('foresize_operate_floor_replicas', own, () => 7),
      ...series('foresize_operate_floor_replicas', 'plan="other",workload="chat"', () => 30).slice(1),
      ...series('foresize_operate_forecast_missed', own, (minute) => (minute === 90 ? 1 : 0)),
      ...series('foresize_operate_forecast_missed', 'plan="other",workload="chat"', () => 1).slice(1),
      ...series('kube_deployment_status_replicas_available', 'namespace="serving",deployment="chat"', (minute) => (minute <= 5 ? 6 : 7)),
      '# EOF',
      '',
    ].join('\n');
    const server = await startPrometheus({ openMetrics });
    try {
      const { configFile } = await liveProject(server.url);
      const project = openProject({ config: configFile });
      expect(await readHappened(project, span, {})).toEqual({
        happened: {
          chat: {
            minutes: 120,
            floor: { lowest: 4, mean: 6, highest: 8 },
            short: { minutes: 10, of: 120 },
            missed: { minutes: 3, of: 120 },
          },
        },
        warnings: [],
      });
      const before = { from: span.from - 4 * HOUR_MS, to: span.from - 2 * HOUR_MS };
      expect((await readHappened(project, before, {})).happened.chat).toEqual({ minutes: 120, floor: null, short: null, missed: null });
      const fields = { owner: 'operate', metric: { kind: 'pods', name: 'requests_per_second' } } as const;
      const loop = await liveProject(server.url, fields, { operate: { image: 'registry.example.com/foresize:1' } });
      const { happened } = await readHappened(openProject({ config: loop.configFile }), span, {});
      expect(happened.chat).toMatchObject({
        floor: { lowest: 7, highest: 7 },
        short: { minutes: 5, of: 120 },
        missed: { minutes: 1, of: 120 },
      });
    } finally {
      await server.stop();
    }
  },
);

test('the text of a week says what happened, and what nothing was recorded of', () => {
  const came = { gpuHours: 1, usd: 1, violationMinutes: 0 };
  const score = {
    ...{ hours: { scored: 168, withoutLoad: 0, withoutPlan: 0 }, coverage: null, minutesAboveCeiling: 0, idleGpuHours: 0 },
    ...{ plan: came, static: null, hpa: came, perfect: { gpuHours: 1, usd: 1 } },
    ...({ advice: 'keep', sign: 'keep', because: 'all is well' } as const),
  };
  const happened = { minutes: 10_080, floor: { lowest: 4, mean: 9.4, highest: 19 }, short: { minutes: 14, of: 10_080 }, missed: null };
  const card = { form: 1, name: 'test', week: '2026-W47', from: '', to: '', plans: [], notScored: {} } as const;
  const text = scorecardText({ ...card, workloads: { chat: { ...score, happened }, other: score } }, { from: '', workloads: {} });
  expect(text.split('\n').slice(-3)).toEqual([
    'chat: keep: all is well',
    'chat: happened: floor 4 to 19, 9.4 in the mean; fewer replicas than the floor in 14 of 10,080 minutes (0.1389 %); its Prometheus has recorded nothing of misses of the forecast',
    'other: keep: all is well',
  ]);
});
