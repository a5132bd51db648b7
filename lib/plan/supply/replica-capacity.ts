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
import { formatFigure, percent } from '../../figures';
import { isProblemError, ProblemError } from '../../problems';
import type { LoadUnit } from '../../units';
import type { PlanWarning, Reason } from '../file';
import { usableOfferings } from './pool-offerings';

/** What one replica of an inference workload does, and how full it should run. */
export type ReplicaCapacity = {
  readonly amount: number;
  readonly unit: LoadUnit;
  readonly target: number;
  readonly basis: 'measured' | 'estimated';
  /** GPUs of a replica by the estimate; `null` without a model. */
  readonly gpus: number | null;
  readonly reasons: readonly Reason[];
};

/** Tokens where the config states none. */
const usualTokens = { input: 1_024, output: 256 };

/**
 * Throughput and target of an inference workload. A measured throughput wins; else it is estimated from the model, at the low end of
 * the estimate's band and on the slowest GPU type of the pool. With an SLO the target follows from it, unless the config states one.
 *
 * @throws ProblemError as `inferenceEstimate`, `estimate/unknown-model`, `estimate/no-gpu`
 */
export function replicaCapacity(
  { assumed }: Pick<CapacityConfig, 'assumed'>,
  name: string,
  workload: InferenceConfig,
  offerings: readonly Offering[],
): ReplicaCapacity {
  const measured = workload.replica.throughput;
  const { model, slo, target } = workload;
  const derived = slo !== undefined && assumed.includes(`workloads.${name}.target`);
  const elsewhere = measured === undefined ? null : measuredElsewhere(name, workload, offerings);
  if (measured !== undefined && !derived)
    return {
      ...measured,
      ...(elsewhere && { amount: elsewhere.amount }),
      target,
      basis: elsewhere?.isEstimate ? 'estimated' : 'measured',
      gpus: null,
      reasons: elsewhere?.reasons ?? [],
    };
  if (model === undefined) throw new Error(`${name} has neither model nor throughput`);
  const { gpuName, estimate } = slowest(name, workload, offerings);
  const appliedTarget = derived ? Math.min(0.99, estimate.target) : target;
  const amount = elsewhere?.amount ?? measured?.amount ?? estimate.estimated.saturatedRequestsPerSecond * (1 - estimate.band);
  const band = Math.round(estimate.band * 100);
  return {
    amount,
    unit: measured?.unit ?? { noun: 'req', perMs: 1_000 },
    target: appliedTarget,
    basis: measured === undefined || elsewhere?.isEstimate ? 'estimated' : 'measured',
    gpus: measured === undefined ? estimate.gpusPerReplica : null,
    reasons: [
      ...(elsewhere?.reasons ?? []),
      ...(measured === undefined
        ? [
            {
              code: 'demand/estimated' as const,
              text: `one replica on ${estimate.gpusPerReplica} ${gpuName} does about ${formatFigure(estimate.estimated.saturatedRequestsPerSecond)} req/s when full: an ESTIMATE, off by up to ${band} %, so ${formatFigure(amount)} are counted on; measure it and state replica.throughput`,
            },
          ]
        : []),
      ...(derived
        ? [
            {
              code: 'demand/target' as const,
              text: `at ${percent(appliedTarget)} of what it does when full the SLO still holds, by estimate; a larger load is bound by the ${estimate.estimated.binds}`,
            },
          ]
        : []),
      ...(estimate.assumed.length > 0 || workload.tokens === undefined
        ? [
            {
              code: 'demand/assumed' as const,
              text: `assumed of the model and its requests: ${assumptions(workload, estimate).join('; ')}`,
            },
          ]
        : []),
    ],
  };
}

/** One warning a workload that is sized by an estimate, so that it shows where the plan is reviewed. */
export function estimateWarnings(capacities: Readonly<Record<string, ReplicaCapacity | null>>): PlanWarning[] {
  return Object.entries(capacities)
    .filter(([, capacity]) => capacity?.basis === 'estimated')
    .map(([name]) => ({
      code: 'demand/estimated',
      path: `workloads.${name}.replica.throughput`,
      message: 'is not measured: replicas are counted by an estimate',
    }));
}

function assumptions({ tokens }: InferenceConfig, { assumed }: InferenceEstimate): readonly string[] {
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

type Elsewhere = { readonly amount: number; readonly isEstimate: boolean; readonly reasons: readonly Reason[] };

/**
 * A throughput that was measured on one GPU type, where replicas may run on others too: there it differs as the estimates do. Replicas
 * of one workload are alike to whatever spreads the load over them, so the slowest type counts.
 *
 * @returns `null` where it was measured on all there is
 * @throws ProblemError `demand/measured-elsewhere` without a model to estimate by
 */
function measuredElsewhere(name: string, workload: InferenceConfig, offerings: readonly Offering[]): Elsewhere | null {
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
  const figures = estimates.map(({ type, perSecond: value }) => ({ type, amount: (throughput.amount * value) / perSecond(measured) }));
  const slowest = figures.reduce((least, figure) => (figure.amount < least.amount ? figure : least));
  const isEstimate = slowest.amount < throughput.amount || !gpuNamesOf(offerings).includes(measured);
  const amount = isEstimate ? slowest.amount : throughput.amount;
  return {
    amount,
    isEstimate,
    reasons: [
      {
        code: 'demand/measured-elsewhere',
        text: `one replica does ${formatFigure(throughput.amount)} on ${measured}, measured; ${figures.map((figure) => `${formatFigure(figure.amount)} on ${figure.type}`).join(', ')}, by ESTIMATE from the model; ${formatFigure(amount)} are counted on, for a replica may run on any of them`,
      },
    ],
  };
}

/** @throws ProblemError what `estimate` throws, with another cure beside its own */
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

/** The estimate on the GPU type of the pool that serves least. */
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
  // All replicas ask for as many GPUs: the most that any type of the pool wants; a measured one had those stated, or 1.
  const gpus =
    workload.replica.gpus ??
    (workload.replica.throughput ? 1 : Math.max(...gpuNames.map((gpuName) => estimateOn(gpuName, undefined).gpusPerReplica)));
  return gpuNames
    .map((gpuName) => ({ gpuName, estimate: estimateOn(gpuName, gpus) }))
    .reduce((least, other) => (other.estimate.requestsPerSecond.value < least.estimate.requestsPerSecond.value ? other : least));
}

/** The estimate of a replica on GPUs of one type. */
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
