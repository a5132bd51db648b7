import { mkdirSync, readFileSync, renameSync, rmSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Problem } from '../../problems';
import { claimOutputs, type Place, temporaryPath, unwritable } from './claim';
import { bytesOf, filesBelow, quietly, removed, writeFlushed } from './files';
import { differingPlans, folderChange, type Step } from './folder';
import { goneNamespaces } from './gone';

/**
 * What to write at `path`: a file with this text, or the files that `fill` writes into an empty folder, whose path it receives. `plan` is
 * the digest of the plan that they are made from.
 */
export type Output =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly plan: string; readonly fill: (folder: string) => void };

/**
 * Writes files and folders: all of them, or none. Everything is first written to temporary files beside its place; each path then
 * switches by one rename. Where one fails, those that have switched are put back.
 *
 * In a folder only what foresize wrote is replaced or deleted, which a marker file tells. While a folder changes, the marker says so: what
 * a run leaves that is killed is told by the next one, which finishes it.
 *
 * @returns what there is to know of the outputs that were there: `output/mixed`, `output/changed`, `output/gone`
 * @throws ProblemError `output/unwritable`, `output/busy`, `output/not-ours`, and whatever `fill` throws
 */
export function writeTogether(outputs: readonly Output[]): readonly Problem[] {
  const release = claimOutputs(outputs.map(placeOf));
  let at = '';
  try {
    const begin: Step[] = [];
    const files: Step[] = [];
    const end: Step[] = [];
    const findings: Problem[] = [];
    const folders = outputs.flatMap((output) => {
      at = output.path;
      if ('text' in output) {
        files.push({ path: at, output: at, before: bytesOf(at), after: Buffer.from(output.text) });
        return [];
      }
      const change = folderChange({ ...output, files: contentOf(output) });
      if (change.begin !== null) begin.push(change.begin);
      files.push(...change.files);
      if (change.end !== null) end.push(change.end);
      findings.push(...change.findings, ...goneNamespaces(change.files));
      return [{ path: at, present: change.present }];
    });
    switchAll([...begin, ...files, ...end], (path) => (at = path));
    return [...findings, ...differingPlans(folders)];
  } catch (error) {
    throw unwritable(at, error);
  } finally {
    release();
  }
}

function placeOf(output: Output): Place {
  return { path: output.path, kind: 'text' in output ? 'file' : 'folder' };
}

/** What `fill` writes, by path. */
export function contentOf({ path, fill }: Extract<Output, { readonly plan: string }>): Map<string, Buffer> {
  const folder = temporaryPath(path, 0);
  try {
    mkdirSync(folder);
    fill(folder);
    return new Map(filesBelow(folder).map((name) => [name, readFileSync(join(folder, name))]));
  } finally {
    quietly(() => rmSync(folder, removed));
  }
}

/** Takes all steps, or none: what cannot be written shows before the first path switches, unless the system forbids the switch itself. */
function switchAll(steps: readonly Step[], name: (path: string) => void): void {
  const taken: Step[] = [];
  try {
    steps.forEach(({ path, after }, index) => {
      name(path);
      if (after !== null) writeFlushed(temporaryPath(path, index), after);
    });
    steps.forEach((step, index) => {
      name(step.path);
      if (step.after === null) remove(step);
      else renameSync(temporaryPath(step.path, index), step.path);
      taken.push(step);
    });
  } catch (error) {
    taken.reverse().forEach(takeBack);
    steps.forEach(({ path }, index) => quietly(() => rmSync(temporaryPath(path, index), removed)));
    steps.forEach(removeEmptyFolders);
    throw error;
  }
}

function takeBack(step: Step): void {
  const { path, before } = step;
  quietly(() => {
    if (before === null) return rmSync(path);
    writeFlushed(temporaryPath(path, 0), before);
    renameSync(temporaryPath(path, 0), path);
  });
}

function remove(step: Step): void {
  rmSync(step.path);
  removeEmptyFolders(step);
}

/** From the folder of a file upwards, as far as its output reaches. */
function removeEmptyFolders({ path, output }: Step): void {
  quietly(() => {
    for (let at = path; at !== output;) {
      at = dirname(at);
      rmdirSync(at);
    }
  });
}
