import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { ProblemError } from '../problems';
import { displayPath } from './config-file';

/**
 * The text of a file as a revision of its git repository has it.
 *
 * @param revision as git takes it: `HEAD`, `main`, `origin/main`, `v1.2`, a commit
 * @returns `undefined` where the revision has no such file
 * @throws ProblemError `plan/no-base` where there is no git, no repository or no such revision
 */
export function textAtRevision(file: string, revision: string): string | undefined {
  const git = (...args: readonly string[]) =>
    spawnSync('git', ['-C', dirname(file), ...args], { encoding: 'utf8', maxBuffer: 1 << 28, windowsHide: true });
  const refuse = (message: string, hint: string) => new ProblemError({ code: 'plan/no-base', path: displayPath(file), message, hint });
  const known = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  if (known.error !== undefined)
    throw refuse('cannot be compared with a revision, for git cannot be started here', 'name the file of a plan: foresize diff FILE');
  if (known.status !== 0) {
    const isRepository = git('rev-parse', '--git-dir').status === 0;
    throw isRepository
      ? refuse(
          `cannot be compared with ${revision}, which is neither a file nor a revision that git knows`,
          'name another, such as HEAD~1, main, or the file of a plan; a shallow clone holds only the newest: fetch the one that is wanted',
        )
      : refuse(
          'lies in no git repository, so there is no committed plan to compare it with',
          'name the file of a plan: foresize diff FILE',
        );
  }
  const shown = git('show', `${known.stdout.trim()}:./${basename(file)}`);
  return shown.status === 0 ? shown.stdout : undefined;
}

/** A commit of the first line of history that changed a file, and when it was made, epoch ms. */
export type Version = { readonly commit: string; readonly at: number };

/**
 * The commits that changed a file, as they came onto the branch that is checked out, the oldest first. A merge counts when it was made.
 *
 * @throws ProblemError `plan/no-base` where there is no git, no repository or no commit
 */
export function versionsOf(file: string): readonly Version[] {
  const args = ['-C', dirname(file), 'log', '--first-parent', '--diff-merges=first-parent', '--format=%H %ct', '--', file];
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28, windowsHide: true });
  if (status !== 0)
    throw new ProblemError({
      code: 'plan/no-base',
      path: displayPath(file),
      message: 'has no history in git, so nothing says which plan was the committed one when',
      hint: 'run it in the repository that the plans are committed to',
    });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ commit: line.split(' ')[0], at: 1_000 * Number(line.split(' ')[1]) }))
    .reverse();
}
