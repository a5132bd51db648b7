import type { Construct } from 'constructs';
import { ProblemError } from '../../lib/problems';
import type { NodePool } from './node-pool';
import { PoolNodeGroups, type PoolNodeGroupsProps } from './pool-node-groups';

/**
 * The node groups of a pool whose machines have GPUs (`gpuPool`). It is `PoolNodeGroups` with a check of the kind of the pool: nodes
 * run the NVIDIA image, have the taint `nvidia.com/gpu`, and join their local NVMe disks to one.
 *
 * @throws ProblemError `aws/no-gpu-pool` for another kind of pool, and whatever `PoolNodeGroups` throws
 * @example new GpuNodeGroup(stack, 'L40s', { poolName: 'l40s', pool: plan.pools.l40s, validUntil: plan.validUntil, cluster })
 */
export class GpuNodeGroup extends PoolNodeGroups {
  constructor(scope: Construct, id: string, props: PoolNodeGroupsProps) {
    const { poolName } = props;
    const pool: NodePool | undefined = props.pool;
    if (pool !== undefined && pool.kind !== 'gpuPool') {
      throw new ProblemError({
        code: 'aws/no-gpu-pool',
        path: `pools.${poolName}`,
        message: `'${poolName}' (${pool.kind}) must be a gpuPool in order for its nodes to be set up for GPUs`,
        hint: 'use PoolNodeGroups for machines without a GPU',
      });
    }
    super(scope, id, props);
  }
}
