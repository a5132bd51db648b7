import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './foresize';
import { motoPath, onPath } from './programs';
import { type ProviderFront, startProvider } from './provider-front';

/**
 * Real parts that the tests of this folder need and not every machine has: Terraform, the AWS provider in a plug-in folder,
 * and moto_server, an emulator of AWS. `FORESIZE_TERRAFORM`, `FORESIZE_TERRAFORM_MIRROR` and `FORESIZE_MOTO_SERVER` name them
 * where they are not on the PATH; without a mirror Terraform may not be used, because these tests touch no network.
 */
const terraformPath = process.env.FORESIZE_TERRAFORM ?? onPath('terraform');
const providerPath = terraformPath === undefined ? undefined : findProvider(process.env.FORESIZE_TERRAFORM_MIRROR);
/** Root of the plug-in folder, HOST/NAMESPACE/TYPE/VERSION/PLATFORM/terraform-provider-aws_*. */
const mirror = providerPath === undefined ? undefined : Array.from({ length: 6 }).reduce<string>((path) => dirname(path), providerPath);

const parts = { terraform: terraformPath, 'the AWS provider in a plug-in folder': mirror, moto_server: motoPath };
type Part = keyof typeof parts;
const everyPart = Object.keys(parts) as Part[];
const missingOf = (needed: readonly Part[]): Part[] => needed.filter((part) => parts[part] === undefined);

/** A test that runs the real programs; where one is missing it is listed as skipped, and its title says which. */
export function realTest(title: string, body: () => Promise<void>, needed: readonly Part[] = everyPart, mostMs = 180_000): void {
  const missing = missingOf(needed);
  if (missing.length > 0) test.skip(`${title} (not run: missing here: ${missing.join(', ')})`, () => undefined);
  else test(title, body, mostMs);
}

/** Whether everything is here that an apply needs. */
export const canApply = missingOf(everyPart).length === 0;

export type TerraformRun = { readonly status: number; readonly output: string };

/** Expects that a run has succeeded; where it has not, what it said is in the message of the failure. */
export function expectSuccess({ status, output }: TerraformRun): void {
  expect({ status, said: status === 0 ? '' : output.slice(-2_000) }).toEqual({ status: 0, said: '' });
}

/** What a Terraform needs to find its provider in the plug-in folder, and AWS where `environment` says. */
export function terraformEnvironment(environment: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const home = temporaryFolder();
  const cliConfig = join(home, 'cli.tfrc');
  writeFileSync(cliConfig, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`);
  return {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    TERRAFORM_BINARY_NAME: terraformPath,
    TF_CLI_CONFIG_FILE: cliConfig,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    ...environment,
  };
}

/** A Terraform with that. */
export function terraformIn(environment: Readonly<Record<string, string>> = {}) {
  const env = terraformEnvironment(environment);
  return async (folder: string, ...args: string[]): Promise<TerraformRun> => {
    // `init` looks for the provider in the versions that the configuration allows; the others use the one that runs.
    const provider = args[0] === 'init' ? undefined : await providerFor(environment, folder);
    return new Promise((resolve, reject) => {
      const options = {
        cwd: folder,
        env: provider === undefined ? env : { ...env, TF_REATTACH_PROVIDERS: provider.reattach },
        maxBuffer: 64 * 2 ** 20,
      };
      execFile(terraformPath ?? 'terraform', args, options, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(new Error(`terraform ${args.join(' ')}: ${error.message}`));
        else resolve({ status: error ? Number(error.code) : 0, output: unwrap(stdout + stderr) });
      });
    });
  };
}

const usedTypes = new Set<string>();
const providers = new Map<string, Promise<ProviderFront>>();
afterAll(async () => {
  for (const provider of providers.values()) await (await provider).stop();
});

/** The provider that runs for an environment; it is started where none does. It learns the types that the configuration in a folder has. */
function providerFor(environment: Readonly<Record<string, string>>, folder: string): Promise<ProviderFront> {
  for (const file of readdirSync(folder).filter((name) => /\.tf(\.json)?$/.test(name)))
    for (const [type] of readFileSync(join(folder, file), 'utf8').matchAll(/aws_[a-z0-9_]+/g)) usedTypes.add(type);
  const key = JSON.stringify(environment);
  const running = providers.get(key) ?? startProvider(providerPath ?? '', { HOME: '/', ...environment }, temporaryFolder(), usedTypes);
  providers.set(key, running);
  return running;
}

/** Terraform breaks its messages at 78 columns. */
const unwrap = (text: string): string => text.replace(/\s+/g, ' ');

/** The AWS provider in a plug-in folder, which is searched for a short while where it is not named. */
function findProvider(folder = '/'): string | undefined {
  const skip = ['/proc', '/sys', '/dev', '/tmp'].flatMap((path) => ['-path', path, '-o']);
  const args = [folder, '-maxdepth', '9', '(', ...skip, '-name', 'node_modules', '-o', '-name', '.git', ')', '-prune', '-o'];
  const { stdout } = spawnSync('find', [...args, '-type', 'f', '-name', 'terraform-provider-aws_*', '-print', '-quit'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const found = stdout?.trim() ?? '';
  return found === '' ? undefined : found;
}
