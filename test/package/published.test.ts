import { spawnSync } from 'node:child_process';
import { root } from '../support/foresize';
import { packed } from '../support/packed';

/**
 * What two linters of packages find in the tarballs: how each import resolves to types under every way, and what the manifest says. The
 * ways of types are tried in one of them; the other has what they go by, byte for byte.
 */
const script = `
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
const tarballs = process.argv.slice(1).map((path) => new Uint8Array(readFileSync(path)));
const packages = tarballs.map((bytes) => createPackageFromTarballData(bytes));
const goneBy = (one) => {
  const root = '/node_modules/' + one.packageName + '/';
  const { type, main, types, exports, typesVersions } = JSON.parse(one.readFile(root + 'package.json'));
  const files = one.listFiles().filter((path) => path.startsWith(root + 'dist/')).sort();
  return [{ type, main, types, exports, typesVersions }, files.map((path) => [path.slice(root.length), one.readFile(path)])];
};
const [whole, slim] = packages.map((one) => JSON.stringify(goneBy(one)));
const { types, problems, entrypoints } = await checkPackage(packages[0]);
const linted = await Promise.all(tarballs.map((bytes) => publint({ pack: { tarball: bytes.buffer } })));
console.log(JSON.stringify({
  types,
  imports: Object.keys(entrypoints ?? {}),
  problems,
  messages: linted.map(({ messages }) => messages),
  alike: whole === slim && whole.length > 1e5,
}));`;

test('of the two packages as they would be published, attw and publint find nothing amiss in any import', () => {
  const { whole, slim } = packed();
  const args = ['--input-type=module', '-e', script, whole, slim];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    types: { kind: 'included' },
    imports: ['.', './aws', './aws-cdktn', './kubernetes', './package.json'],
    problems: [],
    messages: [[], []],
    alike: true,
  });
}, 120_000);
