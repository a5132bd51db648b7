import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from './version';

/** What the first line that a program prints about itself holds as its version; `null` where the program is not there or gives none. */
export function programVersion(program: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 10_000, windowsHide: true });
  if (status !== 0) return null;
  return /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
}

/** The versions of Node that foresize is tested with, as package.json states them: `^20.18.1 || ^22.12.0`. */
export function testedNodes(): string {
  return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { engines: { node: string } }).engines.node;
}

/** Whether a version is one of `^20.18.1 || ^22.12.0`: of one of these majors, and not before its version. */
export function satisfies(version: string, ranges: string): boolean {
  const numbers = (text: string) => text.replace(/^[v^]/, '').split('.').map(Number);
  const [major, minor = 0, patch = 0] = numbers(version);
  return ranges.split(' || ').some((range) => {
    const [leastMajor, leastMinor = 0, leastPatch = 0] = numbers(range);
    return major === leastMajor && (minor > leastMinor || (minor === leastMinor && patch >= leastPatch));
  });
}

/** The default number of worker threads: the number of cores, at most 8. */
export function defaultWorkers(): number {
  return Math.min(8, availableParallelism());
}

export function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the first credentials for AWS are that its tools would take, without looking at them; `null` where there are none. */
export function awsCredentials({ AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_WEB_IDENTITY_TOKEN_FILE, ...rest }: Environment): string | null {
  if (AWS_ACCESS_KEY_ID !== undefined) return 'AWS_ACCESS_KEY_ID';
  if (AWS_WEB_IDENTITY_TOKEN_FILE !== undefined) return 'AWS_WEB_IDENTITY_TOKEN_FILE';
  const files = [rest.AWS_SHARED_CREDENTIALS_FILE ?? inHome('.aws/credentials'), rest.AWS_CONFIG_FILE ?? inHome('.aws/config')];
  const file = files.find(existsSync);
  return file === undefined ? null : AWS_PROFILE === undefined ? 'the files of the AWS CLI' : `profile ${AWS_PROFILE}`;
}

/** The kubeconfig that kubectl would take; `null` where there is none. */
export function kubeconfig({ KUBECONFIG }: Environment): string | null {
  const file = KUBECONFIG ?? inHome('.kube/config');
  return existsSync(file) ? file : null;
}

const inHome = (path: string): string => join(homedir(), path);
