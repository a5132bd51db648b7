import { existsSync, readFileSync } from 'node:fs';
import { ProblemError } from '../problems';
import { displayPath } from './config-file';
import { isPipe, pipeRefusal } from './pipe';

/**
 * Reads the text of a plan file, without verifying it; `parsePlan` does that.
 *
 * @returns `undefined` where there is no such file
 * @throws ProblemError `plan/unreadable`
 */
export function readPlanText(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  if (isPipe(file)) throw new ProblemError({ code: 'plan/unreadable', path: displayPath(file), ...pipeRefusal });
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ProblemError({
      code: 'plan/unreadable',
      path: displayPath(file),
      message: `cannot be read: ${(error as Error).message}`,
      hint: 'name another file with --plan',
    });
  }
}
