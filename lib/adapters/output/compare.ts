import { join } from 'node:path';
import type { Problem } from '../../problems';
import { displayPath } from '../config-file';
import { bytesOf } from './files';
import { markerOf } from './marker';
import { contentOf, type Output } from './write';

/**
 * What differs between outputs that are there and what belongs there: a file that is missing, one that says something else, one that
 * foresize wrote and that belongs there no longer, and files of another plan. Nothing is written but in temporary folders.
 */
export function outputDifferences(outputs: readonly Output[]): readonly Problem[] {
  return outputs.flatMap((output) => {
    if ('text' in output) return fileDifference(output.path, Buffer.from(output.text));
    const marker = markerOf(output.path)?.marker ?? null;
    const wanted = contentOf(output);
    const extra = Object.keys(marker?.files ?? {}).filter((name) => !wanted.has(name) && bytesOf(join(output.path, name)) !== null);
    return [
      ...[...wanted].flatMap(([name, bytes]) => fileDifference(join(output.path, name), bytes)),
      ...extra.map((name) => differs(join(output.path, name), 'belongs to the output no longer')),
      ...(marker?.towards === undefined ? [] : [differs(output.path, 'was left half-written by a run that was cut off')]),
    ];
  });
}

function fileDifference(path: string, wanted: Buffer): Problem[] {
  const found = bytesOf(path);
  if (found === null) return [differs(path, 'is missing')];
  return found.equals(wanted) ? [] : [differs(path, 'is not what the plan and the config give')];
}

const differs = (path: string, message: string): Problem => ({
  code: 'output/differs',
  path: displayPath(path),
  message,
  hint: 'run `foresize synth --frozen` and commit what it writes',
});
