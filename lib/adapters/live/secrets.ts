import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SecretConfig } from '../../config';
import { ProblemError } from '../../problems';

export type SecretsOptions = {
  /** The folder of the config, to which relative paths are relative. */
  readonly baseDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

export type Secrets = {
  /**
   * Reads a secret from an environment variable or a file, without the line breaks at its end.
   *
   * @param path the place of the reference in the config, for messages
   * @param form `for a header` accepts only printable ASCII characters. @default 'for a header'
   * @throws ProblemError `secret/missing`, `secret/empty`, `secret/unreadable`, `secret/malformed`; none of them shows the secret
   */
  readonly read: (reference: SecretConfig, path: string, form?: 'for a header' | 'any text') => string;
  /** Adds a text to those that `hide` replaces: a secret in an encoded form. */
  readonly keep: (form: string) => void;
  /** Replaces every secret that was read by `(secret)` in a text from outside: the answer of a server may repeat one. */
  readonly hide: (text: string) => string;
};

/** Shorter secrets are not hidden: they would replace parts of common words, and a token that short protects nothing. */
const leastHiddenLength = 4;
/** Secrets that the SDK of AWS reads by itself. An answer of AWS may quote them. */
const awsNames = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Reads the secrets that a config refers to, and hides them in texts. They are stored nowhere beyond the run. */
export function openSecrets({ baseDirectory, environment }: SecretsOptions): Secrets {
  const hiddenTexts = new Set<string>();
  const remember = (secret: string | undefined): void => {
    if (secret === undefined || secret.length < leastHiddenLength) return;
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), JSON.stringify(secret).slice(1, -1)])
      hiddenTexts.add(form);
  };
  for (const name of awsNames) remember(environment[name]);
  return {
    read: (reference, path, form = 'for a header') => {
      const secret = 'env' in reference ? fromEnvironment(reference.env, environment, path) : fromFile(reference.file, baseDirectory, path);
      remember(secret);
      if (form === 'for a header' && /[^\x20-\x7e]/.test(secret)) throw malformed(reference, path);
      return secret;
    },
    keep: (form) => void hiddenTexts.add(form),
    // Longest first: one secret may begin with another.
    hide: (text) =>
      [...hiddenTexts].sort((a, b) => b.length - a.length).reduce((clean, secret) => clean.replaceAll(secret, '(secret)'), text),
  };
}

const lineEnd = /[\r\n]+$/;

function fromEnvironment(name: string, environment: SecretsOptions['environment'], path: string): string {
  const value = environment[name]?.replace(lineEnd, '');
  if (value === undefined)
    throw new ProblemError({
      code: 'secret/missing',
      path,
      message: `is to be in the environment as ${name}, which is not set`,
      hint: `set ${name}, or plan from what was read before with --offline`,
    });
  if (value === '')
    throw new ProblemError({ code: 'secret/empty', path, message: `is to be in the environment as ${name}, which is empty` });
  return value;
}

function fromFile(file: string, baseDirectory: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(resolve(baseDirectory, file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const cause = code === 'ENOENT' ? 'does not exist' : code === 'EACCES' ? 'may not be read' : `cannot be read (${code})`;
    throw new ProblemError({ code: 'secret/unreadable', path, message: `is to be in ${file}, which ${cause}` });
  }
  const value = text.replace(lineEnd, '');
  if (value === '') throw new ProblemError({ code: 'secret/empty', path, message: `is to be in ${file}, which is empty` });
  return value;
}

function malformed(reference: SecretConfig, path: string): ProblemError {
  const place = 'env' in reference ? `in the environment as ${reference.env}` : `in ${reference.file}`;
  return new ProblemError({
    code: 'secret/malformed',
    path,
    message: `${place} holds a character that no header can carry, such as a line break`,
    hint: 'the file must hold the secret alone',
  });
}
