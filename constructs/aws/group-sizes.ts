import { poolOwners } from '../../lib/config';
import { DataAwsAutoscalingGroup } from '@cdktf/provider-aws/lib/data-aws-autoscaling-group';
import { DataAwsEksNodeGroup } from '@cdktf/provider-aws/lib/data-aws-eks-node-group';
import { DataAwsEksNodeGroups } from '@cdktf/provider-aws/lib/data-aws-eks-node-groups';
import type { EksNodeGroupScalingConfig } from '@cdktf/provider-aws/lib/eks-node-group';
import { TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan, PoolPlan } from '../../lib/plan/file';
import { autoscalingNames } from './autoscaling-group-name';
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
  /**
   * Whether the plan has the group no more, so that it is to become empty.
   * @default false
   */
  readonly isRetiring?: boolean;
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
 * | retiring     | 0                     | the live size                         | the live size, at least 1                 |
 *
 * The live size is the desired size that the Auto Scaling group of the node group has when Terraform plans; 0 before it exists. What EKS
 * answers is not used: it can be behind for a while, and until it is not, Terraform shows a change to what is there already. Because the desired size follows the live size, a deployment removes no running node
 * and Terraform sees no drift. The desired size must not be below the floor, because EKS refuses a minimum above it. While the live size
 * is above the ceiling, every plan prints a warning, until the autoscaler has removed the nodes.
 *
 * Under `terraform` the peak is the number of nodes, and a peak that falls removes nodes. Only where another owner has moved the group
 * before, which its minimum and maximum show, live nodes above the peak stay, with a warning.
 *
 * AWS starts no node of a capacity block outside of its window, so minimum and desired size are 0 there.
 *
 * The floor in force is the step of the schedule at the time when Terraform plans. The last scheduled action has set the same
 * minimum, so a deployment in the middle of the day does not change it.
 */
export class GroupSizes extends Construct {
  /** The three sizes, for the argument `scalingConfig` of the node group. */
  readonly scalingConfig: EksNodeGroupScalingConfig;
  /** An expression of the number of nodes that the group has when Terraform plans. */
  readonly live: string;
  /** An expression of the list of what EKS says of the group: one element, or none before it exists. */
  readonly present: string;

  constructor(scope: Construct, id: string, props: GroupSizesProps) {
    super(scope, id);
    const { group, owner, window, isRetiring = false } = props;
    const { live, ranges, present } = this.readLive(props);
    this.live = live;
    this.present = present;
    if (isRetiring) {
      this.scalingConfig = { minSize: 0, desiredSize: numberExpression(live), maxSize: numberExpression(`max(1, ${live})`) };
      return;
    }
    const { hasSchedule, isFixed } = poolOwners[owner];
    if (isFixed) {
      const most = local(
        this,
        'most',
        expression(`alltrue([for size in ${ranges} : size.min_size == size.max_size]) ? ${group.peak} : max(${group.peak}, ${live})`),
      );
      this.warn(
        `${live} <= ${group.peak} || ${most} <= ${group.peak}`,
        `${group.name} runs ${expression(live)} nodes, above its ${group.peak}, as another owner left it: take those down that are idle.`,
      );
      this.scalingConfig = { minSize: group.peak, desiredSize: numberExpression(most), maxSize: numberExpression(`max(1, ${most})`) };
      return;
    }
    this.warn(
      `${live} <= ${group.ceiling}`,
      `${group.name} runs ${expression(live)} nodes, above its ceiling of ${group.ceiling}: its maximum stays there until the autoscaler has removed them.`,
    );
    const floor = hasSchedule ? this.floorInForce(group) : String(group.floor);
    const whileOpen = (size: string) => (window === undefined ? size : `${isOpen(window)} ? ${size} : 0`);
    this.scalingConfig = {
      minSize: hasSchedule || window ? numberExpression(whileOpen(floor)) : group.floor,
      desiredSize: numberExpression(whileOpen(`max(${floor}, ${live})`)),
      maxSize: numberExpression(`max(${group.ceiling}, ${live})`),
    };
  }

  private warn(condition: string, warning: string): void {
    new Check(this, 'ceiling', { condition: expression(condition), warning });
  }

  /**
   * Expressions of the number of nodes that the group has now, 0 before it exists, and of the Auto Scaling groups that say so. Data
   * sources fail where there is nothing to read, so each is read only where the one before has found it.
   */
  private readLive({ group, clusterName }: GroupSizesProps): LiveGroup {
    const existing = new DataAwsEksNodeGroups(this, 'existing', { clusterName });
    const present = new DataAwsEksNodeGroup(this, 'present', {
      clusterName,
      nodeGroupName: group.name,
      count: numberExpression(`contains(data.aws_eks_node_groups.${existing.friendlyUniqueId}.names, "${group.name}") ? 1 : 0`),
    });
    const names = local(this, 'autoscaling-names', expression(autoscalingNames(`data.aws_eks_node_group.${present.friendlyUniqueId}`)));
    const moved = new DataAwsAutoscalingGroup(this, 'autoscaling', {
      name: expression(`${names}[count.index]`),
      count: numberExpression(`length(${names})`),
    });
    const ranges = `data.aws_autoscaling_group.${moved.friendlyUniqueId}`;
    const live = local(this, 'live', expression(`sum(concat([0], ${ranges}[*].desired_capacity))`));
    return { live, ranges, present: `data.aws_eks_node_group.${present.friendlyUniqueId}` };
  }

  private floorInForce(group: NodeGroupPlan): string {
    const steps = local(this, 'steps', group.schedule);
    const passed = `[for step in ${steps} : step.nodes if timecmp(step.from, plantimestamp()) <= 0]`;
    return local(this, 'floor', expression(`reverse(concat([${steps}[0].nodes], ${passed}))[0]`));
  }
}

/** Expressions of what is read of a group: its nodes, its Auto Scaling groups, and what EKS says of it. */
type LiveGroup = { readonly live: string; readonly ranges: string; readonly present: string };

/** Adds a local value to the stack and returns its name in expressions, such as `local.live`. */
function local(scope: Construct, id: string, value: unknown): string {
  return `local.${new TerraformLocal(scope, id, value).friendlyUniqueId}`;
}
