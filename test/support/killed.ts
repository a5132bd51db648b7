import fs from 'node:fs';
import { resolve } from 'node:path';

/** Operations that change something on the disk, and which of their arguments is the path; `null` where it is an open file. */
const operations = { openSync: 0, writeFileSync: 0, writeSync: null, renameSync: 1, rmSync: 0, rmdirSync: 0, mkdirSync: 0, unlinkSync: 0 };

type Operation = (...args: unknown[]) => unknown;

/**
 * Watches every operation that changes something below a folder, of this process and until the returned function is called.
 *
 * @param before called before each; what it throws takes the place of the operation
 * @param after called after each that succeeded
 */
export function watchChanges(folder: string, { before, after }: { readonly before?: () => void; readonly after: () => void }): () => void {
  const table = fs as unknown as Record<string, Operation>;
  const originals = Object.fromEntries(Object.keys(operations).map((name) => [name, table[name]]));
  const opened = new Set<unknown>();
  // What is removed with all below it is one operation.
  let isWithin = false;
  for (const [name, place] of Object.entries(operations)) {
    table[name] = (...args) => {
      const isBelow = place === null ? opened.has(args[0]) : resolve(String(args[place])).startsWith(folder);
      if (isWithin || !isBelow || (name === 'openSync' && args[1] !== 'w' && args[1] !== 'wx')) return originals[name](...args);
      before?.();
      isWithin = true;
      try {
        const result = originals[name](...args);
        if (name === 'openSync') opened.add(result);
        after();
        return result;
      } finally {
        isWithin = false;
      }
    };
  }
  return () => Object.assign(fs, originals);
}

/**
 * Stands for a process that is killed after so many operations below a folder: from then on nothing that `work` does changes anything
 * there, however it tidies up.
 *
 * @returns whether it came to that
 */
export async function killedAfter(operations: number, folder: string, work: () => unknown): Promise<boolean> {
  let left = operations;
  const restore = watchChanges(folder, {
    before: () => {
      if (left <= 0) throw new Error('killed');
    },
    after: () => left--,
  });
  try {
    await work();
  } catch (error) {
    if (left > 0) throw error;
  } finally {
    restore();
  }
  return left <= 0;
}

// Loaded before a program (`node -r`), it kills the process for good.
const { KILL_AFTER, KILL_IN } = process.env;
if (KILL_AFTER !== undefined && KILL_IN !== undefined) {
  let left = Number(KILL_AFTER);
  watchChanges(KILL_IN, { after: () => --left === 0 && process.kill(process.pid, 'SIGKILL') });
}
