import { poolOwners } from '../../lib/config';
import { DataAwsEksNodeGroup } from '@cdktf/provider-aws/lib/data-aws-eks-node-group';
import { DataAwsEksNodeGroups } from '@cdktf/provider-aws/lib/data-aws-eks-node-groups';
import type { EksNodeGroupScalingConfig } from '@cdktf/provider-aws/lib/eks-node-group';
import { TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan, PoolPlan } from '../../lib/plan/file';
import { Check } from './check';
import { expression, numberExpression } from './expression';

export interface GroupSizesProps {
  /** The group, as the plan sized it. */
  readonly group: NodeGroupPlan;
  /** Who moves the number of nodes. */
  readonly owner: PoolPlan['owner'];
  /** Name of the cluster that has the group, or will have it. */
  readonly clusterName: string;
}

/**
 * `min_size`, `desired_size` and `max_size` of a node group, by its owner.
 *
 * Where nodes are moved by others than Terraform, the desired size is whatever is live, raised to the floor: nothing drifts,
 * no running node is taken away, and a floor above the live size takes the desired size with it (EKS refuses a minimum above
 * it). A live size above the ceiling is let be, with a warning at every plan, until the autoscaler has removed the nodes.
 * The live size is read by a data source that is there only once the group is.
 *
 * Under `schedule` the minimum is the step of the plan that is in force when Terraform plans: what the last scheduled action
 * has set, so a deployment in the middle of the day changes nothing.
 *
 * Under `terraform` all three are the peak of the plan, so that no autoscaler can move the group (AWS takes no maximum of 0).
 */
export class GroupSizes extends Construct {
  readonly scalingConfig: EksNodeGroupScalingConfig;

  constructor(scope: Construct, id: string, props: GroupSizesProps) {
    super(scope, id);
    const { group, owner } = props;
    if (poolOwners[owner].isFixed) {
      this.scalingConfig = { minSize: group.peak, desiredSize: group.peak, maxSize: Math.max(1, group.peak) };
      return;
    }
    const live = this.readLive(props);
    new Check(this, 'ceiling', {
      condition: expression(`${live} <= ${group.ceiling}`),
      warning: `${group.name} runs ${expression(live)} nodes, above its ceiling of ${group.ceiling}: its maximum stays there until the autoscaler has removed them.`,
    });
    const { hasSchedule } = poolOwners[owner];
    const floor = hasSchedule ? this.floorInForce(group) : String(group.floor);
    this.scalingConfig = {
      minSize: hasSchedule ? numberExpression(floor) : group.floor,
      desiredSize: numberExpression(`max(${floor}, ${live})`),
      maxSize: numberExpression(`max(${group.ceiling}, ${live})`),
    };
  }

  /** Nodes the group has now, 0 before it exists. */
  private readLive({ group, clusterName }: GroupSizesProps): string {
    const existing = new DataAwsEksNodeGroups(this, 'existing', { clusterName });
    const present = new DataAwsEksNodeGroup(this, 'present', {
      clusterName,
      nodeGroupName: group.name,
      count: numberExpression(`contains(data.aws_eks_node_groups.${existing.friendlyUniqueId}.names, "${group.name}") ? 1 : 0`),
    });
    const source = `data.aws_eks_node_group.${present.friendlyUniqueId}`;
    return local(this, 'live', expression(`length(${source}) == 0 ? 0 : ${source}[0].scaling_config[0].desired_size`));
  }

  private floorInForce(group: NodeGroupPlan): string {
    const steps = local(this, 'steps', group.schedule);
    const passed = `[for step in ${steps} : step.nodes if timecmp(step.from, plantimestamp()) <= 0]`;
    return local(this, 'floor', expression(`reverse(concat([${steps}[0].nodes], ${passed}))[0]`));
  }
}

/** A local of the stack; returns what an expression calls it by. */
function local(scope: Construct, id: string, value: unknown): string {
  return `local.${new TerraformLocal(scope, id, value).friendlyUniqueId}`;
}
