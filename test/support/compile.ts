import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');

/** Files of the project with their texts, by their paths relative to its root: `lib/units.ts`. */
export type Files = Readonly<Record<string, string>>;

/** The text of a file of the project. */
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/**
 * Compiles some files of the project, as they would be with others in place of its own, all in memory.
 *
 * @returns the type errors, one line each: `lib/units.ts: Type 'string' is not assignable to type 'number'.`
 */
export function typeErrors(files: readonly string[], changed: Files = {}): string[] {
  const texts = new Map(Object.entries(changed).map(([file, text]) => [join(root, file), text]));
  const host: ts.CompilerHost = {
    ...plainHost,
    fileExists: (path) => texts.has(path) || existsSync(path),
    readFile: (path) => texts.get(path) ?? ts.sys.readFile(path),
    directoryExists: undefined,
    getSourceFile: (path, language) => {
      const text = texts.get(path);
      return text === undefined ? unchanged(path, language) : ts.createSourceFile(path, text, language, true);
    },
  };
  const program = ts.createProgram(
    files.map((file) => join(root, file)),
    options,
    host,
  );
  return files
    .flatMap((file) => program.getSemanticDiagnostics(program.getSourceFile(join(root, file))))
    .map(({ file, messageText }) => {
      const name = file === undefined ? '' : relative(root, file.fileName).split(sep).join('/');
      return `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
);
const plainHost = ts.createCompilerHost(options, true);

/** Parsed once for all programs of a test file: most of what they read is the same. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function unchanged(path: string, language: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
  if (!parsed.has(path)) parsed.set(path, plainHost.getSourceFile(path, language));
  return parsed.get(path);
}
