import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SecretConfig } from '../../config';
import { ProblemError } from '../../problems';

export type SecretsOptions = {
  /** What relative paths are relative to: the folder of the config. */
  readonly baseDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

export type Secrets = {
  /**
   * The secret itself, read now, without the line break that ends most files.
   *
   * @param path where the reference stands in the config, for messages
   * @throws ProblemError `secret/missing`, `secret/empty`, `secret/unreadable`, `secret/malformed`; none of them shows a secret
   */
  readonly read: (reference: SecretConfig, path: string, form?: 'for a header' | 'any text') => string;
  /** Keeps a form of a secret, made elsewhere, out of messages too. */
  readonly keep: (form: string) => void;
  /** A text from outside, in which every secret that was read is replaced. What a server echoes may hold one. */
  readonly hide: (text: string) => string;
};

/** Shorter ones would blank out common words; such a token protects nothing. */
const leastHiddenLength = 4;
/** The SDK of AWS reads these by itself; an answer of AWS may quote them. */
const awsNames = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Reads secrets from where a config says they are, and keeps what was read out of messages. Nothing is kept beyond the run. */
export function openSecrets({ baseDirectory, environment }: SecretsOptions): Secrets {
  const known = new Set<string>();
  const remember = (secret: string | undefined): void => {
    if (secret === undefined || secret.length < leastHiddenLength) return;
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), JSON.stringify(secret).slice(1, -1)])
      known.add(form);
  };
  for (const name of awsNames) remember(environment[name]);
  return {
    read: (reference, path, form = 'for a header') => {
      const secret = 'env' in reference ? fromEnvironment(reference.env, environment, path) : fromFile(reference.file, baseDirectory, path);
      remember(secret);
      if (form === 'for a header' && /[^\x20-\x7e]/.test(secret)) throw malformed(reference, path);
      return secret;
    },
    keep: (form) => void known.add(form),
    // Longest first: one secret may begin with another.
    hide: (text) => [...known].sort((a, b) => b.length - a.length).reduce((clean, secret) => clean.replaceAll(secret, '(secret)'), text),
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
