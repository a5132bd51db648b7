import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { displayPath } from '../adapters/config-file';
import type { CapacityConfig } from '../config';
import { ProblemError } from '../problems';

/**
 * What `check --live` saw and `plan` goes by: node groups that retire and are empty. It is committed beside the plan, so that the same
 * files give the same plan; it holds no time, so that it changes only with what was seen.
 */
type LiveRecord = { readonly form: 1; readonly cluster: string; readonly empty: readonly string[] };

export const recordFile = (planFile: string): string => join(dirname(planFile), 'capacity-live.json');

export const clusterNameOf = ({ name, cluster }: CapacityConfig): string => cluster.existing ?? name;

export function recordText(cluster: string, empty: readonly string[]): string {
  const record: LiveRecord = { form: 1, cluster, empty };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** @throws ProblemError `live/record` */
export function readEmptyGroups(planFile: string, config: CapacityConfig): readonly string[] {
  const file = recordFile(planFile);
  if (!existsSync(file)) return [];
  const cluster = clusterNameOf(config);
  const record = parsed(readFileSync(file, 'utf8'));
  if (record?.form === 1 && record.cluster === cluster && isListOfNames(record.empty)) return record.empty;
  throw new ProblemError({
    code: 'live/record',
    path: displayPath(file),
    message: `is not what foresize check --live writes for cluster ${cluster}`,
    hint: 'run foresize check --live again, or remove the file',
  });
}

function parsed(text: string): Partial<LiveRecord> | null {
  try {
    return JSON.parse(text) as Partial<LiveRecord> | null;
  } catch {
    return null;
  }
}

const isListOfNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');
