import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { typescriptUnder } from '../../scripts/typescript-under';

const root = join(__dirname, '../..');
/** A stage imports only what lies to its left. */
const stages = ['config', 'history', 'forecast', 'demand', 'catalog', 'sizing', 'commit', 'plan', 'control', 'simulate', 'report'];
const shared = [
  'lib/digest.ts',
  'lib/figures.ts',
  'lib/normal.ts',
  'lib/packages.ts',
  ...typescriptUnder(root, 'lib/problem-codes'),
  'lib/problems.ts',
  'lib/progress.ts',
  'lib/random.ts',
  'lib/units.ts',
];
/** The front door of the package. */
const frontDoor = 'lib/index.ts';

type Import = {
  readonly file: string;
  /** As it is written. */
  readonly from: string;
  /** The project's file that it leads to; `null` for packages. */
  readonly to: string | null;
  /** Whether it is gone when the types are: nothing is loaded. */
  readonly typeOnly: boolean;
};

const lib = typescriptUnder(root, 'lib');
const constructs = typescriptUnder(root, 'constructs');
const bin = typescriptUnder(root, 'bin');
const product = [...lib, ...constructs, ...bin];
const imports = product.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));

const under = (folder: string) => (file: string | null) => file !== null && file.startsWith(`${folder}/`);
const isStage = (file: string) => stages.includes(file.split('/')[1]) && under('lib')(file);
const isCdk = (from: string) => /^(cdktf|cdk8s|constructs|@cdktf\/.*)$/.test(from);
const isDoor = (from: string) =>
  /^(node:(fs|net|http|https|child_process|worker_threads|os|dns|tls|process).*|@duckdb\/.*|@aws-sdk\/.*|undici|highs|arima|esbuild)$/.test(
    from,
  );

/** One line an import that breaks a rule. */
const offenders = (breaks: (one: Import) => boolean) => imports.filter(breaks).map(({ file, from }) => `${file} imports ${from}`);

test('the rules have files to look at', () => {
  expect(lib.length).toBeGreaterThan(40);
  for (const stage of stages) expect(lib.some(under(`lib/${stage}`))).toBe(true);
  expect(imports.length).toBeGreaterThan(1_000);
  expect(imports.filter(({ from, to }) => from.startsWith('.') && to === null)).toEqual([]);
});

test('a stage imports only stages to its left', () => {
  const placeOf = (file: string) => stages.indexOf(file.split('/')[1]);
  expect(
    offenders(({ file, to }) => isStage(file) && to !== null && !shared.includes(to) && !(isStage(to) && placeOf(to) <= placeOf(file))),
  ).toEqual([]);
});

test('a stage and what all share open no door: no files, network, processes or engines, and no constructs', () => {
  expect(offenders(({ file, from }) => (isStage(file) || shared.includes(file)) && (isDoor(from) || isCdk(from)))).toEqual([]);
});

test('every file of lib is of a stage, an adapter, the project, or shared by all', () => {
  const others = lib.filter((file) => !isStage(file) && !under('lib/adapters')(file) && !under('lib/project')(file));
  expect(others).toEqual([frontDoor, ...shared].sort());
});

test('what all share imports nothing of the project but itself', () => {
  expect(offenders(({ file, to }) => shared.includes(file) && to !== null && !shared.includes(to))).toEqual([]);
});

test('no command loads a framework before it writes what needs it: none need be installed', () => {
  const reached = new Set(bin.filter(under('bin/commands')));
  for (const file of reached) for (const one of imports) if (one.file === file && one.to !== null && !one.typeOnly) reached.add(one.to);
  expect(reached.size).toBeGreaterThan(100);
  expect(offenders(({ file, from, typeOnly }) => reached.has(file) && isCdk(from) && !typeOnly)).toEqual([]);
});

test('nothing of lib knows Terraform and Kubernetes constructs', () => {
  expect(offenders(({ file, from, to }) => under('lib')(file) && (isCdk(from) || under('constructs')(to)))).toEqual([]);
});

test('the project, where adapters and planner meet, is imported by programs and the front door alone', () => {
  expect(
    offenders(({ file, to }) => under('lib/project')(to) && !under('lib/project')(file) && !under('bin')(file) && file !== frontDoor),
  ).toEqual([]);
});

test('the front door of the package is for users: nothing of lib and constructs goes through it', () => {
  expect(offenders(({ file, to }) => to === frontDoor && !under('bin')(file))).toEqual([]);
});

test('constructs take sizes from the plan: of lib they import the plan and the config alone', () => {
  const isAllowed = (to: string) => under('lib/plan')(to) || under('lib/config')(to) || shared.includes(to);
  expect(offenders(({ file, to }) => under('constructs')(file) && to !== null && under('lib')(to) && !isAllowed(to))).toEqual([]);
});

test('cdktf is known to constructs/aws and its program alone, and the AWS provider is imported deep', () => {
  expect(
    offenders(({ file, from }) => /^(cdktf|@cdktf\/.*)$/.test(from) && !under('constructs/aws')(file) && file !== 'bin/terraform.ts'),
  ).toEqual([]);
  expect(offenders(({ from }) => from === '@cdktf/provider-aws')).toEqual([]);
});

test('a room is entered by its front door from outside, and never from inside', () => {
  expect(
    imports.filter(({ file, to }) => to !== null && passesDoorBy(file, to)).map(({ file, from }) => `${file} imports ${from}`),
  ).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(circlesOf(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
});

/** Circles that only types close, by their files, each with the reason why it is better than what would avoid it. At most five. */
const circlesOfTypes: Readonly<Record<string, string>> = {};

test('circles that types close are few, and each is explained', () => {
  expect(circlesOf(imports).filter((circle) => !Object.hasOwn(circlesOfTypes, circle))).toEqual([]);
  expect(Object.keys(circlesOfTypes).length).toBeLessThanOrEqual(5);
});

test('the rules see what they are to refuse', () => {
  const text =
    "import type { A } from './b';\nimport { type B } from './b';\nimport './b';\nexport { C } from './b';\nconst d = require('./b');\n";
  expect(importsOf('lib/plan/a.ts', text).map(({ typeOnly }) => typeOnly)).toEqual([true, true, false, false, false]);
  const step = (file: string, to: string) => ({ file, to, from: to, typeOnly: false });
  expect(circlesOf([step('a', 'b'), step('b', 'c'), step('c', 'b'), step('c', 'd')])).toEqual(['b c']);
  const doors = ['lib/x/index.ts', 'lib/x/inner/index.ts'];
  expect(passesDoorBy('lib/y/a.ts', 'lib/x/b.ts', doors)).toBe(true);
  expect(passesDoorBy('lib/y/a.ts', 'lib/x/inner/index.ts', doors)).toBe(true);
  expect(passesDoorBy('lib/x/b.ts', 'lib/x/inner/c.ts', doors)).toBe(true);
  expect(passesDoorBy('lib/x/b.ts', 'lib/x/index.ts', doors)).toBe(true);
  expect(passesDoorBy('lib/x/inner/c.ts', 'lib/x/index.ts', doors)).toBe(true);
  for (const [file, to] of [
    ['lib/y/a.ts', 'lib/x/index.ts'],
    ['lib/x/b.ts', 'lib/x/inner/index.ts'],
    ['lib/x/inner/c.ts', 'lib/x/b.ts'],
    ['lib/x/index.ts', 'lib/x/b.ts'],
    ['lib/y/a.ts', 'lib/z/b.ts'],
  ])
    expect(passesDoorBy(file, to, doors)).toBe(false);
});

/** All that a file imports, passes on or requires, those in types (`typeof import('x')`) too. */
function importsOf(file: string, text: string): readonly Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  const list: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteral(specifier)) list.push({ file, from: specifier.text, to: fileOf(file, specifier.text), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly || everyTypeOnly(node.exportClause));
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && /^(require|import)$/.test(node.expression.getText(source))) add(node.arguments.at(0), false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return list;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  return clause.isTypeOnly || (clause.name === undefined && everyTypeOnly(clause.namedBindings));
}

function everyTypeOnly(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  return (
    bindings !== undefined &&
    'elements' in bindings &&
    bindings.elements.length > 0 &&
    bindings.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}

function fileOf(file: string, from: string): string | null {
  if (!from.startsWith('.')) return null;
  const base = relative(root, join(root, dirname(file), from))
    .split(sep)
    .join('/');
  return [base, `${base}.ts`, `${base}/index.ts`].find((path) => /\.(ts|json)$/.test(path) && existsSync(join(root, path))) ?? null;
}

/** Whether an import enters a room of lib by another way than its `index.ts`, or goes out to come in by that of a room it is in. */
function passesDoorBy(file: string, to: string, doors: readonly string[] = doorsOfRooms): boolean {
  const isInside = (path: string, door: string) => path.startsWith(door.slice(0, -'index.ts'.length));
  return doors.some((door) => (isInside(file, door) ? to === door : isInside(to, door) && to !== door));
}

const doorsOfRooms = lib.filter((file) => file.endsWith('/index.ts') && file !== frontDoor);

/** Files that lie on circles together, each circle as one text (Tarjan's strongly connected components). */
function circlesOf(steps: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { file, to } of steps) if (to !== null && to !== file) next.set(file, [...(next.get(file) ?? []), to]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[] = [];
  const visit = (file: string): number => {
    const place = order.size;
    order.set(file, place);
    lowest.set(file, place);
    path.push(file);
    let low = place;
    for (const other of next.get(file) ?? []) {
      if (!order.has(other)) low = Math.min(low, visit(other));
      else if (path.includes(other)) low = Math.min(low, order.get(other) ?? low);
    }
    lowest.set(file, low);
    if (low === place) {
      const members = path.splice(path.indexOf(file));
      if (members.length > 1) circles.push(members.sort().join(' '));
    }
    return low;
  };
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return circles.sort();
}
