import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { fieldsOf } from '../config';
import { placeIn, type Problem, ProblemError, valueAt } from '../problems';

/** What `workloads/benchmark` writes of one replica. Other fields are for readers. */
const profileSchema = z.object({
  profile: z.literal(1, { error: 'must be 1: the format of the file' }),
  device: z.string().min(1),
  throughput: z.string().min(1),
  coldStart: z
    .object({
      pullSeconds: z.number().min(0).nullable(),
      startSeconds: z.number().min(0),
      loadSeconds: z.number().min(0),
      warmUpSeconds: z.number().min(0),
    })
    .nullable(),
});

type Profile = z.infer<typeof profileSchema>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * The config with measured profiles in place of their files: `replica.profile` becomes `throughput` and `measuredOn`, and `coldStart` where
 * it is not stated and all its parts were measured. What is stated beside it stays.
 *
 * @param raw the config as it is written
 * @param folder what its paths are relative to
 * @param file the config, for messages
 * @throws ProblemError `config/profile` for each that cannot be taken
 */
export function withProfiles(raw: unknown, folder: string, file: string): unknown {
  const workloads = fieldsOf(valueAt(raw, ['workloads']));
  const named = Object.keys(workloads).filter(
    (name) => valueAt(workloads, [name, 'kind']) === 'inference' && typeof valueAt(workloads, [name, 'replica', 'profile']) === 'string',
  );
  if (named.length === 0) return raw;
  const problems: Problem[] = [];
  const replaced = named.map((name) => {
    const workload = fieldsOf(workloads[name]);
    const { profile, ...replica } = fieldsOf(workload.replica);
    const found = readProfile(String(profile), folder, replica);
    if (!('fault' in found)) return [name, measured(workload, replica, found)] as const;
    problems.push({
      code: 'config/profile',
      path: placeIn(file, ['workloads', name, 'replica', 'profile']),
      message: `'${String(profile)}' ${found.fault}`,
      hint: found.hint,
    });
    return [name, workload] as const;
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return { ...fieldsOf(raw), workloads: { ...workloads, ...Object.fromEntries(replaced) } };
}

function readProfile(path: string, folder: string, replica: Fields): Profile | { readonly fault: string; readonly hint: string } {
  if (replica.throughput !== undefined) return { fault: 'stands beside throughput', hint: 'leave one of them out' };
  const file = resolve(folder, path);
  if (!existsSync(file)) return { fault: 'does not exist', hint: 'a path is relative to the config' };
  const result = profileSchema.safeParse(parsed(file));
  if (!result.success) {
    const [{ path: place, message }] = result.error.issues;
    return {
      fault: `is no profile: ${[place.join('.') || 'the file', message].join(': ')}`,
      hint: 'write it by `python -m benchmark --profile FILE`',
    };
  }
  const { gpus } = replica;
  if (isCpu(result.data) && typeof gpus === 'number' && gpus > 0)
    return { fault: 'was measured on a CPU', hint: 'measure it on the GPU that replicas get, with --device and its name' };
  return result.data;
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function measured(workload: Fields, replica: Fields, profile: Profile): Fields {
  const measuredOn = isCpu(profile) ? {} : { measuredOn: profile.device };
  const cold = profile.coldStart;
  const seconds =
    cold === null || cold.pullSeconds === null ? null : Object.values(cold).reduce<number>((sum, part) => sum + (part ?? 0), 0);
  return {
    ...(seconds === null ? {} : { coldStart: `${Math.ceil(seconds)}s` }),
    ...workload,
    replica: { ...measuredOn, ...replica, throughput: profile.throughput },
  };
}

const isCpu = ({ device }: Profile): boolean => device.toLowerCase() === 'cpu';
