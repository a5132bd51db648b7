import { type LivePlan, liveRules, type LiveWorkload, type RuleGroup } from '../../lib/plan/live-floor';
import { testLive, testLoad, testPlan } from '../support/live-floor';
import { prometheusTest, testRules } from '../support/prometheus';

/** The rules of live floors in the real promtool, while what they read, the server and they themselves fail, by a seed. */
const usual = testPlan(0, 1);
/** What replaces the rules of the plan before, each for a while. */
const plans: readonly LivePlan[] = [
  usual,
  { ...usual, floor: 5, ceiling: 15 },
  { ...usual, live: { ...testLive, margins: { up: 14, hold: -9 } } },
  { ...usual, validUntil: 0 },
  { ...usual, floor: 1, ceiling: 90, live: { ...testLive, least: 1, most: 80, up: { ...testLive.up, usualSpread: 0.5 } } },
];
const troubles = ['none', 'missing', 'stale', 'not a number', 'tenfold', 'negative', 'endless', 'reset', 'down'] as const;
type Span = { readonly kind: (typeof troubles)[number]; readonly from: number; readonly to: number };

/** A number from 0 up to a limit, the next one of a seed. */
function drawn(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * limit);
  };
}

/** Troubles of up to 16 minutes, with six quiet ones between them; a server that was down is back for as long. */
function spansOf(draw: (limit: number) => number, minutes: number): Span[] {
  const spans: Span[] = [];
  for (let from = 20; from < minutes - 30; from = spans[spans.length - 1].to + 6) {
    const kind = troubles[spans.length < troubles.length ? spans.length : draw(troubles.length)];
    spans.push({ kind, from, to: from + 1 + draw(16) });
  }
  return spans;
}

/** A gauge of the load and a counter of it, as promtool reads them, a value a minute. */
function samplesOf(spans: readonly Span[], minutes: number): { readonly gauge: string; readonly counter: string } {
  const [gauge, counter]: string[][] = [[], []];
  let count = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    const span = spans.find(({ from, to }) => from <= minute && minute < to);
    const kind = span?.kind ?? 'none';
    const load = testLoad(minute + 300) * testLive.loadPerReplica * (kind === 'tenfold' ? 10 : 1);
    count = kind === 'reset' ? 0 : count + 60 * load;
    const said = { missing: '_', stale: 'stale', 'not a number': 'NaN', endless: '+Inf', negative: `-${load}`, down: '_' }[kind as string];
    gauge.push(said ?? `${load}`);
    counter.push(kind === 'missing' || kind === 'down' ? '_' : `${count}`);
  }
  return { gauge: gauge.join(' '), counter: counter.join(' ') };
}

const minute = (at: number): number => 60 * at;
const between = (from: number, to: number): string => `on () (vector(time()) >= ${minute(from)} < ${minute(to)})`;

/** Numbers are recorded every quarter of an hour, and those of a plan that is replaced stop one before the next ones begin. */
const beginsAt = (plan: number): number => plan * 60;

/** The rules of several plans, one after the other; a server that is down records nothing. */
function replaced(workloadsOf: (plan: LivePlan) => LiveWorkload[], spans: readonly Span[]): RuleGroup[] {
  const byPlan = plans.map((plan) => liveRules('prod', workloadsOf(plan), false));
  const down = spans.filter(({ kind }) => kind === 'down').map(({ from, to }) => between(from, to));
  const during = (plan: number) => between(beginsAt(plan), plan === plans.length - 1 ? 1e6 : beginsAt(plan + 1) - 15);
  return byPlan[0].map((group, g) => ({
    ...group,
    rules: group.rules
      .flatMap((rule, r) =>
        byPlan.every((groups) => groups[g].rules[r].expr === rule.expr)
          ? [rule]
          : byPlan.map((groups, i) => ({ ...rule, expr: `(${groups[g].rules[r].expr}) and ${during(i)}` })),
      )
      .map((rule) => ({ ...rule, expr: down.reduce((expr, while_) => `(${expr}) unless ${while_}`, rule.expr) })),
  }));
}

const minutes = 320;
const spans = spansOf(drawn(19), minutes);
const workloadsOf = (plan: LivePlan): LiveWorkload[] => [
  { name: 'gauge', query: 'requests', scale: 1, plan },
  { name: 'counter', query: 'rate(requests_total[2m])', scale: 1, plan },
];

/** What promtool finds wrong with floors of these rules. */
function faultsOf(groups: readonly RuleGroup[]): string {
  const floor = 'foresize:floor:replicas';
  const { gauge, counter } = samplesOf(spans, minutes);
  const last = `last_over_time(${floor}[9m59s] offset 1m)`;
  const newest = (name: string) => `last_over_time(foresize:live:${name}[59m59s])`;
  const end = `${minutes - 1}m`;
  const never = (expr: string) => ({ expr: `count_over_time((${expr})[${end}:1m])`, eval_time: end, exp_samples: [] });
  const down = spans.filter(({ kind }) => kind === 'down').reduce((sum, { from, to }) => sum + to - from, 0);
  const ofEach = (value: number) => ['gauge', 'counter'].map((name) => ({ labels: `{plan="prod",workload="${name}"}`, value }));
  const byLoad = `foresize:live:next and last_over_time(foresize:live:load[9m59s]) and foresize:live:valid`;
  const expired = (at: number) => plans.findLast((_, i) => beginsAt(i) <= at)?.validUntil === 0;
  const back = spans.map(({ to }) => to + 2).filter((at) => !expired(at));
  return testRules(
    { groups },
    {
      evaluation_interval: '1m',
      group_eval_order: groups.map(({ name }) => name),
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: 'requests', values: gauge },
            { series: 'requests_total', values: counter },
          ],
          promql_expr_test: [
            { expr: `count_over_time(${floor}[${end}])`, eval_time: end, exp_samples: ofEach(minutes - down) },
            never(`${floor} < ${newest('least')} or ${floor} > ${newest('ceiling')} or ${floor} != floor(${floor})`),
            never(`${floor} < (${last} - clamp_min(floor(${last} * 0.25), 1)) and ${floor} < ${newest('ceiling')}`),
            never(`foresize:floor:asked < ${floor} or foresize:floor:asked >= 1.1 * ${floor} > 1`),
            ...back.map((at) => ({ expr: `count by (plan, workload) (${byLoad})`, eval_time: `${at}m`, exp_samples: ofEach(1) })),
          ],
        },
      ],
    },
  );
}

prometheusTest(
  'through whatever goes wrong, by a seed, floors stay within their limits, fall by a quarter or by one a minute at most, and go by the load three minutes after',
  () => {
    expect(new Set(spans.map(({ kind }) => kind))).toEqual(new Set(troubles));
    const groups = replaced(workloadsOf, spans);
    expect(faultsOf(groups)).toBe('');
    return Promise.resolve();
  },
);
