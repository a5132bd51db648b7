import type { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { expression } from './expression';

/** The name of the Auto Scaling group that EKS makes for a node group. Terraform knows it only once the node group exists. */
export const autoscalingGroupName = (nodeGroup: EksNodeGroup): string =>
  expression(`aws_eks_node_group.${nodeGroup.friendlyUniqueId}.resources[0].autoscaling_groups[0].name`);

/** An expression of the names of the Auto Scaling groups of node groups that are read, by a list of their data. */
export const autoscalingNames = (nodeGroups: string): string =>
  `flatten([for group in ${nodeGroups} : [for part in group.resources : part.autoscaling_groups[*].name]])`;
