import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { licenceList } from '../../scripts/licences';

type Entry = {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
};
const root = join(__dirname, '../..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Entry> };
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

test('the lockfile holds no download address', () => {
  expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
});

test('the lockfile holds the binaries of every platform, so that it installs on macOS and Windows too', () => {
  const names = new Set(Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1)));
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !names.has(name))
      .map((name) => `${name} of ${path}`),
  );
  expect(missing).toEqual([]);
  for (const platform of ['darwin', 'win32', 'linux']) {
    const natives = Object.values(lock.packages).filter((entry) => entry.os?.includes(platform));
    expect(natives.length).toBeGreaterThan(3);
  }
});

test('every direct dependency is pinned to one version', () => {
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('docs/licences.md lists the licence of all that is installed, as `npm run licences` writes it, and every one is stated', () => {
  const list = licenceList(root);
  expect(list).toBe(readFileSync(join(root, 'docs/licences.md'), 'utf8'));
  expect(list).toContain('date-holidays 3.37.0');
  expect(list).not.toContain('not stated');
});
