import type { ManifestObject } from './manifest-pods';

/** The name of the config among the files of the loop. */
export const loopConfigFile = 'foresize.config.json';

/**
 * The config as it was written, as JSON, and a file for what the manifests of each attached workload say: what they name by a path is
 * beside the config no more. A Secret among the manifests is left out.
 *
 * @param raw plain data that was parsed
 */
export function loopFilesOf(
  raw: unknown,
  manifests: Readonly<Record<string, readonly ManifestObject[]>>,
): Readonly<Record<string, string>> {
  const stated = (isRecord(raw) && isRecord(raw.workloads) ? raw.workloads : {}) as Readonly<Record<string, Attached>>;
  const named = Object.keys(stated).filter((name) => stated[name].attach?.manifest !== undefined);
  const fileOf = (name: string) => `${name}.manifest.json`;
  const workloads = Object.fromEntries(
    Object.entries(stated).map(([name, workload]) => [
      name,
      named.includes(name) ? { ...workload, attach: { ...workload.attach, manifest: fileOf(name) } } : workload,
    ]),
  );
  const text = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
  return {
    [loopConfigFile]: text({ ...(raw as object), workloads }),
    ...Object.fromEntries(
      named.map((name) => [
        fileOf(name),
        text({ apiVersion: 'v1', kind: 'List', items: (manifests[name] ?? []).filter(({ kind }) => kind !== 'Secret') }),
      ]),
    ),
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

type Attached = { readonly attach?: { readonly manifest?: unknown } };
