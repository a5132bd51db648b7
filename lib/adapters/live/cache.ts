import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, digestOf } from '../../digest';
import { joinSegments, type Segment } from './overlay';
import { writeTogether } from '../output';

/** The cached answers of one source. */
export type CachedAnswers = {
  /** Oldest answer first: the values of a later answer replace those of earlier ones. */
  readonly segments: readonly Segment[];
  /** Files that cannot be trusted: their path in the cache, and why. */
  readonly damaged: readonly { readonly file: string; readonly why: string }[];
};

export type HistoryCache = {
  readonly read: (identity: Readonly<Record<string, unknown>>) => CachedAnswers;
  /**
   * Adds answers, oldest first: all of them, or none. It also removes damaged files of the source.
   *
   * @throws ProblemError `output/unwritable`
   */
  readonly add: (identity: Readonly<Record<string, unknown>>, segments: readonly Segment[]) => void;
};

/** The version of the file format. Files of another version are read anew from the source. */
const format = 1;
/** When a source has this many segments or more, they are joined at the next addition. */
const mostSegments = 64;

/**
 * Opens the cache of the answers of live sources, the folder `.foresize/history/` beside the config. It has a folder for each source,
 * named by its kind and the digest of its identity, such as `prometheus-0a1b2c3d4e5f6789`. In it each answer is a numbered file that
 * holds the digest of its own content. Files are never changed; when there are many, they are joined to new ones. The cache may be
 * deleted, copied, or kept in version control.
 */
export function historyCache(baseDirectory: string): HistoryCache {
  const root = join(baseDirectory, '.foresize', 'history');
  const folderOf = (identity: Readonly<Record<string, unknown>>) =>
    `${String(identity.kind)}-${digestOf(identity).slice('sha256:'.length, 'sha256:'.length + 16)}`;

  const readFolder = (identity: Readonly<Record<string, unknown>>) => {
    const folder = folderOf(identity);
    const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)).filter((name) => segmentName.test(name)) : [];
    const read = names.sort().map((name) => ({ name, content: readSegment(join(root, folder, name), identity) }));
    return { folder, read };
  };

  return {
    read: (identity) => {
      const { folder, read } = readFolder(identity);
      return {
        segments: read.flatMap(({ content }) => (typeof content === 'string' ? [] : [content])),
        damaged: read.flatMap(({ name, content }) => (typeof content === 'string' ? [{ file: `${folder}/${name}`, why: content }] : [])),
      };
    },
    add: (identity, segments) => {
      const { folder, read } = readFolder(identity);
      const last = Math.max(0, ...read.map(({ name }) => Number.parseInt(name, 10)));
      const sound = read.flatMap(({ content }) => (typeof content === 'string' ? [] : [content]));
      const isLong = sound.length >= mostSegments;
      const added = isLong ? joinSegments([...sound, ...segments], Number(identity.stepMs)) : segments;
      const outputs = added.map((segment, index) => {
        const text = segmentText(identity, segment);
        return { path: join(root, folder, `${String(last + 1 + index).padStart(8, '0')}.json`), text };
      });
      writeTogether(outputs);
      for (const { name, content } of read) if (isLong || typeof content === 'string') rmSync(join(root, folder, name), { force: true });
    },
  };
}

const segmentName = /^\d{8}\.json$/;

/** The content of a file: one line of JSON, with the digest of all other fields first. */
function segmentText(identity: Readonly<Record<string, unknown>>, segment: Segment): string {
  const content = { format, identity, ...segment };
  return `{"digest":${JSON.stringify(digestOf(content))},${canonicalJson(content).slice(1)}\n`;
}

/** @returns the segment, or why it cannot be trusted */
function readSegment(path: string, identity: Readonly<Record<string, unknown>>): Segment | string {
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return 'cannot be read, or is cut off';
  }
  const { digest, ...rest } = content ?? {};
  if (digest !== digestOf(rest)) return 'was changed since it was written';
  if (rest.format !== format) return 'was written by another version';
  if (digestOf(rest.identity) !== digestOf(identity)) return 'belongs to another source';
  return rest as unknown as Segment;
}
