import type { PoolPlan } from '../../lib/plan/file';

/** What node groups need of a pool in the plan. */
export type NodePool = Pick<PoolPlan, 'kind' | 'owner' | 'nodeSelector' | 'taints' | 'efa' | 'reservation' | 'groups'>;
