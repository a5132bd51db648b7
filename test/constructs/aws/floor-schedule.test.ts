import { fc, test as propertyTest } from '@fast-check/jest';
import { floorActions } from '../../../constructs/aws/floor-schedule';
import type { NodeStep } from '../../../lib/plan/file/types';
import { formatTime, MINUTE_MS, parseTime } from '../../../lib/units';

test('each step but the first is an action at its time in UTC', () => {
  const schedule = [
    { from: '2026-12-31T00:00:00Z', nodes: 1 },
    { from: '2026-12-31T23:59:00Z', nodes: 4 },
    { from: '2027-01-01T00:00:00Z', nodes: 2 },
  ];
  expect(floorActions({ schedule })).toEqual({
    '20261231T2359Z': { recurrence: '59 23 31 12 *', nodes: 4 },
    '20270101T0000Z': { recurrence: '0 0 1 1 *', nodes: 2 },
  });
});

test('a fall and a rise within one minute leave the floor up', () => {
  const schedule = [
    { from: '2026-11-23T00:00:00Z', nodes: 4 },
    { from: '2026-11-23T05:00:10Z', nodes: 1 },
    { from: '2026-11-23T05:00:50Z', nodes: 5 },
  ];
  expect(floorActions({ schedule })).toEqual({ '20261123T0500Z': { recurrence: '0 5 23 11 *', nodes: 5 } });
});

test('a rise between minutes is brought forward, a fall put off', () => {
  const schedule = [
    { from: '2026-11-23T00:00:00Z', nodes: 1 },
    { from: '2026-11-23T05:58:30Z', nodes: 3 },
    { from: '2026-11-23T20:00:30Z', nodes: 1 },
  ];
  expect(floorActions({ schedule })).toEqual({
    '20261123T0558Z': { recurrence: '58 5 23 11 *', nodes: 3 },
    '20261123T2001Z': { recurrence: '1 20 23 11 *', nodes: 1 },
  });
});

const start = Date.UTC(2026, 10, 23);
const schedules = fc
  .array(fc.record({ afterSeconds: fc.integer({ min: 1, max: 600 }), nodes: fc.nat({ max: 9 }) }), { minLength: 1, maxLength: 30 })
  .map((steps) => {
    let time = start;
    return steps.map(({ afterSeconds, nodes }, index): NodeStep => {
      time += index === 0 ? 0 : afterSeconds * 1_000;
      return { from: formatTime(time), nodes };
    });
  });

propertyTest.prop([schedules])('actions hold the floor of the plan at every second, and hold more for at most a minute', (schedule) => {
  const actions = Object.entries(floorActions({ schedule })).map(([key, { recurrence, nodes }]) => {
    const [minute, hour, day, month] = recurrence.split(' ').map(Number);
    const time = Date.UTC(Number(key.slice(0, 4)), month - 1, day, hour, minute);
    expect(key).toBe(formatTime(time).replace(/[-:]/g, '').replace('00Z', 'Z'));
    return { time, nodes };
  });
  const held = (at: number) =>
    actions
      .filter(({ time }) => time <= at)
      .sort((a, b) => a.time - b.time)
      .at(-1)?.nodes ?? schedule[0].nodes;
  const planned = (at: number) => schedule.filter(({ from }) => parseTime(from)! <= at).at(-1)!.nodes;
  const moments = schedule.flatMap(({ from }) =>
    [-60_000, -1_000, 0, 1_000, 59_000].map((shift) => Math.max(start, parseTime(from)! + shift)),
  );
  for (const at of moments) {
    const near = [at - MINUTE_MS, at, at + MINUTE_MS].map((each) => planned(Math.max(start, each)));
    const inBetween = schedule.filter(({ from }) => Math.abs(parseTime(from)! - at) <= MINUTE_MS).map(({ nodes }) => nodes);
    expect(held(at)).toBeGreaterThanOrEqual(planned(at));
    expect(held(at)).toBeLessThanOrEqual(Math.max(...near, ...inBetween));
  }
});

test('no floor moves at or after the end of a capacity block, which empties the group', () => {
  const schedule = [
    { from: '2026-12-01T00:00:00Z', nodes: 1 },
    { from: '2026-12-02T05:00:00Z', nodes: 2 },
    { from: '2026-12-04T11:00:00Z', nodes: 0 },
  ];
  const window = { from: '2026-11-27T11:30:00Z', to: '2026-12-04T11:00:00Z' };
  expect(floorActions({ schedule }, window)).toEqual({ '20261202T0500Z': { recurrence: '0 5 2 12 *', nodes: 2 } });
});
