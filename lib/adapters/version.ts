import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of foresize that runs, from its package.json: two folders up in the repository, three in the compiled package. */
export function foresizeVersion(): string {
  for (const up of ['../..', '../../..']) {
    try {
      return (JSON.parse(readFileSync(join(__dirname, up, 'package.json'), 'utf8')) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
