import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences of all that is installed with foresize or beside it: `npm run licences` writes `docs/licences.md` from the lockfile, which
 * names the licence of each package. What only its development needs is left out.
 */
type Entry = {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly dependencies?: Record<string, string>;
};
type Lock = { readonly packages: Readonly<Record<string, Entry>> };
type Manifest = Readonly<Record<'dependencies' | 'peerDependencies', Record<string, string>>>;

/** @param root the folder of `package.json` */
export function licenceList(root: string): string {
  const read = <T>(file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as T;
  const { packages } = read<Lock>('package-lock.json');
  const { dependencies, peerDependencies } = read<Manifest>('package.json');
  const withIt = reached(packages, Object.keys(dependencies));
  const beside = new Set([...reached(packages, Object.keys(peerDependencies))].filter((path) => !withIt.has(path)));
  return `${head}\n## Installed with foresize\n\n${table(packages, withIt)}\n## Installed beside it, where it is wanted\n\n${table(packages, beside)}`;
}

const head = `# Licences

Made by \`npm run licences\` from the lockfile. Luxon (MIT) is shipped inside. The data of \`date-holidays\` are CC-BY-3.0; [NOTICE](../NOTICE) names their authors.
`;

/** The paths in the lockfile of packages and of all that they need there; a platform's own binaries have the licence of their package. */
function reached(packages: Lock['packages'], names: readonly string[]): ReadonlySet<string> {
  const paths = new Set<string>();
  const visit = (name: string, from: string): void => {
    const path = placesFrom(from, name).find((place) => packages[place] !== undefined);
    if (path === undefined || paths.has(path)) return;
    paths.add(path);
    for (const needed of Object.keys(packages[path].dependencies ?? {})) visit(needed, path);
  };
  for (const name of names) visit(name, '');
  return paths;
}

/** Where a package looks for another, nearest first. */
function placesFrom(from: string, name: string): readonly string[] {
  const steps = from === '' ? [] : from.split('/node_modules/');
  return [
    ...steps.map((_, index) => `${steps.slice(0, steps.length - index).join('/node_modules/')}/node_modules/${name}`),
    `node_modules/${name}`,
  ];
}

function table(packages: Lock['packages'], paths: ReadonlySet<string>): string {
  const byLicence = new Map<string, string[]>();
  for (const path of [...paths].sort()) {
    const { license = 'not stated', version = '' } = packages[path];
    byLicence.set(license, [...new Set([...(byLicence.get(license) ?? []), `${path.split('node_modules/').at(-1)} ${version}`])]);
  }
  const rows = [...byLicence].sort(([a], [b]) => (a < b ? -1 : 1)).map(([licence, names]) => `- **${licence}**: ${names.join(', ')}`);
  return `${rows.join('\n')}\n`;
}

if (require.main === module) {
  const root = join(__dirname, '..');
  writeFileSync(join(root, 'docs/licences.md'), licenceList(root));
}
