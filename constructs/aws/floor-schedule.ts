import { AutoscalingSchedule } from '@cdktf/provider-aws/lib/autoscaling-schedule';
import type { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { TerraformIterator } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';
import { formatTime, MINUTE_MS, parseTime } from '../../lib/units';
import { autoscalingGroupName } from './autoscaling-group-name';

export interface FloorScheduleProps {
  /** The group, as the plan sized it. */
  readonly group: NodeGroupPlan;
  /** The group whose minimum is moved. */
  readonly nodeGroup: EksNodeGroup;
}

/** AWS takes no more for one Auto Scaling group. */
export const MOST_ACTIONS = 125;

/**
 * Scheduled actions that move the minimum of a group, and nothing else, at each step of the plan but the first, which is in
 * force when the plan is deployed (see `GroupSizes`). Maximum and desired size are written as -1: left out, the provider
 * sends 0 for both, which empties the group. When the minimum rises above the desired size AWS raises that with it; when it
 * falls, the autoscaler removes nodes as they become idle.
 *
 * Each step is a yearly recurrence in UTC (`50 5 23 11 *`), not a start time: AWS refuses a start time that has passed, so a
 * deployment that waits an hour for its approval would fail. A step that has passed sleeps, and the next plan removes it.
 *
 * An action is known by its time, so a new plan adds and removes actions and changes at most the nodes of one. A changed
 * recurrence would be sent together with the old start time (hashicorp/terraform-provider-aws#38983).
 */
export class FloorSchedule extends Construct {
  constructor(scope: Construct, id: string, { group, nodeGroup }: FloorScheduleProps) {
    super(scope, id);
    const actions = floorActions(group);
    if (Object.keys(actions).length === 0) return;
    const each = TerraformIterator.fromMap(actions);
    new AutoscalingSchedule(this, 'Resource', {
      forEach: each,
      autoscalingGroupName: autoscalingGroupName(nodeGroup),
      scheduledActionName: `${group.name}-${each.key}`,
      recurrence: each.getString('recurrence'),
      timeZone: 'Etc/UTC',
      minSize: each.getNumber('nodes'),
      maxSize: -1,
      desiredCapacity: -1,
    });
  }
}

type FloorAction = { readonly recurrence: string; readonly nodes: number };

/**
 * The actions of a group, by their time (`20261123T0550Z`). Actions have whole minutes, and each minute has the largest floor
 * that the plan has anywhere in it: a rise is brought forward to its minute, a fall put off to the next.
 */
export function floorActions({ schedule }: Pick<NodeGroupPlan, 'schedule'>): Record<string, FloorAction> {
  const steps = schedule.map(({ from, nodes }) => ({ minutes: (parseTime(from) ?? NaN) / MINUTE_MS, nodes }));
  const later = steps.slice(1).flatMap(({ minutes }) => [Math.floor(minutes), Math.ceil(minutes)]);
  const actions: Record<string, FloorAction> = {};
  let held = schedule[0]?.nodes;
  for (const minute of new Set(later)) {
    const inForce = steps.filter(({ minutes }, index) => minutes < minute + 1 && (steps[index + 1]?.minutes ?? Infinity) > minute);
    const nodes = Math.max(...inForce.map((step) => step.nodes));
    if (nodes !== held) actions[nameOf(minute * MINUTE_MS)] = { recurrence: yearly(minute * MINUTE_MS), nodes };
    held = nodes;
  }
  return actions;
}

const nameOf = (ms: number): string => formatTime(ms).replace(/[-:]/g, '').replace(/00Z$/, 'Z');

function yearly(ms: number): string {
  const time = new Date(ms);
  return `${time.getUTCMinutes()} ${time.getUTCHours()} ${time.getUTCDate()} ${time.getUTCMonth() + 1} *`;
}
