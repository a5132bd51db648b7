import type { Construct } from 'constructs';
import { ProblemError } from '../../lib/problems';
import { PoolNodeGroups, type PoolNodeGroupsProps } from './pool-node-groups';

/**
 * The node groups of a pool whose machines have GPUs: NVIDIA image, taint `nvidia.com/gpu`, local NVMe as one disk.
 *
 * @throws ProblemError `aws/no-gpu` when a group has none, and all that `PoolNodeGroups` refuses
 * @example new GpuNodeGroup(stack, 'L40s', { poolName: 'l40s', pool: plan.pools.l40s, validUntil: plan.validUntil, cluster })
 */
export class GpuNodeGroup extends PoolNodeGroups {
  constructor(scope: Construct, id: string, props: PoolNodeGroupsProps) {
    const bare = props.pool.groups.filter((group) => group.node.gpus === 0);
    if (bare.length > 0) {
      throw new ProblemError(
        bare.map((group) => ({
          code: 'aws/no-gpu',
          path: `pools.${props.poolName}.groups.${group.name}`,
          message: `'${group.instanceType}' must have a GPU in order for its group to be part of a GPU pool`,
          hint: 'make it a pool instead of a gpuPool, or choose another instance type',
        })),
      );
    }
    super(scope, id, props);
  }
}
