import { join, resolve } from 'node:path';
import { displayPath } from '../../lib/adapters/config-file';
import { type Output, outputDifferences, writeTogether } from '../../lib/adapters/output';
import type { CapacityPlan } from '../../lib/plan/file';
import { type Problem, renderProblem } from '../../lib/problems';
import { check, checkLive, type OpenProject } from '../../lib/project';
import { githubAnnotations } from '../../lib/report/annotations';
import { defineCommand } from '../program';
import { kubernetesSide, terraformSide } from '../sides';
import { type CommonOptions, timeArgument, withCommonOptions } from './common';

type CheckOptions = CommonOptions & {
  readonly asOf?: number;
  readonly reviewed?: string;
  readonly outputs?: boolean;
  readonly live?: boolean;
  readonly github?: boolean;
};

export const checkCommand = defineCommand<CheckOptions>(
  (command) =>
    withCommonOptions(command)
      .option('--as-of <time>', 'what the clock is taken to say, so that a check can be repeated', timeArgument)
      .option('--reviewed <what>', 'also whether it is the plan that was reviewed: its digest, or a revision of git')
      .option('--outputs', 'also whether cdktf.out/ and cdk8s.out/ are what synth would write')
      .option(
        '--live',
        'also what is deployed: node groups, quotas and version by AWS, autoscalers by kubectl; records node groups that are empty',
      )
      .option('--out <dir>', "where they are (default: the config's folder)")
      .option('--github', 'also print each problem as an annotation of GitHub Actions'),
  {
    notes: 'Reads no history and plans nothing; asks no network but for --live. Exit code 2: there is a problem.',
    examples: [
      'foresize check',
      'foresize check --outputs --github',
      'foresize check --live',
      'foresize check --as-of 2026-11-24T00:00:00Z --json',
    ],
  },
  async ({ options, running, answer, warn }) => {
    const { project, plan, findings: found, notes: told } = check({ ...options, ...running });
    const live = options.live && plan !== null ? await checkLive(project, plan, running.now) : null;
    if (live !== null) writeTogether(live.outputs);
    const notes = [...told, ...(live?.notes ?? []), ...(live?.outputs ?? []).map(({ path }) => `wrote ${displayPath(path)}`)];
    const findings = [
      ...found,
      ...(live?.findings ?? []),
      ...(options.outputs && plan !== null ? outputProblems(project, plan, resolve(options.out ?? project.directory), warn) : []),
    ];
    const file = displayPath(project.planFile);
    const verdict =
      findings.length === 0
        ? `${file}: no problem${plan === null ? '' : `; it may be deployed until ${plan.validUntil}`}`
        : `${file}: ${findings.length === 1 ? '1 problem' : `${findings.length} problems`}`;
    const text = [
      verdict,
      ...findings.map((finding) => `  ${finding.code}  ${renderProblem(finding)}`),
      ...notes.map((note) => `  note: ${note}`),
    ];
    answer(
      { plan: plan?.digest ?? null, validUntil: plan?.validUntil ?? null, findings, notes },
      [...text, ...(options.github && findings.length > 0 ? [githubAnnotations(findings, file)] : [])].join('\n'),
      options.github ? 'for-programs' : 'for-people',
    );
    return findings.length > 0 ? 2 : 0;
  },
);

/** What is emitted beside what the plan gives, of the frameworks that are installed. */
function outputProblems({ config }: OpenProject, plan: CapacityPlan, out: string, warn: (text: string) => void): readonly Problem[] {
  const [terraform, kubernetes] = [terraformSide(), kubernetesSide()];
  const quiet = () => undefined;
  const outputs: Output[] = [];
  if ('code' in terraform)
    outputs.push({
      path: join(out, 'cdktf.out'),
      plan: plan.digest,
      fill: (outdir) => terraform.code.buildTerraform({ config, plan, outdir }),
    });
  else warn(renderProblem(terraform.missing));
  if ('code' in kubernetes)
    outputs.push({
      path: join(out, 'cdk8s.out'),
      plan: plan.digest,
      fill: (outdir) => kubernetes.code.buildKubernetes({ config, plan, outdir, warn: quiet }),
    });
  else warn(renderProblem(kubernetes.missing));
  return outputDifferences(outputs);
}
