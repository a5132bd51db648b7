import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => /(\.(ts|py|toml|txt|cjs|mjs|json|md|ya?ml|csv|sh)|\/Dockerfile)$/.test(file) && file !== 'package-lock.json');

test('no tracked file names a path of one machine', () => {
  const found = tracked.filter((file) =>
    /(^|[\s"'`(=:])\/(home|Users|root|work|opt|tmp)\/[A-Za-z]/m.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(found.filter((file) => file !== 'test/project/words.test.ts')).toEqual([]);
});

test('no tracked file names the host of a package registry', () => {
  const host = new RegExp(['registry', 'npmjs', 'org'].join('\\.'));
  expect(tracked.filter((file) => host.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
