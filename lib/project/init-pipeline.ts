import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { githubWorkflows, type Placement } from './init-github';
import { gitlabFile, gitlabInclude, gitlabJobs } from './init-gitlab';

/** Which pipelines `init` writes: plan each night, check each pull request, deploy what was merged and approved. */
export const pipelines = {
  github: 'workflows of GitHub Actions',
  gitlab: 'jobs of GitLab CI',
  none: 'no pipeline',
} as const;

export type Pipeline = keyof typeof pipelines;

/** What a repository is known to be for by its files and the address that it was cloned from. */
export function pipelineOf(folder: string): Pipeline {
  const root = repositoryRoot(folder);
  if (root === null) return 'none';
  const config = join(root, '.git', 'config');
  const remote = existsSync(config) ? readFileSync(config, 'utf8') : '';
  if (existsSync(join(root, '.gitlab-ci.yml')) || /url = .*gitlab/.test(remote)) return 'gitlab';
  return existsSync(join(root, '.github')) || /url = .*github/.test(remote) ? 'github' : 'none';
}

export type PipelineFiles = {
  /** Texts by absolute path. */
  readonly files: Readonly<Record<string, string>>;
  /** What somebody must do for them to run, a sentence each. */
  readonly toDo: readonly string[];
};

/** The files of a pipeline for a project in a folder, which need not be there yet. Outside a repository the folder is taken for its root. */
export function pipelineFiles(pipeline: Pipeline, folder: string): PipelineFiles {
  if (pipeline === 'none') return { files: {}, toDo: [] };
  const root = repositoryRoot(folder) ?? folder;
  const packages = above(folder, root, 'package.json');
  const from = (path: string) => relative(root, path).split(sep).join('/');
  const placement: Placement = { folder: from(folder), packages: from(packages ?? folder) };
  const lock = packages !== null && existsSync(join(packages, 'package-lock.json'));
  const toDo = lock
    ? []
    : [
        'no package-lock.json: the pipeline installs by npm ci what npm install --save-dev foresize, cdktf or cdk8s, and echarts wrote there',
      ];
  const at = (files: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [join(root, path), text]));
  if (pipeline === 'github') return { files: at(githubWorkflows(placement)), toDo };
  const main = join(root, '.gitlab-ci.yml');
  const isThere = existsSync(main);
  return {
    files: at({ [gitlabFile]: gitlabJobs(placement), ...(isThere ? {} : { '.gitlab-ci.yml': gitlabInclude }) }),
    toDo:
      isThere && !readFileSync(main, 'utf8').includes(gitlabFile)
        ? [...toDo, `.gitlab-ci.yml is yours: include ${gitlabFile} in it`]
        : toDo,
  };
}

const repositoryRoot = (folder: string): string | null => above(folder, null, '.git');

/** The nearest folder, this one or one above it, that holds a file; up to `last`. */
function above(folder: string, last: string | null, file: string): string | null {
  if (existsSync(join(folder, file))) return folder;
  const parent = dirname(folder);
  return parent === folder || folder === last ? null : above(parent, last, file);
}
