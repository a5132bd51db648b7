import { fc, test as propertyTest } from '@fast-check/jest';
import { offeringsOf } from '../../lib/catalog';
import type { CapacityPlan } from '../../lib/plan/file';
import { adviceOf } from '../../lib/simulate/scorecard/advice';
import { committedIn } from '../../lib/simulate/scorecard/committed';
import { type PlanInForce, scoreWorkload, type WorkloadScore } from '../../lib/simulate/scorecard/score';
import { dayBefore, weekAt, weekBefore, weekNamed } from '../../lib/simulate/scorecard/weeks';
import { DAY_MS, formatTime, HOUR_MS } from '../../lib/units';
import { gridOfHours, physicsOf } from './support';

const monday = Date.UTC(2026, 0, 5);
const span = { from: monday + DAY_MS, to: monday + 3 * DAY_MS };
const served = { physics: physicsOf(), offering: null as never, usdPerGpuHour: 2, shareWithinSlo: 1 };

type Planned = { readonly protected: number; readonly floor: number; readonly ceiling?: number; readonly hours?: number };

/** A plan of one workload that protects a load and holds a floor, both the same in every hour. */
function planned(from: number, { protected: load, floor, ceiling = 20, hours = 96 }: Planned): PlanInForce {
  const times = Array.from({ length: hours }, (_, hour) => formatTime(from + hour * HOUR_MS));
  const workload = {
    owner: 'keda',
    floor,
    ceiling,
    protect: 0.9,
    target: { load: 0.8 },
    load: times.map((time) => ({ from: time, p50: load, protected: load, replicas: floor })),
    schedule: [{ from: times[0], replicas: floor }],
  };
  return {
    from,
    to: Infinity,
    plan: { asOf: times[0], period: '1h', horizon: `${hours}h`, workloads: { chat: workload } } as unknown as CapacityPlan,
  };
}

const score = (load: readonly number[], plans: readonly PlanInForce[]) => scoreWorkload('chat', gridOfHours(load), plans, span, served);
const level = (value: number, hours = 96) => Array.from({ length: hours }, () => value);
const of = (found: WorkloadScore | null): WorkloadScore => {
  if (found === null) throw new Error('nothing was scored');
  return found;
};

test('a week has the name of ISO 8601, also about New Year, and every name leads back to it', () => {
  expect(weekAt(Date.UTC(2026, 10, 28)).name).toBe('2026-W48');
  expect(weekAt(Date.UTC(2027, 0, 3)).name).toBe('2026-W53');
  expect(weekAt(Date.UTC(2024, 11, 30)).name).toBe('2025-W01');
  expect(weekNamed('2026-W53')).toEqual(weekAt(Date.UTC(2027, 0, 3)));
  expect(['2025-W53', '2026-W00', '2026-48', ''].map(weekNamed)).toEqual([undefined, undefined, undefined, undefined]);
  const sunday = Date.UTC(2026, 10, 29);
  expect(weekBefore(sunday).name).toBe('2026-W47');
  expect(weekBefore(sunday + DAY_MS).name).toBe('2026-W48');
  expect(dayBefore(sunday + HOUR_MS)).toEqual({ from: sunday - DAY_MS, to: sunday });
});

test('hours without load are not scored, and are told', () => {
  const load = level(5).map((value, hour) => (hour >= 30 && hour < 40 ? NaN : value));
  const { hours, coverage } = of(score(load, [planned(monday, { protected: 6, floor: 6 })]));
  expect(hours).toEqual({ scored: 38, withoutLoad: 10, withoutPlan: 0 });
  expect(coverage?.periods).toBe(38);
});

test('hours that no committed plan speaks of are not scored, and are told', () => {
  const late = planned(span.from + 6 * HOUR_MS, { protected: 6, floor: 6, hours: 12 });
  expect(of(score(level(5), [late])).hours).toEqual({ scored: 12, withoutLoad: 0, withoutPlan: 36 });
  expect(score(level(NaN), [late])).toBeNull();
  expect(score(level(5), [])).toBeNull();
  expect(score(level(5, 20), [late])).toBeNull();
});

test('each hour is held against the plan that was committed when it began', () => {
  const plans = [
    { ...planned(monday, { protected: 4, floor: 8 }), to: span.from + DAY_MS },
    planned(span.from + DAY_MS, { protected: 6, floor: 8 }),
  ];
  expect(of(score(level(5), plans)).coverage).toEqual({ protect: 0.9, achieved: 0.5, periods: 48 });
});

test('the time of a plan that cannot be read is without a plan, and not that of the plan before it', () => {
  const plans = [
    { ...planned(monday, { protected: 6, floor: 6 }), to: span.from + 6 * HOUR_MS },
    planned(span.from + 30 * HOUR_MS, { protected: 6, floor: 6 }),
  ];
  const { hours, coverage } = of(score(level(5), plans));
  expect(hours).toEqual({ scored: 24, withoutLoad: 0, withoutPlan: 24 });
  expect(coverage?.periods).toBe(24);
});

test('a ceiling below what the load needs is counted by the minute', () => {
  const { minutesAboveCeiling, plan } = of(score(level(5), [planned(monday, { protected: 5, floor: 2, ceiling: 2 })]));
  expect(minutesAboveCeiling).toBe(48 * 60);
  expect(plan.violationMinutes).toBe(48 * 60);
});

test('nodes beyond what the load needs are idle, and cost what they cost', () => {
  const { idleGpuHours, plan, perfect } = of(score(level(0.5), [planned(monday, { protected: 5, floor: 10 })]));
  expect(plan).toMatchObject({ gpuHours: 480, usd: 960, violationMinutes: 0 });
  expect([idleGpuHours, perfect.gpuHours]).toEqual([432, 48]);
});

propertyTest.prop(
  [
    fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 96, maxLength: 96 }),
    fc.array(fc.integer({ min: 0, max: 95 }), { maxLength: 20 }),
    fc.integer({ min: 1, max: 16 }),
    fc.double({ min: 0, max: 12, noNaN: true }),
  ],
  { numRuns: 25 },
)(
  'coverage is a share, all hours are accounted for, and perfect knowledge costs no more than what is never short',
  (values, gaps, floor, load) => {
    const found = score(
      values.map((value, hour) => (gaps.includes(hour) ? NaN : value)),
      [planned(monday, { protected: load, floor })],
    );
    if (found === null) return;
    const { hours, coverage, plan, static: flat, hpa, perfect, idleGpuHours } = found;
    expect(hours.scored + hours.withoutLoad + hours.withoutPlan).toBeCloseTo(48, 6);
    expect(coverage === null || (coverage.achieved >= 0 && coverage.achieved <= 1)).toBe(true);
    for (const came of [plan, hpa, ...(flat === null ? [] : [flat])])
      if (came.violationMinutes === 0) expect(perfect.gpuHours).toBeLessThanOrEqual(came.gpuHours * (1 + 1e-9));
    expect(idleGpuHours).toBeGreaterThanOrEqual(0);
    expect(idleGpuHours).toBeLessThanOrEqual(plan.gpuHours + 1e-9);
  },
);

const came = (usd: number, violationMinutes = 0) => ({ gpuHours: usd, usd, violationMinutes });
const week = (fields: Partial<WorkloadScore> = {}): WorkloadScore => ({
  hours: { scored: 168, withoutLoad: 0, withoutPlan: 0 },
  coverage: { protect: 0.95, achieved: 0.96, periods: 168 },
  minutesAboveCeiling: 0,
  idleGpuHours: 10,
  plan: came(100),
  static: came(200),
  hpa: came(110),
  perfect: { gpuHours: 80, usd: 80 },
  ...fields,
});
const low = week({ coverage: { protect: 0.95, achieved: 0.85, periods: 168 } });
const almost = week({ coverage: { protect: 0.95, achieved: 0.94, periods: 168 } });
const idle = week({ coverage: { protect: 0.95, achieved: 1, periods: 168 }, idleGpuHours: 60 });
const cheaper = week({ hpa: came(90) });

test('advice comes with the second week that gives the same sign, and says why', () => {
  for (const [score, word] of [
    [low, 'tighten'],
    [week({ minutesAboveCeiling: 30 }), 'tighten'],
    [idle, 'loosen'],
    [cheaper, 'fall back'],
  ] as const) {
    const first = adviceOf(score, null);
    expect(first).toMatchObject({
      sign: word,
      advice: 'keep',
      because: expect.stringContaining(`a second week of that would say: ${word}`) as string,
    });
    expect(adviceOf(score, first)).toMatchObject({ sign: word, advice: word });
  }
  expect(adviceOf(low, adviceOf(low, null)).because).toBe('85 % of the periods stayed within what 0.95 protects');
  expect(adviceOf(week(), null)).toMatchObject({ sign: 'keep', advice: 'keep' });
  expect(adviceOf(week({ hpa: came(90, 400) }), null).sign).toBe('keep');
});

test('figures about the line do not make advice come and go', () => {
  const run = (weeks: readonly WorkloadScore[]) => {
    let before: ReturnType<typeof adviceOf> | null = null;
    return weeks.map((one) => (before = adviceOf(one, before)).advice);
  };
  expect(run([low, almost, low, almost, low])).toEqual(['keep', 'keep', 'keep', 'keep', 'keep']);
  expect(run([low, low, almost, almost, low, week()])).toEqual(['keep', 'tighten', 'tighten', 'tighten', 'tighten', 'keep']);
  expect(run([low, low, idle, idle])).toEqual(['keep', 'tighten', 'keep', 'loosen']);
  expect(run([cheaper, cheaper, week({ hpa: came(99) }), week()])).toEqual(['keep', 'fall back', 'fall back', 'keep']);
});

test('a week of which hardly anything is known leaves the advice as it was', () => {
  const few = { ...low, hours: { scored: 20, withoutLoad: 148, withoutPlan: 0 } };
  expect(adviceOf(few, { sign: 'loosen', advice: 'loosen' })).toEqual({
    sign: 'keep',
    advice: 'loosen',
    because: 'only 20 hours could be scored',
  });
  expect(adviceOf(few, null).advice).toBe('keep');
});

describe('what was committed for work that follows no load', () => {
  const offerings = offeringsOf({ instances: ['g6e.xlarge', 'g6e.12xlarge'], capacity: ['on-demand'], region: 'us-east-1' });
  /** A plan from a day of the span on, with workers by the hour from its begin. */
  const plan = (
    day: number,
    steps: readonly (readonly [hour: number, replicas: number])[],
    resources = { gpus: 1, cpuMilli: 100, memoryMiB: 100 },
  ) => {
    const from = span.from + day * DAY_MS;
    const schedule = steps.map(([hour, replicas]) => ({ from: formatTime(from + hour * HOUR_MS), replicas }));
    const times = { asOf: formatTime(from), horizon: '4d', period: '1h' };
    return { from, to: Infinity, plan: { ...times, workloads: { tune: { schedule, resources } } } as unknown as CapacityPlan };
  };
  test('is added up of each plan while it was the committed one, and priced on the node that holds a worker cheapest', () => {
    const [first, second] = [
      plan(0, [
        [0, 0],
        [20, 3],
        [30, 0],
      ]),
      plan(1, [
        [0, 3],
        [6, 1],
        [7, 0],
      ]),
    ];
    const came = committedIn('tune', [{ ...first, to: second.from }, second], span, offerings);
    expect(came).toEqual({ hours: 48, replicaHours: 4 * 3 + 6 * 3 + 1, usd: expect.closeTo(31 * 1.861, 9) as number });
  });
  test('is nothing before the first plan, and unknown where none speaks of the time or no node holds it', () => {
    expect(committedIn('tune', [plan(1, [[0, 2]])], span, offerings)).toMatchObject({ hours: 24, replicaHours: 48 });
    expect(committedIn('tune', [plan(2, [[0, 2]])], span, offerings)).toBeNull();
    expect(committedIn('tune', [plan(0, [[0, 2]], { gpus: 16, cpuMilli: 100, memoryMiB: 100 })], span, offerings)).toBeNull();
  });
});
