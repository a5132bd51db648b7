import { courseAhead, type LivePlan, liveRules, lookOf, type RuleGroup } from '../../lib/plan/live-floor';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { askedOver, decidedAt, floorsOver, testLive, testLoad, testPlan, undecided } from '../support/live-floor';
import { prometheusTest, startPrometheus, testRules } from '../support/prometheus';

/** The rules in a real Prometheus, against the function that they stand for. */
const ofChat = '{plan="prod",workload="chat"}';
const rulesOf = (plan: LivePlan, query: string) => liveRules('prod', [{ name: 'chat', query, scale: 1, plan }]);

prometheusTest(
  'promtool evaluates the rules to the floors of the function, minute by minute: no past, gaps, a jump, a long gap, the plan expired and over',
  () => {
    const minutes = 460;
    const day = testPlan(0, 1);
    const plan: LivePlan = {
      ...day,
      validUntil: 380 * MINUTE_MS,
      schedule: { ...day.schedule, end: 430 * MINUTE_MS },
      raised: [{ from: 150 * MINUTE_MS, to: 170 * MINUTE_MS, floor: 21 }],
    };
    const loads = Float64Array.from({ length: minutes }, (_, minute) => testLoad(minute + 300));
    loads.fill(NaN, 60, 64).fill(NaN, 200, 225);
    for (let minute = 100; minute < 120; minute += 1) loads[minute] *= 3;
    for (let minute = 300; minute < 305; minute += 1) loads[minute] *= 10;
    const { floor } = floorsOver(plan, 0, loads);
    const by = (from: number, to: number) => new Set(floor.subarray(from, to));
    expect(by(100, 120).size).toBeGreaterThan(2);
    expect(floor.subarray(430).every(Number.isNaN)).toBe(true);
    expect(Math.min(...floor.subarray(150, 170))).toBe(21);

    const text = (values: Float64Array, scale: number) =>
      Array.from(values, (value) => (Number.isNaN(value) ? 'stale' : `${scale * value}`)).join(' ');
    const over = (expr: string) => ({
      expr: `count_over_time((${expr})[${minutes - 1}m:1m])`,
      eval_time: `${minutes - 1}m`,
      exp_samples: [],
    });
    // Another workload, whose nodes take longer, in the same rules.
    const slowPlan: LivePlan = { ...plan, raised: [], live: { ...testLive, upMinutes: 32, holdMinutes: 42 } };
    const slow = floorsOver(slowPlan, 0, loads).floor;
    expect(slow).not.toEqual(floor);
    // A third one, planned by ten minutes: after 24 of them its line comes from where it went to before.
    const tenMinutes = Array.from({ length: minutes / 10 + 5 }, (_, i) => 12 + 6 * Math.sin(i));
    const shortPlan: LivePlan = { ...plan, raised: [], course: { start: 5 * MINUTE_MS, periodMs: 10 * MINUTE_MS, values: tenMinutes } };
    const short = floorsOver(shortPlan, 0, loads).floor;
    expect(short.subarray(240)).not.toEqual(slow.subarray(240));
    const workload = (name: string, own: LivePlan) => ({ name, query: 'requests', scale: 1, plan: own });
    const counted = (name: string, values: Float64Array) => ({
      labels: `{plan="prod",workload="${name}"}`,
      value: values.filter((value) => !Number.isNaN(value)).length,
    });
    const groups = liveRules('prod', [workload('chat', plan), workload('slow', slowPlan), workload('short', shortPlan)], false);
    const asked = askedOver(floor);
    expect(floor.some((replicas, minute) => asked[minute] > replicas)).toBe(true);
    const faults = testRules(
      { groups },
      {
        evaluation_interval: '1m',
        group_eval_order: groups.map(({ name }) => name),
        tests: [
          {
            interval: '1m',
            input_series: [
              { series: 'requests', values: text(loads, testLive.loadPerReplica) },
              { series: `expected${ofChat}`, values: text(floor, 1) },
              { series: 'expected{plan="prod",workload="slow"}', values: text(slow, 1) },
              { series: 'expected{plan="prod",workload="short"}', values: text(short, 1) },
              { series: `asked${ofChat}`, values: text(asked, 1) },
            ],
            promql_expr_test: [
              {
                ...over('foresize:floor:replicas == expected'),
                exp_samples: [counted('chat', floor), counted('slow', slow), counted('short', short)],
              },
              over('foresize:floor:replicas != expected'),
              over('foresize:floor:replicas unless expected'),
              { ...over('foresize:floor:asked == asked'), exp_samples: [counted('chat', asked)] },
              over('foresize:floor:asked != asked'),
            ],
          },
        ],
      },
    );
    expect(faults).toBe('');
    return Promise.resolve();
  },
);

/** A minute of the rules takes so long in the running server. */
const shortMs = 100;
const [factor, perMinute] = [MINUTE_MS / shortMs, (minutes: number) => minutes * shortMs];

/** The rules with every minute so short, and the clock that much faster: at `began`, epoch ms, it shows `shows`. */
function hastened(groups: readonly RuleGroup[], began: number, shows: number): RuleGroup[] {
  const short = (expr: string) =>
    expr
      .replace(/\[(?:(\d+)m)?59s\]/g, (_, minutes = '0') => `[${perMinute(Number(minutes) + 1) - 1}ms]`)
      .replace(/ offset (\d+)([hm])/g, (_, amount, unit) => ` offset ${perMinute(Number(amount) * (unit === 'h' ? 60 : 1))}ms`)
      .replaceAll('time()', `(${shows / SECOND_MS} + (time() - ${began / SECOND_MS}) * ${factor})`);
  return groups.map(({ name, interval, rules }) => ({
    name,
    interval: `${perMinute(Number.parseInt(interval))}ms`,
    rules: rules.map((rule) => ({ ...rule, expr: short(rule.expr) })),
  }));
}

type Samples = readonly (readonly [seconds: number, value: string])[];

prometheusTest(
  'a running server records the floors of the function from what it stored, with a week behind it, through a jump, a gap, a crash, and the end of the plan',
  async () => {
    const began = Date.now() + 2_000;
    const shows = 20 * DAY_MS;
    // The plan began so long ago that lines come from what was recorded a period before.
    const day = testPlan(shows - 30 * HOUR_MS, 2);
    const at = (minute: number) => shows + minute * MINUTE_MS;
    const plan: LivePlan = { ...day, validUntil: at(115), schedule: { ...day.schedule, end: at(135) } };
    const [from, to] = [at(30), at(40)].map((time) => time / SECOND_MS);
    const [lost, found] = [at(55), at(70)].map((time) => time / SECOND_MS);
    const query = `(140 + 30 * sin(vector(time() / 400)) + 150 * (time() >= bool ${from}) * (time() < bool ${to})) unless on () (vector(time()) >= ${lost} < ${found})`;
    const past = Array.from(
      { length: 8 * 24 * 60 },
      (_, minute) => `foresize:live:load${ofChat} ${testLoad(minute)} ${(began - 3_000 - perMinute(8 * 24 * 60 - minute)) / SECOND_MS}`,
    );
    const server = await startPrometheus({
      openMetrics: ['# TYPE foresize:live:load gauge', ...past, '# EOF', ''].join('\n'),
      rules: JSON.stringify({ groups: hastened(rulesOf(plan, query), began, shows) }),
      arguments: [`--query.lookback-delta=${perMinute(5)}ms`],
    });
    const until = (minute: number) => new Promise((resolve) => setTimeout(resolve, began + perMinute(minute) - Date.now()));
    try {
      await until(85);
      await server.restart();
      await until(145);
      const samplesOf = async (name: string): Promise<Samples> => {
        const answer = await fetch(`${server.url}/api/v1/query?query=${encodeURIComponent(`${name}${ofChat}[1h]`)}`);
        const { data } = (await answer.json()) as { data: { result: { values: Samples }[] } };
        return data.result[0]?.values ?? [];
      };
      const [load, course, schedule, floor] = [
        await samplesOf('foresize:live:load'),
        await samplesOf('foresize:live:course'),
        await samplesOf('foresize:live:schedule'),
        await samplesOf('foresize:floor:replicas'),
      ];
      const ms = ([seconds]: Samples[number]) => Math.round(seconds * SECOND_MS);
      // The minute of the record in which a rule that is evaluated at the times of the floors first sees a sample.
      const first = ms(floor[0]) - perMinute(9 * 24 * 60);
      const minutes = 9 * 24 * 60 + 400;
      const record = { ...undecided(shows + (first - began) * factor, minutes), schedule: new Float64Array(minutes).fill(NaN) };
      for (const [values, samples] of [
        [record.load, load],
        [record.course, course],
        [record.schedule, schedule],
        [record.floor, floor],
      ] as const)
        for (const sample of samples) values[Math.ceil((ms(sample) - first) / shortMs)] = Number(sample[1]);
      const look = lookOf(plan.live);
      const decisions = floor.map((sample) => decidedAt(plan, record, (ms(sample) - first) / shortMs, look));
      const different = decisions.flatMap((decision, i) =>
        decision.floor === Number(floor[i][1]) ? [] : [{ at: i, expected: decision.floor, recorded: floor[i][1] }],
      );
      expect(different).toEqual([]);
      // From an hour after the first look on the course is that of the plan; a middle of its periods was passed at minute 72.
      const courses = course
        .map((sample) => ({ time: shows + (ms(sample) - began) * factor, value: Number(sample[1]) }))
        .filter(({ time }) => time >= at(90) && time < at(130));
      expect(courses.length).toBeGreaterThan(20);
      for (const { time, value } of courses) expect(value).toBeCloseTo(courseAhead(plan.course, plan.live, time), 6);
      const counts = (reason: string) => decisions.filter((decision) => decision.reason.includes(reason)).length;
      expect(decisions.filter(({ by }) => by === 'load').length).toBeGreaterThan(40);
      expect(counts('cannot be seen')).toBeGreaterThan(0);
      expect(counts('has expired')).toBeGreaterThan(5);
      expect(Math.max(...floor.map(ms))).toBeLessThan(began + perMinute(137));
    } finally {
      await server.stop();
    }
  },
);
