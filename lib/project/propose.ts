import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { displayPath } from '../adapters/config-file';
import { textAtRevision } from '../adapters/git';
import { openRepository } from '../adapters/git-branch';
import { writeTogether } from '../adapters/output';
import { readPlanText } from '../adapters/plan-file';
import { formatAmount } from '../figures';
import type { PlanDiff } from '../plan/diff';
import { type CapacityPlan, keepPrevious, parsePlan } from '../plan/file';
import { isProblemError } from '../problems';
import { diffChart } from '../report/diff-chart';
import { diffMarkdown } from '../report/diff-markdown';
import { scorecardLines } from '../report/scorecard-text';
import { showbackChanges } from '../report/showback';
import { diff } from './diff';
import { recordFile } from './live-record';
import { openProject, type ProjectSource } from './project';
import { cardsFolder } from './scorecard-files';

export type ProposeOptions = ProjectSource & {
  /** Where outputs lie, which are proposed along where git tracks them. @default the folder of the config */
  readonly out?: string;
  /** @default 'foresize/plan' */
  readonly branch?: string;
  /** @default 'origin' */
  readonly remote?: string;
  /**
   * The address of a file at a commit, with `{commit}` and `{path}`. A picture of the change is then drawn beside the plan, proposed along,
   * and shown by the comment. @default no picture
   */
  readonly picture?: string;
  /** The branch that a merge request is to go to, which GitLab is asked for as it takes the push. @default nothing is asked for */
  readonly mergeInto?: string;
};

export type Proposal = {
  /** Whether the branch was pushed. */
  readonly proposed: boolean;
  /** Why it was, or was not. */
  readonly why: string;
  readonly branch: string;
  /** What the branch is at; `null` where nothing differs from what is committed. */
  readonly commit: string | null;
  readonly digest: string;
  /** The title of a pull request; `null` where nothing was pushed. */
  readonly title: string | null;
  /** What a plan changes, as the text of a pull request in Markdown; `null` where nothing was pushed. */
  readonly comment: string | null;
};

/**
 * Proposes the plan that is there, where it is another than the one at `HEAD`: one commit on top of `HEAD`, on one branch of a remote,
 * which is pushed only where what it proposes differs from what it proposed before. A plan that is proposed already stays proposed while
 * the new one is as good as the same within `guardrails.stickiness`, as a committed one stays. The working tree and its branch stay.
 *
 * @throws ProblemError `propose/git`, `plan/no-base`, and whatever is wrong in the plans
 */
export function propose(options: ProposeOptions = {}): Proposal {
  const { branch = 'foresize/plan', remote = 'origin' } = options;
  const project = openProject(options);
  const { config, planFile, directory } = project;
  const { diff: changes, before, after, scorecard, showback } = diff({ project });
  const text = readPlanText(planFile);
  const atHead = textAtRevision(planFile, 'HEAD');
  const silent = (why: string, commit: string | null): Proposal => {
    return { proposed: false, why, branch, commit, digest: after.digest, title: null, comment: null };
  };
  if (text === atHead) return silent('the plan is the one that is committed', null);

  const repository = openRepository(planFile);
  const was = repository.fetchBranch(remote, branch);
  const proposed = was === null ? undefined : textAtRevision(planFile, was);
  if (was !== null && proposed !== undefined && repository.commitAt(`${was}^1`) !== null) {
    // A branch that was merged, or made before the committed plan was, proposes nothing any more.
    const standsOnHead = textAtRevision(planFile, `${was}^1`) === atHead;
    const keep = standsOnHead ? keepProposed(proposed, after, config.guardrails.stickiness) : null;
    if (keep !== null) return silent(`${branch} proposes it already: ${keep}`, was);
  }

  const title = titleOf(changes);
  const pictureFile = join(planFile, '..', 'capacity-plan.svg');
  if (options.picture !== undefined) writeTogether([{ path: pictureFile, text: diffChart(changes, before, after) }]);
  const out = resolve(options.out ?? directory);
  const outputs = repository.trackedOf([join(out, 'cdktf.out'), join(out, 'cdk8s.out')]);
  const beside = [cardsFolder(planFile), recordFile(planFile)].filter(existsSync);
  const files = [planFile, ...(options.picture === undefined ? [] : [pictureFile]), ...beside, ...outputs];
  const head = repository.commitAt('HEAD') ?? 'HEAD';
  const commit = repository.commitOnto(head, files, `${title}\n\nThe plan is ${after.digest}.`);
  const address = options.picture?.replaceAll('{commit}', commit).replaceAll('{path}', encodeURI(repository.pathOf(pictureFile)));
  const centres = showback === null ? [] : showbackChanges(showback.before, showback.after);
  const comment = diffMarkdown(changes, address, scorecard === null ? [] : scorecardLines(scorecard), centres);
  repository.push(remote, branch, commit, was, mergeRequest(options.mergeInto, title, comment));
  const why = was === null ? `${displayPath(planFile)} differs from what is committed` : `${branch} proposed another plan before`;
  return { proposed: true, why, branch, commit, digest: after.digest, title, comment };
}

/** Why a plan that is proposed stays so beside a new one; `null` where it does not. */
function keepProposed(text: string, next: CapacityPlan, stickiness: number): string | null {
  try {
    const { keep, why } = keepPrevious(parsePlan(text, 'the plan that is proposed'), next, stickiness);
    return keep ? why : null;
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return null;
  }
}

function titleOf({ name, after, totals: { usdPerMonth } }: PlanDiff): string {
  const [was, is] = [formatAmount(usdPerMonth.before.p95), formatAmount(usdPerMonth.after.p95)];
  const dollars = was === is ? `${is} USD a month as before` : `${was} to ${is} USD a month`;
  return `Plan the capacity of ${name} as of ${after.asOf}: ${dollars}`;
}

/** Push options by which GitLab opens a merge request, or changes the one that is open. A line break of a description is written \n. */
function mergeRequest(target: string | undefined, title: string, comment: string): readonly string[] {
  if (target === undefined) return [];
  return [
    'merge_request.create',
    `merge_request.target=${target}`,
    `merge_request.title=${title}`,
    `merge_request.description=${comment.trimEnd().replaceAll('\n', '\\n')}`,
  ];
}
