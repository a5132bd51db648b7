import { mutantsOf, withMutant } from '../../scripts/mutants';

const changesOf = (text: string) =>
  mutantsOf('a.ts', text)
    .flat()
    .map((mutant) => withMutant(text, mutant));

test('operators, boundaries and constants are changed, one at a time', () => {
  expect(changesOf('const a = b < c;')).toEqual(['const a = b <= c;', 'const a = b >= c;']);
  expect(changesOf('f(a - 2)')).toEqual([';', 'f(a + 2)', 'f(a - 3)', 'f(a - 1)']);
  expect(changesOf('const a = b === 0.4;')).toEqual([
    'const a = b !== 0.4;',
    'const a = b === 0.5;',
    'const a = b === 0.30000000000000004;',
  ]);
  expect(changesOf('const a = Math.min(b, c);')).toEqual(['const a = Math.max(b, c);']);
});

test('conditions are negated, branches swapped, defaults and elements and steps of a chain removed', () => {
  expect(changesOf('if (a) throw b;')).toEqual(['if (!(a)) throw b;', ';']);
  expect(changesOf('const a = b ? c : d;')).toEqual(['const a = b ? d : c;']);
  expect(changesOf('const a = b ?? c;')).toEqual(['const a = b;']);
  expect(changesOf('const a = [b, c];')).toEqual(['const a = [c];', 'const a = [b];']);
  expect(changesOf('const a = b.filter(c);')).toEqual(['const a = b;']);
});

test('types, imports and what only words a message are left alone', () => {
  expect(changesOf("import { a } from 'b';\nexport type C = { d: 1 } | 2;\nlet e: [1, 2];\n")).toEqual([]);
  expect(
    changesOf("throw new Error(`${a - 1}`);\nconst c = { code: 'x', message: `${b * 2}`, hint: d ? 'e' : 'f' };\nconst g = 'h' + i;"),
  ).toEqual([]);
});

test('a mutant says where it stands, and tells the same change at two places of a line apart', () => {
  const [first, second] = mutantsOf('a.ts', '\n  f = a + b + c;')
    .flat()
    .filter(({ original }) => original === '+');
  expect(first).toMatchObject({ file: 'a.ts', line: 2, code: 'f = a + b + c;', original: '+', replacement: '-', nth: 1 });
  expect(second.nth).toBe(2);
});
