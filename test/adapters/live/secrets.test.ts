import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSecrets } from '../../../lib/adapters/live/secrets';
import { isProblemError } from '../../../lib/problems';
import { temporaryFolder } from '../../support/foresize';

const baseDirectory = temporaryFolder();
const secretsWith = (environment: Readonly<Record<string, string>>) => openSecrets({ baseDirectory, environment });
const codeOf = (read: () => string): string => {
  try {
    return `no problem with ${read()}`;
  } catch (error) {
    if (isProblemError(error)) return error.problems[0].code;
    throw error;
  }
};

test('a secret is read without the line break that ends its file', () => {
  writeFileSync(join(baseDirectory, 'token'), 'hunter2\r\n');
  const secrets = secretsWith({ TOKEN: 'swordfish\n' });
  expect([secrets.read({ file: 'token' }, 'p'), secrets.read({ env: 'TOKEN' }, 'p')]).toEqual(['hunter2', 'swordfish']);
});

test('a secret that is not there, is empty, or holds what no header can carry is refused without being shown', () => {
  writeFileSync(join(baseDirectory, 'empty'), '\n');
  const secrets = secretsWith({ EMPTY: '', LINES: 'hunter2\nhunter3' });
  const codes = [{ env: 'NONE' }, { file: 'none' }, { env: 'EMPTY' }, { file: 'empty' }, { env: 'LINES' }].map((reference) =>
    codeOf(() => secrets.read(reference, 'p')),
  );
  expect(codes).toEqual(['secret/missing', 'secret/unreadable', 'secret/empty', 'secret/empty', 'secret/malformed']);
  expect(secrets.read({ env: 'LINES' }, 'p', 'any text')).toBe('hunter2\nhunter3');
});

test('what was read is hidden in every form that a server may echo it in, the longest secret first', () => {
  const secrets = secretsWith({ SHORT: 'pass "word"', LONG: 'pass "word" and more' });
  for (const env of ['SHORT', 'LONG']) secrets.read({ env }, 'p');
  const forms = ['pass "word"', encodeURIComponent('pass "word"'), Buffer.from('pass "word"').toString('base64'), 'pass \\"word\\"'];
  for (const form of forms) expect(secrets.hide(`<${form}>`)).toBe('<(secret)>');
  expect(secrets.hide('pass "word" and more')).toBe('(secret)');
});

test('what was made of a secret elsewhere is hidden once it is told', () => {
  const secrets = secretsWith({});
  secrets.keep('dXNlcjpwYXNz');
  expect(secrets.hide('Basic dXNlcjpwYXNz')).toBe('Basic (secret)');
});

test('credentials of AWS are hidden though nobody reads them here; words of three letters and less never are', () => {
  const secrets = secretsWith({ AWS_SESSION_TOKEN: 'FwoGZXIvYXdz', SHORT: 'the' });
  secrets.read({ env: 'SHORT' }, 'p');
  expect(secrets.hide('the token FwoGZXIvYXdz')).toBe('the token (secret)');
});
