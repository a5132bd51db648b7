import { fc, test as property } from '@fast-check/jest';
import { textTable } from '../../lib/report/table';
import { textWidth, wrapped } from '../../lib/report/text-width';

test.each([
  ['chat', 4],
  ['größe', 5],
  ['gro\u0308ße', 5],
  ['東京', 4],
  ['ｆｕｌｌ', 8],
  ['한국', 4],
  ['🚀 start', 8],
  ['a\u200db\ufe0f', 2],
  ['', 0],
])('%s takes %i columns of a terminal', (text, columns) => {
  expect(textWidth(text)).toBe(columns);
});

test('columns of a table stay under each other, whatever characters are in it', () => {
  const table = textTable(
    [{ title: 'because' }, { title: 'USD', align: 'right' }],
    [
      ['東京の発売', '7'],
      ['a launch', '1,200'],
    ],
  );
  expect(new Set(table.split('\n').map(textWidth)).size).toBe(1);
});

test('what follows of a row stands under its last column, what follows of a sentence two further', () => {
  expect(wrapped('+725  chat  override comes: floor 20 by ann', 28)).toBe('+725  chat  override comes:\n            floor 20 by ann');
  expect(wrapped('  deploy: its scaling object changes', 20)).toBe('  deploy: its\n    scaling object\n    changes');
  expect(wrapped('────  ──────────', 8)).toBe('────  ──');
});

property.prop([fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '  ', '東', '\n', '-') }), fc.integer({ min: 40, max: 90 })])(
  'no line is wider than the terminal where its words are not, and no word is lost',
  (text, columns) => {
    const lines = wrapped(text, columns).split('\n');
    const longest = Math.max(...text.split(/\s+/).map(textWidth));
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(Math.max(columns, columns / 2 + longest));
    expect(wrapped(text, columns).split(/\s+/)).toEqual(text.split(/\s+/));
  },
);
