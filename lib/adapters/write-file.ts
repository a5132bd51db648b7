import { closeSync, copyFileSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ProblemError } from '../problems';

/** What to write at `path`: a file with this text, or a folder into which `fill` writes. `fill` receives the path of an empty folder. */
export type Output = { readonly path: string; readonly text: string } | { readonly path: string; readonly fill: (folder: string) => void };

/**
 * Writes files and folders: all of them, or none. Everything is first written to temporary files and folders beside the outputs. Only
 * when all of that has succeeded do they replace the old files and folders. If a replacement fails, the old ones are put back.
 *
 * @throws ProblemError `output/unwritable`, and whatever `fill` throws
 */
export function writeTogether(outputs: readonly Output[]): void {
  const steps: { readonly path: string; readonly temporary: string; readonly old: string; replaced: boolean; kept: boolean }[] = [];
  let at = '';
  try {
    for (const output of outputs) {
      at = output.path;
      const temporary = `${at}.${process.pid}.tmp`;
      steps.push({ path: at, temporary, old: `${at}.${process.pid}.old.tmp`, replaced: false, kept: false });
      rmSync(temporary, everything);
      if ('text' in output) writeFlushed(temporary, output.text);
      else {
        makeFolder(temporary);
        output.fill(temporary);
      }
    }
    for (const step of steps) {
      at = step.path;
      step.kept = moveAway(step.path, step.old);
      renameSync(step.temporary, step.path);
      step.replaced = true;
    }
  } catch (error) {
    for (const { path, temporary, old, replaced, kept } of [...steps].reverse()) {
      if (replaced) quietly(() => rmSync(path, everything));
      if (kept) quietly(() => renameSync(old, path));
      else quietly(() => rmSync(old, everything));
      quietly(() => rmSync(temporary, everything));
    }
    throw unwritable(at, error);
  }
  for (const { old } of steps) quietly(() => rmSync(old, everything));
}

/** Options of `rmSync` that remove files and whole folders, and accept that there is nothing. */
const everything = { recursive: true, force: true };

function writeFlushed(path: string, text: string): void {
  makeFolder(dirname(path));
  const descriptor = openSync(path, 'w');
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a folder and its parents. The recursive `mkdir` of Node never returns below some special folders, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Runs one step of tidying up and ignores its error, which would hide the error that came first or prevent the other steps. */
function quietly(tidy: () => void): void {
  try {
    tidy();
  } catch {
    return;
  }
}

/**
 * Keeps the old output at `to`. A file is copied, so that there is content at its path at any time; a folder is renamed.
 *
 * @returns whether there was one
 */
function moveAway(path: string, to: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return false;
  rmSync(to, everything);
  if (status.isFile()) copyFileSync(path, to);
  else renameSync(path, to);
  return true;
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
