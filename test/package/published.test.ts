import { spawnSync } from 'node:child_process';
import { root } from '../support/foresize';
import { packed } from '../support/packed';

/** What two linters of packages find in a tarball: how each import resolves to types under every way, and what the manifest says. */
const script = `
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
const bytes = new Uint8Array(readFileSync(process.argv[1]));
const { types, problems, entrypoints } = await checkPackage(createPackageFromTarballData(bytes));
const { messages } = await publint({ pack: { tarball: bytes.buffer } });
console.log(JSON.stringify({ types, imports: Object.keys(entrypoints ?? {}), problems, messages }));`;

test.each(Object.entries(packed()))(
  'of the package as it would be published (%s), attw and publint find nothing amiss in any import',
  (_, tarball) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, tarball], { cwd: root, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      types: { kind: 'included' },
      imports: ['.', './aws', './aws-cdktn', './kubernetes', './package.json'],
      problems: [],
      messages: [],
    });
  },
  120_000,
);
