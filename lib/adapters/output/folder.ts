import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../digest';
import { type Problem, ProblemError } from '../../problems';
import { displayPath } from '../config-file';
import { bytesOf } from './files';
import { type Marker, markerBytes, markerName, markerOf } from './marker';

/** What one path holds before and after; `null` where there is nothing. */
export type Step = {
  readonly path: string;
  /** The output that the path belongs to: folders in it that become empty are removed. */
  readonly output: string;
  readonly before: Buffer | null;
  readonly after: Buffer | null;
};

/** What is to be done in one output folder. */
export type FolderChange = {
  /** Says that the files are about to change: comes before all of them. `null` where nothing changes. */
  readonly begin: Step | null;
  readonly files: readonly Step[];
  /** Says that the files are those of the plan: comes after all of them. */
  readonly end: Step | null;
  /** The marker that was there. */
  readonly present: Marker | null;
  /** What a reader should know of what was there. */
  readonly findings: readonly Problem[];
};

/** The files that belong into a folder, by their paths in it, and the digest of the plan that they are made from. */
export type FolderContent = { readonly path: string; readonly plan: string; readonly files: ReadonlyMap<string, Buffer> };

/** What stands at the path of a file: its bytes, nothing, or something that is no file. */
type Found = Buffer | null | 'no file';
type Named = { readonly name: string; readonly path: string; readonly before: Found };

/**
 * Compares an output folder with what belongs there. Files that a user has there beside those of foresize are left alone. A file that
 * foresize wrote and that belongs there no longer is deleted, unless somebody has changed it.
 *
 * @throws ProblemError `output/not-ours` for each path where something stands that foresize did not write
 */
export function folderChange({ path, plan, files }: FolderContent): FolderChange {
  const found = markerOf(path);
  const present = found?.marker ?? null;
  const old = present?.files ?? {};
  const named = (name: string): Named => ({ name, path: join(path, name), before: foundAt(join(path, name)) });
  const wanted = [...files].map(([name, after]) => ({ ...named(name), after }));
  refuseOthers(wanted, present);
  const differing = wanted.flatMap(({ before, ...file }) =>
    before === 'no file' || before?.equals(file.after) ? [] : [{ ...file, before, output: path }],
  );
  const dropped = Object.keys(old)
    .filter((name) => !files.has(name))
    .map(named)
    .flatMap(({ before, ...file }) => (Buffer.isBuffer(before) ? [{ ...file, before, after: null, output: path }] : []));
  const isAsWritten = (name: string, bytes: Buffer) => old[name].includes(digestOf(bytes));
  const steps: Step[] = [...differing, ...dropped.filter(({ name, before }) => isAsWritten(name, before))];

  const own = Object.fromEntries([...files].map(([name, bytes]) => [name, [digestOf(bytes)]]));
  const both = Object.fromEntries([...Object.keys(old), ...files.keys()].map((name) => [name, union(old[name], own[name])]));
  const begin = markerBytes({ plan: present?.plan ?? plan, towards: plan, files: both });
  const end = markerBytes({ plan, files: own });
  const at = { path: join(path, markerName), output: path };
  const isSame = steps.length === 0 && (found?.bytes.equals(end) ?? false);
  const changed = (file: Named) => Object.hasOwn(old, file.name) && Buffer.isBuffer(file.before) && !isAsWritten(file.name, file.before);
  return {
    begin: isSame ? null : { ...at, before: bytesOf(at.path), after: begin },
    files: steps,
    end: isSame ? null : { ...at, before: begin, after: end },
    present,
    findings: [
      ...(present?.towards === undefined ? [] : [cutOff(path, present.plan, present.towards)]),
      ...differing.filter(changed).map((file) => edited(file.path, 'it is written anew')),
      ...dropped
        .filter(changed)
        .map((file) => edited(file.path, 'it belongs to the output no longer, and stays: delete it where nothing of it is yours')),
    ],
  };
}

function foundAt(path: string): Found {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return null;
  return status.isFile() ? readFileSync(path) : 'no file';
}

function refuseOthers(wanted: readonly (Named & { readonly after: Buffer })[], marker: Marker | null): void {
  const taken = wanted.filter(
    ({ name, before, after }) =>
      before === 'no file' || (before !== null && !Object.hasOwn(marker?.files ?? {}, name) && !before.equals(after)),
  );
  // What foresize wrote before it left a marker names it in almost every file.
  const isFromBefore = marker === null && taken.some(({ before }) => Buffer.isBuffer(before) && before.includes('foresize'));
  const refused = isFromBefore ? taken.filter(({ before }) => before === 'no file') : taken;
  if (refused.length === 0) return;
  throw new ProblemError(
    refused.map(({ path }) => ({
      code: 'output/not-ours',
      path: displayPath(path),
      message: 'was not written by foresize, and stands where an output belongs',
      hint: 'move it away, or choose another place with --out',
    })),
  );
}

function union(...lists: readonly (readonly string[] | undefined)[]): string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}

const short = (digest: string): string => digest.slice(0, 19);

function cutOff(path: string, from: string, to: string): Problem {
  const plans = from === to ? `of plan ${short(to)}` : `of plan ${short(from)} beside those of plan ${short(to)}`;
  return {
    code: 'output/mixed',
    path: displayPath(path),
    message: `holds files ${plans}, for a run was cut off while it wrote them: all are written anew`,
  };
}

const edited = (path: string, what: string): Problem => ({
  code: 'output/changed',
  path: displayPath(path),
  message: `was changed since foresize wrote it: ${what}`,
});

/** Folders that were finished with different plans: one of them was written alone. */
export function differingPlans(folders: readonly { readonly path: string; readonly present: Marker | null }[]): Problem[] {
  const known = folders.flatMap(({ path, present }) => (present && present.towards === undefined ? [{ path, plan: present.plan }] : []));
  const [first] = known;
  return known
    .filter(({ plan }) => plan !== first.plan)
    .map(({ path, plan }) => ({
      code: 'output/mixed',
      path: displayPath(path),
      message: `is of plan ${short(plan)}, and ${displayPath(first.path)} of plan ${short(first.plan)}: both are written anew`,
    }));
}
