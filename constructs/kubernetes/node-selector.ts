import { poolLabel, type PoolPlan } from '../../lib/plan/file';

/** The labels by which pods choose the nodes of a pool. It needs no framework, so that `synth` can tell what the cluster must have without one. */
export function nodeSelector(poolName: string, pool: PoolPlan): Readonly<Record<string, string>> {
  return pool.nodeSelector ?? { [poolLabel]: poolName };
}
