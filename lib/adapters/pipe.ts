import { statSync } from 'node:fs';

/** Whether a path is a pipe. Reading one waits for whoever writes to it, and so for ever where nobody does. */
export function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

/** What is said of one, and what to do. */
export const pipeRefusal = { message: 'is a pipe, not a file', hint: 'write what comes out of it to a file first' } as const;
