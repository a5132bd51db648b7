import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { typescriptUnder } from './typescript-under';

/** A top-level declaration, or a name that a file passes on, which no entry point of the project needs. */
export type Unreached = {
  /** Relative to the root of the project, with `/`. */
  readonly file: string;
  readonly name: string;
  /** Where its statement begins, counted from 1, and how many lines the statement has. */
  readonly line: number;
  readonly lines: number;
};

const folders = ['lib', 'bin', 'constructs'];

/** What users call: the programs, and the modules that `package.json` exports. Worker entries are found by the threads that name them. */
const programs = ['bin/foresize.ts', 'bin/terraform.ts', 'bin/kubernetes.ts'];
const frontDoors = ['lib/index.ts', 'constructs/aws/index.ts', 'constructs/kubernetes/index.ts'];

/**
 * Lists the top-level symbols of `lib`, `bin` and `constructs` that no entry point reaches through references, tests and
 * benches left out. A reference in a type counts as one in a value does.
 *
 * One program of TypeScript is made, in which packages stay unresolved: names of the project can be told without them, and the
 * run takes two seconds instead of twenty.
 *
 * @param root the folder of `package.json`
 * @returns in the order of files and lines
 */
export function unreachedSymbols(root: string): readonly Unreached[] {
  const files = folders.flatMap((folder) => typescriptUnder(root, folder));
  const program = ts.createProgram({
    rootNames: files.map((file) => join(root, file)),
    options: { ...compilerOptions, baseUrl: root, paths: { foresize: ['./lib/index.ts'] } },
    host: projectOnlyHost(root),
  });
  const graph = new ReferenceGraph(root, program);
  for (const file of programs) graph.reachModule(file);
  for (const file of frontDoors) graph.reachExports(file);
  return graph.unreached();
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  noLib: true,
  types: [],
  noEmit: true,
};

/** Resolves the project's own modules alone. */
function projectOnlyHost(root: string): ts.CompilerHost {
  const host = ts.createCompilerHost(compilerOptions);
  host.resolveModuleNameLiterals = (literals, containingFile) =>
    literals.map(({ text }) => {
      const base = text === 'foresize' ? join(root, 'lib/index') : text.startsWith('.') ? join(dirname(containingFile), text) : null;
      const resolvedFileName = base === null ? undefined : [`${base}.ts`, join(base, 'index.ts')].find((path) => existsSync(path));
      return { resolvedModule: resolvedFileName === undefined ? undefined : { resolvedFileName, extension: ts.Extension.Ts } };
    });
  return host;
}

/** What is reached or not, as a whole: a statement that declares something, a name passed on, or the statements of a module that run when it is loaded. */
type Unit = { readonly file: ts.SourceFile; readonly name: string | null; readonly node: ts.Node };

class ReferenceGraph {
  private readonly checker: ts.TypeChecker;
  private readonly sources: ReadonlyMap<string, ts.SourceFile>;
  /** By the node that declares a symbol. */
  private readonly units = new Map<ts.Node, Unit>();
  private readonly reached = new Set<ts.Node>();
  private readonly loaded = new Set<ts.SourceFile>();

  constructor(
    private readonly root: string,
    program: ts.Program,
  ) {
    this.checker = program.getTypeChecker();
    const own = program.getSourceFiles().filter(({ fileName }) => folders.includes(this.path(fileName).split('/')[0]));
    this.sources = new Map(own.map((source) => [this.path(source.fileName), source]));
    for (const source of own) for (const unit of unitsOf(source)) this.units.set(unit.node, unit);
  }

  /** Reaches what runs when the module is loaded. */
  reachModule(file: string): void {
    const source = this.sourceOf(file);
    if (this.loaded.has(source)) return;
    this.loaded.add(source);
    for (const statement of source.statements) if (!isDeclaring(statement)) this.follow(statement);
  }

  /** Reaches everything that the module exports. */
  reachExports(file: string): void {
    const symbol = this.checker.getSymbolAtLocation(this.sourceOf(file));
    if (symbol !== undefined) for (const exported of this.checker.getExportsOfModule(symbol)) this.reachSymbol(exported);
  }

  unreached(): readonly Unreached[] {
    const list = [...this.units.values()].filter(({ node }) => !this.reached.has(node));
    return list
      .map(({ file, name, node }) => {
        const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1;
        const line = lineOf(node.getStart(file));
        return { file: this.path(file.fileName), name: name ?? '?', line, lines: lineOf(node.getEnd()) - line + 1 };
      })
      .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  }

  /** Reaches a symbol, each name on the way that an alias passes on, and all that their declarations refer to. */
  private reachSymbol(symbol: ts.Symbol | undefined): void {
    const seen = new Set<ts.Symbol>();
    for (let next = symbol; next !== undefined && !seen.has(next); next = aliased(this.checker, next)) {
      seen.add(next);
      for (const declaration of next.declarations ?? []) this.reachDeclaration(declaration);
    }
  }

  private reachDeclaration(declaration: ts.Node): void {
    const node = unitNodeOf(declaration);
    const unit = node && this.units.get(node);
    if (!unit || this.reached.has(unit.node)) return;
    this.reached.add(unit.node);
    this.reachModule(this.path(unit.file.fileName));
    this.follow(unit.node);
  }

  /** Reaches what a piece of code refers to. */
  private follow(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) {
      const file = node.importClause === undefined && this.moduleOf(node.moduleSpecifier);
      if (file) this.reachModule(file);
      return;
    }
    if (ts.isIdentifier(node)) this.reachIdentifier(node);
    else if (ts.isImportTypeNode(node)) this.reachImportType(node);
    else if (ts.isTemplateExpression(node)) this.reachNamedProgram(node.getSourceFile(), node.head.text);
    ts.forEachChild(node, (child) => this.follow(child));
  }

  private reachIdentifier(node: ts.Identifier): void {
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
      if (isModuleLike(this.checker, parent.expression)) this.reachSymbol(this.checker.getSymbolAtLocation(node));
    } else if (ts.isShorthandPropertyAssignment(parent)) this.reachSymbol(this.checker.getShorthandAssignmentValueSymbol(parent));
    else if (!isNameOfMember(node)) this.reachSymbol(this.checker.getSymbolAtLocation(node));
  }

  /** `import('x').Name` reaches that name; `typeof import('x')`, where no name of it is taken on the spot, all that it exports. */
  private reachImportType(node: ts.ImportTypeNode): void {
    const file = ts.isLiteralTypeNode(node.argument) && this.moduleOf(node.argument.literal);
    if (!file) return;
    if (node.qualifier) return this.reachSymbol(this.checker.getSymbolAtLocation(node.qualifier));
    const cast = node.parent;
    const access = ts.isAsExpression(cast) && ts.isParenthesizedExpression(cast.parent) && cast.parent.parent;
    if (!access || !ts.isPropertyAccessExpression(access)) this.reachExports(file);
  }

  /** The entry of a thread is named by its file beside the code that starts it: `fit-worker${extension}`. */
  private reachNamedProgram(source: ts.SourceFile, name: string): void {
    const file = this.path(join(dirname(source.fileName), `${name}.ts`));
    if (/^[\w./-]+$/.test(name) && this.sources.has(file)) this.reachModule(file);
  }

  private moduleOf(specifier: ts.Node): string | undefined {
    const symbol = this.checker.getSymbolAtLocation(specifier);
    const source = symbol?.declarations?.find(ts.isSourceFile);
    return source && this.path(source.fileName);
  }

  private sourceOf(file: string): ts.SourceFile {
    const source = this.sources.get(file);
    if (!source) throw new Error(`${file} is not a file of the project`);
    return source;
  }

  private path(fileName: string): string {
    return relative(this.root, fileName).split(sep).join('/');
  }
}

function unitsOf(file: ts.SourceFile): readonly Unit[] {
  return file.statements.flatMap((statement): readonly Unit[] => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map((node) => ({ file, name: node.name.getText(file), node }));
    }
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      return statement.exportClause.elements.map((node) => ({ file, name: node.name.text, node }));
    }
    return isDeclaring(statement) && 'name' in statement ? [{ file, name: (statement.name as ts.Identifier).text, node: statement }] : [];
  });
}

/** Whether a statement only declares names, and does nothing by itself; what an initialiser does counts as part of its name. */
function isDeclaring(statement: ts.Statement): boolean {
  return (
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isExportDeclaration(statement)
  );
}

/** The declaration at top level that a node belongs to. */
function unitNodeOf(node: ts.Node): ts.Node | undefined {
  for (let at: ts.Node | undefined = node; at !== undefined && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isExportSpecifier(at)) return at;
    if (ts.isVariableDeclaration(at) && ts.isSourceFile(at.parent.parent.parent)) return at;
    if (ts.isSourceFile(at.parent)) return at;
  }
  return undefined;
}

/** One step along an alias: from an import to what the other module exports under that name. */
function aliased(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol | undefined {
  if ((symbol.flags & ts.SymbolFlags.Alias) === 0) return undefined;
  const specifier = symbol.declarations?.find(ts.isExportSpecifier);
  if (specifier && !specifier.parent.parent.moduleSpecifier) return checker.getExportSpecifierLocalTargetSymbol(specifier);
  // Part of the checker for long, but not of its published types.
  return (checker as unknown as { getImmediateAliasedSymbol(alias: ts.Symbol): ts.Symbol | undefined }).getImmediateAliasedSymbol(symbol);
}

/** Whether a name after the dot belongs to a module or an enumeration; members of values are no symbols of their own here. */
function isModuleLike(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(expression)) return isModuleLike(checker, expression.expression);
  if (ts.isAsExpression(expression)) return ts.isImportTypeNode(expression.type);
  if (!ts.isIdentifier(expression)) return false;
  const symbol = checker.getSymbolAtLocation(expression);
  return symbol?.declarations?.some((declaration) => ts.isNamespaceImport(declaration)) ?? false;
}

function isNameOfMember(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent) || ts.isMethodDeclaration(parent)) &&
    parent.name === node
  );
}

/** `npm run unreached`: one line a symbol, and the sum of lines. */
if (require.main === module) {
  const root = join(__dirname, '..');
  const list = unreachedSymbols(root);
  for (const { file, name, line, lines } of list) process.stdout.write(`${file}:${line} ${name} (${lines})\n`);
  const sum = list.reduce((total, { lines }) => total + lines, 0);
  const all = typescriptUnder(root, 'lib').reduce((total, file) => total + readFileSync(join(root, file), 'utf8').split('\n').length, 0);
  process.stdout.write(`${list.length} symbols, ${sum} lines unreached, of ${all} lines of lib\n`);
  process.exitCode = list.length > 0 ? 1 : 0;
}
