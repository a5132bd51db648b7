import { floorDashboard, liveRules } from '../../lib/plan/live-floor';
import { DAY_MS, SECOND_MS } from '../../lib/units';
import { testLive, testPlan } from '../support/live-floor';
import { checkRules, prometheusTest, testRules } from '../support/prometheus';
import { alertsOf, watched } from '../support/watched';

/** The alerts on live floors, in the real promtool. */
const of = (name: string) => `${name}{plan="prod",workload="chat"}`;
const ofHpa = (name: string) => `kube_horizontalpodautoscaler_${name}{namespace="serving",horizontalpodautoscaler="keda-hpa-chat"}`;
const [floor, load, available, desired] = [
  of('foresize:floor:replicas'),
  of('foresize:load'),
  'kube_deployment_status_replicas_available{namespace="serving",deployment="chat"}',
  ofHpa('status_desired_replicas'),
];
const [validUntil, least, ceiling] = [of('foresize:live:valid_until'), of('foresize:live:least'), of('foresize:live:ceiling')];

const same = (value: number, minutes: number): string => `${value}+0x${minutes - 1}`;

/** All is well: eight replicas are asked for and there; ten are expected, and with a margin of 14 % the load stays below that. */
const usual: Readonly<Record<string, number>> = {
  [floor]: 8,
  [available]: 8,
  [desired]: 8,
  [ofHpa('spec_max_replicas')]: 40,
  [load]: 140,
  [of('foresize:forecast')]: 125,
  [of('foresize:live:up_centre')]: Math.log(10.3),
  [of('foresize:live:up_spread')]: 0.06,
  [of('foresize:live:up_margin')]: 2.25,
  [of('foresize:live:load_per_replica')]: 12.5,
  [of('foresize:live:up_minutes')]: testLive.upMinutes,
  [least]: 2,
  [ceiling]: 40,
  [validUntil]: (5 * DAY_MS) / SECOND_MS,
};

/** What happens otherwise within so many minutes, and which alerts fire at which of them. */
type Case = {
  readonly minutes: number;
  readonly otherwise?: Readonly<Record<string, string>>;
  readonly fires: Readonly<Record<number, string[]>>;
};

function played({ minutes, otherwise = {}, fires }: Case) {
  return {
    interval: '1m',
    input_series: Object.entries(usual).map(([series, value]) => ({ series, values: otherwise[series] ?? same(value, minutes + 1) })),
    promql_expr_test: Object.entries(fires).map(([minute, names]) => ({
      expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: `${minute}m`,
      exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
    })),
  };
}

const evaluated = (groups: ReturnType<typeof alertsOf>, tests: readonly object[]): string =>
  testRules({ groups }, { evaluation_interval: '1m', group_eval_order: groups.map(({ name }) => name), tests });
/** Nothing fires at any of these minutes. */
const never = (...minutes: number[]) => Object.fromEntries(minutes.map((minute) => [minute, []]));
const before = same(8, 30);

prometheusTest('promtool accepts the alerts beside the rules, for one lead and for two, and each query of the dashboard', () => {
  const slow = watched({ name: 'slow', plan: { ...watched().plan, live: { ...testLive, upMinutes: 32, holdMinutes: 42 } } });
  const floors = liveRules('prod', [{ name: 'chat', query: 'requests', scale: 1, plan: testPlan(0, 1) }]);
  const { panels } = floorDashboard('prod') as { panels: { targets: { expr: string }[] }[] };
  const shown = panels.flatMap(({ targets }) => targets.map(({ expr }, i) => ({ record: `shown_${i}`, expr })));
  expect(checkRules({ groups: [...floors, ...alertsOf()] })).toBe('');
  expect(checkRules({ groups: [...alertsOf([watched(), slow]), { name: 'shown', rules: shown }] })).toBe('');
  expect(checkRules({ groups: [{ name: 'wrong', rules: [{ record: 'shown', expr: 'sum(' }] }] })).not.toBe('');
  return Promise.resolve();
});

prometheusTest('each alert fires for what it is there for, and keeps still otherwise', () => {
  const cases: Case[] = [
    { minutes: 60, fires: never(20, 40, 60) },
    // The floor rises, and nothing follows for longer than the eight minutes that a node takes; then it does.
    {
      minutes: 80,
      otherwise: { [floor]: `${before} ${same(12, 51)}`, [available]: `${before} ${same(8, 20)} ${same(12, 31)}` },
      fires: { ...never(37, 41), 46: ['ForesizeFloorNotReached'], ...never(60) },
    },
    // What is told begins with too few replicas: that they were asked for a lead ago is not known before a lead has gone by.
    { minutes: 60, otherwise: { [available]: same(5, 61) }, fires: { ...never(6, 11), 20: ['ForesizeFloorNotReached'] } },
    // Replicas follow a floor that rises for half an hour seven minutes later.
    {
      minutes: 80,
      otherwise: { [floor]: `${before} 9+1x29 ${same(38, 21)}`, [available]: `${same(8, 37)} 9+1x29 ${same(38, 14)}` },
      fires: never(40, 50, 60, 70),
    },
    // A replica goes, and is back after six minutes.
    { minutes: 60, otherwise: { [available]: `${before} ${same(7, 6)} ${same(8, 25)}` }, fires: never(32, 36, 40, 45) },
    { minutes: 60, otherwise: { [desired]: `${before} ${same(40, 31)}` }, fires: { ...never(40), 50: ['ForesizeAtCeiling'] } },
    { minutes: 60, otherwise: { [desired]: `${before} ${same(40, 10)} ${same(8, 21)}` }, fires: never(39, 46, 60) },
    // A number that is fixed is always at its ceiling.
    { minutes: 60, otherwise: { [desired]: `${before} ${same(40, 31)}`, [least]: same(40, 61) }, fires: never(50, 60) },
    // Six hours of a day above what is provided for, and an hour.
    {
      minutes: 1_500,
      otherwise: { [load]: `${same(140, 1_000)} ${same(150, 360)} ${same(140, 141)}` },
      fires: { ...never(990, 1_080), 1_400: ['ForesizeForecastMissed'] },
    },
    { minutes: 1_500, otherwise: { [load]: `${same(140, 1_000)} ${same(150, 60)} ${same(140, 441)}` }, fires: never(1_080, 1_400) },
    // All of five hours above it, which is all that is known.
    { minutes: 300, otherwise: { [load]: same(150, 301) }, fires: never(200, 300) },
    // A day before its end, and after it.
    {
      minutes: 60,
      otherwise: { [validUntil]: same((DAY_MS + 20 * 60 * SECOND_MS) / SECOND_MS, 61) },
      fires: { ...never(19, 22), 30: ['ForesizePlanExpires'] },
    },
    { minutes: 60, otherwise: { [validUntil]: same(60, 61) }, fires: { 30: ['ForesizePlanExpires'] } },
    // The rules stop recording, and the load is gone.
    { minutes: 80, otherwise: { [floor]: before }, fires: { ...never(35, 50), 60: ['ForesizeFloorStale'] } },
    { minutes: 80, otherwise: { [load]: same(140, 30) }, fires: { ...never(35, 50), 60: ['ForesizeFloorStale'] } },
    { minutes: 80, otherwise: { [floor]: `${before} _x11 ${same(8, 39)}` }, fires: never(45, 55, 70) },
  ];
  expect(evaluated(alertsOf(), cases.map(played))).toBe('');
  return Promise.resolve();
});

prometheusTest('a floor that is stale is told only while the plan is valid, and one that is missed by a tenth is told', () => {
  const expired = alertsOf([watched({ plan: { live: testLive, validUntil: 45 * 60 * SECOND_MS } })]);
  expect(evaluated(expired, [played({ minutes: 80, otherwise: { [floor]: before }, fires: never(46, 60, 80) })])).toBe('');
  const short = (replicas: number): Case['otherwise'] => ({ [floor]: same(11, 61), [available]: same(replicas, 61) });
  const tests = [
    { minutes: 60, otherwise: short(11), fires: never(20, 40, 60) },
    { minutes: 60, otherwise: short(10), fires: { 20: ['ForesizeFloorNotReached'] } },
  ];
  expect(evaluated(alertsOf(), tests.map(played))).toBe('');
  return Promise.resolve();
});

prometheusTest('an alert says of which workload and plan it is, and how many replicas there are', () => {
  const reached = alertsOf()
    .flatMap(({ rules }) => rules)
    .find((rule) => 'alert' in rule && rule.alert === 'ForesizeFloorNotReached');
  expect(reached).toBeDefined();
  const alert = {
    exp_labels: { severity: 'warning', plan: 'prod', workload: 'chat' },
    exp_annotations: {
      summary: 'chat has fewer replicas than its floor.',
      description:
        'For longer than a new node takes to serve, chat has had at most 5 available replicas, and its floor asked for more all that time.',
      runbook: 'docs/runbooks/floor-not-reached.md',
    },
  };
  const short = played({ minutes: 40, otherwise: { [available]: same(5, 41) }, fires: {} });
  const test = { ...short, alert_rule_test: [{ eval_time: '30m', alertname: 'ForesizeFloorNotReached', exp_alerts: [alert] }] };
  expect(evaluated(alertsOf(), [test])).toBe('');
  return Promise.resolve();
});
