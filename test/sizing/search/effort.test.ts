import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askedGap, isChoice, sizingEfforts } from '../../../lib/sizing/search/effort';

test('an effort that is greater leaves a smaller gap and searches longer, in everything', () => {
  const [fast, balanced, best] = [sizingEfforts.fast, sizingEfforts.balanced, sizingEfforts.best];
  for (const [less, more] of [
    [fast, balanced],
    [balanced, best],
  ]) {
    expect(more.relativeGap).toBeLessThan(less.relativeGap);
    expect(more.committed.relativeGap).toBeLessThan(less.committed.relativeGap);
    expect(more.period.relativeGap).toBeLessThanOrEqual(less.period.relativeGap);
    expect(more.period.maxNodes).toBeGreaterThan(less.period.maxNodes);
    expect(more.committed.passes).toBeGreaterThan(less.committed.passes);
    expect(more.committed.candidates).toBeGreaterThan(less.committed.candidates);
    expect(more.committed.curiosity).toBeGreaterThanOrEqual(less.committed.curiosity);
  }
});

test('the efforts are those that docs/sizing.md states', () => {
  const rows = readFileSync(join(__dirname, '../../../docs/sizing.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| `(fast|balanced|best)` /.test(line))
    .map((line) => (line.match(/[a-z]+|[\d.,]*\d/g) ?? []).filter((word) => !/^(or|nodes|of|its|tree)$/.test(word)));
  const percent = (part: number) => String(Number((100 * part).toPrecision(6)));
  expect(rows).toEqual(
    Object.entries(sizingEfforts).map(([name, { relativeGap, period, committed }]) => [
      name,
      percent(period.relativeGap),
      period.maxNodes.toLocaleString('en-US'),
      // What is left open by less than a billionth is nothing.
      relativeGap > 1e-9 ? percent(relativeGap) : '0',
      percent(committed.relativeGap),
      String(committed.passes),
    ]),
  );
});

test('it is to be decided how many nodes to commit to where more may be had than are there already', () => {
  expect([undefined, null, { least: 2, most: 2 }, { least: 2, most: 3 }].map((committed) => isChoice({ committed }))).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect(askedGap([{ committed: { least: 2, most: 2 } }], sizingEfforts.balanced)).toBe(0.002);
  expect(askedGap([{}, { committed: { least: 0, most: 1 } }], sizingEfforts.balanced)).toBe(0.019);
});
