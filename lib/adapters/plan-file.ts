import { existsSync, readFileSync } from 'node:fs';
import { ProblemError } from '../problems';
import { shown } from './config-file';

/**
 * The text of a plan's file, unverified; `parsePlan` verifies it.
 *
 * @returns `undefined` where there is no such file
 * @throws ProblemError `plan/unreadable`
 */
export function readPlanText(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ProblemError({
      code: 'plan/unreadable',
      path: shown(file),
      message: `cannot be read: ${(error as Error).message}`,
      hint: 'name another file with --plan',
    });
  }
}
