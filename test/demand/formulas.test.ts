import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formulaRows } from './formula-rows';

test.each(formulaRows.map((row) => [row.name, row.source || row.kind, row] as const))('%s (%s)', (_name, _source, row) => {
  expect(Math.abs(row.computed() / row.expected - 1)).toBeLessThanOrEqual(row.tolerance);
});

test('the rows are those of the list they were taken from, where it is: same names, numbers, tolerances and kinds', () => {
  const path = join(__dirname, '../../../shared/data/formulas.json');
  const carried = formulaRows.map(({ name, expected, tolerance, kind, source }) => ({ name, expected, tolerance, kind, source }));
  if (!existsSync(path)) {
    expect(carried).toHaveLength(42);
    return;
  }
  const listed = JSON.parse(readFileSync(path, 'utf8')) as (typeof carried)[number][];
  expect(carried).toEqual(listed.map(({ name, expected, tolerance, kind, source }) => ({ name, expected, tolerance, kind, source })));
});
