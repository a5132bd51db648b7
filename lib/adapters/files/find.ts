import { statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { type Problem, ProblemError } from '../../problems';
import type { Engine } from './engine';
import { type FileKind, type SourceFile, unreadable } from './head';
import { literalPath } from './sql';

/** A file with what the folders on its way say of all its rows: `service=chat/` is a column service. */
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

/** More files than these are taken for a slip in a pattern. */
const mostFiles = 100_000;

/**
 * The files that a path means, in order of their names. What exists as a file is that file, whatever its name; a folder is a
 * Hive-partitioned tree of the files of its kind, hidden ones (`.` or `_` first) left out; anything else with `*`, `?` or `[` in
 * it is a pattern.
 *
 * @param namedBy where the config names the path
 * @throws ProblemError `history/not-found`, `history/no-files`, `history/too-many-files`, `history/unreadable`
 */
export async function findFiles(engine: Engine, source: SourcePath, namedBy: string): Promise<readonly PartFile[]> {
  const { baseDirectory, path, kind } = source;
  const full = resolve(baseDirectory, path);
  const shown = shownPath(baseDirectory, full, path);
  const isPattern = /[*?[]/.test(path);
  const is = kindOfPath(full, isPattern, shown, namedBy);
  if (is === 'file') return [{ file: full, shown, kind, partitions: {} }];

  const pattern = is === 'folder' ? `${literalPath(full)}/**` : isAbsolute(path) ? path : join(literalPath(baseDirectory), path);
  const found = (await engine.rows('SELECT file FROM glob($1)', [pattern])).map(([file]) => String(file));
  const within = is === 'folder' ? full : resolve(baseDirectory);
  const files = found
    .map((file) => ({ file, inside: relative(within, file).replaceAll('\\', '/') }))
    .filter(({ inside }) => is === 'pattern' || (endings[kind].test(inside) && !/(^|\/)[._]/.test(inside)))
    .map(({ file, inside }) => ({
      file,
      kind,
      shown: is === 'folder' ? `${shown}/${inside}` : shownPath(baseDirectory, file, file),
      partitions: partitionsOf(inside),
    }))
    .sort((a, b) => (a.shown < b.shown ? -1 : 1));
  if (files.length === 0) throw new ProblemError(noFiles(is, shown, kind, found.length, namedBy));
  if (files.length > mostFiles)
    throw new ProblemError({
      code: 'history/too-many-files',
      path: shown,
      message: `means ${files.length} files`,
      hint: `at most ${mostFiles}: name a narrower pattern`,
    });
  return files;
}

/** A path as messages have it: as the config wrote it, an absolute one relative to the config. */
export function shownPath(baseDirectory: string, full: string, path: string): string {
  return isAbsolute(path) ? relative(baseDirectory, full).replaceAll('\\', '/') : path;
}

function kindOfPath(full: string, isPattern: boolean, shown: string, namedBy: string): 'file' | 'folder' | 'pattern' {
  try {
    return statSync(full).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isPattern && (error as NodeJS.ErrnoException).code === 'ENOENT') return 'pattern';
    throw unreadable(error, shown, namedBy);
  }
}

function noFiles(is: 'folder' | 'pattern', shown: string, kind: FileKind, others: number, namedBy: string): Problem {
  const wanted = { csv: '.csv', ndjson: '.ndjson or .jsonl', parquet: '.parquet' }[kind];
  return is === 'folder'
    ? {
        code: 'history/no-files',
        path: shown,
        message: `is a folder without a file that ends in ${wanted}${others > 0 ? `, though with ${others} other ${others === 1 ? 'file' : 'files'}` : ''}`,
        hint: `${namedBy} names it: check path: and kind:, or name a pattern such as '${shown}/**/*'`,
      }
    : {
        code: 'history/no-files',
        path: shown,
        message: 'matches no file',
        hint: `${namedBy} names it; a pattern is relative to the config file`,
      };
}

/** `service=chat/day=2026-01-05/part-0.parquet`: the names and values before the last `/`, as Hive escapes them. */
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
