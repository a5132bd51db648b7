import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../../scripts/clis');

/**
 * The real `cdktf` and `cdk8s` command lines, installed on first use.
 *
 * @returns the path of each, or what is missing
 */
export function realClis(): { readonly cdktf: string; readonly cdk8s: string } | { readonly missing: string } {
  const clis = { cdktf: join(folder, 'node_modules/.bin/cdktf'), cdk8s: join(folder, 'node_modules/.bin/cdk8s') };
  if (Object.values(clis).every(existsSync)) return clis;
  const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return status === 0 ? clis : { missing: `cdktf-cli and cdk8s-cli could not be installed (${stderr.trim().split('\n').at(-1)})` };
}

/** Runs a command line in a folder, without telemetry or update checks. */
export function runCli(command: string, args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CHECKPOINT_DISABLE: '1', CI: '1', CDK8S_CHECK_UPGRADE: 'false', ...environment },
  });
}
