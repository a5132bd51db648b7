import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installCommand, isInstalled, loadPackage, missingPackages, type OptionalPackage } from '../../lib/packages';
import { codeOf, terraformSide } from '../../bin/sides';

type Manifest = Readonly<Record<'dependencies' | 'peerDependencies' | 'devDependencies', Record<string, string>>>;
const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as Manifest;
const peers = Object.keys(manifest.peerDependencies).sort() as OptionalPackage[];
const engines: readonly OptionalPackage[] = ['@duckdb/node-api', 'arima', 'highs', 'undici'];

test('the command that a message gives installs every peer and engine in a version that package.json allows', () => {
  const allowed: Record<string, string> = { ...manifest.peerDependencies, ...manifest.dependencies };
  for (const name of [...peers, ...engines]) {
    // One version of constructs suits all frameworks; apps that have another keep it.
    const version = name === 'constructs' ? '~10.7.0' : allowed[name];
    expect(installCommand([name])).toBe(`npm install ${name}@${version}`);
    // A shell takes these as they stand.
    expect(version).toMatch(/^[~^]?\d[\w.-]*$/);
  }
});

test('every peer is optional, and foresize is developed with one exact version of each that has its tests here', () => {
  const meta = (manifest as unknown as { peerDependenciesMeta: Record<string, unknown> }).peerDependenciesMeta;
  expect(Object.keys(meta).sort()).toEqual(peers);
  expect(Object.values(meta)).toEqual(peers.map(() => ({ optional: true })));
  const developed = peers.filter((name) => /^\d/.test(manifest.devDependencies[name] ?? ''));
  expect(peers.filter((name) => !developed.includes(name))).toEqual(['@cdktn/provider-aws', 'cdktn']);
});

test('a package that is not installed is refused with the use that needs it and the command that installs it', () => {
  expect(isInstalled('cdktn')).toBe(false);
  expect(missingPackages(['cdktn', 'constructs', '@cdktn/provider-aws'], 'writing cdktf.out/')).toEqual({
    code: 'package/missing',
    path: 'cdktn, @cdktn/provider-aws',
    message: 'are not installed, and writing cdktf.out/ needs them',
    hint: 'npm install cdktn@^0.24.0 @cdktn/provider-aws@^25.5.0',
  });
  expect(() => loadPackage('cdktn', 'this test')).toThrow('cdktn: is not installed, and this test needs it');
});

test('what is installed is loaded, and a package that hides its package.json counts as installed', () => {
  expect(missingPackages(engines, 'a plan')).toBeNull();
  expect(codeOf(terraformSide())).toHaveProperty('buildTerraform');
});
