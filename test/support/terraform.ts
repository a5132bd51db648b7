import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './foresize';
import { motoPath, onPath } from './programs';

/**
 * Real parts that the tests of this folder need and not every machine has: Terraform, the AWS provider in a plug-in folder,
 * and moto_server, an emulator of AWS. `FORESIZE_TERRAFORM`, `FORESIZE_TERRAFORM_MIRROR` and `FORESIZE_MOTO_SERVER` name them
 * where they are not on the PATH; without a mirror Terraform may not be used, because these tests touch no network.
 */
const terraformPath = process.env.FORESIZE_TERRAFORM ?? onPath('terraform');
const mirror = terraformPath === undefined ? undefined : (process.env.FORESIZE_TERRAFORM_MIRROR ?? findMirror());

const parts = { terraform: terraformPath, 'the AWS provider in a plug-in folder': mirror, moto_server: motoPath };
type Part = keyof typeof parts;
const everyPart = Object.keys(parts) as Part[];
const missingOf = (needed: readonly Part[]): Part[] => needed.filter((part) => parts[part] === undefined);

/** A test that runs the real programs; where one is missing it is listed as skipped, and its title says which. */
export function realTest(title: string, body: () => Promise<void>, needed: readonly Part[] = everyPart): void {
  const missing = missingOf(needed);
  if (missing.length > 0) test.skip(`${title} (not run: missing here: ${missing.join(', ')})`, () => undefined);
  else test(title, body, 180_000);
}

/** Whether everything is here that an apply needs. */
export const canApply = missingOf(everyPart).length === 0;

export type TerraformRun = { readonly status: number; readonly output: string };

/** Expects that a run has succeeded; where it has not, what it said is in the message of the failure. */
export function expectSuccess({ status, output }: TerraformRun): void {
  expect({ status, said: status === 0 ? '' : output.slice(-2_000) }).toEqual({ status: 0, said: '' });
}

/** A Terraform that finds its provider in the plug-in folder and AWS where `environment` says. */
export function terraformIn(environment: Readonly<Record<string, string>> = {}) {
  const home = temporaryFolder();
  const cliConfig = join(home, 'cli.tfrc');
  writeFileSync(cliConfig, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    TF_CLI_CONFIG_FILE: cliConfig,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    ...environment,
  };
  return (folder: string, ...args: string[]): Promise<TerraformRun> =>
    new Promise((resolve, reject) => {
      execFile(terraformPath ?? 'terraform', args, { cwd: folder, env, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(new Error(`terraform ${args.join(' ')}: ${error.message}`));
        else resolve({ status: error ? Number(error.code) : 0, output: unwrap(stdout + stderr) });
      });
    });
}

/** Terraform breaks its messages at 78 columns. */
const unwrap = (text: string): string => text.replace(/\s+/g, ' ');

/** Root of a plug-in folder HOST/NAMESPACE/TYPE/VERSION/PLATFORM/terraform-provider-aws_*, searched for a short while. */
function findMirror(): string | undefined {
  const skip = ['/proc', '/sys', '/dev', '/tmp'].flatMap((path) => ['-path', path, '-o']);
  const args = ['/', '-maxdepth', '9', '(', ...skip, '-name', 'node_modules', '-o', '-name', '.git', ')', '-prune', '-o'];
  const { stdout } = spawnSync('find', [...args, '-type', 'f', '-name', 'terraform-provider-aws_*', '-print', '-quit'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const found = stdout?.trim() ?? '';
  return found === '' ? undefined : Array.from({ length: 6 }).reduce<string>((path) => dirname(path), found);
}
