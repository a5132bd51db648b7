import { dirname, join, resolve } from 'node:path';
import { readConfig, displayPath } from '../adapters/config-file';
import { readManifests } from '../adapters/manifests';
import { readPlanText } from '../adapters/plan-file';
import { foresizeVersion } from '../adapters/version';
import { type CapacityConfig, type CapacityInput, parseConfig } from '../config';
import { type CapacityPlan, parsePlan } from '../plan/file';
import { ProblemError } from '../problems';

/** Where a config and its plan are found. */
export type ProjectSource = {
  /** The file of the config, or the config itself as `defineCapacity` takes it. @default `foresize.config.*` in the current folder */
  readonly config?: string | CapacityInput;
  /** What relative paths are relative to in a config that is no file. @default the current folder */
  readonly directory?: string;
  /** The file of the plan. @default `capacity-plan.json` beside the config */
  readonly plan?: string;
  /** A project that is open already, in place of the three above. */
  readonly project?: OpenProject;
};

/** A config that was read and checked, and where the plan that is made from it lies. */
export type OpenProject = {
  readonly config: CapacityConfig;
  /** The folder of the config: what its relative paths are relative to. */
  readonly directory: string;
  /** Whether or not there is a plan yet. */
  readonly planFile: string;
};

/** @throws ProblemError `config/not-found`, `config/unreadable`, and whatever is wrong in the config */
export function openProject({ project, config: source, directory, plan }: ProjectSource = {}): OpenProject {
  if (project !== undefined) return project;
  const { config, folder } =
    source === undefined || typeof source === 'string' ? readFile(source) : parsed(source, resolve(directory ?? '.'));
  return { config, directory: folder, planFile: plan === undefined ? join(folder, 'capacity-plan.json') : resolve(plan) };
}

function parsed(source: CapacityInput, folder: string): { readonly config: CapacityConfig; readonly folder: string } {
  return { config: parseConfig(source, 'config', readManifests(source, folder, 'config')), folder };
}

function readFile(source: string | undefined): { readonly config: CapacityConfig; readonly folder: string } {
  const { config, path } = readConfig(source);
  return { config, folder: dirname(path) };
}

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
  const { FORESIZE_CONFIG, FORESIZE_PLAN } = process.env;
  const project = openProject({ config: options.config ?? FORESIZE_CONFIG, plan: options.plan ?? FORESIZE_PLAN });
  return { config: project.config, plan: planOf(project, project.config), directory: project.directory };
}

/**
 * The verified plan of a project, whether or not it was made from the config as it is now.
 *
 * @throws ProblemError `plan/missing`, and whatever is wrong in it
 */
export function readPlan(project: OpenProject): CapacityPlan {
  return planOf(project);
}

/**
 * The verified plan of a project, which was made from the config as it is now.
 *
 * @throws ProblemError `plan/missing`, and whatever is wrong in it or does not belong to the config
 */
export function readMatchingPlan(project: OpenProject): CapacityPlan {
  return planOf(project, project.config);
}

function planOf({ planFile }: OpenProject, config?: CapacityConfig): CapacityPlan {
  const text = readPlanText(planFile);
  if (text !== undefined) return parsePlan(text, displayPath(planFile), foresizeVersion(), config);
  throw new ProblemError({
    code: 'plan/missing',
    path: displayPath(planFile),
    message: 'does not exist',
    hint: 'run `foresize plan` first',
  });
}

/** @throws ProblemError `cli/unknown-workload` where the config has no such workload */
export function checkWorkload(config: CapacityConfig, workload: string): void {
  if (Object.hasOwn(config.workloads, workload)) return;
  throw new ProblemError({
    code: 'cli/unknown-workload',
    path: workload,
    message: 'is not a workload of the config',
    hint: `workloads are: ${Object.keys(config.workloads).sort().join(', ')}`,
  });
}
