import type { z } from 'zod';
import { type CodeOf, placeIn, type Problem, ProblemError, shownValue, valueAt } from '../problems';
import { formatTime } from '../units';
import { checkAdopted } from './adopted';
import { checkAttach } from './check-attach';
import { checkCluster } from './check-cluster';
import { checkEfa } from './check-efa';
import { checkJobCapacity } from './check-job-capacity';
import { type Add, checkPools } from './check-pools';
import { checkLive } from './check-live';
import { checkOperate } from './check-operate';
import { checkOverrides } from './check-overrides';
import { checkQueries } from './check-queries';
import { checkWorkloads } from './check-workloads';
import { overrideHints } from './override-schema';
import { type CapacityConfig, capacitySchema, type Manifests, resolveCapacity } from './schema';

/**
 * Checks a config, from whatever it was written in, and fills in the defaults.
 *
 * @param raw plain data: the object of `defineCapacity`, or parsed JSON or YAML
 * @param file where it stands, for messages
 * @param manifests what the manifests hold that attached workloads name
 * @throws ProblemError with every problem found, each with its path and, where one is known, a hint
 */
export function parseConfig(raw: unknown, file = 'config', manifests: Manifests = {}): CapacityConfig {
  const result = capacitySchema.safeParse(raw);
  const references = checkReferences(raw, file);
  if (!result.success) throw new ProblemError([...result.error.issues.flatMap((issue) => toProblems(issue, raw, file)), ...references]);
  const config = resolveCapacity(result.data, raw, manifests);
  const problems = [...references, ...crossCheck(config, file, manifests)];
  if (problems.length > 0) throw new ProblemError(problems);
  return config;
}

/** Names that point nowhere: looked for in the raw config, so that they are shown beside whatever else is wrong. */
function checkReferences(raw: unknown, file: string): Problem[] {
  const pools = Object.keys(record(valueAt(raw, ['pools'])));
  const workloads = record(valueAt(raw, ['workloads']));
  const list = (key: string): readonly unknown[] => {
    const entries = valueAt(raw, [key]);
    return Array.isArray(entries) ? entries : [];
  };
  const unknown = (path: readonly PropertyKey[], what: 'pool' | 'workload', name: unknown, known: readonly string[]): Problem[] =>
    typeof name !== 'string' || known.includes(name)
      ? []
      : [
          {
            code: `config/unknown-${what}`,
            path: placeIn(file, path),
            message: `names ${what} '${name}', which does not exist`,
            hint: `${what}s are: ${known.join(', ') || 'none'}`,
          },
        ];
  return [
    ...Object.entries(workloads).flatMap(([name, workload]) =>
      unknown(['workloads', name, 'pool'], 'pool', valueAt(workload, ['pool']), pools),
    ),
    ...Object.entries(workloads).flatMap(([name, workload]) =>
      unknown(['workloads', name, 'like'], 'workload', valueAt(workload, ['like']), Object.keys(workloads)),
    ),
    ...['events', 'overrides'].flatMap((key) =>
      list(key).flatMap((entry, index) =>
        unknown([key, index, 'workload'], 'workload', valueAt(entry, ['workload']), Object.keys(workloads)),
      ),
    ),
    ...Object.keys(record(valueAt(raw, ['growth']))).flatMap((key) => unknown(['growth', key], 'workload', key, Object.keys(workloads))),
    ...Object.keys(record(valueAt(raw, ['guardrails', 'plausible'])))
      .filter((key) => key !== 'because' && key !== 'cost')
      .flatMap((key) => unknown(['guardrails', 'plausible', key], 'workload', key, Object.keys(workloads))),
  ];
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function toProblems(issue: z.core.$ZodIssue, raw: unknown, file: string): Problem[] {
  const path = placeIn(file, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'config/unknown-key',
      path: placeIn(file, [...issue.path, key]),
      message: 'is not a known key',
      hint: 'docs/config.schema.json lists the keys that are',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((best, errors) => (depth(errors) > depth(best) ? errors : best));
    return nearest.flatMap((inner) => toProblems({ ...inner, path: [...issue.path, ...inner.path] }, raw, file));
  }
  const received = valueAt(raw, issue.path);
  const expected = issue.code === 'custom' ? (issue.params?.expected as string | undefined) : undefined;
  const missing = received === undefined && issue.code !== 'custom';
  return [
    {
      code: missing ? 'config/missing' : 'config/invalid',
      path,
      message: missing ? 'is missing' : issue.message.replace(/^Invalid input: /, 'is not right: '),
      expected,
      received: missing || received === undefined || mayHoldSecret(issue.path) ? undefined : shownValue(received),
      hint: hintOf(issue.path, expected, missing),
    },
  ];
}

function hintOf(path: readonly PropertyKey[], expected: string | undefined, isMissing: boolean): string | undefined {
  if (isMissing && path[0] === 'overrides' && path.length === 3) return overrideHints[String(path[2])];
  return expected?.startsWith('a unit') ? 'a rate is a noun per time: req/s, tokens/min' : undefined;
}

/** How far into the input an alternative of a union got: the alternative that got furthest is the one that was meant. */
const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.min(...issues.map((issue) => issue.path.length), 99) - issues.length / 100;

function crossCheck(config: CapacityConfig, file: string, manifests: Manifests): Problem[] {
  const problems: Problem[] = [];
  const add = (code: CodeOf<'config'>, path: readonly PropertyKey[], message: string, hint?: string) =>
    problems.push({ code: `config/${code}`, path: placeIn(file, path), message, hint });
  checkWorkloads(config, add);
  checkAttach(config, manifests, add);
  checkQueries(config, add);
  checkLive(config, add);
  checkOperate(config, add);
  checkPools(config, add);
  checkJobCapacity(config, add);
  checkAdopted(config, add);
  checkEfa(config, add);
  checkCluster(config, add);
  checkEvents(config, add);
  checkOverrides(config, add);
  if (config.namespace.create && /^(kube-.*|default)$/.test(config.namespace.name))
    add(
      'namespace',
      ['namespace'],
      `'${config.namespace.name}' belongs to Kubernetes: its pods would fall under the policies of these workloads`,
      'choose a namespace of its own',
    );
  if (config.horizon % config.period !== 0) add('horizon', ['horizon'], 'is not a whole number of periods');
  if (86_400_000 % config.period !== 0) add('period', ['period'], 'does not divide a day');
  if ((config.guardrails.validity ?? 0) > config.horizon) add('validity', ['guardrails', 'validity'], 'is longer than the horizon');
  return problems;
}

/** The same event cannot take place twice at one time. */
function checkEvents({ events }: CapacityConfig, add: Add): void {
  events.forEach((event, index) => {
    const same = events
      .slice(0, index)
      .find(
        ({ name, workload, from, to }) =>
          name === event.name && (workload ?? event.workload) === (event.workload ?? workload) && from < event.to && event.from < to,
      );
    if (same) add('event-twice', ['events', event.name], `takes place twice at ${formatTime(Math.max(same.from, event.from))}`);
  });
}

/** Connections and addresses may hold a secret, in the wrong place or form: what stands there is never shown. */
function mayHoldSecret(path: readonly PropertyKey[]): boolean {
  return (path[0] === 'history' && path[1] === 'prometheus') || path.at(-1) === 'url';
}
