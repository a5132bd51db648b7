import { type CapacityConfig, type InferenceConfig, isJob, type WorkloadConfig } from '../../config';
import { precisions } from '../../demand';
import { poolOfferings, replicaCapacity, usableOfferings } from '../supply';
import type { Read } from './types';

/**
 * Another precision of the weights. A throughput that was measured is multiplied by the ratio of the estimates of both, for nothing says
 * better what it would be.
 */
export function withPrecision(value: string, name: string, config: CapacityConfig): Read {
  const workload = config.workloads[name];
  const allowed = isJob(workload) ? (['bf16', 'fp16', 'fp8'] as const) : precisions;
  const precision = allowed.find((one) => one === value);
  if (precision === undefined) return { expected: `one of ${allowed.join(', ')}` };
  if (isJob(workload) && precision !== 'int8' && precision !== 'int4')
    return { inConfig: (whole) => withWorkload(whole, name, { ...workload, precision }) };
  if (workload.kind !== 'inference' || workload.model === undefined)
    return {
      impossible: `says nothing of '${name}': without a model nothing tells what another precision does`,
      hint: `state workloads.${name}.model`,
    };
  return { inConfig: (whole) => atPrecision(whole, name, precision) };
}

function atPrecision(config: CapacityConfig, name: string, precision: (typeof precisions)[number]): CapacityConfig {
  const workload = config.workloads[name];
  if (workload.kind !== 'inference' || workload.model === undefined) return config;
  const changed: InferenceConfig = { ...workload, model: { ...workload.model, precision } };
  const { throughput } = workload.replica;
  if (throughput === undefined) return withWorkload(config, name, changed);
  const times = estimated(config, name, changed) / estimated(config, name, workload);
  return withWorkload(config, name, {
    ...changed,
    replica: { ...changed.replica, throughput: { ...throughput, amount: throughput.amount * times } },
  });
}

/** What a replica is estimated to carry, whatever was measured. */
function estimated(config: CapacityConfig, name: string, workload: InferenceConfig): number {
  const { throughput, measuredOn, ...replica } = workload.replica;
  void [throughput, measuredOn];
  const bare = { ...workload, replica };
  return replicaCapacity(config, name, bare, usableOfferings(name, bare, poolOfferings(config)[workload.pool])).amount;
}

/**
 * Says of workloads of a pool on which GPU their throughput was measured, where it has one type, so that it is carried over to another one;
 * a workload without a model keeps it as it is.
 */
export function measuredInPool(config: CapacityConfig, pool: string): CapacityConfig {
  const names = (poolOfferings(config)[pool] ?? []).map(({ gpuName }) => gpuName);
  const types = [...new Set(names)].filter((type) => type !== null);
  const workloads = Object.entries(config.workloads).map(([name, workload]): [string, WorkloadConfig] => {
    if (workload.pool !== pool || workload.kind !== 'inference') return [name, workload];
    const { gpuTypes, ...replica } = workload.replica;
    void gpuTypes;
    const isMeasured = replica.throughput !== undefined && replica.measuredOn === undefined && workload.model !== undefined;
    return [name, { ...workload, replica: { ...replica, ...(isMeasured && types.length === 1 && { measuredOn: types[0] }) } }];
  });
  return { ...config, workloads: Object.fromEntries(workloads) };
}

function withWorkload(config: CapacityConfig, name: string, workload: CapacityConfig['workloads'][string]): CapacityConfig {
  return { ...config, workloads: { ...config.workloads, [name]: workload } };
}
