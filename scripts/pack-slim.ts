import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Packs `foresize-slim` from the `dist` that `npm run build` left: `npm run -s pack:slim [FOLDER]`. It is the same code under another
 * name, with the engines as optional peers. Apps of constructs and `synth --frozen` do without engines, and without their 76 MB.
 */
const engines = ['@duckdb/node-api', 'arima', 'highs', 'undici'];

type Versions = Record<string, string>;
type Manifest = {
  readonly dependencies: Versions;
  readonly peerDependencies: Versions;
  readonly peerDependenciesMeta: Record<string, { readonly optional: boolean }>;
};

const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'foresize-slim-'));
try {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const isEngine = ([name]: readonly [string, unknown]) => engines.includes(name);
  const dependencies = Object.entries(manifest.dependencies);
  const slim = {
    ...manifest,
    scripts: undefined,
    devDependencies: undefined,
    name: 'foresize-slim',
    description: 'foresize without its engines: for apps of constructs, and for pipelines that synthesise a reviewed plan.',
    files: ['dist', 'NOTICE'],
    dependencies: Object.fromEntries(dependencies.filter((entry) => !isEngine(entry))),
    peerDependencies: { ...manifest.peerDependencies, ...Object.fromEntries(dependencies.filter(isEngine)) },
    peerDependenciesMeta: { ...manifest.peerDependenciesMeta, ...Object.fromEntries(engines.map((name) => [name, { optional: true }])) },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(slim, null, 2)}\n`);
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const file of ['LICENSE', 'NOTICE']) copyFileSync(join(root, file), join(folder, file));
  copyFileSync(join(root, 'scripts/slim-readme.md'), join(folder, 'README.md'));
  const target = resolve(process.argv[2] ?? '.');
  const { status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', target], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
