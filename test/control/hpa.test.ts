import { test as propertyTest, fc } from '@fast-check/jest';
import { type HpaMemory, hpaMemory, hpaSync } from '../../lib/control/hpa';
import { isWithin, replicasByMetric } from '../../lib/control/hpa-metric';
import {
  defaultScaleDown,
  defaultScaleUp,
  defaultTolerance,
  type HpaMetric,
  type HpaPod,
  type HpaRules,
  type HpaSpec,
  type HpaTolerance,
} from '../../lib/control/hpa-types';

const now = Date.UTC(2026, 10, 24);
const syncMs = 15_000;
const symmetric: HpaTolerance = { up: 0.1, down: 0.1, test: 'symmetric' };
const spec = (fields: Partial<HpaSpec> = {}): HpaSpec => ({
  minReplicas: 1,
  maxReplicas: 100,
  tolerance: defaultTolerance,
  scaleUp: defaultScaleUp,
  scaleDown: defaultScaleDown,
  ...fields,
});

/** Long running, measured just now. */
const pod = (milli: number | undefined, fields: Partial<HpaPod> = {}): HpaPod => ({
  phase: 'running',
  ready: true,
  startedAt: now - 3_600_000,
  readinessChangedAt: now - 3_500_000,
  usage: milli === undefined ? undefined : { milli, at: now, windowMs: 30_000 },
  requestMilli: 1_000,
  ...fields,
});
const pods = (count: number, milli: number | undefined, fields: Partial<HpaPod> = {}) =>
  Array.from({ length: count }, () => pod(milli, fields));
const cpu = (targetPercent: number, all: readonly HpaPod[]): HpaMetric => ({
  kind: 'utilization',
  resource: 'cpu',
  targetPercent,
  pods: all,
});
const perPod = (target: number, all: readonly HpaPod[]): HpaMetric => ({ kind: 'pods', targetMilli: target * 1_000, pods: all });
const average = (target: number, total: number | undefined): HpaMetric => ({
  kind: 'average',
  targetMilli: target * 1_000,
  milli: total === undefined ? undefined : total * 1_000,
});
const value = (target: number, measured: number, readyPods: number): HpaMetric => ({
  kind: 'value',
  targetMilli: target * 1_000,
  milli: measured * 1_000,
  readyPods,
});
const asks = (metric: HpaMetric, current: number, tolerance = defaultTolerance) => replicasByMetric(metric, current, tolerance, now);

const warming = { startedAt: now - 60_000, readinessChangedAt: now - 20_000 };
const pending: HpaPod = { phase: 'pending', ready: false, requestMilli: 1_000 };

describe('what one metric asks for', () => {
  test.each<[string, HpaMetric, number, number | undefined]>([
    ['3 pods at 90 of 60 %', cpu(60, pods(3, 900)), 3, 5],
    ['3 pods at 63 of 60 %: inside the tolerance', cpu(60, pods(3, 630)), 3, 3],
    ['10 pods at 30 of 60 %', cpu(60, pods(10, 300)), 10, 5],
    ['50 pods at 90 of 75 %', cpu(75, pods(50, 900)), 50, 60],
    ['10 pods at half the target', cpu(80, pods(10, 400)), 10, 5],
    ['10 pods at twice the target', cpu(40, pods(10, 800)), 10, 20],
    ['a percentage is cut to a whole one: 66.9 % of 60 counts as 66', cpu(60, pods(3, 669)), 3, 3],
    ['67 of 60 % is outside', cpu(60, pods(3, 670)), 3, 4],
    ['54 of 60 % is inside', cpu(60, pods(10, 540)), 10, 10],
    ['53 of 60 % is outside', cpu(60, pods(10, 530)), 10, 9],
    ['idle pods ask for none', cpu(60, pods(4, 0)), 4, 0],
    [
      'unequal requests: usage of all by requests of all',
      cpu(50, [pod(900, { requestMilli: 1_000 }), pod(100, { requestMilli: 1_000 })]),
      2,
      2,
    ],
    ['one pod asks for three times the other', cpu(50, [pod(1_500, { requestMilli: 3_000 }), pod(1_500, { requestMilli: 1_000 })]), 2, 3],
    ['a metric of each pod, averaged', perPod(10, [pod(30_000), pod(10_000)]), 2, 4],
    ['an average is cut to a whole thousandth', { kind: 'pods', targetMilli: 3, pods: [pod(3), pod(4)] }, 2, 2],
    ['a metric of each pod inside the tolerance', perPod(10, pods(7, 10_900)), 7, 7],
    ['an external load shared out: 120 by 10', average(10, 120), 5, 12],
    ['an external load inside the tolerance', average(10, 54), 5, 5],
    ['an external load just outside it', average(10, 56), 5, 6],
    ['an external load that falls', average(10, 12), 5, 2],
    ['no external load at all', average(10, 0), 5, 0],
    ['a part of a replica is a whole one', average(10, 100.1), 5, 11],
    ['a value of twice its target doubles the ready pods, not the scale', value(100, 200, 3), 4, 6],
    ['a value inside the tolerance leaves the scale', value(100, 105, 3), 4, 4],
    ['a value of half its target', value(100, 50, 5), 5, 3],
    ['an external metric that cannot be read', average(10, undefined), 5, undefined],
    ['no metric of any pod', cpu(60, pods(3, undefined)), 3, undefined],
    ['no pods known', { kind: 'pods', targetMilli: 1, pods: undefined }, 3, undefined],
    ['pods that ask for nothing have no utilisation', cpu(60, pods(3, 500, { requestMilli: 0 })), 3, undefined],
  ])('%s', (_, metric, current, expected) => {
    expect(asks(metric, current)).toBe(expected);
  });

  test.each<[string, HpaMetric, number, number | undefined]>([
    ['a pod without a measurement is idle against a rise', cpu(50, [...pods(3, 1_000), pod(undefined)]), 4, 6],
    ['so that a rise may come to nothing', cpu(50, [...pods(3, 700), pod(undefined)]), 4, 4],
    ['and may not turn to a fall', cpu(50, [pod(600), ...pods(3, undefined)]), 4, 4],
    ['it uses all it asks for against a fall', cpu(80, [...pods(3, 200), pod(undefined)]), 4, 2],
    ['or its target, where that is more than it asks for', cpu(150, [...pods(3, 300), pod(undefined)]), 4, 2],
    ['which may not turn to a rise', cpu(50, [pod(400), ...pods(3, undefined)]), 4, 4],
    ['of a metric of each pod it has the target against a fall', perPod(10, [...pods(3, 2_000), pod(undefined)]), 4, 2],
    ['and nothing against a rise', perPod(10, [...pods(3, 20_000), pod(undefined)]), 4, 6],
    ['a fall never asks for more than there is', cpu(100, [...pods(3, 850), ...pods(2, undefined)]), 4, 4],
    ['a pending pod is idle against a rise', cpu(50, [...pods(3, 1_000), pending]), 4, 6],
    ['and is left out of a fall', cpu(50, [...pods(4, 200), pending]), 5, 2],
    ['a failed pod is left out', cpu(50, [...pods(3, 1_000), pod(1_000, { phase: 'failed' })]), 4, 6],
    ['a pod that is being deleted is left out', cpu(50, [...pods(3, 1_000), pod(1_000, { deleting: true })]), 4, 6],
    ['the CPU of a young pod that is not ready is no load', cpu(50, [...pods(3, 500), pod(4_000, { ...warming, ready: false })]), 4, 4],
    ['nor that of one measured from before it was ready', cpu(50, [...pods(3, 500), pod(4_000, warming)]), 4, 4],
    ['once measured since, it counts', cpu(50, [...pods(3, 500), pod(4_000, { ...warming, readinessChangedAt: now - 40_000 })]), 4, 11],
    ['an old pod that is not ready for a while counts', cpu(50, [...pods(3, 500), pod(4_000, { ready: false })]), 4, 11],
    [
      'an old pod that never was ready does not',
      cpu(50, [...pods(3, 500), pod(4_000, { ready: false, readinessChangedAt: now - 3_590_000 })]),
      4,
      4,
    ],
    ['a pod whose start is not known does not', cpu(50, [...pods(3, 500), pod(4_000, { startedAt: undefined })]), 4, 4],
    [
      'memory counts from the start, ready or not',
      { kind: 'utilization', resource: 'memory', targetPercent: 50, pods: [...pods(3, 500), pod(4_000, { ...warming, ready: false })] },
      4,
      11,
    ],
    ['a metric of each pod counts from the start too', perPod(0.5, [...pods(3, 500), pod(4_000, { ...warming, ready: false })]), 4, 11],
  ])('%s', (_, metric, current, expected) => {
    expect(asks(metric, current)).toBe(expected);
  });

  test('66 of 60 is outside the tolerance up to Kubernetes 1.32, by the last binary digit, and inside since', () => {
    expect(asks(cpu(60, pods(3, 660)), 3, symmetric)).toBe(4);
    expect(asks(cpu(60, pods(3, 660)), 3, defaultTolerance)).toBe(3);
    expect([isWithin(1.1, symmetric), isWithin(1.1, defaultTolerance)]).toEqual([false, true]);
    expect([isWithin(0.9, symmetric), isWithin(0.9, defaultTolerance)]).toEqual([true, true]);
  });
  test('each direction may have its own tolerance', () => {
    const tolerance: HpaTolerance = { up: 0, down: 0.5, test: 'per-direction' };
    expect(asks(average(10, 50.1), 5, tolerance)).toBe(6);
    expect(asks(average(10, 25), 5, tolerance)).toBe(5);
    expect(asks(average(10, 24), 5, tolerance)).toBe(3);
  });
});

/** Syncs every 15 s on the total loads given, one replica carrying `target`. */
function follow(loads: readonly (number | undefined)[], start: number, fields: Partial<HpaSpec> = {}, target = 10): number[] {
  const memory = hpaMemory(spec(fields));
  let replicas = start;
  return loads.map((load, index) => (replicas = hpaSync(spec(fields), average(target, load), replicas, memory, now + index * syncMs)));
}
const steady = (load: number, count: number) => Array.from({ length: count }, () => load);
const rules = (fields: Partial<HpaRules>): HpaRules => ({ stabilizationSeconds: 0, select: 'max', policies: [], ...fields });

describe('a sync', () => {
  test('ramps from 1 to 100 by 4 pods or by doubling, whichever is more', () => {
    expect(follow(steady(1_000, 8), 1)).toEqual([5, 10, 20, 40, 80, 100, 100, 100]);
  });
  test('falls at once to what is wanted once it was wanted for five minutes', () => {
    const replicas = follow([1_000, ...steady(100, 22)], 100);
    expect(replicas.slice(0, 20)).toEqual(steady(100, 20));
    expect(replicas.slice(20)).toEqual([10, 10, 10]);
  });
  test('falls no lower than the highest wanted within the window', () => {
    const replicas = follow([1_000, ...steady(300, 10), ...steady(100, 31)], 100);
    expect(replicas.slice(0, 20)).toEqual(steady(100, 20));
    expect(replicas.slice(20, 30)).toEqual(steady(30, 10));
    expect(replicas.at(-1)).toBe(10);
  });
  test('falls at once where there is no window', () => {
    expect(follow([100, 50], 10, { scaleDown: { ...defaultScaleDown, stabilizationSeconds: 0 } })).toEqual([10, 5]);
  });
  test('rises only as far as was wanted all through a window for up', () => {
    const scaleUp = { ...defaultScaleUp, stabilizationSeconds: 30 };
    expect(follow([100, 300, 150, 300, 300], 10, { scaleUp })).toEqual([10, 10, 15, 15, 30]);
  });
  test('a policy by pods allows so many in its period, however often it is asked', () => {
    const scaleUp = rules({ policies: [{ type: 'pods', value: 2, periodSeconds: 60 }] });
    expect(follow(steady(1_000, 9), 1, { scaleUp })).toEqual([3, 3, 3, 3, 5, 5, 5, 5, 7]);
  });
  test('a policy by percent counts from the start of its period, and rounds up', () => {
    const scaleUp = rules({ policies: [{ type: 'percent', value: 10, periodSeconds: 60 }] });
    expect(follow(steady(1_000, 6), 15, { scaleUp })).toEqual([17, 17, 17, 17, 19, 19]);
  });
  test('a policy by percent for down cuts off, so that 10 % of 15 takes 2', () => {
    const scaleDown = rules({ policies: [{ type: 'percent', value: 10, periodSeconds: 60 }] });
    expect(follow(steady(10, 5), 15, { scaleDown })).toEqual([13, 13, 13, 13, 11]);
  });
  test('of two policies the one counts that allows most, or least', () => {
    const policies = [
      { type: 'pods', value: 1, periodSeconds: 15 },
      { type: 'percent', value: 50, periodSeconds: 15 },
    ] as const;
    expect(follow(steady(1_000, 2), 10, { scaleUp: rules({ policies }) })).toEqual([15, 23]);
    expect(follow(steady(1_000, 2), 10, { scaleUp: rules({ policies, select: 'min' }) })).toEqual([11, 12]);
    expect(follow(steady(10, 2), 10, { scaleDown: rules({ policies }) })).toEqual([5, 2]);
    expect(follow(steady(10, 2), 10, { scaleDown: rules({ policies, select: 'min' }) })).toEqual([9, 8]);
  });
  test('a direction may be switched off', () => {
    expect(follow([1_000, 10], 10, { scaleUp: rules({ select: 'disabled' }) })[0]).toBe(10);
    expect(follow([10, 10], 10, { scaleDown: rules({ select: 'disabled' }) })).toEqual([10, 10]);
  });
  test('a fall within the period gives a rise its room back', () => {
    const scaleUp = rules({ policies: [{ type: 'pods', value: 1, periodSeconds: 60 }] });
    const scaleDown = rules({ policies: [{ type: 'percent', value: 100, periodSeconds: 15 }] });
    expect(follow([50, 1_000], 10, { scaleUp, scaleDown })).toEqual([5, 11]);
  });
  test('keeps within its limits, and comes back to them without windows or rates', () => {
    expect(follow([5_000], 80)).toEqual([100]);
    expect(follow([0, ...steady(0, 21)], 3, { minReplicas: 2 }).at(-1)).toBe(2);
    expect(follow([1_000], 50, { maxReplicas: 20 })).toEqual([20]);
    expect(follow([10], 1, { minReplicas: 20 })).toEqual([20]);
  });
  test('a scale of 0 switches it off', () => {
    expect(follow([1_000], 0)).toEqual([0]);
  });
  test('with a metric that cannot be read the scale stays', () => {
    expect(follow([undefined, 80], 5)).toEqual([5, 8]);
  });
  test('what could not be read is no recommendation: it holds no later fall back', () => {
    const scaleDown = { ...defaultScaleDown, stabilizationSeconds: 30 };
    expect(follow([undefined, undefined, 50], 10, { scaleDown })).toEqual([10, 10, 5]);
  });
});

/** Every event, kept whole and looked through each time. */
function wholeMemory(): HpaMemory {
  const wants: { at: number; replicas: number }[] = [];
  const changes: { at: number; by: number }[] = [];
  const wantedSince = (since: number) => wants.filter(({ at }) => at > since).map(({ replicas }) => replicas);
  const sumSince = (since: number, sign: 1 | -1) =>
    changes.filter(({ at, by }) => at > since && by * sign > 0).reduce((sum, { by }) => sum + by * sign, 0);
  return {
    lowestSince: (since) => Math.min(...wantedSince(since)),
    highestSince: (since) => Math.max(...wantedSince(since)),
    addedSince: (since) => sumSince(since, 1),
    takenSince: (since) => sumSince(since, -1),
    want: (at, replicas) => void wants.push({ at, replicas }),
    change: (at, from, to) => void changes.push({ at, by: to - from }),
  };
}

propertyTest.prop([
  fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 120 }),
  fc.constantFrom(0, 60, 300),
  fc.constantFrom(0, 30),
  fc.constantFrom<readonly HpaRules['policies'][number][]>(
    defaultScaleDown.policies,
    [{ type: 'percent', value: 10, periodSeconds: 60 }],
    [{ type: 'pods', value: 1, periodSeconds: 30 }],
  ),
  fc.constantFrom('symmetric', 'per-direction'),
])('a memory that forgets what can matter no more decides as one that keeps everything', (loads, down, up, policies, testOfTolerance) => {
  // Limits move, as under a plan.
  const specAt = (i: number) =>
    spec({
      minReplicas: 1 + (i % 40 > 30 ? 8 : 0),
      maxReplicas: 30,
      tolerance: { ...defaultTolerance, test: testOfTolerance },
      scaleUp: { ...defaultScaleUp, stabilizationSeconds: up },
      scaleDown: { ...defaultScaleDown, stabilizationSeconds: down, policies },
    });
  const run = (memory: HpaMemory) => {
    let replicas = 3;
    return loads.map((load, i) => (replicas = hpaSync(specAt(i), average(7, load), replicas, memory, now + i * syncMs)));
  };
  expect(run(hpaMemory(specAt(0)))).toEqual(run(wholeMemory()));
});

propertyTest.prop([fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 100 })])(
  'whatever the load does, the replicas stay within the limits, and no rise is more than the policies allow',
  (loads, start) => {
    const replicas = follow(loads, start);
    replicas.forEach((count, index) => {
      const before = index === 0 ? start : replicas[index - 1];
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count).toBeLessThanOrEqual(100);
      expect(count).toBeLessThanOrEqual(Math.max(before + 4, before * 2));
    });
  },
);

propertyTest.prop([fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 40 }), fc.integer({ min: 2, max: 9 })])(
  'a load and a target that are multiplied alike change nothing',
  (loads, factor) => {
    const run = (k: number) =>
      follow(
        loads.map((load) => load * k),
        7,
        {},
        10 * k,
      );
    expect(run(factor)).toEqual(run(1));
  },
);
