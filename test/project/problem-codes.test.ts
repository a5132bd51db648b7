import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { PlanWarning, Reason } from '../../lib/plan/file';
import type { Problem } from '../../lib/problems';
import { pagesFolder, problemDocuments, problemPages } from '../../scripts/problem-pages';
import { typescriptUnder } from '../../scripts/typescript-under';

const root = join(__dirname, '../..');
const codes = Object.keys(problemPages) as (keyof typeof problemPages)[];
const sources = ['lib', 'bin', 'constructs']
  .flatMap((folder) => typescriptUnder(root, folder))
  .filter((file) => !file.startsWith('lib/problem-codes/'))
  .map((file) => ({ room: file.split('/').slice(0, 2).join('/'), texts: textsOf(file) }));

/** A text as the source has it: what stands before, between and after its placeholders. */
type Text = readonly string[];

/** Every text of a file: literals, and templates in their parts. */
function textsOf(file: string): Text[] {
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push([node.text]);
    if (ts.isTemplateExpression(node)) found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true));
  return found;
}

/** Codes stand in the source whole, or in two parts within one room: what stands before a placeholder, and what fills it. */
function isRaised(code: string): boolean {
  return sources.some(({ room, texts }) =>
    texts.some(([first, ...rest]) => (rest.length === 0 ? first === code : fills(room, first, code))),
  );
}

function fills(room: string, first: string, code: string): boolean {
  if (!/^[a-z]+\/[a-z-]*$/.test(first) || !code.startsWith(first)) return false;
  const filling = code.slice(first.length);
  return sources.some((other) => other.room === room && other.texts.some((text) => text.length === 1 && text[0] === filling));
}

test('a code that is not in the table does not compile, be it of a problem, a warning or a reason', () => {
  // @ts-expect-error: no such code
  const problem: Problem = { code: 'history/nothing', path: 'chat.csv', message: 'is wrong' };
  // @ts-expect-error: no such code
  const warning: PlanWarning = { code: 'history/nothing', path: 'chat.csv', message: 'is wrong' };
  // @ts-expect-error: no such code
  const reason: Reason = { code: 'demand/nothing', text: 'is a reason' };
  expect([problem, warning, reason]).toHaveLength(3);
});

test('every code of the table is raised somewhere', () => {
  expect(codes.length).toBeGreaterThan(200);
  expect(codes.filter((code) => !isRaised(code))).toEqual([]);
});

test('the pages are those that the table yields, and there is no other (npm run problem-pages)', () => {
  const made = problemDocuments();
  const there = readdirSync(join(root, pagesFolder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(join(root, pagesFolder).length + 1)
        .replaceAll('\\', '/'),
    );
  expect(there.sort()).toEqual([...made.keys()].sort());
  for (const [path, text] of made) expect(readFileSync(join(root, pagesFolder, path), 'utf8')).toBe(text);
});

test('the list of all pages links to each of them', () => {
  const list = problemDocuments().get('README.md') ?? '';
  expect(codes.filter((code) => !list.includes(`(${code}.md)`))).toEqual([]);
});

test('each page says in sentences what is wrong, when, and what to do', () => {
  const unfinished = codes.flatMap((code) => {
    const { title, when, cure } = problemPages[code];
    return [title, when, cure].filter((text) => !/^[A-Z`].*[.?]$/.test(text) || text !== text.trim()).map((text) => `${code}: ${text}`);
  });
  expect(unfinished).toEqual([]);
});

test('each example says what a message in the source says', () => {
  const texts = sources.flatMap((source) => source.texts);
  /** The template of a text makes the message: a quarter of it at least stands in the source, the rest fills placeholders. */
  const makes = (text: Text, message: string) =>
    4 * text.join('').length >= message.length &&
    text.every((part) => message.includes(part)) &&
    new RegExp(`^${text.map(escaped).join('.*?')}$`).test(message);
  const says = (example: string) =>
    messagesIn(example).some((message) => texts.some((text) => /[a-z]{4}/i.test(text.join('')) && makes(text, message)));
  // These are put together from names, amounts and spans of time, with hardly a word of their own.
  const composed = codes.filter((code) => /^(sizing\/|estimate\/instance-without-gpu|history\/too-long)/.test(code));
  expect(codes.filter((code) => !composed.includes(code) && !says(problemPages[code].example))).toEqual([]);
});

test('each example begins with its place', () => {
  expect(codes.filter((code) => !/^[^ ].*?: \S/.test(problemPages[code].example))).toEqual([]);
});

/** What may be the message of an example: it follows the place, or who is spoken of, and ends before what comes of it or was expected. */
function messagesIn(example: string): string[] {
  const [bare] = example.split(/ \((?:expected|got) |\. Hint: /);
  const ends = [bare.length, ...[...bare.matchAll(/; | \(/g)].map(({ index }) => index)];
  const begins = [...bare.matchAll(/: (https?:\S+ |CloudWatch in \S+ |the server )?/g)].flatMap(({ index, 0: { length } }) => [
    index + 2,
    index + length,
  ]);
  return begins.flatMap((begin) => ends.filter((end) => end > begin).map((end) => bare.slice(begin, end)));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
