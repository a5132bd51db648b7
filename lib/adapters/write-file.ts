import { closeSync, copyFileSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ProblemError } from '../problems';

/** A file with its text, or a folder and what fills it. */
export type Output = { readonly path: string; readonly text: string } | { readonly path: string; readonly fill: (folder: string) => void };

/**
 * Writes files and folders all together or not at all: everything goes to temporary places beside them first, flushed; only when
 * all of that has succeeded do they take the place of the old, and where that fails midway the old are put back.
 *
 * @throws ProblemError `output/unwritable`; what `fill` throws passes through
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

/** Node's own recursive mkdir never returns where a folder says it does not exist when it is asked to hold one (as in /proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Tidies up after a failure: a second one neither hides the first nor keeps the rest from being tidied. */
function quietly(tidy: () => void): void {
  try {
    tidy();
  } catch {
    return;
  }
}

/** Keeps the old beside: a file as a copy, so that its name is never without content; a folder under another name. */
function moveAway(path: string, to: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  rmSync(to, everything);
  if (found.isFile()) copyFileSync(path, to);
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
