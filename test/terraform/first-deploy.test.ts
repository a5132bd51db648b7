import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildTerraform } from '../../constructs/aws/app';
import type { CapacityConfig } from '../../lib/config/schema';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { loadProject, openProject } from '../../lib/project/project';
import { plan } from '../../lib/project/plan';
import { type AwsEmulator, startAwsEmulator } from '../support/aws-emulator';
import { realClis } from '../support/clis';
import { root, temporaryFolder } from '../support/foresize';
import { canApply, realTest, terraformEnvironment } from '../support/terraform';

/**
 * Every stack of every example from nothing, by the real `cdktf deploy`, and down again. It takes three minutes, so `npm test` leaves it
 * out and `npm run test:terraform` runs it.
 */
const wanted = process.env.FORESIZE_FIRST_DEPLOY === '1';
const clis = wanted && canApply ? realClis() : { missing: wanted ? 'what Terraform needs' : '`npm run test:terraform` runs it' };
const tested =
  'missing' in clis
    ? (title: string) => test.skip(`${title} (not run: ${clis.missing})`, () => undefined)
    : (title: string, body: () => Promise<void>) => realTest(title, body, undefined, 900_000);

/** What the emulator has not: parts of EKS beside the cluster and its nodes. */
const leftOut = ['aws_eks_access_entry', 'aws_eks_access_policy_association', 'aws_eks_addon', 'aws_eks_pod_identity_association'];

const examples: readonly [string, () => Promise<{ readonly config: CapacityConfig; readonly plan: CapacityPlan }>][] = [
  ['the sample', () => Promise.resolve(loadProject({ config: join(root, 'foresize.config.ts') }))],
  [
    'the worked example',
    async () => {
      const config = join(root, 'examples/worked-example/foresize.config.ts');
      return { config: openProject({ config }).config, plan: (await plan({ config, fresh: true })).plan };
    },
  ],
];

for (const [name, open] of examples)
  tested(
    `cdktf deploy makes all stacks of ${name} from nothing, planned again nothing changes, and destroy leaves none (without access entries, add-ons and pod identities, which the emulator lacks)`,
    async () => {
      const emulator = await startAwsEmulator();
      try {
        await emulator.call('s3', '/state-of-tests', '');
        await deployed(emulator, name.replaceAll(' ', '-'), await open());
      } finally {
        await emulator.stop();
      }
    },
  );

async function deployed(
  emulator: AwsEmulator,
  name: string,
  { config, plan }: { readonly config: CapacityConfig; readonly plan: CapacityPlan },
) {
  const folder = temporaryFolder();
  const outdir = join(folder, 'cdktf.out');
  const stacks = ['foundation', 'cluster', 'addons', 'capacity'];
  buildTerraform({
    config: {
      ...config,
      state: { kind: 's3', bucket: 'state-of-tests', region: 'us-east-1', prefix: name },
      cluster: { ...config.cluster, protect: false },
    },
    plan: { ...plan, validUntil: '2120-01-01T00:00:00Z' },
    outdir,
  });
  for (const stack of stacks) leaveOut(join(outdir, 'stacks', stack, 'cdk.tf.json'));
  writeFileSync(
    join(folder, 'cdktf.json'),
    JSON.stringify({ language: 'typescript', app: 'exit 1', output: 'cdktf.out', sendCrashReports: 'false' }),
  );
  const environment = terraformEnvironment(emulator.environment);
  const cdktf = (...args: string[]) =>
    new Promise<string>((resolve, reject) => {
      const options = { cwd: folder, env: { ...environment, CI: '1' }, maxBuffer: 64 * 2 ** 20 };
      execFile('cdktf' in clis ? clis.cdktf : '', args, options, (error, stdout, stderr) =>
        error
          ? reject(new Error(`cdktf ${args.join(' ')}: ${(stdout + stderr).slice(-3_000)}`))
          : resolve(stripVTControlCharacters(stdout + stderr)),
      );
    });
  const every = ['*', '--skip-synth', '--auto-approve', '--skip-provider-lock'];
  await cdktf('deploy', ...every);
  expect((await cdktf('deploy', ...every)).match(/No changes\. Your infrastructure matches the configuration\./g)).toHaveLength(
    stacks.length,
  );
  await cdktf('destroy', ...every);
  expect(await left(emulator)).toEqual({ clusters: [], vpcs: 1 });
}

/** The emulator's clusters, and the number of its networks: an account begins with one. */
async function left(emulator: AwsEmulator) {
  const { clusters } = (await emulator.call('eks', '/clusters')) as { clusters: string[] };
  const networks = String(await emulator.call('ec2', '/', 'Action=DescribeVpcs&Version=2016-11-15'));
  return { clusters, vpcs: networks.match(/<vpcId>/g)?.length };
}

function leaveOut(path: string): void {
  const stack = JSON.parse(readFileSync(path, 'utf8')) as { resource?: Record<string, unknown> };
  for (const type of leftOut) delete stack.resource?.[type];
  writeFileSync(path, JSON.stringify(stack, null, 2));
}
