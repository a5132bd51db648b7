import { clockOf } from '../../lib/history/clock-changes';
import { formatTime, HOUR_MS } from '../../lib/units';

const year = (zone: string, of = 2026) => clockOf(zone, Date.UTC(of, 0, 1), Date.UTC(of, 11, 31));

test('the clock of Berlin changes twice a year, an hour at a time', () => {
  const { firstOffsetMs, changes } = year('Europe/Berlin');
  expect(firstOffsetMs).toBe(HOUR_MS);
  expect(changes.map(({ at, from, to, hour }) => [formatTime(at), formatTime(from), formatTime(to), hour])).toEqual([
    ['2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z', '2026-03-29T03:00:00Z', 'missing'],
    ['2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z', '2026-10-25T03:00:00Z', 'doubled'],
  ]);
});

test('the clock of Lord Howe changes by half an hour', () => {
  const { changes } = year('Australia/Lord_Howe');
  expect(changes.map(({ from, to }) => (to - from) / HOUR_MS)).toEqual([0.5, 0.5]);
});

test('a zone without summer time has no changes', () => {
  expect(year('UTC')).toEqual({ firstOffsetMs: 0, changes: [] });
  expect(year('Asia/Kolkata').changes).toEqual([]);
});

test('a change of the zone itself is one too: Samoa left out a day', () => {
  const { changes } = clockOf('Pacific/Apia', Date.UTC(2011, 11, 1), Date.UTC(2012, 0, 15));
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject({ hour: 'missing' });
  expect((changes[0].to - changes[0].from) / HOUR_MS).toBe(24);
});

test('a change just outside the span is found, so that the span begins with the right offset', () => {
  const { firstOffsetMs, changes } = clockOf('Europe/Berlin', Date.UTC(2026, 2, 29, 12), Date.UTC(2026, 2, 29, 13));
  expect(firstOffsetMs).toBe(HOUR_MS);
  expect(changes).toHaveLength(1);
});
