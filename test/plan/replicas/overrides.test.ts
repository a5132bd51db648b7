import { fc, test as property } from '@fast-check/jest';
import { valueAt } from '../../../lib/demand/replicas/steps';
import { actingOverrides, withOverrides, withRaisedCeilings } from '../../../lib/plan/replicas/overrides';
import type { WorkloadDemand } from '../../../lib/plan/replicas';
import { formatTime } from '../../../lib/units';
import { rawConfig, testConfig } from '../../support/config';
import { demandOf, grid, hour, start, textsOf } from './support';

type Stated = { readonly floor?: number; readonly ceiling?: number; readonly from?: number; readonly until: number };

/** Workload `chat` of so many replicas by the hour, under overrides whose times are hours after the start. */
function overridden(replicas: readonly number[], stated: readonly Stated[], workload: object = {}, flat?: 'flat', change: object = {}) {
  const config = testConfig({
    workloads: { chat: { ...rawConfig().workloads.chat, ...workload } as never },
    overrides: stated.map(({ from, until, ...sizes }) => ({
      workload: 'chat',
      ...sizes,
      ...(from !== undefined && { from: formatTime(start + from * hour) }),
      until: formatTime(start + until * hour),
      because: 'a launch',
      by: 'ann',
    })),
  });
  const before = demandOf(replicas, change);
  const acting = actingOverrides(config, 'chat', start, grid(replicas.length));
  const laid = withOverrides(config, 'chat', { demand: before, floors: flat }, acting, start);
  return { before, ...laid, config };
}
const floorAt = ({ floorSchedule, schedule }: WorkloadDemand, at: number) => valueAt(floorSchedule ?? schedule, at);
const minute = 60_000;
const day = Array.from({ length: 24 }, (_, index) => (index < 12 ? 2 : 8));

describe('a floor by the hour', () => {
  test('is raised from the lead before it begins until it ends, and nowhere else', () => {
    const { demand } = overridden(day, [{ floor: 5, from: 4, until: 14 }]);
    expect(demand.schedule.steps).toEqual([
      { from: start, value: 2 },
      { from: start + 4 * hour - 10 * minute, value: 5 },
      { from: start + 12 * hour, value: 8 },
    ]);
    expect(demand).toMatchObject({ floor: 2, peak: 8, wantedCeiling: 16, withoutOverrides: { floor: 2, peak: 8, ceiling: 16 } });
    expect(demand.overrides).toEqual([
      { floor: 5, from: '2026-11-23T04:00:00Z', until: '2026-11-23T14:00:00Z', because: 'a launch', by: 'ann' },
    ]);
  });
  test('holds at once where it has no begin', () => {
    expect(overridden(day, [{ floor: 5, until: 3 }]).demand.schedule.steps.slice(0, 2)).toEqual([
      { from: start, value: 5 },
      { from: start + 3 * hour, value: 2 },
    ]);
  });
  test('that is one for the horizon becomes floors by the hour, with the one floor outside', () => {
    const { demand, floors } = overridden(day, [{ floor: 5, from: 4, until: 6 }], {}, 'flat', { floor: 3 });
    expect(floors).toBeUndefined();
    expect(demand.floorSchedule?.steps).toEqual([
      { from: start, value: 3 },
      { from: start + 4 * hour - 10 * minute, value: 5 },
      { from: start + 6 * hour, value: 3 },
    ]);
  });
  test('that asks for no more than the one floor leaves it as it is', () => {
    const { demand, floors } = overridden(day, [{ floor: 3, from: 4, until: 6 }], {}, 'flat', { floor: 3 });
    expect(floors).toBe('flat');
    expect(demand.floorSchedule).toBeUndefined();
  });
  test('above what the load needs lifts the ceiling with it, with the usual headroom where none is stated', () => {
    expect(overridden(day, [{ floor: 30, until: 3 }]).demand).toMatchObject({ peak: 30, wantedCeiling: 60 });
    expect(overridden(day, [{ floor: 30, until: 3 }], { ceiling: 40 }).demand.wantedCeiling).toBe(40);
  });
});

describe('one floor, which nothing moves by time', () => {
  const manifests = { owner: 'manifests', metric: { kind: 'cpu' } };
  test('is raised for the whole horizon, and the chain says so', () => {
    const { demand } = overridden(day, [{ floor: 5, from: 4, until: 6 }], manifests);
    expect(demand).toMatchObject({ floor: 5, withoutOverrides: { floor: 2 } });
    expect(textsOf(demand.reasons)['override/floor']).toMatch(/it holds for the whole horizon, since nothing moves it by time/);
  });
});

describe('a ceiling', () => {
  test('that is higher holds for the whole horizon, whenever it begins', () => {
    const { demand, config } = overridden(day, [{ ceiling: 40, from: 4, until: 6 }], { ceiling: 9 });
    expect(demand).toMatchObject({ wantedCeiling: 40, peak: 8, withoutOverrides: { ceiling: 9 } });
    expect(withRaisedCeilings(config, start, grid(24)).workloads.chat.ceiling).toBe(40);
  });
  test('that is lower holds in plans that are made in its time, and cuts the floors', () => {
    const { demand } = overridden(day, [{ ceiling: 5, until: 6 }]);
    expect(demand).toMatchObject({ floor: 2, peak: 5, wantedCeiling: 5, withoutOverrides: { floor: 2, peak: 8, ceiling: 16 } });
  });
  test('that is lower and begins later leaves this plan alone', () => {
    expect(overridden(day, [{ ceiling: 5, from: 4, until: 6 }]).demand).toMatchObject({ peak: 8, wantedCeiling: 16 });
  });
});

test.each([
  ['has ended', { floor: 5, from: -9, until: 0 }],
  ['begins after the horizon', { floor: 5, from: 24, until: 30 }],
])('an override that %s leaves everything as it is', (_, stated) => {
  const { before, demand } = overridden(day, [stated]);
  expect(demand).toBe(before);
});

const stated = fc.record({
  floor: fc.integer({ min: 1, max: 30 }),
  from: fc.option(fc.integer({ min: -20, max: 40 }), { nil: undefined }),
  hours: fc.integer({ min: 1, max: 30 }),
});
property.prop([fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 24, maxLength: 24 }), fc.array(stated, { maxLength: 4 })])(
  'floors are in the time of an override no lower than it asks for, and outside of all of them what they were',
  (replicas, list) => {
    const all = list.map(({ floor, from, hours }) => ({ floor, ...(from !== undefined && { from }), until: (from ?? 0) + hours }));
    const { before, demand } = overridden(replicas, all);
    for (let at = start; at < start + 24 * hour; at += 5 * minute) {
      const asked = all.filter(
        ({ from = -Infinity, until }) => until > 0 && from < 24 && at >= start + from * hour - 10 * minute && at < start + until * hour,
      );
      expect(floorAt(demand, at)).toBe(Math.max(floorAt(before, at), ...asked.map(({ floor }) => floor)));
      expect(valueAt(demand.medianSchedule, at)).toBeLessThanOrEqual(floorAt(demand, at));
    }
    expect(demand.wantedCeiling).toBeGreaterThanOrEqual(demand.peak);
  },
);
