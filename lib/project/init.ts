import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { displayPath } from '../adapters/config-file';
import { type Output, writeTogether } from '../adapters/output';
import { packageFile } from '../adapters/version';
import { ProblemError } from '../problems';
import { type Pipeline, pipelineFiles, pipelineOf } from './init-pipeline';
import { configOf, ignored, readmeOf, type Start, type StartChoice } from './init-templates';

export type InitOptions = {
  /** The folder of the project. @default the current folder, or `capacity` in it where that folder is an app or a chart already */
  readonly directory?: string;
  /** @default 'attach' */
  readonly start?: Start;
  /** @default the name of the folder that is worked in */
  readonly name?: string;
  /** The address of a Prometheus that has the load, in place of the sample. @default none */
  readonly prometheus?: string;
  /** @default by the repository that the folder is in: its files, and where it was cloned from */
  readonly pipeline?: Pipeline;
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

export type InitResult = {
  readonly directory: string;
  readonly start: Start;
  readonly pipeline: Pipeline;
  /** What was found that matters to the project, a sentence each. */
  readonly found: readonly string[];
  /** The files that were written, by their paths. */
  readonly written: readonly string[];
  /** Files that stood there and were left alone. */
  readonly kept: readonly string[];
};

/**
 * Writes a small project that plans and synthesises as it stands: a config with a sample of recorded load or a source, `.gitignore` and
 * README, and a pipeline. It overwrites nothing; to a `.gitignore` it adds the lines that are missing. Where there is a config and a
 * pipeline is asked for, that alone is written.
 *
 * @throws ProblemError `init/exists` where the folder has a config; `output/...`
 */
export function init(options: InitOptions = {}): InitResult {
  const { directory, start = 'attach', name, prometheus, environment = process.env } = options;
  const here = resolve(directory ?? '.');
  const foreign = existsSync(here) ? readdirSync(here).filter((file) => appFiles.test(file)) : [];
  const folder = directory === undefined && foreign.length > 0 ? join(here, 'capacity') : here;
  const present = existsSync(folder) ? readdirSync(folder) : [];
  const config = present.find((file) => file.startsWith('foresize.config.'));
  const pipeline = options.pipeline ?? pipelineOf(folder);
  const { files, toDo } = pipelineFiles(pipeline, folder);
  const runs = Object.entries(files).map(([path, text]) => ({ path, text }));
  const newRuns = runs.filter(({ path }) => !existsSync(path));
  const keptRuns = runs.filter(({ path }) => existsSync(path)).map(({ path }) => displayPath(path));
  if (config !== undefined && options.pipeline !== undefined && options.pipeline !== 'none') {
    writeTogether(newRuns);
    return { directory: folder, start, pipeline, found: toDo, written: newRuns.map(({ path }) => displayPath(path)), kept: keptRuns };
  }
  if (config !== undefined)
    throw new ProblemError({
      code: 'init/exists',
      path: displayPath(join(folder, config)),
      message: 'is there already, and init overwrites nothing',
      hint: 'choose another folder: foresize init DIR; or add a pipeline alone: foresize init --pipeline github',
    });
  const choice: StartChoice = { start, prometheus, name: projectName(name ?? basename(here)) };
  const outputs: readonly (Output & { readonly text: string })[] = [
    { path: join(folder, 'foresize.config.ts'), text: configOf(choice) },
    ...(prometheus === undefined ? [{ path: join(folder, 'history/chat.csv'), text: sampleHistory() }] : []),
    { path: join(folder, 'README.md'), text: readmeOf(choice) },
  ].filter(({ path }) => !existsSync(path));
  const ignoreFile = join(folder, '.gitignore');
  const lines = existsSync(ignoreFile) ? readFileSync(ignoreFile, 'utf8') : '';
  const missing = ignored.filter((line) => !lines.split(/\r?\n/).includes(line));
  const gap = lines === '' || lines.endsWith('\n') ? '' : '\n';
  const ignore = missing.length === 0 ? [] : [{ path: ignoreFile, text: `${lines}${gap}${missing.join('\n')}\n` }];
  writeTogether([...outputs, ...ignore, ...newRuns]);
  return {
    directory: folder,
    start,
    pipeline,
    found: [...foreignFindings(foreign, folder, here), ...clusterFindings(environment, prometheus), ...toDo],
    written: [...outputs, ...ignore, ...newRuns].map(({ path }) => displayPath(path)),
    kept: [...present.filter((file) => file === 'README.md').map((file) => displayPath(join(folder, file))), ...keptRuns],
  };
}

/** Files that say that a folder is an app or a chart of its own, whose outputs foresize must not share. */
const appFiles = /^(cdktf\.json|cdk8s\.ya?ml|Chart\.yaml|.*\.tf)$/;

function foreignFindings(files: readonly string[], folder: string, here: string): readonly string[] {
  if (files.length === 0) return [];
  const apart = folder === here ? '' : `; so the project is in ${displayPath(folder)}, apart from what that writes`;
  return [`${files.join(', ')} in ${displayPath(here)}${apart}`];
}

function clusterFindings(environment: Readonly<Record<string, string | undefined>>, prometheus: string | undefined): readonly string[] {
  const kubeconfig = environment.KUBECONFIG ?? join(homedir(), '.kube/config');
  const address = environment.PROMETHEUS_URL;
  return [
    ...(existsSync(kubeconfig) ? ['a kubeconfig: `kubectl apply -f cdk8s.out` reaches a cluster'] : []),
    ...(address !== undefined && prometheus === undefined
      ? ['PROMETHEUS_URL: `foresize init DIR --prometheus "$PROMETHEUS_URL"` reads the load from there']
      : []),
  ];
}

/** A name that a project may have: lower-case letters, digits and hyphens. */
function projectName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 30)
    .replace(/-+$/, '');
  return name === '' ? 'capacity' : name;
}

/** Twelve weeks of recorded requests of a chat service, which the package carries. */
const sampleHistory = (): string => readFileSync(packageFile('examples/sample/chat-requests.csv'), 'utf8');
