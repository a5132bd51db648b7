/** Terraform constructs for a cdktf app of your own, and `buildTerraform`, which writes the whole app of `foresize synth`. */
export { buildTerraform } from './app';
export { AddonsStack } from './addons-stack';
export { AwsStack } from './aws-stack';
export { CapacityStack } from './capacity-stack';
export { Cluster, type ClusterRef } from './cluster';
export { ClusterStack } from './cluster-stack';
export { FoundationStack } from './foundation-stack';
export { GpuNodeGroup } from './gpu-node-group';
export { Network } from './network';
export { PoolNodeGroups, type PoolNodeGroupsProps } from './pool-node-groups';
