import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ProblemError } from '../problems';
import { displayPath } from './config-file';

/** The repository that a file lies in, and what a branch of it on a remote is made by. */
export type Repository = {
  /** The path of a file from the root of the repository on, with `/`. */
  readonly pathOf: (file: string) => string;
  /** The full id of a commit; `null` where there is no such revision. */
  readonly commitAt: (revision: string) => string | null;
  /** Those of these files and folders that git tracks something of. */
  readonly trackedOf: (paths: readonly string[]) => readonly string[];
  /** Brings a branch of a remote here; its newest commit, `null` where the remote has no such branch. */
  readonly fetchBranch: (remote: string, branch: string) => string | null;
  /**
   * Makes a commit on top of another one, with some files and folders as they are in the working tree. Neither the working tree, nor the
   * index, nor a branch changes.
   *
   * @returns the id of the commit
   */
  readonly commitOnto: (parent: string, paths: readonly string[], message: string) => string;
  /**
   * Makes a branch of a remote be a commit, whatever it was, as long as it still is what was fetched.
   *
   * @param was its newest commit as it was fetched; `null`: it was not there
   * @param options push options, which some servers take as requests, one line each
   */
  readonly push: (remote: string, branch: string, commit: string, was: string | null, options: readonly string[]) => void;
};

/**
 * Opens the repository of a file.
 *
 * @throws ProblemError `propose/git`, now and in each of its functions, where git cannot be started or refuses
 */
export function openRepository(file: string): Repository {
  const folder = dirname(file);
  const attempt = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    spawnSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      windowsHide: true,
      // No question that nobody would answer.
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', ...environment },
    });
  const git = (args: readonly string[], environment?: Readonly<Record<string, string>>): string => {
    const { status, stdout, stderr, error } = attempt(args, environment);
    if (status === 0) return stdout.trim();
    const said = error === undefined ? lastLine(stderr) : error.message;
    throw new ProblemError({
      code: 'propose/git',
      path: displayPath(file),
      message: `cannot be proposed: git ${args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? ''} was refused: ${withoutSecrets(said)}`,
      hint: 'propose runs in a clone whose remote takes branches from it: docs/pipelines.md says what it needs',
    });
  };
  const root = git(['rev-parse', '--show-toplevel']);
  const prefix = git(['rev-parse', '--show-prefix']);
  return {
    pathOf: (path) => `${prefix}${path.slice(folder.length + 1)}`.replaceAll('\\', '/'),
    commitAt: (revision) => {
      const { status, stdout } = attempt(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
      return status === 0 ? stdout.trim() : null;
    },
    trackedOf: (paths) => paths.filter((path) => git(['ls-files', '--', path]) !== ''),
    fetchBranch: (remote, branch) => {
      if (git(['ls-remote', '--heads', remote, `refs/heads/${branch}`]) === '') return null;
      const kept = `refs/foresize/${branch}`;
      git(['fetch', '--quiet', '--no-tags', remote, `+refs/heads/${branch}:${kept}`]);
      return git(['rev-parse', kept]);
    },
    commitOnto: (parent, paths, message) => {
      const scratch = mkdtempSync(join(tmpdir(), 'foresize-'));
      const environment = { GIT_INDEX_FILE: join(scratch, 'index') };
      try {
        git(['read-tree', parent], environment);
        git(['-C', root, 'add', '--all', '--', ...paths], environment);
        const tree = git(['write-tree'], environment);
        const identity = attempt(['var', 'GIT_COMMITTER_IDENT']).status === 0 ? [] : anonymous;
        return git([...identity, 'commit-tree', tree, '-p', parent, '-m', message]);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
    push: (remote, branch, commit, was, options) => {
      const lease = `--force-with-lease=refs/heads/${branch}:${was ?? ''}`;
      git(['push', '--quiet', lease, ...options.flatMap((option) => ['-o', option]), remote, `${commit}:refs/heads/${branch}`]);
    },
  };
}

/** Who commits where nobody is named. */
const anonymous = ['-c', 'user.name=foresize', '-c', 'user.email=foresize@localhost'];

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** The address of a remote may hold a user and a token. */
const withoutSecrets = (text: string): string => text.replace(/\/\/[^/@\s]+@/g, '//');
