import { poolOwners } from '../../lib/config';
import { DataAwsEksNodeGroup } from '@cdktf/provider-aws/lib/data-aws-eks-node-group';
import { DataAwsEksNodeGroups } from '@cdktf/provider-aws/lib/data-aws-eks-node-groups';
import type { EksNodeGroupScalingConfig } from '@cdktf/provider-aws/lib/eks-node-group';
import { TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan, PoolPlan } from '../../lib/plan/file';
import { type BlockWindow, isOpen } from './capacity-block';
import { Check } from './check';
import { expression, numberExpression } from './expression';

export interface GroupSizesProps {
  /** The node group in the plan. */
  readonly group: NodeGroupPlan;
  /**
   * When the capacity block is there that the nodes use. Outside of it minimum and desired size are 0.
   * @default none
   */
  readonly window?: BlockWindow;
  /** Who changes the number of nodes: `autoscaler`, `schedule` or `terraform`. */
  readonly owner: PoolPlan['owner'];
  /** The name of the cluster that the node group is in, or will be in. */
  readonly clusterName: string;
}

/**
 * Computes `min_size`, `desired_size` and `max_size` of an EKS node group. They depend on the owner of the pool:
 *
 * | owner        | minimum               | desired                               | maximum                                   |
 * | ------------ | --------------------- | ------------------------------------- | ----------------------------------------- |
 * | `autoscaler` | the floor of the plan | the live size, or the floor if larger | the ceiling, or the live size if larger   |
 * | `schedule`   | the floor in force    | the live size, or the floor if larger | the ceiling, or the live size if larger   |
 * | `terraform`  | the peak of the plan  | the peak                              | the peak, at least 1 (AWS refuses 0)      |
 *
 * The live size is the desired size that the node group has when Terraform plans; 0 before it exists. Because the desired size
 * follows it, a deployment removes no running node and Terraform sees no drift. The desired size must not be below the floor, because
 * EKS refuses a minimum above it. While the live size is above the ceiling, every plan prints a warning, until the autoscaler has
 * removed the nodes.
 *
 * AWS starts no node of a capacity block outside of its window, so minimum and desired size are 0 there.
 *
 * The floor in force is the step of the schedule at the time when Terraform plans. The last scheduled action has set the same
 * minimum, so a deployment in the middle of the day does not change it.
 */
export class GroupSizes extends Construct {
  /** The three sizes, for the argument `scalingConfig` of the node group. */
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
    const { window } = props;
    const whileOpen = (size: string) => (window === undefined ? size : `${isOpen(window)} ? ${size} : 0`);
    this.scalingConfig = {
      minSize: hasSchedule || window ? numberExpression(whileOpen(floor)) : group.floor,
      desiredSize: numberExpression(whileOpen(`max(${floor}, ${live})`)),
      maxSize: numberExpression(`max(${group.ceiling}, ${live})`),
    };
  }

  /** An expression of the number of nodes that the group has now; 0 before it exists, because the data source fails without it. */
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

/** Adds a local value to the stack and returns its name in expressions, such as `local.live`. */
function local(scope: Construct, id: string, value: unknown): string {
  return `local.${new TerraformLocal(scope, id, value).friendlyUniqueId}`;
}
