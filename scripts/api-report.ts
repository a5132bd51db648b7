import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * The names that users may import, each with its type: `npm run api-report` writes `docs/api.md`. A change of what is promised is a
 * change of that page, and is reviewed with it.
 */
const entries: Readonly<Record<string, string>> = {
  foresize: 'lib/index.ts',
  'foresize/aws': 'constructs/aws/index.ts',
  'foresize/kubernetes': 'constructs/kubernetes/index.ts',
};

/** @param root the folder of `package.json` */
export function apiReport(root: string): string {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = Object.values(entries).map((file) => join(root, file));
  const program = ts.createProgram(files, { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true });
  const checker = program.getTypeChecker();
  const declared = new DeclaredNames(program);
  const sections = Object.entries(entries).map(([name, file]) => {
    const source = program.getSourceFile(join(root, file));
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} exports nothing`);
    const exported = checker.getExportsOfModule(module).sort((a, b) => (a.name < b.name ? -1 : 1));
    const texts = exported.map((symbol) =>
      declared.textOf(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol),
    );
    return `## ${name}\n\n\`\`\`ts\n${texts.join('\n')}\n\`\`\`\n`;
  });
  return `${head}\n${sections.join('\n')}`;
}

const head = `# What may be imported

Made by \`npm run api-report\`: the declarations that the package ships, without their comments. \`foresize/aws-cdktn\` has the names of
\`foresize/aws\`, with the classes of \`cdktn\`. The fields of the config are in [config.schema.json](config.schema.json), those of the plan
in [plan.schema.json](plan.schema.json).
`;

const { NoTruncation, UseAliasDefinedOutsideCurrentScope, WriteArrowStyleSignature } = ts.TypeFormatFlags;
const wholeTypes = NoTruncation | UseAliasDefinedOutsideCurrentScope | WriteArrowStyleSignature;

/** The declarations that the compiler makes of the sources of a program. */
class DeclaredNames {
  private readonly texts = new Map<ts.SourceFile, ReadonlyMap<string, string>>();
  private readonly printer = ts.createPrinter({ removeComments: true });

  constructor(private readonly program: ts.Program) {}

  textOf(symbol: ts.Symbol): string {
    const source = symbol.declarations?.at(0)?.getSourceFile();
    const text = source && this.namesOf(source).get(symbol.name);
    if (source === undefined || text === undefined) throw new Error(`${symbol.name} has no declaration of its own`);
    if (!text.includes(': typeof import(')) return text;
    // Functions that are loaded late have the type of those that they load.
    const checker = this.program.getTypeChecker();
    const type = checker.typeToString(checker.getTypeOfSymbolAtLocation(symbol, source), source, wholeTypes);
    return `const ${symbol.name}: ${type.replace(/import\("[^"]*"\)\./g, '')};`;
  }

  private namesOf(source: ts.SourceFile): ReadonlyMap<string, string> {
    const known = this.texts.get(source);
    if (known !== undefined) return known;
    const names = new Map<string, string>();
    const read = (text: string) => {
      const file = ts.createSourceFile('declared.d.ts', text, ts.ScriptTarget.ES2022, true);
      for (const statement of file.statements) {
        const printed = this.printer.printNode(ts.EmitHint.Unspecified, statement, file).replace(/^export declare |^export /, '');
        for (const name of namesIn(statement)) names.set(name, printed);
      }
    };
    this.program.emit(source, (_, text) => read(text), undefined, true);
    this.texts.set(source, names);
    return names;
  }
}

function namesIn(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText());
  const name = (statement as ts.DeclarationStatement).name;
  return name === undefined ? [] : [name.getText()];
}

if (require.main === module) {
  const root = join(__dirname, '..');
  writeFileSync(join(root, 'docs/api.md'), apiReport(root));
}
