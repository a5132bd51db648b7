import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * Makes `dist`, what is published, afresh, so that nothing of an earlier build stays: `npm run build`. It is what the compiler makes of
 * `bin`, `lib` and `constructs`, with
 *
 * - `constructs/aws-cdktn`, the Terraform constructs a second time, for CDK Terrain (`cdktn`) in place of `cdktf`: its classes have the
 *   same names, and apps must be made of the classes of one of the two;
 * - a copy of the one file of `luxon` that runs: 0.3 MB in place of the 4.6 MB of its package, for every user of a construct.
 */
const root = join(__dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status === 0) {
  bringAlong('luxon', 'build/node/luxon.js');
  copyForCdktn();
  chmodSync(join(dist, 'bin/foresize.js'), 0o755);
}
process.exitCode = status ?? 1;

/** Copies the file of a package into `dist/vendor`, with its licence, and lets the compiled code load that one. */
function bringAlong(name: string, file: string): void {
  const folder = dirname(require.resolve(`${name}/package.json`));
  const source = join(folder, file);
  const target = join(dist, 'vendor', `${name}.js`);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  copyFileSync(join(folder, 'LICENSE.md'), join(dirname(target), `${name}.LICENSE.md`));
  rewrite(dist, '.js', (text, path) => {
    const vendored = relative(dirname(path), target).split(sep).join('/');
    return text.replaceAll(`require("${name}")`, `require("${vendored}")`);
  });
}

function copyForCdktn(): void {
  const copy = join(dist, 'constructs/aws-cdktn');
  cpSync(join(dist, 'constructs/aws'), copy, { recursive: true });
  rewrite(copy, '.ts', forCdktn);
  rewrite(copy, '.js', forCdktn);
}

function forCdktn(text: string): string {
  return text.replace(/(["'])cdktf\1/g, '$1cdktn$1').replaceAll('@cdktf/provider-aws/', '@cdktn/provider-aws/');
}

function rewrite(folder: string, ending: string, change: (text: string, file: string) => string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !file.endsWith(ending)) continue;
    const text = readFileSync(file, 'utf8');
    const changed = change(text, file);
    if (changed !== text) writeFileSync(file, changed);
  }
}
