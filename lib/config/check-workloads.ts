import { podProblems } from './check-pod';
import type { Add } from './check-pools';
import { isDeferrable, isMeasuredByLoad, scalerOf } from './kinds';
import type { LiveMetric, MetricConfig } from './metric-schema';
import type { CapacityConfig, InferenceConfig, ServiceConfig, TrainingConfig, WorkloadConfig } from './schema';
import { seriesKindOf, type SourceConfig } from './source-schema';

/** What of the workloads does not go together. */
export function checkWorkloads(config: CapacityConfig, add: Add): void {
  for (const [name, workload] of Object.entries(config.workloads)) {
    const at = ['workloads', name] as const;
    const pool = Object.hasOwn(config.pools, workload.pool) ? config.pools[workload.pool] : undefined;
    if (workload.floor !== undefined && workload.ceiling !== undefined && workload.floor > workload.ceiling)
      add('floor-above-ceiling', [...at, 'floor'], `${workload.floor} is above the ceiling ${workload.ceiling}`);
    if (pool?.kind === 'pool' && isMeasuredByLoad(workload) && (workload.replica.gpus ?? 0) > 0)
      add('gpus-without-gpu-pool', [...at, 'replica', 'gpus'], `asks for GPUs, and pool '${workload.pool}' has none`, 'make it a gpuPool');
    checkKind(workload.kind, name, workload, add);
    for (const key of ['pod', 'patch', 'preset', 'run', 'reaches', 'calledBy', 'monitor'] as const)
      if (workload.attach !== undefined && key in workload && (workload as Readonly<Record<string, unknown>>)[key] !== undefined)
        add('pod', [...at, key], 'is for pods of your own, and these are of what is attached', 'leave it out, or leave attach out');
    for (const { path, message, hint } of podProblems(workload.pod ?? {}, config.cluster.version))
      add('pod', [...at, 'pod', ...path], message, hint);
    for (const key of ['reaches', 'calledBy'] as const)
      if (
        workload.attach === undefined &&
        !config.namespace.closed &&
        key in workload &&
        workload[key as keyof typeof workload] !== undefined
      )
        add(
          'network',
          [...at, key],
          `opens a closed network, and that of namespace '${config.namespace.name}' is not known to be closed`,
          `namespace: { name: '${config.namespace.name}', closed: true } says that somebody else closed it, create: true makes and closes it; or leave this out`,
        );
    if (workload.like !== undefined) checkLike(name, workload.like, config, add);
  }
}

type WorkloadsByKind = { readonly [Kind in WorkloadConfig['kind']]: Extract<WorkloadConfig, { readonly kind: Kind }> };

/** What a workload of each kind needs, and what it cannot have. */
const checks: { readonly [Kind in keyof WorkloadsByKind]: (name: string, workload: WorkloadsByKind[Kind], add: Add) => void } = {
  inference: checkInference,
  service: checkService,
  training: (name, workload, add) => (workload.form === 'job' ? checkJob(name, workload, add) : checkQueue(name, workload, add)),
};

function checkKind<Kind extends keyof WorkloadsByKind>(kind: Kind, name: string, workload: WorkloadsByKind[Kind], add: Add): void {
  checks[kind](name, workload, add);
}

function checkService(name: string, { metric, machine, replica }: ServiceConfig, add: Add): void {
  const isPod = replica?.cpu !== undefined && replica.memory !== undefined;
  if (machine === undefined && !isPod)
    add(
      'missing',
      ['workloads', name, 'machine'],
      'is missing: what one server is',
      'an instance type, or replica: { cpu, memory } of a pod',
    );
  if (machine !== undefined && replica !== undefined)
    add('twice', ['workloads', name, 'machine'], 'is given beside what a pod asks for', 'leave one of them out');
  if (metric) add('metric', ['workloads', name, 'metric'], 'a service is scaled by CPU and memory, not by a metric of its own');
}

type Scaler = ReturnType<typeof scalerOf>;

/** By what scales a workload: the metric that it cannot read, and what to do about one. */
const unreadable: Readonly<Record<Scaler, { readonly kind: MetricConfig['kind']; readonly message: string; readonly hint: string }>> = {
  hpa: { kind: 'prometheus', message: 'an HPA cannot read PromQL', hint: "use podsMetric(...), or owner: 'keda'" },
  keda: {
    kind: 'pods',
    message: 'a KEDA ScaledObject cannot read a metric of the pods',
    hint: "use prometheusMetric(...), or owner: 'manifests'",
  },
};

function checkInference(name: string, workload: InferenceConfig, add: Add): void {
  const { load, metric, model, replica } = workload;
  const at = ['workloads', name] as const;
  const scaler = scalerOf(workload);
  const { kind, message, hint } = unreadable[scaler];
  if (metric?.triggers.some((trigger) => trigger.kind === kind)) add('metric', [...at, 'metric'], message, hint);
  if (metric !== undefined) checkMetric(name, metric, scaler, add);
  if (replica.profile !== undefined) {
    const hint = 'state replica.throughput in its place';
    return add('profile', [...at, 'replica', 'profile'], 'is read beside the file of a config, and this config is none', hint);
  }
  if (!replica.throughput && !model) {
    const hint = 'or give model, by which it is estimated';
    return add('missing', [...at, 'replica', 'throughput'], 'is missing: measure what one replica can do', hint);
  }
  checkModel(name, workload, add);
  if (workload.usdPerViolatedMinute !== undefined && workload.replay === 'off')
    add(
      'violation-price',
      [...at, 'usdPerViolatedMinute'],
      "prices minutes of a replay, and replay: 'off' makes none",
      "leave it out, or state replay: 'act' or 'advise'",
    );
  if (!replica.throughput && replica.measuredOn !== undefined)
    add(
      'measured-on',
      [...at, 'replica', 'measuredOn'],
      'says where throughput was measured, and none is stated',
      'state replica.throughput, or leave it out',
    );
  checkUnits(name, load, replica.throughput, add);
}

/** Several triggers: at most one of them is the load itself, and only KEDA has formulas, over triggers from outside the pods. */
function checkMetric(name: string, { triggers, formula }: LiveMetric, scaler: Scaler, add: Add): void {
  const at = ['workloads', name, 'metric'] as const;
  if (formula !== undefined) {
    if (scaler === 'hpa') add('metric', [...at, 'formula'], 'an HPA knows no formula', "list the triggers, or owner: 'keda'");
    if (triggers.some(({ kind }) => kind === 'cpu'))
      add(
        'metric',
        [...at, 'triggers'],
        'a formula of KEDA does not see the CPU of the pods',
        'leave it out, or list the triggers without a formula',
      );
    for (const { as } of triggers)
      if (as !== undefined && !new RegExp(`\\b${as}\\b`).test(formula))
        add('metric', [...at, 'triggers', as], 'is not in the formula, so that it would move nothing', 'use it, or leave it out');
    return;
  }
  const loads = triggers.filter((trigger) => trigger.kind !== 'cpu' && trigger.perReplica === undefined);
  if (loads.length > 1)
    add(
      'metric',
      at,
      `${loads.length} triggers say nothing of what a replica carries, and only one of them can be the load itself`,
      'state perReplica of the others, such as 4 requests that wait',
    );
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

/** The volumes of a run are among those of its pod. */
function checkRun(name: string, { run, pod }: TrainingConfig, add: Add): void {
  const volumes = Object.keys(pod?.volumes ?? {});
  for (const key of ['checkpoints', 'data'] as const) {
    const volume = run?.[key];
    if (volume !== undefined && !volumes.includes(volume))
      add(
        'pod',
        ['workloads', name, 'run', key],
        `names '${volume}', which is no volume of the pod`,
        `volumes are: ${volumes.join(', ') || 'none'}`,
      );
  }
}

/** Training that runs once and ends. */
function checkJob(name: string, workload: TrainingConfig, add: Add): void {
  const { backlog, load, samples, tokens, deadline, model, replica } = workload;
  checkRun(name, workload, add);
  checkDeferred(name, workload, add);
  const at = ['workloads', name] as const;
  if (backlog !== undefined) add('backlog', [...at, 'backlog'], 'a training job has no queue', "use form: 'deployment'");
  if (load) add('load', [...at, 'load'], 'a training job has no load', "use form: 'deployment' for trainers fed by a queue");
  if (samples === undefined && tokens === undefined)
    add('missing', [...at, 'samples'], 'is missing: a job is sized by samples (or tokens), epochs and deadline');
  if (samples !== undefined && tokens !== undefined) add('twice', [...at, 'tokens'], 'is given beside samples', 'leave one of them out');
  if (deadline === undefined) add('missing', [...at, 'deadline'], 'is missing: a job is sized by samples (or tokens), epochs and deadline');
  if (!model && !replica.throughput)
    add(
      'missing',
      [...at, 'model'],
      'is missing, and no throughput is measured',
      "give model, or replica.throughput such as '2500 samples/s'",
    );
}

/** A job whose windows the plan chooses: they are CronJobs, and it is told its own times by nobody else. */
function checkDeferred(name: string, workload: TrainingConfig, add: Add): void {
  const at = ['workloads', name] as const;
  const { earliest, deadline, run } = workload;
  if (!isDeferrable(workload)) {
    for (const key of ['growth', 'capacity', 'done'] as const)
      if (workload[key] !== undefined)
        add('deferrable', [...at, key], 'is of a job whose hours the plan chooses', "state earliest (such as '0h') or pauses too");
    return;
  }
  if (earliest !== undefined && deadline !== undefined && 'at' in earliest && 'at' in deadline && deadline.at <= earliest.at)
    add('deadline', [...at, 'deadline'], 'is not after earliest', 'give a later one');
  if (run?.windows !== undefined)
    add('deferrable', [...at, 'run', 'windows'], 'are given, and the plan chooses others', 'leave them out, or earliest and pauses');
  if (run?.as === 'JobSet')
    add(
      'deferrable',
      [...at, 'run', 'as'],
      'makes no windows: a CronJob makes no JobSet',
      "state as: 'Job', or leave out earliest and pauses",
    );
}

/** Trainers that a queue feeds: how long its items may wait. */
function checkQueue(name: string, workload: TrainingConfig, add: Add): void {
  for (const key of ['earliest', 'pauses', 'growth', 'capacity', 'done'] as const)
    if (workload[key] !== undefined)
      add(
        'deferrable',
        ['workloads', name, key],
        'is of a job, and trainers that a queue feeds run all the time',
        "leave it out, or use form: 'job'",
      );
  const { deadline, backlog, load, replica } = workload;
  const at = ['workloads', name] as const;
  if (workload.run) add('pod', [...at, 'run'], 'is for a job: trainers of a queue run all the time', 'leave it out');
  if (!load) return add('missing', [...at, 'load'], 'is missing');
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
  if (deadline !== undefined && seriesKindOf(load, 'rate') === 'level')
    add('deadline', [...at, 'deadline'], 'is for items that arrive, and the load is a level', 'leave it out, or give the rate of arrivals');
  if (!replica.throughput) return add('missing', [...at, 'replica', 'throughput'], 'is missing: measure what one replica can do');
  checkUnits(name, load, replica.throughput, add);
}

/**
 * A load and the throughput of one replica are counted in the same unit.
 *
 * @param throughput without one it is estimated, in requests
 */
function checkUnits(name: string, load: SourceConfig, throughput: InferenceConfig['replica']['throughput'], add: Add): void {
  const at = ['workloads', name] as const;
  const { unit } = load;
  if (!unit) return add('missing', [...at, 'load', 'unit'], 'is missing', "for example unit: 'req/s'");
  const series = seriesKindOf(load, 'rate');
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

/** A sibling lends its shape only to what is measured alike. */
function checkLike(name: string, like: string, { workloads }: Pick<CapacityConfig, 'workloads'>, add: Add): void {
  if (!Object.hasOwn(workloads, like)) return;
  const at = ['workloads', name, 'like'] as const;
  if (like === name) return add('like', at, 'names the workload itself');
  const measured = (workload: WorkloadConfig) =>
    isMeasuredByLoad(workload)
      ? workload.load
        ? 'load'
        : 'nothing'
      : (['cpu', 'memory'] as const).filter((signal) => workload[signal]).join(' and ') || 'nothing';
  const [own, theirs] = [measured(workloads[name]), measured(workloads[like])];
  if (own !== theirs) add('like', at, `is measured by ${theirs}, and '${name}' by ${own}: there is no shape to borrow`);
}
