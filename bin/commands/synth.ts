import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { terraformVariables } from '../../constructs/aws/tfvars';
import { requiredClusterParts } from '../../constructs/kubernetes/required-cluster-parts';
import { displayPath } from '../../lib/adapters/config-file';
import { foresizeVersion } from '../../lib/adapters/version';
import { readPlanText } from '../../lib/adapters/plan-file';
import { type Output, type Place, tidyOutput, whileClaimed, writeTogether } from '../../lib/adapters/output';
import { type CapacityPlan, parsePlan } from '../../lib/plan/file';
import { type Problem, ProblemError, renderProblem } from '../../lib/problems';
import { planSummary } from '../../lib/report/plan-summary';
import { type OpenProject, openProject, plan as makePlan, planAge, planOutputs } from '../../lib/project';
import { deployPolicyText } from '../deploy-policy-text';
import { type Call, defineCommand, type ExitCode } from '../program';
import { kubernetesSide, type Side, terraformSide } from '../sides';
import { type CommonOptions, exitCodeOf, listArgument, planNote, warningsOf, withAsOf, withCommonOptions } from './common';

const formats = ['terraform', 'kubernetes', 'tfvars', 'policy'] as const;

type SynthOptions = CommonOptions & {
  readonly format: readonly (typeof formats)[number][];
  readonly frozen?: boolean;
  readonly refresh?: boolean;
  readonly fresh?: boolean;
  readonly asOf?: number;
};

export const synthCommand = defineCommand<SynthOptions>(
  (command) =>
    withAsOf(withCommonOptions(command))
      .option('--out <dir>', "where cdktf.out/ and cdk8s.out/ go (default: the config's folder)")
      .option(
        '--format <list>',
        'what to write: terraform (cdktf.out/), kubernetes (cdk8s.out/), tfvars (capacity.auto.tfvars.json, the sizes for modules of your own), policy (deploy-policy.json, what the role that deploys may do)',
        listArgument(formats),
        ['terraform', 'kubernetes'],
      )
      .option('--frozen', 'never plan: refuse when the plan is missing or was made from another config')
      .option('--refresh', 'plan anew first')
      .option('--fresh', 'with --refresh: ignore the plan that is there'),
  {
    examples: [
      'foresize synth',
      'foresize synth --frozen --out build',
      'foresize synth --refresh',
      'foresize synth --format tfvars,kubernetes',
      'foresize synth --format policy',
    ],
  },
  async (call) => {
    const { options, answer, warn } = call;
    if (options.frozen && options.refresh)
      throw new ProblemError({
        code: 'cli/options',
        path: '--frozen',
        message: 'cannot go with --refresh',
        hint: 'the one never plans, the other always',
      });
    const project = openProject(options);
    const { config, planFile, directory } = project;
    const out = resolve(options.out ?? directory);
    const wants = (format: (typeof formats)[number]) => options.format.includes(format);
    const terraform = wants('terraform')
      ? sideOf(terraformSide(), call, ({ buildTerraform }) => ({ path: join(out, 'cdktf.out'), build: buildTerraform }))
      : undefined;
    const kubernetes = wants('kubernetes')
      ? sideOf(kubernetesSide(), call, ({ buildKubernetes }) => ({ path: join(out, 'cdk8s.out'), build: buildKubernetes }))
      : undefined;
    const policy = wants('policy')
      ? sideOf(terraformSide(), call, ({ buildTerraform }) => ({ path: join(out, 'deploy-policy.json'), build: buildTerraform }))
      : undefined;
    const tfvars = wants('tfvars') ? join(out, 'capacity.auto.tfvars.json') : undefined;
    const sides = [terraform, kubernetes].filter((side) => side !== null && side !== undefined);
    const folders: Place[] = sides.map(({ path }) => ({ path, kind: 'folder' }));
    const files = [tfvars, policy?.path].filter((path) => path !== undefined);
    folders.push(...files.map((path) => ({ path, kind: 'file' }) as const));
    const planPlace = { path: planFile, kind: 'file' } as const;
    const mayPlan = !options.frozen && (options.refresh || !existsSync(planFile));
    if (!mayPlan) tidyOutput(planPlace);
    const places = mayPlan ? [...folders, planPlace] : folders;
    const { plan, note, exitCode } = await whileClaimed(places, async () => {
      const planned = await planFor(project, call);
      const { plan } = planned;
      const told: Problem[] = [];
      const found = writeTogether([
        ...sides.map(({ path, build }) => ({
          path,
          plan: plan.digest,
          fill: (outdir: string) => build({ config, plan, outdir, warn: (problem: Problem) => told.push(problem) }),
        })),
        // Sizes of pools that foresize makes the nodes of are nobody else's.
        ...(tfvars === undefined ? [] : [{ path: tfvars, text: terraformVariables(plan, wants('terraform') ? 'external' : 'all') }]),
        ...(policy ? [{ path: policy.path, text: deployPolicyText((outdir) => policy.build({ config, plan, outdir })) }] : []),
        ...planned.outputs,
      ]);
      [...told, ...found].map(renderProblem).forEach(warn);
      return planned;
    });
    const clusterNeeds = requiredClusterParts(config, plan);
    const written = {
      terraform: terraform && displayPath(terraform.path),
      kubernetes: kubernetes && displayPath(kubernetes.path),
      tfvars: tfvars && displayPath(tfvars),
      policy: policy && displayPath(policy.path),
    };
    const names = [...sides.map(({ path }) => `${displayPath(path)}/`), ...files.map(displayPath)];
    answer(
      { plan, outputs: written, clusterNeeds },
      [
        planSummary(plan),
        `${note}; it may be deployed until ${plan.validUntil}${names.length === 0 ? '' : `\nwrote ${names.join(' and ')}`}`,
        `the cluster must have:\n${clusterNeeds.map((need) => `  - ${need}`).join('\n')}`,
      ].join('\n\n'),
    );
    return terraform === null || kubernetes === null || policy === null ? 2 : exitCode;
  },
);

/** What one side writes where; `null`, with a warning that has the command to install them, where its packages are missing. */
function sideOf<Code, Written>(side: Side<Code>, { warn }: Call<SynthOptions>, written: (code: Code) => Written): Written | null {
  if ('code' in side) return written(side.code);
  warn(renderProblem(side.missing));
  return null;
}

type Planned = { readonly plan: CapacityPlan; readonly note: string; readonly outputs: readonly Output[]; readonly exitCode: ExitCode };

async function planFor(project: OpenProject, { options, running, warn }: Call<SynthOptions>): Promise<Planned> {
  const { planFile } = project;
  const present = options.refresh ? undefined : readPlanText(planFile);
  if (present !== undefined) {
    const plan = parsePlan(present, displayPath(planFile), foresizeVersion(), project.config);
    const age = planAge(plan, project.config, { ...options, ...running });
    const note = `sizes are those of ${displayPath(planFile)}`;
    return { plan, note, outputs: [], exitCode: exitCodeOf({ plan, age, hasSteps: false }, warn) };
  }
  if (options.frozen) {
    throw new ProblemError({
      code: 'plan/missing',
      path: displayPath(planFile),
      message: 'does not exist, and --frozen never plans',
      hint: 'run `foresize plan` and commit it',
    });
  }
  const made = await makePlan({ ...options, ...running, project, offline: true });
  warningsOf(made).forEach(warn);
  return { plan: made.plan, note: planNote(made), outputs: planOutputs(made), exitCode: exitCodeOf(made, warn) };
}
