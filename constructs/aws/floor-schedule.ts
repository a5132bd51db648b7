import { AutoscalingSchedule } from '@cdktf/provider-aws/lib/autoscaling-schedule';
import type { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { TerraformIterator } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';
import { MINUTE_MS, parseTime } from '../../lib/units';
import { autoscalingGroupName } from './autoscaling-group-name';
import { type BlockWindow, endMs } from './capacity-block';
import { actionName, yearly } from './yearly-action';

export interface FloorScheduleProps {
  /** The node group in the plan, with the schedule of its floor. */
  readonly group: NodeGroupPlan;
  /**
   * When the capacity block is there that the nodes use. From its end on no action is made: `BlockEnd` empties the group.
   * @default none
   */
  readonly window?: BlockWindow;
  /** The EKS node group whose minimum size follows the schedule. */
  readonly nodeGroup: EksNodeGroup;
}

/** The most scheduled actions that AWS allows for one Auto Scaling group. */
export const MOST_ACTIONS = 125;

/**
 * Scheduled actions that set the minimum size of a node group to the floor of each step of its schedule. The first step needs no
 * action: it is in force when the plan is deployed (see `GroupSizes`).
 *
 * The actions change only the minimum size. Maximum and desired size are -1, which means unchanged; if they were left out, the
 * provider would send 0 for both and empty the group. When the minimum rises above the desired size, AWS raises the desired size to
 * it. When the minimum falls, cluster-autoscaler removes nodes that become idle.
 *
 * Each action recurs every year in UTC (`50 5 23 11 *` is 23 November, 05:50) and has no start time: AWS refuses a start time in the
 * past, so a deployment that waits for an approval would fail. The next plan removes actions whose time has passed.
 *
 * The name of an action is its time. So a new plan adds actions, removes actions, or changes the number of nodes of an action, but
 * never its recurrence: the provider would send a changed recurrence together with the old start time
 * (hashicorp/terraform-provider-aws#38983).
 */
export class FloorSchedule extends Construct {
  constructor(scope: Construct, id: string, { group, window, nodeGroup }: FloorScheduleProps) {
    super(scope, id);
    const actions = floorActions(group, window);
    if (Object.keys(actions).length === 0) return;
    const action = TerraformIterator.fromMap(actions);
    new AutoscalingSchedule(this, 'Resource', {
      forEach: action,
      autoscalingGroupName: autoscalingGroupName(nodeGroup),
      scheduledActionName: `${group.name}-${action.key}`,
      recurrence: action.getString('recurrence'),
      timeZone: 'Etc/UTC',
      minSize: action.getNumber('nodes'),
      maxSize: -1,
      desiredCapacity: -1,
    });
  }
}

type FloorAction = { readonly recurrence: string; readonly nodes: number };

/**
 * The scheduled actions of a node group, keyed by their time (`20261123T0550Z`). An action happens at a whole minute. The floor of a
 * minute is the largest floor that the plan has at any time within it, so a rise within a minute happens at its beginning, and a fall
 * at the beginning of the next minute. None is at or after the end of the capacity block that the nodes use.
 */
export function floorActions({ schedule }: Pick<NodeGroupPlan, 'schedule'>, window?: BlockWindow): Record<string, FloorAction> {
  const end = window === undefined ? Infinity : endMs(window);
  const steps = schedule.map(({ from, nodes }) => ({ minutes: (parseTime(from) ?? NaN) / MINUTE_MS, nodes }));
  const later = steps.slice(1).flatMap(({ minutes }) => [Math.floor(minutes), Math.ceil(minutes)]);
  const actions: Record<string, FloorAction> = {};
  let previousNodes = schedule[0]?.nodes;
  for (const minute of new Set(later)) {
    const inForce = steps.filter(({ minutes }, index) => minutes < minute + 1 && (steps[index + 1]?.minutes ?? Infinity) > minute);
    const nodes = Math.max(...inForce.map((step) => step.nodes));
    const at = minute * MINUTE_MS;
    if (nodes !== previousNodes && at < end) actions[actionName(at)] = { recurrence: yearly(at), nodes };
    previousNodes = nodes;
  }
  return actions;
}
