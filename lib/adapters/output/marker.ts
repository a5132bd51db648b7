import { join } from 'node:path';
import { bytesOf } from './files';

/**
 * The file in an output folder that says which of its files foresize wrote. Neither `kubectl apply`, Helm nor Terraform reads it: its
 * name begins with a dot and has no ending.
 */
export const markerName = '.foresize';

export type Marker = {
  /** Digest of the plan that the files are made from. */
  readonly plan: string;
  /** The plan that is being written. It stands only as long as that lasts, and so stays where a run is killed: files of both are there. */
  readonly towards?: string;
  /** Digest of each file by its path in the folder; of both where one replaces another. A file with another digest was changed since. */
  readonly files: Readonly<Record<string, readonly string[]>>;
};

/** @returns the marker of a folder and its bytes, or `null` where there is none, or nothing that a marker could be */
export function markerOf(folder: string): { readonly marker: Marker; readonly bytes: Buffer } | null {
  const bytes = bytesOf(join(folder, markerName));
  try {
    const marker = JSON.parse(bytes?.toString('utf8') ?? 'null') as Partial<Marker> | null;
    const lists = Object.values(marker?.files ?? { none: null });
    if (bytes === null || typeof marker?.plan !== 'string' || !lists.every(Array.isArray)) return null;
    return { marker: marker as Marker, bytes };
  } catch {
    return null;
  }
}

/** One line a file, in the order of their names. */
export function markerBytes({ plan, towards, files }: Marker): Buffer {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  const lines = Object.entries(sorted).map(([name, digests]) => `    ${JSON.stringify(name)}: ${JSON.stringify(digests)}`);
  const heads = [`  "plan": ${JSON.stringify(plan)},\n`, ...(towards === undefined ? [] : [`  "towards": ${JSON.stringify(towards)},\n`])];
  return Buffer.from(`{\n${heads.join('')}  "files": {\n${lines.join(',\n')}\n  }\n}\n`);
}
