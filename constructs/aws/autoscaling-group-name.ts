import type { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { expression } from './expression';

/** Name of the Auto Scaling group that EKS made for a node group; known once it exists. */
export const autoscalingGroupName = (nodeGroup: EksNodeGroup): string =>
  expression(`aws_eks_node_group.${nodeGroup.friendlyUniqueId}.resources[0].autoscaling_groups[0].name`);
