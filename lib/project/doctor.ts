import { dirname } from 'node:path';
import { displayPath } from '../adapters/config-file';
import { awsCredentials, isWritable, kubeconfig, programVersion, satisfies, testedNodes } from '../adapters/machine';
import { readPlanText } from '../adapters/plan-file';
import { foresizeVersion } from '../adapters/version';
import { isLive } from '../config';
import { plural } from '../figures';
import { parsePlan, verifyPlanMatches } from '../plan/file';
import { sourcesOf } from '../plan/load';
import { installCommand, isInstalled, type OptionalPackage } from '../packages';
import { isProblemError, type Problem } from '../problems';
import { parseTime } from '../units';
import { checkHistory } from './history';
import type { RunOptions } from './options';
import type { HistoryOptions } from './open-history';
import { type OpenProject, openProject, type ProjectSource } from './project';

export type DoctorOptions = ProjectSource & HistoryOptions & RunOptions;

/** One thing that was looked at. */
export type Finding = {
  readonly what: string;
  /** `absent`: not there, and needed only for the `use` that it names. `wrong`: in the way of what the project does now. */
  readonly state: 'ok' | 'absent' | 'wrong';
  readonly found: string;
  /** What to do; `null` where nothing is to be done. */
  readonly cure: string | null;
};

/**
 * Looks at all that a project needs: Node, packages, programs, credentials (whether they are there, not what they are), the config, the
 * plan and its age, the histories of all workloads (live sources are asked), and whether the folder can be written.
 */
export async function doctor(options: DoctorOptions = {}): Promise<readonly Finding[]> {
  const environment = options.environment ?? process.env;
  const opened = open(options);
  const findings = [ok('foresize', foresizeVersion()), node(process.versions.node), ...packages(), ...programs(environment)];
  if ('problems' in opened) return [...findings, ...opened.problems.map((problem) => wrong('config', problem))];
  const { config, directory, planFile } = opened.project;
  return [
    ...findings,
    ok('config', `${plural(Object.keys(config.workloads).length, 'workload')}, ${plural(Object.keys(config.pools).length, 'pool')}`),
    isWritable(directory)
      ? ok('folder', `${displayPath(directory)} can be written`)
      : {
          what: 'folder',
          state: 'wrong',
          found: `${displayPath(directory)} cannot be written`,
          cure: 'change its permissions, or choose another with --out and --plan',
        },
    isWritable(dirname(planFile)) || dirname(planFile) === directory
      ? plan(opened.project, options.now)
      : {
          what: 'plan',
          state: 'wrong',
          found: `${displayPath(dirname(planFile))} cannot be written`,
          cure: 'choose another place with --plan',
        },
    ...(await histories(opened.project, options)),
  ];
}

const ok = (what: string, found: string): Finding => ({ what, state: 'ok', found, cure: null });
const wrong = (what: string, { path, message, hint }: Problem): Finding => ({
  what,
  state: 'wrong',
  found: `${path}: ${message}`,
  cure: hint ?? null,
});

function open(options: ProjectSource): { readonly project: OpenProject } | { readonly problems: readonly Problem[] } {
  try {
    return { project: openProject(options) };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return { problems: error.problems };
  }
}

function node(version: string): Finding {
  const tested = testedNodes();
  if (satisfies(version, tested)) return ok('node', version);
  return { what: 'node', state: 'wrong', found: `${version} is not tested`, cure: `use one of ${tested}` };
}

/** Each use with the packages that it needs; the first whose packages are all there counts. */
const uses: Readonly<Record<string, readonly (readonly OptionalPackage[])[]>> = {
  'to plan': [['@duckdb/node-api', 'highs', 'arima']],
  'to ask Prometheus': [['undici']],
  'to write cdktf.out/': [
    ['cdktf', '@cdktf/provider-aws', 'constructs'],
    ['cdktn', '@cdktn/provider-aws', 'constructs'],
  ],
  'to write cdk8s.out/': [['cdk8s', 'constructs']],
  'to draw charts': [['echarts']],
  'to know holidays': [['date-holidays']],
  'to ask CloudWatch': [['@aws-sdk/client-cloudwatch']],
};

function packages(): readonly Finding[] {
  return Object.entries(uses).map(([use, sets]) => {
    const present = sets.find((names) => names.every(isInstalled));
    if (present !== undefined) return ok(use, present.join(', '));
    const missing = sets[0].filter((name) => !isInstalled(name));
    return { what: use, state: 'absent', found: `${missing.join(', ')} not installed`, cure: installCommand(missing) };
  });
}

function programs(environment: Readonly<Record<string, string | undefined>>): readonly Finding[] {
  const [terraform, kubectl] = [programVersion('terraform', ['version']), programVersion('kubectl', ['version', '--client'])];
  const [aws, cluster] = [awsCredentials(environment), kubeconfig(environment)];
  const absent = (what: string, found: string, cure: string): Finding => ({ what, state: 'absent', found, cure });
  return [
    terraform === null
      ? absent('terraform', 'not on the PATH', 'install Terraform 1.10 or later where cdktf.out/ is deployed')
      : atLeast(terraform, 1, 10)
        ? ok('terraform', terraform)
        : absent('terraform', `${terraform} is older than the files of cdktf.out/ take`, 'install Terraform 1.10 or later'),
    kubectl === null ? absent('kubectl', 'not on the PATH', 'install kubectl where cdk8s.out/ is applied') : ok('kubectl', kubectl),
    aws === null
      ? absent('AWS', 'no credentials', 'run `aws configure`, or set AWS_PROFILE, where AWS is asked or deployed to')
      : ok('AWS', `credentials by ${aws}`),
    cluster === null
      ? absent('cluster', 'no kubeconfig', 'set KUBECONFIG where cdk8s.out/ is applied')
      : ok('cluster', `kubeconfig ${cluster}`),
  ];
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [itsMajor, itsMinor] = version.split('.').map(Number);
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}

function plan({ config, planFile }: OpenProject, now: DoctorOptions['now']): Finding {
  const name = displayPath(planFile);
  const text = readPlanText(planFile);
  if (text === undefined) return { what: 'plan', state: 'absent', found: `${name} does not exist`, cure: 'run `foresize plan`' };
  try {
    const made = parsePlan(text, name, foresizeVersion());
    verifyPlanMatches(made, config, name);
    const until = parseTime(made.validUntil) ?? Infinity;
    if (typeof now === 'number' && until < now)
      return {
        what: 'plan',
        state: 'absent',
        found: `expired at ${made.validUntil}: it cannot be deployed`,
        cure: 'run `foresize plan` with the load of today',
      };
    return ok('plan', `${name}, made from this config, valid until ${made.validUntil}`);
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return wrong('plan', error.problems[0]);
  }
}

async function histories(project: OpenProject, options: DoctorOptions): Promise<readonly Finding[]> {
  try {
    const { refused, document } = await checkHistory({ ...options, project });
    if (refused.length > 0) return refused.map((problem) => wrong('history', problem));
    const live = sourcesOf(project.config).some(isLive);
    const count = Object.keys(document.series).length;
    return [ok('history', `${count} ${count === 1 ? 'series' : 'series, all of which'} can be used${live ? '; live sources answer' : ''}`)];
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return error.problems.map((problem) => wrong('history', problem));
  }
}
