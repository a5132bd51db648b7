import { nearNames } from '../../catalog';
import type { CapacityConfig } from '../../config';
import { type Problem, ProblemError } from '../../problems';
import { assumptionKinds, type AssumptionKind } from './assumption-kinds';
import type { Assumption } from './types';

/**
 * Reads assumptions, in the order in which they are written.
 *
 * @param texts `KIND.NAME=VALUE`, `KIND=VALUE`, and `WORKLOAD=VALUE` for its load
 * @throws ProblemError `what-if/assumption`, `what-if/unknown`, `what-if/twice` for each that cannot be taken
 */
export function readAssumptions(texts: readonly string[], config: CapacityConfig): readonly Assumption[] {
  const problems: Problem[] = [];
  const taken = new Set<string>();
  const read = texts.flatMap((text): Assumption[] => {
    try {
      const { key, ...assumption } = readOne(text, config);
      if (taken.has(key))
        problems.push({ code: 'what-if/twice', path: text, message: `assumes '${key}' a second time`, hint: 'state it once' });
      taken.add(key);
      return [assumption];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return read;
}

function readOne(text: string, config: CapacityConfig): Assumption & { readonly key: string } {
  const [, left = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const [, first, rest = ''] = /^([^.]*)\.?(.*)$/s.exec(left) ?? ['', '', ''];
  if (left === '' || value.trim() === '')
    throw new ProblemError({
      code: 'what-if/assumption',
      path: text,
      message: 'is no assumption',
      expected: 'NAME=VALUE',
      hint: `for example ${Object.values(assumptionKinds)
        .slice(0, 4)
        .map(({ form }) => form)
        .join(', ')}`,
    });
  const isLoad = rest === '' && (Object.hasOwn(config.workloads, first) || first === 'all');
  const kinds: Readonly<Record<string, AssumptionKind>> = assumptionKinds;
  const kind = isLoad ? kinds.load : Object.hasOwn(kinds, first) ? kinds[first] : undefined;
  if (kind === undefined) throw new ProblemError(unknownKind(text, first, config));
  const name = isLoad ? first : rest;
  const names = kind.names(config);
  if (names === null ? name !== '' : !names.includes(name)) throw new ProblemError(unknownName(text, kind, name, names));
  const read = kind.read(value.trim(), name, config);
  if ('expected' in read)
    throw new ProblemError({
      code: 'what-if/assumption',
      path: text,
      message: 'cannot be taken',
      expected: read.expected,
      received: value,
    });
  if ('impossible' in read) throw new ProblemError({ code: 'what-if/assumption', path: text, message: read.impossible, hint: read.hint });
  return {
    text,
    key: isLoad ? `load.${name}` : left,
    inConfig: (same) => same,
    inLoads: (same) => same,
    forecasts: [],
    times: {},
    ...read,
  };
}

function unknownKind(text: string, first: string, { workloads }: CapacityConfig): Problem {
  const names = [...Object.keys(workloads), ...Object.keys(assumptionKinds)];
  const forms = Object.values(assumptionKinds).map(({ form }) => form);
  return {
    code: 'what-if/unknown',
    path: text,
    message: `'${first}' is neither a workload nor anything that can be assumed`,
    hint: `nearest are: ${nearNames(first, names).join(', ')}; what can be assumed: ${forms.join(', ')}`,
  };
}

function unknownName(text: string, { form }: AssumptionKind, name: string, names: readonly string[] | null): Problem {
  const known = names === null ? 'it takes no name' : names.length === 0 ? 'there are none' : `there are: ${names.join(', ')}`;
  return {
    code: 'what-if/unknown',
    path: text,
    message: name === '' ? 'says not of what' : `there is no '${name}' of which it could be assumed`,
    hint: `${known}; for example ${form}`,
  };
}
