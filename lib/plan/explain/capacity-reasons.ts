import { formatFigure, percent } from '../../figures';
import type { Reason } from '../file';

/** The throughput of a replica as it is estimated from its model. */
export type EstimatedThroughput = {
  readonly gpus: number;
  readonly gpuName: string;
  /** Requests per second of a full replica, in the middle of the band. */
  readonly fullPerSecond: number;
  /** How far the estimate may be off, as a share. */
  readonly band: number;
  /** Requests per second that the plan counts on. */
  readonly countedOnPerSecond: number;
};

/** Sentence of a throughput that is estimated from the model, because none was measured. */
export function estimatedThroughputReason({ gpus, gpuName, fullPerSecond, band, countedOnPerSecond }: EstimatedThroughput): Reason {
  return {
    code: 'demand/estimated',
    text: `one replica on ${gpus} ${gpuName} does about ${formatFigure(fullPerSecond)} req/s when full: an ESTIMATE, off by up to ${Math.round(band * 100)} %, so ${formatFigure(countedOnPerSecond)} are counted on; measure it and state replica.throughput`,
  };
}

/**
 * Sentence of a target utilisation that follows from the SLO.
 *
 * @param target share of its throughput at which a replica still meets the SLO
 * @param binds what a larger load would be bound by, such as `time to first token`
 */
export function derivedTargetReason(target: number, binds: string): Reason {
  return {
    code: 'demand/target',
    text: `at ${percent(target)} of what it does when full the SLO still holds, by estimate; a larger load is bound by the ${binds}`,
  };
}

/** Sentence of what an estimate assumes of a model and its requests, because the config does not state it. */
export function assumedModelReason(assumptions: readonly string[]): Reason {
  return { code: 'demand/assumed', text: `assumed of the model and its requests: ${assumptions.join('; ')}` };
}

/** A throughput that was measured on one GPU type, and what it is on the other types of the pool. */
export type CarriedOverThroughput = {
  readonly measuredOn: string;
  readonly measured: number;
  /** The throughput on each other type, by how the estimates of the types differ. */
  readonly others: readonly { readonly gpuName: string; readonly amount: number }[];
  /** The throughput that the plan counts on. */
  readonly countedOn: number;
};

/** Sentence of a measured throughput that is carried over to other GPU types. Throughputs are in the unit of the workload. */
export function carriedOverThroughputReason({ measuredOn, measured, others, countedOn }: CarriedOverThroughput): Reason {
  const estimates = others.map(({ gpuName, amount }) => `${formatFigure(amount)} on ${gpuName}`).join(', ');
  return {
    code: 'demand/measured-elsewhere',
    text: `one replica does ${formatFigure(measured)} on ${measuredOn}, measured; ${estimates}, by ESTIMATE from the model; ${formatFigure(countedOn)} are counted on, for a replica may run on any of them`,
  };
}
