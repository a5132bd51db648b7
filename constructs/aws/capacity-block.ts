import { AutoscalingSchedule } from '@cdktf/provider-aws/lib/autoscaling-schedule';
import type { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { Construct } from 'constructs';
import { MINUTE_MS, parseTime } from '../../lib/units';
import { autoscalingGroupName } from './autoscaling-group-name';
import { actionName, yearly } from './yearly-action';

/** When nodes of a capacity block can run, ISO 8601 UTC: from its begin until EC2 ends them, half an hour before the block ends. */
export type BlockWindow = { readonly from: string; readonly to: string };

/** An expression that is true while Terraform plans within the window. */
export const isOpen = ({ from, to }: BlockWindow): string =>
  `timecmp(plantimestamp(), "${from}") >= 0 && timecmp(plantimestamp(), "${to}") < 0`;

export interface BlockEndProps {
  /** The name of the node group, which the name of the action begins with. */
  readonly groupName: string;
  /** When the capacity block is there. */
  readonly window: BlockWindow;
  /** The EKS node group whose nodes use the capacity block. */
  readonly nodeGroup: EksNodeGroup;
}

/**
 * The scheduled action that empties a node group when EC2 begins to end the instances of its capacity block, so that EKS drains them and
 * nobody orders new ones.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html
 */
export class BlockEnd extends Construct {
  constructor(scope: Construct, id: string, { groupName, window, nodeGroup }: BlockEndProps) {
    super(scope, id);
    const at = endMs(window);
    new AutoscalingSchedule(this, 'Resource', {
      autoscalingGroupName: autoscalingGroupName(nodeGroup),
      scheduledActionName: `${groupName}-empty-${actionName(at)}`,
      recurrence: yearly(at),
      timeZone: 'Etc/UTC',
      minSize: 0,
      maxSize: -1,
      desiredCapacity: 0,
    });
  }
}

/** The whole minute at which a node group is emptied, epoch ms. */
export const endMs = ({ to }: BlockWindow): number => Math.floor((parseTime(to) ?? NaN) / MINUTE_MS) * MINUTE_MS;
