import type { z } from 'zod';
import { type CodeOf, placeIn, type Problem, ProblemError, shownValue, valueAt } from '../problems';
import { type Add, checkPools } from './check-pools';
import {
  type CapacityConfig,
  capacitySchema,
  type InferenceConfig,
  resolveCapacity,
  type TrainingConfig,
  type WorkloadConfig,
} from './schema';
import { formatTime } from '../units';
import { seriesKindOf } from './source-schema';

/**
 * Checks a config, from whatever it was written in, and fills in the defaults.
 *
 * @param raw plain data: the object of `defineCapacity`, or parsed JSON or YAML
 * @param file where it stands, for messages
 * @throws ProblemError with every problem found, each with its path and, where one is known, a hint
 */
export function parseConfig(raw: unknown, file = 'config'): CapacityConfig {
  const result = capacitySchema.safeParse(raw);
  const references = checkReferences(raw, file);
  if (!result.success) throw new ProblemError([...result.error.issues.flatMap((issue) => toProblems(issue, raw, file)), ...references]);
  const config = resolveCapacity(result.data, raw);
  const problems = [...references, ...crossCheck(config, file)];
  if (problems.length > 0) throw new ProblemError(problems);
  return config;
}

/** Names that point nowhere: looked for in the raw config, so that they are shown beside whatever else is wrong. */
function checkReferences(raw: unknown, file: string): Problem[] {
  const pools = Object.keys(record(valueAt(raw, ['pools'])));
  const workloads = record(valueAt(raw, ['workloads']));
  const events = valueAt(raw, ['events']);
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
    ...(Array.isArray(events) ? events : []).flatMap((event, index) =>
      unknown(['events', index, 'workload'], 'workload', valueAt(event, ['workload']), Object.keys(workloads)),
    ),
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
      hint: expected?.startsWith('a unit') ? 'a rate is a noun per time: req/s, tokens/min' : undefined,
    },
  ];
}

/** How far into the input an alternative of a union got: the alternative that got furthest is the one that was meant. */
const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.min(...issues.map((issue) => issue.path.length), 99) - issues.length / 100;

function crossCheck(config: CapacityConfig, file: string): Problem[] {
  const problems: Problem[] = [];
  const add = (code: CodeOf<'config'>, path: readonly PropertyKey[], message: string, hint?: string) =>
    problems.push({ code: `config/${code}`, path: placeIn(file, path), message, hint });
  for (const [name, workload] of Object.entries(config.workloads)) {
    const at = ['workloads', name] as const;
    const pool = Object.hasOwn(config.pools, workload.pool) ? config.pools[workload.pool] : undefined;
    if (workload.floor !== undefined && workload.ceiling !== undefined && workload.floor > workload.ceiling)
      add('floor-above-ceiling', [...at, 'floor'], `${workload.floor} is above the ceiling ${workload.ceiling}`);
    if (pool?.kind === 'pool' && workload.kind !== 'service' && (workload.replica.gpus ?? 0) > 0)
      add('gpus-without-gpu-pool', [...at, 'replica', 'gpus'], `asks for GPUs, and pool '${workload.pool}' has none`, 'make it a gpuPool');
    checkLoad(name, workload, add);
    if (workload.like !== undefined) checkLike(name, workload.like, config, add);
  }
  checkPools(config, add);
  checkEvents(config, add);
  if (/^(kube-.*|default)$/.test(config.namespace))
    add(
      'namespace',
      ['namespace'],
      `'${config.namespace}' belongs to Kubernetes: its pods would fall under the policies of these workloads`,
      'choose a namespace of its own',
    );
  if (config.horizon % config.period !== 0) add('horizon', ['horizon'], 'is not a whole number of periods');
  if (86_400_000 % config.period !== 0) add('period', ['period'], 'does not divide a day');
  if ((config.guardrails.validity ?? 0) > config.horizon) add('validity', ['guardrails', 'validity'], 'is longer than the horizon');
  return problems;
}

function checkLike(name: string, like: string, { workloads }: CapacityConfig, add: Add): void {
  if (!Object.hasOwn(workloads, like)) return;
  const at = ['workloads', name, 'like'] as const;
  if (like === name) return add('like', at, 'names the workload itself');
  const measured = (workload: WorkloadConfig) =>
    workload.kind === 'service'
      ? (['cpu', 'memory'] as const).filter((signal) => workload[signal]).join(' and ') || 'nothing'
      : workload.load
        ? 'load'
        : 'nothing';
  const [own, theirs] = [measured(workloads[name]), measured(workloads[like])];
  if (own !== theirs) add('like', at, `is measured by ${theirs}, and '${name}' by ${own}: there is no shape to borrow`);
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

function checkLoad(name: string, workload: WorkloadConfig, add: Add): void {
  const at = ['workloads', name] as const;
  if (workload.kind === 'service') {
    if (workload.metric) add('metric', [...at, 'metric'], 'a service is scaled by CPU and memory, not by a metric of its own');
    return;
  }
  if (workload.kind === 'inference') {
    if (workload.owner === 'manifests' && workload.metric?.kind === 'prometheus')
      add('metric', [...at, 'metric'], 'an HPA cannot read PromQL', "use podsMetric(...), or owner: 'keda'");
    if (workload.owner === 'keda' && workload.metric?.kind === 'pods')
      add(
        'metric',
        [...at, 'metric'],
        'a KEDA ScaledObject cannot read a metric of the pods',
        "use prometheusMetric(...), or owner: 'manifests'",
      );
  }
  if (workload.kind === 'training' && workload.form === 'job') {
    if (workload.backlog !== undefined) add('backlog', [...at, 'backlog'], 'a training job has no queue', "use form: 'deployment'");
    if (workload.load) add('load', [...at, 'load'], 'a training job has no load', "use form: 'deployment' for trainers fed by a queue");
    if (workload.samples === undefined && workload.tokens === undefined)
      add('missing', [...at, 'samples'], 'is missing: a job is sized by samples (or tokens), epochs and deadline');
    if (workload.samples !== undefined && workload.tokens !== undefined)
      add('twice', [...at, 'tokens'], 'is given beside samples', 'leave one of them out');
    if (workload.deadline === undefined)
      add('missing', [...at, 'deadline'], 'is missing: a job is sized by samples (or tokens), epochs and deadline');
    if (!workload.model && !workload.replica.throughput)
      add(
        'missing',
        [...at, 'model'],
        'is missing, and no throughput is measured',
        "give model, or replica.throughput such as '2500 samples/s'",
      );
    return;
  }
  if (!workload.load) return add('missing', [...at, 'load'], 'is missing');
  if (workload.kind === 'training') checkQueue(name, workload, add);
  const { throughput } = workload.replica;
  const model = workload.kind === 'inference' ? workload.model : undefined;
  if (!throughput && !model) {
    const hint = workload.kind === 'inference' ? 'or give model, by which it is estimated' : undefined;
    return add('missing', [...at, 'replica', 'throughput'], 'is missing: measure what one replica can do', hint);
  }
  if (workload.kind === 'inference') checkModel(name, workload, add);
  if (workload.kind === 'inference' && !throughput && workload.replica.measuredOn !== undefined)
    add(
      'measured-on',
      [...at, 'replica', 'measuredOn'],
      'says where throughput was measured, and none is stated',
      'state replica.throughput, or leave it out',
    );
  const unit = workload.load.unit;
  if (!unit) return add('missing', [...at, 'load', 'unit'], 'is missing', "for example unit: 'req/s'");
  const series = seriesKindOf(workload.load, 'rate');
  const isRate = series === 'count' || series === 'counter' || unit.perMs !== null;
  if (series === 'rate' && unit.perMs === null) {
    add('unit', [...at, 'load', 'unit'], `a rate is per time, '${unit.noun}' is not`, "'req/s', or series: 'count'");
  } else if (series !== 'rate' && unit.perMs !== null) {
    add('unit', [...at, 'load', 'unit'], `a ${series} is not per time`, `unit: '${unit.noun}'`);
  } else if (!throughput) {
    if (unit.noun !== 'req' || !isRate)
      add('unit', [...at, 'load', 'unit'], 'an estimated throughput is in requests', "unit: 'req/s', or measure replica.throughput");
  } else if (unit.noun !== throughput.unit.noun || isRate !== (throughput.unit.perMs !== null)) {
    const hint = `the load is counted in ${unit.noun}${isRate ? ' per time' : ''}`;
    add('unit', [...at, 'replica', 'throughput'], 'is not in the unit of the load', hint);
  }
}

/** Trainers that a queue feeds: how long its items may wait. */
function checkQueue(name: string, workload: TrainingConfig, add: Add): void {
  const { deadline, backlog, load } = workload;
  const at = ['workloads', name] as const;
  for (const key of ['samples', 'tokens'] as const)
    if (workload[key] !== undefined) add('samples', [...at, key], 'is for a job: trainers of a queue do what arrives', 'leave it out');
  if (deadline !== undefined && 'at' in deadline)
    add(
      'deadline',
      [...at, 'deadline'],
      'is a moment, and a queue has none: items keep coming',
      "say how long each may take, such as '6h'",
    );
  if (backlog !== undefined && deadline === undefined)
    add('missing', [...at, 'deadline'], 'is missing: until when what waits must be done', "for example deadline: '6h'");
  if (deadline !== undefined && load && seriesKindOf(load, 'rate') === 'level')
    add('deadline', [...at, 'deadline'], 'is for items that arrive, and the load is a level', 'leave it out, or give the rate of arrivals');
}

function checkModel(name: string, { model, slo, tokens }: InferenceConfig, add: Add): void {
  const at = ['workloads', name] as const;
  if (!model && slo)
    add('missing', [...at, 'model'], 'is missing: what an SLO asks for is computed from it', 'give model, or leave slo out');
  if (!model && tokens) add('missing', [...at, 'model'], 'is missing: tokens say nothing without it', 'give model, or leave tokens out');
  if (!model) return;
  const shape = (['parameters', 'layers', 'hiddenSize', 'heads', 'kvHeads', 'headDim', 'vocabulary'] as const).find(
    (key) => model[key] !== undefined,
  );
  if (model.name !== undefined && shape)
    add('model', [...at, 'model', shape], `is part of '${model.name}' already`, 'leave one of them out');
  if (tokens?.longest !== undefined && tokens.longest < tokens.input + tokens.output)
    add('tokens', [...at, 'tokens', 'longest'], 'is shorter than the mean prompt and answer');
}

/** Connections and addresses may hold a secret, in the wrong place or form: what stands there is never shown. */
function mayHoldSecret(path: readonly PropertyKey[]): boolean {
  return (path[0] === 'history' && path[1] === 'prometheus') || path.at(-1) === 'url';
}
