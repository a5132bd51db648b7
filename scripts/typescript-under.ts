import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The TypeScript files below a folder, in order, relative to the root of the project and with `/`; none where the folder is missing. */
export function typescriptUnder(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
