import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const documented = new Set(codesIn(readFileSync(join(root, 'docs/history-quality.md'), 'utf8')));

function codesIn(text: string): string[] {
  return [...text.matchAll(/['"`](history\/[a-z]+(?:-[a-z]+)*)['"`]/g)].map(([, code]) => code);
}

/** Some files write `history/${code}` in one place and the rest of the code where it is reported. */
function codesOf(text: string): string[] {
  const joined = text.includes('`history/${')
    ? [...text.matchAll(/\b[a-z]\w*\(\s*(?:[a-z]\w*,\s*)?'([a-z]+(?:-[a-z]+)*)',/g)].map(([, code]) => `history/${code}`)
    : [];
  return [...codesIn(text), ...joined];
}

const used = readdirSync(join(root, 'lib'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .flatMap((entry) => codesOf(readFileSync(join(entry.parentPath, entry.name), 'utf8')));

test('the codes are found, those that are put together as well', () => {
  expect(used).toEqual(expect.arrayContaining(['history/not-found', 'history/outliers', 'history/mixed-intervals', 'history/too-coarse']));
});

test('every code of a history is explained in docs/history-quality.md', () => {
  expect([...new Set(used)].filter((code) => !documented.has(code)).sort()).toEqual([]);
});
