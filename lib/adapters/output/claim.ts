import { accessSync, constants, existsSync, lstatSync, readdirSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ProblemError } from '../../problems';
import { displayPath } from '../config-file';
import { filesBelow, makeFolder, quietly, removed } from './files';
import { lockOutput } from './lock';

/** Where something is to be written, and whether that is a file or a folder of files. */
export type Place = { readonly path: string; readonly kind: 'file' | 'folder' };

/** Paths that this process holds, and how often: a command claims its outputs early, and writing claims them again. */
const held = new Map<string, number>();

/** What begins the name of a file or folder that is only there while an output is written. */
export const temporaryPath = (path: string, index: number): string => `${path}.${index}.foresize.tmp`;
const isTemporary = (name: string): boolean => /\.\d+\.foresize\.tmp$/.test(name);

/**
 * Claims outputs before they are written: finds out whether they can be written, keeps other runs from writing them, and removes what
 * runs that were killed left there. Claims of one process may lie in each other.
 *
 * @param looks as `lockOutput`
 * @returns gives the outputs free
 * @throws ProblemError `output/unwritable`, and `output/busy` where another run writes one of them
 */
export function claimOutputs(places: readonly Place[], looks?: number): () => void {
  const undo: (() => void)[] = [];
  const release = () => undo.splice(0).reverse().forEach(quietly);
  // In one order, so that two runs never wait for each other.
  const sorted = [...places].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const place of sorted) {
    const path = resolve(place.path);
    try {
      const times = held.get(path) ?? 0;
      if (times === 0) {
        undo.push(...madeFolders(dirname(path)));
        checkKind({ ...place, path });
        undo.push(lockOutput(path, looks));
        removeLeftovers(path);
      }
      held.set(path, times + 1);
      undo.push(() => (times === 0 ? held.delete(path) : held.set(path, times)));
    } catch (error) {
      release();
      throw unwritable(place.path, error);
    }
  }
  return release;
}

/** Does what needs the outputs while they are claimed. */
export async function whileClaimed<T>(places: readonly Place[], work: () => Promise<T>): Promise<T> {
  const release = claimOutputs(places);
  try {
    return await work();
  } finally {
    release();
  }
}

/** Removes what a run that was killed left of an output that is only read, unless another run is at work on it. */
export function tidyOutput(place: Place): void {
  if (existsSync(`${place.path}.lock`)) quietly(() => claimOutputs([place], 0)());
}

/** @returns steps that remove those folders again which are still empty */
function madeFolders(folder: string): (() => void)[] {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  makeFolder(folder);
  return missing.reverse().map((path) => () => rmdirSync(path));
}

function checkKind({ path, kind }: Place): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (kind === 'file' && status.isDirectory()) throw systemError('EISDIR');
  if (kind === 'folder' && !status.isDirectory()) throw systemError('EEXIST');
  if (kind === 'folder') accessSync(path, constants.W_OK);
}

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

/** Temporary files and folders of a run that was killed: their names say so, and no other run is at work here. */
function removeLeftovers(path: string): void {
  const [folder, name] = [dirname(path), basename(path)];
  for (const entry of readdirSync(folder)) if (entry.startsWith(`${name}.`) && isTemporary(entry)) rmSync(join(folder, entry), removed);
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  for (const file of filesBelow(path)) if (isTemporary(file)) rmSync(join(path, file), removed);
}

/** What the system says of a path that cannot be written, as a refusal; any other error as it is. */
export function unwritable(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof ProblemError || code === undefined) return error;
  return new ProblemError({
    code: 'output/unwritable',
    path: displayPath(path),
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
