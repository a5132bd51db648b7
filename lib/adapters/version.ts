import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of foresize that runs, from its package.json. */
export function foresizeVersion(): string {
  try {
    return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}

/** The path of a file of foresize itself by its path in the package: two folders up in the repository, three in the compiled package. */
export function packageFile(path: string): string {
  const up = ['../..', '../../..'].find((folder) => existsSync(join(__dirname, folder, 'package.json')));
  return join(__dirname, up ?? '../..', path);
}
