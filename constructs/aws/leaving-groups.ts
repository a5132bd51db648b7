import { DataAwsAutoscalingGroup } from '@cdktf/provider-aws/lib/data-aws-autoscaling-group';
import { DataAwsEksNodeGroup } from '@cdktf/provider-aws/lib/data-aws-eks-node-group';
import { DataAwsEksNodeGroups } from '@cdktf/provider-aws/lib/data-aws-eks-node-groups';
import { TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import { expression, literal } from './expression';
import { Gate } from './gate';

export interface LeavingGroupsProps {
  /** The name of the project, which its node groups have as the tag `foresize:project`. */
  readonly projectName: string;
  /** The name of the cluster. */
  readonly clusterName: string;
  /** The names of the node groups that Terraform is to have, those that retire included. */
  readonly keptNames: readonly string[];
}

/** Refuses to take away node groups of the project that still have nodes. It sees every node group in the cluster, also those of an earlier plan. */
export class LeavingGroups extends Construct {
  constructor(scope: Construct, id: string, { projectName, clusterName, keptNames }: LeavingGroupsProps) {
    super(scope, id);
    const local = (name: string, text: string) => `local.${new TerraformLocal(this, name, expression(text)).friendlyUniqueId}`;
    const existing = new DataAwsEksNodeGroups(this, 'existing', { clusterName });
    const names = `data.aws_eks_node_groups.${existing.friendlyUniqueId}.names`;
    const kept = `local.${new TerraformLocal(this, 'kept', [...keptNames].sort()).friendlyUniqueId}`;
    const others = local('others', `[for name in ${names} : name if !contains(${kept}, name)]`);
    const group = new DataAwsEksNodeGroup(this, 'other', { clusterName, nodeGroupName: expression('each.value') });
    group.addOverride('for_each', expression(`toset(${others})`));
    const leaving = local(
      'leaving',
      `{ for name, group in data.aws_eks_node_group.${group.friendlyUniqueId} : name => one(flatten([for part in group.resources : part.autoscaling_groups[*].name])) if lookup(group.tags, "foresize:project", "") == "${literal(projectName)}" && length(flatten([for part in group.resources : part.autoscaling_groups[*].name])) > 0 }`,
    );
    const autoscaling = new DataAwsAutoscalingGroup(this, 'autoscaling', { name: expression('each.value') });
    autoscaling.addOverride('for_each', expression(leaving));
    const occupied = local(
      'occupied',
      `[for name, group in data.aws_autoscaling_group.${autoscaling.friendlyUniqueId} : "\${name} (\${group.desired_capacity})" if group.desired_capacity > 0]`,
    );
    // Node groups that foresize makes have the digest of the plan as a tag; those that it adopts keep the tags that they have.
    const adopted = local(
      'adopted',
      `[for name, group in data.aws_eks_node_group.${group.friendlyUniqueId} : name if lookup(group.tags, "foresize:project", "") == "${literal(projectName)}" && !can(group.tags["foresize:plan"])]`,
    );
    new Gate(this, 'gate', [
      {
        condition: expression(`length(${adopted}) == 0`),
        errorMessage: `Node groups that were adopted would be deleted, for no pool of the config adopts them any more: ${expression(`join(", ", ${adopted})`)}. Name them in the pool's adopt again, where they are given back once the plan has them no more; or, to give one back now, run 'terraform state rm' for it and take its tag foresize:project away.`,
      },
      {
        condition: expression(`length(${occupied}) == 0`),
        errorMessage: `Node groups that still run nodes, so many each, would be taken away with their pods: ${expression(`join(", ", ${occupied})`)}. Keep them out of cluster.retired, and make the plan with the deployed one as capacity-plan.json ('foresize plan' without --fresh): it keeps them as retiring until they are empty.`,
      },
    ]);
  }
}
