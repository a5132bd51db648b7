import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The Python of the programs under `workloads/`: a virtual environment with their pinned packages, made once in a folder that git ignores
 * and made anew when a pin changes.
 */
export const workloadsFolder = join(__dirname, '../workloads');

const cache = join(__dirname, '../.foresize/workloads');
const pins = ['requirements-dev.txt', 'requirements.txt', 'requirements-lock.txt'];
/** Those that torch has builds for, the one that it was tried with first. */
const versions = ['3.11', '3.12', '3.13'];

export type Python = {
  /** The interpreter of the environment. */
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs `python ARGUMENTS` in `workloads/` and returns its exit code. */
  readonly run: (args: readonly string[]) => number;
};

/** The environment, made where it is not there. Ends this process with exit code 3, and names what is missing, where it cannot be had. */
export function prepare(): Python {
  const outcome = environment();
  if ('missing' in outcome) {
    process.stderr.write(`workloads: ${outcome.missing}\n`);
    process.exit(3);
  }
  const env = {
    ...process.env,
    OMP_NUM_THREADS: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: workloadsFolder,
    MYPY_CACHE_DIR: join(cache, 'mypy'),
    RUFF_CACHE_DIR: join(cache, 'ruff'),
    PATH: `${join(cache, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
  };
  const { python } = outcome;
  const run = (args: readonly string[]) => spawnSync(python, args, { cwd: workloadsFolder, env, stdio: 'inherit' }).status ?? 1;
  return { python, env, run };
}

function environment(): { readonly python: string } | { readonly missing: string } {
  const python = join(cache, 'bin', 'python');
  const digest = createHash('sha256');
  for (const file of pins) digest.update(readFileSync(join(workloadsFolder, file)));
  const stamp = join(cache, 'pins');
  const wanted = digest.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && quietly(python, ['-c', 'import torch'])) return { python };
  const base = versions.map((version) => `python${version}`).find((name) => quietly(name, ['-m', 'venv', '--help']));
  if (base === undefined) return { missing: `Python ${versions.join(', ')} with its module venv is not here` };
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  if (!quietly(base, ['-m', 'venv', cache])) return { missing: `${base} makes no virtual environment` };
  const install = ['-m', 'pip', 'install', '--quiet', '--retries', '1', '--disable-pip-version-check', '-r', pins[0], '-c', pins[2]];
  const installed = spawnSync(python, install, { cwd: workloadsFolder, encoding: 'utf8' });
  if (installed.status !== 0) {
    const errors = installed.stderr.split('\n').filter((line) => line.startsWith('ERROR'));
    return { missing: `its packages cannot be installed. ${errors.join(' ')}` };
  }
  writeFileSync(stamp, wanted);
  return { python };
}

function quietly(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
