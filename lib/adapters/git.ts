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
