import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unreachedSymbols } from '../../scripts/reachability';

const folder = mkdtempSync(join(tmpdir(), 'foresize-reach-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entries = ['bin/foresize.ts', 'bin/terraform.ts', 'bin/kubernetes.ts', 'lib/index.ts'];
const doors = ['constructs/aws/index.ts', 'constructs/kubernetes/index.ts'];

/** A project of its own in a folder; entry points that are not given are empty. */
function projectOf(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(folder, name);
  const empty = Object.fromEntries([...entries, ...doors].map((file) => [file, 'export {};\n']));
  for (const [file, text] of Object.entries({ ...empty, ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

const namesIn = (root: string) => unreachedSymbols(root).map(({ file, name }) => `${file} ${name}`);

test('what nothing refers to is listed, with its place, and so is what only such code refers to', () => {
  const root = projectOf('dead', {
    'bin/foresize.ts': "import { used } from '../lib/a';\nused();\n",
    'lib/a.ts': 'export function used() {}\n\nexport function unused() {\n  helper();\n}\n\nfunction helper() {}\n',
  });
  expect(unreachedSymbols(root)).toEqual([
    { file: 'lib/a.ts', name: 'unused', line: 3, lines: 3 },
    { file: 'lib/a.ts', name: 'helper', line: 7, lines: 1 },
  ]);
});

test('types, constants, classes, and names that a front door passes on are followed', () => {
  const root = projectOf('kinds', {
    'lib/index.ts': "export { make, type Shape } from './room';\n",
    'lib/room/index.ts': "export { make } from './make';\nexport { type Shape, spare } from './shape';\n",
    'lib/room/make.ts':
      "import { sides } from './shape';\nimport * as base from './base';\nexport const make = () => ({ sides, of: new base.Corner() });\n",
    'lib/room/shape.ts': 'export type Shape = { of: Inner };\ntype Inner = string;\nexport const sides = 4;\nexport const spare = 1;\n',
    'lib/room/base.ts': 'export class Corner {}\nexport class Edge {}\nexport interface Never {}\n',
  });
  expect(namesIn(root)).toEqual(['lib/room/base.ts Edge', 'lib/room/base.ts Never', 'lib/room/index.ts spare', 'lib/room/shape.ts spare']);
});

test('commands that are loaded when they are wanted, and the programs of threads, are entry points', () => {
  const root = projectOf('dynamic', {
    'bin/foresize.ts': "const load = () => (require('./commands/plan') as typeof import('./commands/plan')).planCommand;\nload();\n",
    'bin/commands/plan.ts':
      "import { start } from '../../lib/adapters/start';\nexport const planCommand = start;\nexport const other = 1;\n",
    'lib/adapters/start.ts': 'export const start = (extension: string) => new Worker(join(__dirname, `solve-worker${extension}`));\n',
    'lib/adapters/solve-worker.ts': "import { solve } from './solve';\nsolve();\nfunction idle() {}\n",
    'lib/adapters/solve.ts': 'export function solve() {}\n',
  });
  expect(namesIn(root)).toEqual(['bin/commands/plan.ts other', 'lib/adapters/solve-worker.ts idle']);
});

test('no code of the project is reached by tests and benches alone', () => {
  expect(namesIn(join(__dirname, '../..'))).toEqual([]);
});
