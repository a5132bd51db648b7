import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files } from './compile';

const root = join(__dirname, '../..');

/**
 * The files of the project that a page of `docs/contributing/` adds or changes, as its blocks of code say:
 *
 * - a block of TypeScript that begins with a comment of one path is that file, whole;
 * - a block of differences holds, after `@@ PATH @@`, lines that stand together in that file once (those after a space or `-`), and
 *   what takes their place (those after a space or `+`).
 *
 * @throws Error where the lines before a change do not stand in the file, or more than once: the page is out of date
 */
export function recipeOf(page: string): Files {
  const files: Record<string, string> = {};
  for (const [, language, code] of readFileSync(join(root, page), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (language === 'ts') {
      const path = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
      if (path === undefined) throw new Error(`${page} has a block of TypeScript that names no file`);
      files[path] = code.slice(code.indexOf('\n') + 1);
    }
    if (language !== 'diff') continue;
    for (const [, path, lines] of code.matchAll(/^@@ (\S+) @@\n((?:[-+ ].*\n|\n)+)/gm))
      files[path] = replaced(files[path] ?? readFileSync(join(root, path), 'utf8'), lines, `${page}, ${path}`);
  }
  return files;
}

function replaced(text: string, lines: string, place: string): string {
  const change = lines.split('\n').slice(0, -1);
  const without = (mark: string) => change.flatMap((line) => (line.startsWith(mark) ? [] : [`${line.slice(1)}\n`])).join('');
  const [before, after] = [without('+'), without('-')];
  const places = text.split(before).length - 1;
  if (places !== 1) throw new Error(`${place}: what is to be changed stands there ${places} times:\n${before}`);
  return text.replace(before, () => after);
}

/** A copy of the project in a folder, with some files in place of its own. Packages are links to those of the project. */
export function copyProject(folder: string, changed: Files): void {
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  for (const support of supportFiles()) cpSync(join(root, support), join(folder, support));
  linkPackages(folder);
  for (const [file, text] of Object.entries(changed)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

const parts = ['bin', 'constructs', 'lib', 'test/support', 'package.json', 'foresize.config.ts', 'capacity-plan.json'];

/** What tests of a folder share: `test/forecast/support.ts`. */
function supportFiles(): string[] {
  const files = readdirSync(join(root, 'test'), { recursive: true }) as string[];
  return files.filter((file) => file.endsWith('support.ts')).map((file) => join('test', file));
}

/** One link for each package, so that what a run keeps in `node_modules/.cache` stays in the copy. */
function linkPackages(folder: string): void {
  const packages = join(root, 'node_modules');
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(packages))
    if (!name.startsWith('.') && existsSync(join(packages, name))) symlinkSync(join(packages, name), join(folder, 'node_modules', name));
}
