import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ProblemError } from '../problems';

/**
 * Writes a file whole or not at all: to a temporary file beside it, flushed, then renamed over it. A write that fails
 * midway (a full disk) leaves the old file as it was.
 *
 * @throws ProblemError `output/unwritable`
 */
export function writeFileWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  let descriptor: number | undefined;
  try {
    makeFolder(dirname(path));
    descriptor = openSync(temporary, 'w');
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
    closeSync(descriptor);
    descriptor = undefined;
    renameSync(temporary, path);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    removeQuietly(temporary);
    throw unwritable(path, error);
  }
}

/**
 * Fills a folder whole or not at all: `fill` writes to a folder beside it, which then takes its place.
 *
 * @throws ProblemError `output/unwritable`; what `fill` throws as ProblemError passes through
 */
export function writeFolderWhole(path: string, fill: (folder: string) => void): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const replaced = `${path}.${process.pid}.old.tmp`;
  try {
    rmSync(temporary, { recursive: true, force: true });
    makeFolder(temporary);
    fill(temporary);
    moveAway(path, replaced);
    renameSync(temporary, path);
    rmSync(replaced, { recursive: true, force: true });
  } catch (error) {
    removeQuietly(temporary);
    throw unwritable(path, error);
  }
}

/** Node's own recursive mkdir never returns where a folder says it does not exist when it is asked to hold one (as in /proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Tidies up after a failure, which must not hide behind a second one. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    return;
  }
}

function moveAway(path: string, to: string): void {
  try {
    renameSync(path, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function unwritable(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof ProblemError || code === undefined) return error;
  return new ProblemError({
    code: 'output/unwritable',
    path,
    message: `cannot be written: ${causes[code] ?? message}`,
    hint: ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)
      ? 'free some space; the old content is untouched'
      : 'choose another place with --out or --plan',
  });
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'its folder cannot be made',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a part of its path is a file, not a folder',
};
