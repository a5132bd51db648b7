import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CapacityConfig } from '../config/schema';
import type { CapacityPlan } from '../plan/types';
import { parsePlan, verifyPlanMatches } from '../plan/verify';
import { ProblemError } from '../problems';
import { readConfig, shown } from './config-file';

export type ProjectOptions = {
  /** @default `FORESIZE_CONFIG`, or `foresize.config.*` in the current folder */
  readonly config?: string;
  /** @default `FORESIZE_PLAN`, or `capacity-plan.json` beside the config */
  readonly plan?: string;
};

export type Project = {
  readonly config: CapacityConfig;
  readonly plan: CapacityPlan;
  /** The folder of the config: what its relative paths are relative to. */
  readonly directory: string;
};

/**
 * The config and its verified plan: what synthesis starts from. Synchronous, no network, no clock.
 *
 * @throws ProblemError when either is missing or wrong, or they do not belong together
 */
export function loadProject(options: ProjectOptions = {}): Project {
  const { config, path } = readConfig(options.config ?? process.env.FORESIZE_CONFIG);
  const file = planPath(path, options.plan ?? process.env.FORESIZE_PLAN);
  const plan = readPlanFile(file);
  if (plan === undefined) {
    throw new ProblemError({ code: 'plan/missing', path: shown(file), message: 'does not exist', hint: 'run `foresize plan` first' });
  }
  verifyPlanMatches(plan, config, shown(file));
  return { config, plan, directory: dirname(path) };
}

export function planPath(configPath: string, plan?: string): string {
  return plan === undefined ? join(dirname(configPath), 'capacity-plan.json') : resolve(plan);
}

/** @returns the verified plan, or `undefined` where there is no such file */
export function readPlanFile(file: string): CapacityPlan | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return parsePlan(readFileSync(file, 'utf8'), shown(file));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError({
      code: 'plan/unreadable',
      path: shown(file),
      message: `cannot be read: ${(error as Error).message}`,
      hint: 'name another file with --plan',
    });
  }
}
