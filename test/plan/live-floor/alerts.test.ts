import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { floorDashboard, liveRules, type WatchRule } from '../../../lib/plan/live-floor';
import { root } from '../../support/foresize';
import { testLive, testPlan } from '../../support/live-floor';
import { alertsOf, watched } from '../../support/watched';

const slow = watched({ name: 'slow', plan: { ...watched().plan, live: { ...testLive, upMinutes: 32, holdMinutes: 42 } } });
const workload = (name: string) => ({ name, query: 'sum(requests)', scale: 1, plan: testPlan(0, 7) });
const rulesOf = (groups = alertsOf()): WatchRule[] => groups.flatMap(({ rules }) => rules);
const alerts = (rules = rulesOf()) => rules.flatMap((rule) => ('alert' in rule ? [rule] : []));
const records = (rules: readonly WatchRule[]) => rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));

/** What the cluster tells of itself. */
const ofKubeStateMetrics = [
  'kube_deployment_status_replicas_available',
  'kube_horizontalpodautoscaler_spec_max_replicas',
  'kube_horizontalpodautoscaler_status_current_replicas',
  'kube_horizontalpodautoscaler_status_desired_replicas',
  'kube_statefulset_status_replicas_ready',
];

const readBy = (expr: string): string[] => [...expr.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)\{/g)].map(([, name]) => name);

type Dashboard = {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
  readonly panels: readonly { readonly id: number; readonly targets: readonly { readonly expr: string }[] }[];
};
const dashboard = floorDashboard('prod') as Dashboard;

test('every series that an alert or the dashboard reads is recorded by the rules, or told by kube-state-metrics', () => {
  const kinds = ['Deployment', 'StatefulSet', 'Rollout'].map((kind) =>
    watched({ name: kind.toLowerCase(), target: { kind, name: 'chat' } }),
  );
  const watching = rulesOf(alertsOf([...kinds, slow]));
  const recorded = new Set(records([...liveRules('prod', [workload('chat')]).flatMap(({ rules }) => rules), ...watching]));
  const shown = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query])),
  ];
  const read = [...watching.map(({ expr }) => expr), ...shown].map(readBy);
  expect(read.filter((names) => names.length === 0)).toEqual([]);
  expect([...new Set(read.flat())].filter((name) => !recorded.has(name)).sort()).toEqual(ofKubeStateMetrics);
});

test('each alert has a severity, sentences, and a page that is named after it and listed among the others', () => {
  expect(alerts().map(({ alert }) => alert)).toEqual([
    'ForesizeFloorStale',
    'ForesizeFloorNotReached',
    'ForesizeAtCeiling',
    'ForesizeForecastMissed',
    'ForesizePlanExpires',
  ]);
  const index = readFileSync(join(root, 'docs/runbooks/README.md'), 'utf8');
  for (const { alert, labels, annotations } of alerts()) {
    expect(['warning', 'info']).toContain(labels.severity);
    for (const text of [annotations.summary, annotations.description]) expect(text).toMatch(/^\S.*\.$/);
    expect(existsSync(join(root, annotations.runbook))).toBe(true);
    expect(readFileSync(join(root, annotations.runbook), 'utf8')).toMatch(new RegExp(`^# ${alert}\n`));
    expect(index).toContain(`[${alert}](${basename(annotations.runbook)})`);
  }
});

test('what goes by the lead has a rule for each lead, and no alert beside that on a missing floor names a workload', () => {
  const rules = rulesOf(alertsOf([watched(), slow]));
  const reached = alerts(rules).filter(({ alert }) => alert === 'ForesizeFloorNotReached');
  expect(reached.map(({ expr }) => /offset (\d+m).* == (\d+)\)$/s.exec(expr)?.slice(1))).toEqual([
    ['8m', '8'],
    ['32m', '32'],
  ]);
  expect(records(rules).filter((record) => record === 'foresize:forecast:missed')).toHaveLength(2);
  const naming = alerts(rules).filter(({ expr }) => expr.includes('workload="'));
  expect(naming.map(({ alert }) => alert)).toEqual(['ForesizeFloorStale', 'ForesizeFloorStale']);
});

test('the dashboard is the same each time, shows one workload of one plan, and another plan has one of its own', () => {
  expect(floorDashboard('prod')).toEqual(dashboard);
  expect((floorDashboard('stage') as Dashboard).uid).not.toBe(dashboard.uid);
  expect(dashboard.uid.length).toBeLessThanOrEqual(40);
  expect(dashboard.panels.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  for (const { expr } of dashboard.panels.flatMap(({ targets }) => targets)) expect(expr).toContain('{plan="prod",workload="$workload"}');
});
