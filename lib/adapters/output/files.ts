import { closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Options of `rmSync` that remove files and whole folders, and accept that there is nothing. */
export const removed = { recursive: true, force: true };

/** Runs one step of tidying up and ignores its error, which would hide the error that came first or prevent the other steps. */
export function quietly(tidy: () => void): void {
  try {
    tidy();
  } catch {
    return;
  }
}

/** Makes a folder and its parents. The recursive `mkdir` of Node never returns below some special folders, such as /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Writes a file and waits until it is on the disk. */
export function writeFlushed(path: string, bytes: Buffer): void {
  makeFolder(dirname(path));
  const descriptor = openSync(path, 'w');
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** @returns `null` where there is nothing at all */
export function bytesOf(path: string): Buffer | null {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path);
}

/** The files below a folder, by their paths in it with `/`, sorted; those in folders whose names begin with a dot are left out. */
export function filesBelow(folder: string): string[] {
  const found: string[] = [];
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (!entry.isDirectory()) found.push(relative(folder, join(at, entry.name)).split(sep).join('/'));
      else if (!entry.name.startsWith('.')) visit(join(at, entry.name));
    }
  };
  visit(folder);
  return found.sort();
}
