import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, temporaryFolder } from './foresize';

/** The paths of the two packages as they would be published. */
export type Packed = { readonly whole: string; readonly slim: string };

const sources = ['bin', 'lib', 'constructs', 'docs', 'examples', 'scripts'];
const files = readdirSync(root).filter((name) => /\.md$|^LICENSE$|^NOTICE$|^package\.json$|^tsconfig.*\.json$/.test(name));

/**
 * Packs the sources as they are, beside the clone, whose `dist` stays as it is. What was packed once is kept in node_modules/.cache by
 * the digest of the sources, for the other test files.
 */
export function packed(): Packed {
  const folder = join(root, 'node_modules/.cache/foresize/packed', digestOfSources());
  const tarballs = { whole: join(folder, 'foresize.tgz'), slim: join(folder, 'foresize-slim.tgz') };
  alone(folder, () => {
    if (Object.values(tarballs).every(existsSync)) return;
    const stage = mkdtempSync(join(tmpdir(), 'foresize-pack-'));
    for (const name of [...sources, ...files]) cpSync(join(root, name), join(stage, name), { recursive: true, filter: isSource });
    symlinkSync(join(root, 'node_modules'), join(stage, 'node_modules'), 'junction');
    npm(['pack', '--silent', '--pack-destination', folder], stage);
    npm(['run', '-s', 'pack:slim', '--', folder], stage);
    for (const name of readdirSync(folder)) {
      if (/-\d.*\.tgz$/.test(name)) renameSync(join(folder, name), join(folder, name.replace(/-\d.*(\.tgz)$/, '$1')));
    }
  });
  return tarballs;
}

/**
 * Installs packages from npm's cache or the registry into an empty folder.
 *
 * @param dependencies versions by name, as in a `package.json`
 * @returns the folder, or what is missing where there is neither a registry nor a cache that has them
 */
export function installed(dependencies: Readonly<Record<string, string>>): { readonly folder: string } | { readonly missing: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies }));
  const { status, stderr, error } = npmRun(['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  if (status === 0) return { folder };
  const why = error?.message ?? stderr.split('\n').find((line) => /npm error (code|network)/.test(line)) ?? stderr.trim();
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|E40[34]|ERR_SOCKET/.test(`${why}${stderr}`))
    return { missing: `${Object.keys(dependencies).join(', ')} could not be installed (${why})` };
  throw new Error(stderr);
}

const longestMs = 240_000;

function npmRun(args: readonly string[], cwd: string) {
  return spawnSync('npm', args, { cwd, encoding: 'utf8', timeout: longestMs, shell: process.platform === 'win32' });
}

export function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', timeout: longestMs, shell: process.platform === 'win32' });
}

const isSource = (path: string): boolean => !/[\\/](node_modules|cdktf\.out|cdk8s\.out)$/.test(path);

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const name of [...sources, ...files]) {
    for (const file of filesUnder(join(root, name))) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesUnder(path: string): readonly string[] {
  if (!isSource(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** Runs work that fills a folder while no other process does. */
function alone(folder: string, work: () => void): void {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'lock');
  const until = performance.now() + longestMs;
  while (performance.now() < until) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  }
  try {
    work();
  } finally {
    rmdirSync(lock);
  }
}
