import { explainTimestamp, looksLikeTimestamp, shorten } from '../../lib/history/timestamp';

test.each([
  '2026-01-05T00:00:00Z',
  '2026-01-05 00:00:00.123456789+05:30',
  '2026-01-05T00:00-08',
  '2026-01-05',
  '2026-01-05T00:00:00',
  '2026-02-30 00:00:00 UTC',
])('%s has the form of a time', (text) => expect(looksLikeTimestamp(text)).toBe(true));

test.each([
  '',
  '1767571200',
  '05.01.2026',
  '2026-1-5',
  '2026-01-05T00:00:00+01:00Z',
  '2026-01-05T00',
  '2026-01-05T00:00:00 Europe/Berlin',
  'x2026-01-05',
])("'%s' has not", (text) => expect(looksLikeTimestamp(text)).toBe(false));

test.each([
  ['', 'has no time'],
  ['  ', 'has no time'],
  ['2026-02-30', 'holds a time that does not exist, or not between 1970 and 2200'],
  ['yesterday', 'holds a time that cannot be read'],
  ['5', 'holds a number that is neither epoch seconds nor milliseconds'],
  ['1767571200000000', 'holds epoch microseconds'],
  ['1767571200000000000', 'holds epoch nanoseconds'],
])("'%s' %s", (text, message) => {
  expect(explainTimestamp(text)).toMatchObject({ code: 'history/time', message, received: `'${text}'` });
});

test('a long text is shown by its beginning', () => {
  expect(shorten('a'.repeat(60))).toBe(`'${'a'.repeat(60)}'`);
  expect(shorten('a'.repeat(61))).toBe(`'${'a'.repeat(57)}...'`);
});
