import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ManifestObject, Manifests } from '../config';
import { placeIn, type Problem, ProblemError, valueAt } from '../problems';

/**
 * Reads the manifests that the attached workloads of a config name.
 *
 * @param raw the config as it is written
 * @param folder what its paths are relative to
 * @param file the config, for messages
 * @throws ProblemError `config/attach-manifest` for each that is not there or is no YAML
 */
export function readManifests(raw: unknown, folder: string, file: string): Manifests {
  const workloads = valueAt(raw, ['workloads']);
  if (typeof workloads !== 'object' || workloads === null) return {};
  const problems: Problem[] = [];
  const manifests = Object.fromEntries(
    Object.keys(workloads).map((name) => {
      const at = ['workloads', name, 'attach', 'manifest'] as const;
      const stated = valueAt(raw, at);
      const paths = (Array.isArray(stated) ? stated : [stated]).filter((path) => typeof path === 'string');
      const objects = paths.flatMap((path) => {
        const read = readPath(resolve(folder, path), 0);
        if (!('fault' in read)) return read.objects;
        problems.push({ code: 'config/attach-manifest', path: placeIn(file, at), message: `'${path}' ${read.fault}`, hint: read.hint });
        return [];
      });
      return [name, objects];
    }),
  );
  if (problems.length > 0) throw new ProblemError(problems);
  return manifests;
}

type Read = { readonly objects: readonly ManifestObject[] } | { readonly fault: string; readonly hint?: string };

/** How deep folders are looked through. */
const deepest = 5;

function readPath(path: string, depth: number): Read {
  if (!existsSync(path)) return { fault: 'does not exist', hint: 'a path is relative to the config' };
  if (!statSync(path).isDirectory()) return readFile(path);
  const names = readdirSync(path, { withFileTypes: true })
    .filter((entry) =>
      entry.isDirectory() ? depth < deepest && !entry.name.startsWith('.') : /^\.(ya?ml|json)$/.test(extname(entry.name)),
    )
    .map(({ name }) => name)
    .sort();
  const all = names.map((name) => ({ name, read: readPath(join(path, name), depth + 1) }));
  const [wrong] = all.flatMap(({ name, read }) => ('fault' in read ? [{ ...read, fault: `holds ${name}, which ${read.fault}` }] : []));
  return wrong ?? { objects: all.flatMap(({ read }) => ('objects' in read ? read.objects : [])) };
}

function readFile(path: string): Read {
  const documents = parseAllDocuments(readFileSync(path, 'utf8'), { logLevel: 'silent' });
  const [error] = documents.flatMap((document) => document.errors);
  if (error !== undefined) {
    const hint = 'name the rendered objects: what `helm template` or `kubectl kustomize` prints, in a file beside the config';
    return { fault: `is no YAML: ${error.message.split('\n')[0].trim()}`, hint };
  }
  return { objects: documents.flatMap((document) => objectsOf(document.toJS() as unknown)) };
}

/** The objects of a document: itself, or the items of a List; none of what is no object of Kubernetes. */
function objectsOf(document: unknown): ManifestObject[] {
  if (typeof document !== 'object' || document === null) return [];
  const { kind, items } = document as ManifestObject;
  if (kind === 'List' && Array.isArray(items)) return items.flatMap(objectsOf);
  return typeof kind === 'string' ? [document as ManifestObject] : [];
}
