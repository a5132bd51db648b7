import { guardrailWarnings, namingHeld, withinSteps } from '../../../lib/plan/replicas/guardrails';
import { heldFloors } from '../../../lib/plan/replicas/held-floors';
import { withheldDemand } from '../../../lib/plan/replicas/withheld';
import { configDigest } from '../../../lib/config/digest';
import type { CapacityPlan, WorkloadPlan } from '../../../lib/plan/file';
import { ProblemError } from '../../../lib/problems';
import { formatTime } from '../../../lib/units';
import { samplePlan } from '../../support/sample-plan';
import { demandOf, grid, hour, inputOf, start, textsOf } from './support';

/** A plan of a day whose workload `chat` has so many replicas by the hour. */
function planOf(replicas: readonly number[], change: Partial<WorkloadPlan> = {}): CapacityPlan {
  const schedule = replicas.map((count, index) => ({ from: formatTime(start + index * hour), replicas: count }));
  const plan = samplePlan();
  const chat = { ...plan.workloads.chat, floor: Math.min(...replicas), peak: Math.max(...replicas), schedule, ...change };
  return { ...plan, horizon: '24h', workloads: { chat } };
}
const day = (count: (hour: number) => number) => Array.from({ length: 24 }, (_, index) => count(index));

describe('held floors', () => {
  const previous = planOf(day((at) => (at < 12 ? 10 : 20)));
  const hold = { keeps: 0.8, most: Infinity, ceiling: undefined };
  test('keep their share of what the previous plan had in the same hour, and what the load needs where that is more', () => {
    const held = heldFloors(demandOf(day((at) => (at < 6 ? 9 : 2))), previous, 'chat', hold);
    expect(held.schedule.steps).toEqual([
      { from: start, value: 9 },
      { from: start + 6 * hour, value: 8 },
      { from: start + 12 * hour, value: 16 },
    ]);
    expect(held).toMatchObject({ floor: 8, peak: 16, wantedCeiling: 32 });
  });
  test('after the end of the previous plan are those of the same hours of its last day', () => {
    const next = demandOf(day(() => 1));
    const shift = 18 * hour;
    const later = { ...next, schedule: { steps: [{ from: start + shift, value: 1 }], end: start + shift + 24 * hour } };
    expect(heldFloors(later, previous, 'chat', hold).schedule.steps).toEqual([
      { from: start + 18 * hour, value: 16 },
      { from: start + 24 * hour, value: 8 },
      { from: start + 36 * hour, value: 16 },
    ]);
  });
  test('are bounded by the most that may be held, and a stated ceiling is kept', () => {
    const held = heldFloors(demandOf(day(() => 2)), previous, 'chat', { keeps: 1, most: 12, ceiling: 12 });
    expect([held.peak, held.wantedCeiling]).toEqual([12, 12]);
  });
  test('leave no headroom above the peak to what had none', () => {
    expect(
      heldFloors(
        demandOf(
          day(() => 2),
          { wantedCeiling: 2 },
        ),
        previous,
        'chat',
        hold,
      ).wantedCeiling,
    ).toBe(16);
  });
});

describe("the guardrails with onStep: 'limit'", () => {
  const config = inputOf({ load: [1] }, {}).config;
  const limited = { ...config, guardrails: { ...config.guardrails, onStep: 'limit' as const, stepUp: 1, stepDown: 0.2 } };
  const facts = { dataThrough: '2026-11-24T00:00:00Z', history: {} };
  const previous = planOf(day(() => 10));
  test('let what moves less than they allow pass as it is', () => {
    const demands = { chat: demandOf(day(() => 8)) };
    expect(withinSteps(demands, previous, limited, facts).chat).toBe(demands.chat);
    expect(withinSteps({ chat: demandOf(day(() => 20)) }, previous, limited, facts).chat.peak).toBe(20);
  });
  test('hold a fall at what stepDown leaves, and say so', () => {
    const { chat } = withinSteps({ chat: demandOf(day(() => 7)) }, previous, limited, facts);
    expect(chat.peak).toBe(8);
    expect(textsOf(chat.reasons)['guardrail/step-down']).toBe(
      'highest floor 8 in place of 7: it was 10, and guardrails.stepDown lets a floor fall by 20 % at most; each hour keeps what that leaves of its floor in the previous plan',
    );
  });
  test('refuse a rise beyond stepUp, with the share that it would take', () => {
    expect(() => withinSteps({ chat: demandOf(day(() => 21)) }, previous, limited, facts)).toThrow(
      'highest floor of chat would go from 10 to 21, and 100 % more allow 20: 1 short (expected at least 110 %)',
    );
  });
  test('let the same config fall no further when it is planned again on the same data', () => {
    const held = planOf(
      day(() => 8),
      { reasons: [{ code: 'guardrail/step-down', text: 'as before' }] },
    );
    const same = { ...held, dataThrough: facts.dataThrough, sources: { ...held.sources, config: configDigest(limited) } };
    const { chat } = withinSteps({ chat: demandOf(day(() => 5)) }, same, limited, facts);
    expect([chat.peak, textsOf(chat.reasons)['guardrail/step-down']]).toEqual([8, 'as before']);
    const newer = withinSteps({ chat: demandOf(day(() => 5)) }, same, limited, { ...facts, dataThrough: '2026-11-25T00:00:00Z' });
    expect(newer.chat.peak).toBe(7);
  });
  test('keep nothing of an override that was in the plan before: its load alone counts', () => {
    const override = { floor: 20, until: '2026-11-23T18:00:00Z', because: 'a launch', by: 'ann' };
    const before = planOf(
      day((at) => (at < 12 ? 10 : 20)),
      { overrides: [override], withoutOverrides: { floor: 4, peak: 10, ceiling: 20 } },
    );
    expect(withinSteps({ chat: demandOf(day(() => 8)) }, before, limited, facts).chat.peak).toBe(8);
    // Hours in which it acted keep their part of the lowest floor without it.
    const { chat } = withinSteps({ chat: demandOf(day(() => 2)) }, before, limited, facts);
    expect(chat.schedule.steps).toEqual([
      { from: start, value: 8 },
      { from: start + 12 * hour, value: 4 },
    ]);
    expect(guardrailWarnings(before, planOf(day(() => 10)), { stepUp: 1, stepDown: 0.2 })).toEqual([]);
  });
  test('do nothing without a previous plan, and nothing unless they limit', () => {
    const demands = { chat: demandOf(day(() => 1)) };
    expect(withinSteps(demands, null, limited, facts)).toBe(demands);
    expect(withinSteps(demands, previous, config, facts)).toBe(demands);
  });
  test('are named in the hint where sizing refuses what they hold, of its pool alone', () => {
    const demands = { chat: demandOf(day(() => 7)) };
    const held = withinSteps(demands, previous, limited, facts);
    const refusing = (path: string, hint?: string) => () =>
      namingHeld(demands, held, limited, () => {
        throw new ProblemError({ code: 'sizing/budget', path, message: 'is too little', ...(hint && { hint }) });
      });
    const sentence =
      "guardrails.stepDown holds chat at up to 8 replicas where its load needs 7: a larger stepDown, or onStep: 'warn', lets them go";
    expect(refusing('limits.budget')).toThrow(`Hint: ${sentence}`);
    expect(refusing('pools.l40s.ceiling', 'raise it')).toThrow(`Hint: raise it; ${sentence}`);
    expect(refusing('pools.other.ceiling')).not.toThrow('guardrails');
    expect(namingHeld(demands, held, limited, () => 'sized')).toBe('sized');
  });
});

test('a floor that moves beyond a guardrail is warned of, either way, and one within it is not', () => {
  const warned = (peak: number) =>
    guardrailWarnings(planOf([10]), { workloads: { chat: { ...samplePlan().workloads.chat, peak } } }, { stepUp: 0.5, stepDown: 0.2 }).map(
      ({ code, message }) => `${code}: ${message}`,
    );
  expect([15, 10, 8].flatMap(warned)).toEqual([]);
  expect(warned(16)).toEqual(['guardrail/step-up: highest floor goes from 10 to 16 (+60 %), more than guardrails.stepUp 50 %']);
  expect(warned(7)).toEqual(['guardrail/step-down: highest floor goes from 10 to 7 (-30 %), more than guardrails.stepDown 20 %']);
});

describe('the demand of a workload whose forecast is withheld', () => {
  const problem = { code: 'history/stale' as const, path: 'chat.csv', message: 'is old' };
  const of = (workload: object, previous: CapacityPlan | null, tunedFloor?: number) =>
    withheldDemand(
      inputOf({ load: [1] }, workload).config,
      'chat',
      [problem],
      previous,
      grid(24),
      null,
      tunedFloor === undefined
        ? undefined
        : { target: 0.4, headroom: null, floor: tunedFloor, scaleDown: { type: 'pods', value: 1, periodSeconds: 60, windowSeconds: 0 } },
    );
  test('is the floor of the config for the whole horizon, and twice that as ceiling', () => {
    expect(of({ floor: 3 }, null)).toMatchObject({
      floor: 3,
      peak: 3,
      wantedCeiling: 6,
      unit: 'req/s',
      throughputPerReplica: 10,
      schedule: { steps: [{ from: start, value: 3 }], end: start + 24 * hour },
    });
  });
  test('is the peak of the previous plan where no metric lets an autoscaler follow the load, else its floor', () => {
    const previous = planOf([2, 6], { ceiling: 9 });
    expect(of({}, previous)).toMatchObject({ floor: 6, wantedCeiling: 9 });
    const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus:9090' };
    expect(of({ metric }, previous)).toMatchObject({ floor: 2, wantedCeiling: 9 });
    expect(textsOf(of({ metric }, previous).reasons)).toEqual({
      'history/withheld': 'its forecast is withheld: chat.csv: is old',
      'floor/present': 'its present floor is kept, 2 for the whole horizon, as the previous plan has it',
    });
  });
  test('is the floor that a replay tuned where that is more', () => {
    expect(of({ floor: 3 }, null, 5)).toMatchObject({ floor: 5, target: 0.4 });
    expect(of({ floor: 3 }, null, 2)).toMatchObject({ floor: 3 });
  });
  test('is refused where nobody states a floor', () => {
    expect(() => of({}, null)).toThrow('workloads.chat.floor: is missing');
  });
});
