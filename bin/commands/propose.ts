import { resolve } from 'node:path';
import { writeTogether } from '../../lib/adapters/output';
import { missingPackages } from '../../lib/packages';
import { renderProblem } from '../../lib/problems';
import { propose } from '../../lib/project';
import { defineCommand } from '../program';
import { type CommonOptions, withCommonOptions } from './common';

type ProposeCommandOptions = CommonOptions & {
  readonly branch?: string;
  readonly remote?: string;
  readonly picture?: string;
  readonly mergeInto?: string;
  readonly comment?: string;
};

export const proposeCommand = defineCommand<ProposeCommandOptions>(
  (command) =>
    withCommonOptions(command)
      .option('--branch <name>', 'of the remote, made anew on top of HEAD', 'foresize/plan')
      .option('--remote <name>', 'where it is pushed to', 'origin')
      .option('--picture <address>', 'also draw the change; the address of a file at a commit, with {commit} and {path}')
      .option('--comment <file>', 'where the text of a pull request goes; written only where the branch is pushed')
      .option('--merge-into <branch>', 'ask GitLab for a merge request into this branch, by the push itself')
      .option('--out <dir>', "where outputs are, which go along where git tracks them (default: the config's folder)"),
  {
    notes: 'Nothing is pushed while the plan is the committed one, or as good as the same as the one that is proposed already.',
    examples: ['foresize propose', "foresize propose --comment pr.md --picture 'https://github.com/me/it/raw/{commit}/{path}'"],
  },
  ({ options, answer, warn }) => {
    // A picture is no reason to propose nothing.
    const missing = options.picture === undefined ? null : missingPackages(['echarts'], 'the picture of a proposal');
    if (missing !== null) warn(renderProblem(missing));
    const proposal = propose({ ...options, picture: missing === null ? options.picture : undefined });
    if (options.comment !== undefined && proposal.comment !== null)
      writeTogether([{ path: resolve(options.comment), text: proposal.comment }]);
    const { proposed, why, branch, commit, title } = proposal;
    answer(proposal, proposed ? `pushed ${branch} at ${commit}: ${why}\n${title}` : `pushed nothing: ${why}`);
  },
);
