import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { buildTerraform } from '../../constructs/aws/app';
import { buildKubernetes, requiredClusterParts } from '../../constructs/kubernetes/app';
import { shown } from '../../lib/adapters/config-file';
import { foresizeVersion } from '../../lib/adapters/version';
import { readPlanText } from '../../lib/adapters/plan-file';
import { type Output, writeTogether } from '../../lib/adapters/write-file';
import { type CapacityPlan, parsePlan, verifyPlanMatches } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { planSummary } from '../../lib/report/plan-summary';
import { plan as makePlan, planOutputs } from '../../lib/project/plan';
import { type OpenProject, openProject } from '../../lib/project/project';
import { action, type CommonOptions, type ExitCode, planNote, print, printJson, running, withAsOf, withCommonOptions } from './common';
import { warnOfPlan } from './plan';

type SynthOptions = CommonOptions & {
  readonly frozen?: boolean;
  readonly refresh?: boolean;
  readonly fresh?: boolean;
  readonly asOf?: number;
};

export function synthCommand(program: Command): void {
  withAsOf(withCommonOptions(program.command('synth')))
    .description('write cdktf.out/ and cdk8s.out/ from the plan; plans first if there is none. Uses no network')
    .option('--out <dir>', "where cdktf.out/ and cdk8s.out/ go (default: the config's folder)")
    .option('--frozen', 'never plan: refuse when the plan is missing or was made from another config')
    .option('--refresh', 'plan anew first')
    .option('--fresh', 'with --refresh: ignore the plan that is there')
    .addHelpText('after', '\nExamples:\n  foresize synth\n  foresize synth --frozen --out build\n  foresize synth --refresh')
    .action(
      action(async (options: SynthOptions): Promise<ExitCode> => {
        if (options.frozen && options.refresh) {
          throw new ProblemError({
            code: 'cli/options',
            path: '--frozen',
            message: 'cannot go with --refresh',
            hint: 'the one never plans, the other always',
          });
        }
        const project = openProject(options);
        const { plan, note, outputs } = await planFor(project, options);
        verifyPlanMatches(plan, project.config, shown(project.planFile));
        const out = resolve(options.out ?? project.directory);
        const [terraform, kubernetes] = [join(out, 'cdktf.out'), join(out, 'cdk8s.out')];
        writeTogether([
          { path: terraform, fill: (outdir) => buildTerraform({ config: project.config, plan, outdir }) },
          { path: kubernetes, fill: (outdir) => buildKubernetes({ config: project.config, plan, outdir }) },
          ...outputs,
        ]);
        const needs = requiredClusterParts(project.config, plan);
        if (options.json) printJson({ plan, outputs: { terraform: shown(terraform), kubernetes: shown(kubernetes) }, clusterNeeds: needs });
        else {
          print(planSummary(plan));
          print(`\n${note}; it may be deployed until ${plan.validUntil}\nwrote ${shown(terraform)}/ and ${shown(kubernetes)}/`);
          print(`\nthe cluster must have:\n${needs.map((need) => `  - ${need}`).join('\n')}`);
        }
        return 0;
      }),
    );
}

type Planned = { readonly plan: CapacityPlan; readonly note: string; readonly outputs: readonly Output[] };

async function planFor(project: OpenProject, options: SynthOptions): Promise<Planned> {
  const { planFile } = project;
  const present = options.refresh ? undefined : readPlanText(planFile);
  if (present !== undefined)
    return { plan: parsePlan(present, shown(planFile), foresizeVersion()), note: `sizes are those of ${shown(planFile)}`, outputs: [] };
  if (options.frozen) {
    throw new ProblemError({
      code: 'plan/missing',
      path: shown(planFile),
      message: 'does not exist, and --frozen never plans',
      hint: 'run `foresize plan` and commit it',
    });
  }
  const made = await makePlan({ ...options, ...running(), project, offline: true });
  warnOfPlan(made);
  return { plan: made.plan, note: planNote(made), outputs: planOutputs(made) };
}
