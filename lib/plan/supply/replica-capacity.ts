import type { CapacityConfig, InferenceConfig } from '../../config';
import { gpuFacts, nearNames, type Offering } from '../../catalog';
import {
  completeTransformer,
  type InferenceEstimate,
  inferenceEstimate,
  knownTransformer,
  knownTransformers,
  type Transformer,
} from '../../demand';
import { isProblemError, ProblemError } from '../../problems';
import type { LoadUnit } from '../../units';
import { assumedModelReason, carriedOverThroughputReason, derivedTargetReason, estimatedThroughputReason } from '../explain';
import type { PlanWarning, Reason } from '../file';
import { usableOfferings } from './pool-offerings';

/** The throughput of one replica of an inference workload, and the share of it at which the replica should run. */
export type ReplicaCapacity = {
  /** The throughput of a full replica, in `unit`. */
  readonly amount: number;
  readonly unit: LoadUnit;
  /** The target utilisation: the share of the throughput at which a replica should run. */
  readonly target: number;
  readonly basis: 'measured' | 'estimated';
  /** The number of GPUs of a replica by the estimate; `null` where the throughput was measured. */
  readonly gpus: number | null;
  readonly reasons: readonly Reason[];
};

/** The numbers of tokens of a request where the config states none. */
const usualTokens = { input: 1_024, output: 256 };

/**
 * Works out throughput and target utilisation of an inference workload. A measured throughput is used where the config states one.
 * Otherwise the throughput is estimated from the model: on the slowest GPU type of the pool, and at the low end of the band of the
 * estimate. Where the config states an SLO and no target, the target follows from the SLO.
 *
 * @param offerings those that the workload may use
 * @throws ProblemError `estimate/unknown-model`, `estimate/no-gpu`, `demand/measured-elsewhere`, and those of `inferenceEstimate`
 */
export function replicaCapacity(
  { assumed }: Pick<CapacityConfig, 'assumed'>,
  name: string,
  workload: InferenceConfig,
  offerings: readonly Offering[],
): ReplicaCapacity {
  const measured = workload.replica.throughput;
  const { model, slo, target } = workload;
  const followsFromSlo = slo !== undefined && assumed.includes(`workloads.${name}.target`);
  const carriedOver = measured === undefined ? null : carriedOverThroughput(name, workload, offerings);
  if (measured !== undefined && !followsFromSlo)
    return {
      ...measured,
      ...(carriedOver && { amount: carriedOver.amount }),
      target,
      basis: carriedOver?.isEstimate ? 'estimated' : 'measured',
      gpus: null,
      reasons: carriedOver ? [carriedOver.reason] : [],
    };
  if (model === undefined) throw new Error(`${name} has neither model nor throughput`);
  const { gpuName, estimate } = slowest(name, workload, offerings);
  const appliedTarget = followsFromSlo ? Math.min(0.99, estimate.target) : target;
  const fullPerSecond = estimate.estimated.saturatedRequestsPerSecond;
  const amount = carriedOver?.amount ?? measured?.amount ?? fullPerSecond * (1 - estimate.band);
  const assumptions = assumptionsOf(workload, estimate);
  return {
    amount,
    unit: measured?.unit ?? { noun: 'req', perMs: 1_000 },
    target: appliedTarget,
    basis: measured === undefined || carriedOver?.isEstimate ? 'estimated' : 'measured',
    gpus: measured === undefined ? estimate.gpusPerReplica : null,
    reasons: [
      ...(carriedOver ? [carriedOver.reason] : []),
      ...(measured === undefined
        ? [
            estimatedThroughputReason({
              gpus: estimate.gpusPerReplica,
              gpuName,
              fullPerSecond,
              band: estimate.band,
              countedOnPerSecond: amount,
            }),
          ]
        : []),
      ...(followsFromSlo ? [derivedTargetReason(appliedTarget, estimate.estimated.binds)] : []),
      ...(assumptions.length > 0 ? [assumedModelReason(assumptions)] : []),
    ],
  };
}

/** A warning for each workload whose throughput is an estimate, so that whoever reviews the plan sees it. */
export function estimateWarnings(capacities: Readonly<Record<string, ReplicaCapacity | null>>): PlanWarning[] {
  return Object.entries(capacities)
    .filter(([, capacity]) => capacity?.basis === 'estimated')
    .map(([name]) => ({
      code: 'demand/estimated',
      path: `workloads.${name}.replica.throughput`,
      message: 'is not measured: replicas are counted by an estimate',
    }));
}

function assumptionsOf({ tokens }: InferenceConfig, { assumed }: InferenceEstimate): readonly string[] {
  return [...assumed, ...(tokens === undefined ? [`prompts of ${usualTokens.input} and answers of ${usualTokens.output} tokens`] : [])];
}

/** A warning for each workload whose measured throughput does not say on which GPU type it was measured, while it may run on several. */
export function mixedGpuWarnings(
  { workloads }: Pick<CapacityConfig, 'workloads'>,
  offerings: Readonly<Record<string, readonly Offering[]>>,
): PlanWarning[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) => {
      const workload = workloads[name];
      if (workload.kind !== 'inference' || workload.replica.throughput === undefined || workload.replica.measuredOn !== undefined)
        return [];
      const types = gpuNamesOf(usableOfferings(name, workload, offerings[workload.pool]));
      if (types.length < 2) return [];
      const message = `is counted on for ${types.join(' and ')} alike: say which of them it was measured on (measuredOn), or which it may use (gpuTypes)`;
      return [{ code: 'demand/mixed-gpus', path: `workloads.${name}.replica.throughput`, message }];
    });
}

/** The throughput that is counted on where replicas may also run on GPU types on which it was not measured. */
type CarriedOver = { readonly amount: number; readonly isEstimate: boolean; readonly reason: Reason };

/**
 * Carries a throughput that was measured on one GPU type over to the other types on which replicas may run: it is multiplied by the
 * ratio of the estimates of the two types. The slowest type counts, because load is spread over all replicas alike.
 *
 * @returns `null` where replicas run only on the type on which it was measured, or the config does not say which type that is
 * @throws ProblemError `demand/measured-elsewhere` without a model to estimate by
 */
function carriedOverThroughput(name: string, workload: InferenceConfig, offerings: readonly Offering[]): CarriedOver | null {
  const { throughput, measuredOn } = workload.replica;
  if (measuredOn === undefined || throughput === undefined) return null;
  const path = `workloads.${name}.replica.measuredOn`;
  const measured = gpuFacts(measuredOn, path).name;
  const others = gpuNamesOf(offerings).filter((type) => type !== measured);
  if (others.length === 0) return null;
  if (workload.model === undefined) {
    throw new ProblemError({
      code: 'demand/measured-elsewhere',
      path,
      message: `is ${measured}, and pool '${workload.pool}' also has ${others.join(' and ')}: nothing says what a replica does there`,
      hint: `give model, by which it is estimated, or replica.gpuTypes: ['${measured}']`,
    });
  }
  const estimateOn = estimator(name, workload, offerings);
  const gpus = workload.replica.gpus ?? 1;
  const perSecond = (type: string) => estimateOn(type, gpus).estimated.saturatedRequestsPerSecond;
  const cure = `or keep it off ${others.join(' and ')} by replica.gpuTypes: ['${measured}']`;
  const estimates = others.map((type) => ({ type, perSecond: hintedAt(cure, () => perSecond(type)) }));
  const onOthers = estimates.map(({ type, perSecond: value }) => ({
    gpuName: type,
    amount: (throughput.amount * value) / perSecond(measured),
  }));
  const slowestAmount = Math.min(...onOthers.map(({ amount }) => amount));
  const isEstimate = slowestAmount < throughput.amount || !gpuNamesOf(offerings).includes(measured);
  const amount = isEstimate ? slowestAmount : throughput.amount;
  const reason = carriedOverThroughputReason({ measuredOn: measured, measured: throughput.amount, others: onOthers, countedOn: amount });
  return { amount, isEstimate, reason };
}

/**
 * Runs an estimate. When it throws, the hints of its problems get a second cure.
 *
 * @throws ProblemError of the estimate
 */
function hintedAt<T>(cure: string, estimate: () => T): T {
  try {
    return estimate();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    throw new ProblemError(error.problems.map((problem) => ({ ...problem, hint: problem.hint ? `${problem.hint}; ${cure}` : cure })));
  }
}

function gpuNamesOf(offerings: readonly Offering[]): readonly string[] {
  return [...new Set(offerings.flatMap(({ gpuName }) => gpuName ?? []))].sort();
}

/** The GPU type of the pool on which a replica serves the fewest requests, and the estimate on it. */
function slowest(
  name: string,
  workload: InferenceConfig,
  offerings: readonly Offering[],
): { readonly gpuName: string; readonly estimate: InferenceEstimate } {
  const gpuNames = gpuNamesOf(offerings);
  if (gpuNames.length === 0) {
    throw new ProblemError({
      code: 'estimate/no-gpu',
      path: `workloads.${name}.model`,
      message: `needs GPUs, and pool '${workload.pool}' has none`,
      hint: 'choose a pool with GPUs, or measure replica.throughput and leave model out',
    });
  }
  const estimateOn = estimator(name, workload, offerings);
  // All replicas have the same number of GPUs. It is the stated one; without one, 1 for a measured throughput, otherwise the largest
  // number that the model needs on any type of the pool.
  const gpus =
    workload.replica.gpus ??
    (workload.replica.throughput ? 1 : Math.max(...gpuNames.map((gpuName) => estimateOn(gpuName, undefined).gpusPerReplica)));
  return gpuNames
    .map((gpuName) => ({ gpuName, estimate: estimateOn(gpuName, gpus) }))
    .reduce((least, other) => (other.estimate.requestsPerSecond.value < least.estimate.requestsPerSecond.value ? other : least));
}

/** A function that estimates a replica on GPUs of one type; without `gpusPerReplica` the estimate chooses their number. */
function estimator(name: string, workload: InferenceConfig, offerings: readonly Offering[]) {
  const model = transformerOf(name, workload);
  return (gpuName: string, gpusPerReplica: number | undefined): InferenceEstimate =>
    inferenceEstimate({
      model,
      precision: workload.model?.precision ?? 'bf16',
      kvBytes: workload.model?.kvPrecision === 'fp8' || workload.model?.kvPrecision === 'int8' ? 1 : 2,
      gpu: gpuFacts(gpuName),
      gpusPerReplica,
      mostGpus: offerings.reduce((gpus, offering) => (offering.gpuName === gpuName ? Math.max(gpus, offering.gpus) : gpus), 1),
      traffic: {
        inputTokens: workload.tokens?.input ?? usualTokens.input,
        outputTokens: workload.tokens?.output ?? usualTokens.output,
        slo: {
          p95TimeToFirstTokenSeconds: inSeconds(workload.slo?.p95TimeToFirstToken),
          p95TimePerOutputTokenSeconds: inSeconds(workload.slo?.p95TimePerOutputToken),
        },
      },
      maxSequence: workload.tokens?.longest,
      path: (field) => `workloads.${name}.${places[field]}`,
    });
}

const places = {
  precision: 'model.precision',
  gpu: 'model',
  maxSequence: 'tokens',
  gpusPerReplica: 'replica.gpus',
  p95TimeToFirstToken: 'slo.p95TimeToFirstToken',
  p95TimePerOutputToken: 'slo.p95TimePerOutputToken',
} as const;

function transformerOf(name: string, { model }: InferenceConfig): Transformer {
  if (model?.name === undefined) return completeTransformer(model ?? {}, (field) => `workloads.${name}.model.${field}`);
  const transformer = knownTransformer(model.name);
  if (transformer !== undefined) return transformer;
  throw new ProblemError({
    code: 'estimate/unknown-model',
    path: `workloads.${name}.model.name`,
    message: `the shape of '${model.name}' is not known`,
    hint: `did you mean ${nearNames(model.name, knownTransformers).join(', ')}? Or give its parameters, layers and hiddenSize`,
  });
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
