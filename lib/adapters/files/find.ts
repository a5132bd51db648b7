import { statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { type Problem, ProblemError } from '../../problems';
import type { Engine } from './engine';
import { type FileKind, type SourceFile, unreadable } from './head';
import { literalPath } from './sql';

/** A file, and the values that the names of its folders give to all its rows: in `service=chat/` the column `service` is `chat`. */
export type PartFile = SourceFile & { readonly partitions: Readonly<Record<string, string>> };

export type SourcePath = {
  readonly baseDirectory: string;
  /** As the config has it: a file, a pattern or a folder. */
  readonly path: string;
  readonly kind: FileKind;
};

const endings: Readonly<Record<FileKind, RegExp>> = {
  csv: /\.(csv|tsv)(\.gz|\.zst)?$/i,
  ndjson: /\.(ndjson|jsonl|json)(\.gz|\.zst)?$/i,
  parquet: /\.(parquet|parq|pq)$/i,
};

/** A path that means more files than this is refused: probably its pattern is too wide. */
const mostFiles = 100_000;

/**
 * Finds the files that a path of the config means.
 *
 * - The path of a file means that file, whatever its name.
 * - The path of a folder means all files below it that end as files of their kind do, as Hive partitions a table. Files and folders
 *   whose name begins with `.` or `_` are left out.
 * - Any other path with `*`, `?` or `[` in it is a pattern.
 *
 * @param namedBy the place in the config that names the path, for hints
 * @returns the files in the order of their names, at least one
 * @throws ProblemError `history/not-found`, `history/no-files`, `history/too-many-files`, `history/unreadable`
 */
export async function findFiles(engine: Engine, source: SourcePath, namedBy: string): Promise<readonly PartFile[]> {
  const { baseDirectory, path, kind } = source;
  const full = resolve(baseDirectory, path);
  const shown = shownPath(baseDirectory, full, path);
  const isPattern = /[*?[]/.test(path);
  const pathType = pathTypeOf(full, isPattern, shown, namedBy);
  if (pathType === 'file') return [{ file: full, shown, kind, partitions: {} }];

  const pattern = pathType === 'folder' ? `${literalPath(full)}/**` : isAbsolute(path) ? path : join(literalPath(baseDirectory), path);
  const matches = (await engine.rows('SELECT file FROM glob($1)', [pattern])).map(([file]) => String(file));
  const root = pathType === 'folder' ? full : resolve(baseDirectory);
  const files = matches
    .map((file) => ({ file, inside: relative(root, file).replaceAll('\\', '/') }))
    .filter(({ inside }) => pathType === 'pattern' || (endings[kind].test(inside) && !/(^|\/)[._]/.test(inside)))
    .map(({ file, inside }) => ({
      file,
      kind,
      shown: pathType === 'folder' ? `${shown}/${inside}` : shownPath(baseDirectory, file, file),
      partitions: partitionsOf(inside),
    }))
    .sort((a, b) => (a.shown < b.shown ? -1 : 1));
  if (files.length === 0) throw new ProblemError(noFiles(pathType, shown, kind, matches.length, namedBy));
  if (files.length > mostFiles)
    throw new ProblemError({
      code: 'history/too-many-files',
      path: shown,
      message: `means ${files.length} files`,
      hint: `at most ${mostFiles}: name a narrower pattern`,
    });
  return files;
}

/** A path for messages: a relative path as the config wrote it, an absolute path relative to the folder of the config. */
export function shownPath(baseDirectory: string, full: string, path: string): string {
  return isAbsolute(path) ? relative(baseDirectory, full).replaceAll('\\', '/') : path;
}

function pathTypeOf(full: string, isPattern: boolean, shown: string, namedBy: string): 'file' | 'folder' | 'pattern' {
  try {
    return statSync(full).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isPattern && (error as NodeJS.ErrnoException).code === 'ENOENT') return 'pattern';
    throw unreadable(error, shown, namedBy);
  }
}

function noFiles(pathType: 'folder' | 'pattern', shown: string, kind: FileKind, otherFiles: number, namedBy: string): Problem {
  const ending = { csv: '.csv', ndjson: '.ndjson or .jsonl', parquet: '.parquet' }[kind];
  return pathType === 'folder'
    ? {
        code: 'history/no-files',
        path: shown,
        message: `is a folder without a file that ends in ${ending}${otherFiles > 0 ? `, though with ${otherFiles} other ${otherFiles === 1 ? 'file' : 'files'}` : ''}`,
        hint: `${namedBy} names it: check path: and kind:, or name a pattern such as '${shown}/**/*'`,
      }
    : {
        code: 'history/no-files',
        path: shown,
        message: 'matches no file',
        hint: `${namedBy} names it; a pattern is relative to the config file`,
      };
}

/** `service=chat/day=2026-01-05/part-0.parquet` gives `{ service: 'chat', day: '2026-01-05' }`; what Hive escaped is unescaped. */
function partitionsOf(inside: string): Record<string, string> {
  const pairs = inside
    .split('/')
    .slice(0, -1)
    .map((folder) => /^([^=]+)=(.*)$/s.exec(folder))
    .flatMap((match) => (match ? [[unescape(match[1]), unescape(match[2])] as const] : []));
  return Object.fromEntries(pairs);
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
