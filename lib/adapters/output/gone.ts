import { parseAllDocuments } from 'yaml';
import type { Problem } from '../../problems';
import { displayPath } from '../config-file';
import type { Step } from './folder';

/**
 * Namespaces that the files of a folder hold no longer. A tool that prunes what it finds in Git no more deletes such a namespace with
 * everything in it, so it is told while the manifests can still be put right. A claim of a volume is not told: the volumes that are
 * written here are kept when their claims go.
 *
 * @param steps what changes in the folder
 * @returns `output/gone` for each, by the file that held it
 */
export function goneNamespaces(steps: readonly Step[]): Problem[] {
  const stay = new Set(steps.flatMap(({ after }) => namespacesIn(after)));
  return steps.flatMap(({ path, before }) =>
    namespacesIn(before)
      .filter((name) => !stay.has(name))
      .map((name): Problem => ({
        code: 'output/gone',
        path: displayPath(path),
        message: `held Namespace '${name}', which is no longer written: a tool that prunes deletes it with everything in it`,
        hint: `namespace: { name: '${name}', create: true } goes on writing it; to keep it without that, annotate it before this is applied: kubectl annotate namespace ${name} argocd.argoproj.io/sync-options=Prune=false kustomize.toolkit.fluxcd.io/prune=disabled`,
      })),
  );
}

function namespacesIn(bytes: Buffer | null): string[] {
  if (bytes === null || !/^kind: ["']?Namespace\b/m.test(bytes.toString('utf8'))) return [];
  return parseAllDocuments(bytes.toString('utf8'), { logLevel: 'silent' }).flatMap((document) => {
    const object = document.toJS() as { readonly kind?: unknown; readonly metadata?: { readonly name?: unknown } } | null;
    return object?.kind === 'Namespace' && typeof object.metadata?.name === 'string' ? [object.metadata.name] : [];
  });
}
