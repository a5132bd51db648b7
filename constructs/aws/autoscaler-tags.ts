import { AutoscalingGroupTagA } from '@cdktf/provider-aws/lib/autoscaling-group-tag';
import type { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';
import { autoscalingGroupName } from './autoscaling-group-name';
import { nodeLabels, type PlannedTaint } from '../node-marks';
import type { NodePool } from './node-pool';

export interface AutoscalerTagsProps {
  /** The name of the pool in the plan. */
  readonly poolName: string;
  /** The pool in the plan. */
  readonly pool: NodePool;
  /** The node group in the plan. */
  readonly group: NodeGroupPlan;
  /** The taints of its nodes. */
  readonly taints: readonly PlannedTaint[];
  /** The EKS node group whose Auto Scaling group gets the tags. */
  readonly nodeGroup: EksNodeGroup;
  /** The name of the cluster, which is part of a tag. */
  readonly clusterName: string;
}

/**
 * The tags of an Auto Scaling group that cluster-autoscaler reads. By two of them it finds the group. By the others it knows which
 * labels, taints and GPUs a new node would have, even while the group has no node. AWS does not copy the tags of a node group to its
 * Auto Scaling group, so they are set there directly.
 *
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
 */
export class AutoscalerTags extends Construct {
  constructor(scope: Construct, id: string, props: AutoscalerTagsProps) {
    super(scope, id);
    const { poolName, pool, group, taints, nodeGroup, clusterName } = props;
    const prefix = 'k8s.io/cluster-autoscaler';
    const add = (name: string, key: string, value: string, propagateAtLaunch: boolean) =>
      new AutoscalingGroupTagA(this, name, {
        autoscalingGroupName: autoscalingGroupName(nodeGroup),
        tag: { key, value, propagateAtLaunch },
      });

    // EKS sets these two tags itself. They have the same values here, so that EKS and Terraform do not undo each other.
    add('enabled', `${prefix}/enabled`, 'true', true);
    add('cluster', `${prefix}/${clusterName}`, 'owned', true);

    const template = `${prefix}/node-template`;
    for (const [label, value] of Object.entries(nodeLabels(poolName, pool, group))) add(label, `${template}/label/${label}`, value, false);
    for (const { key, value = '', effect } of taints) add(`taint-${key}`, `${template}/taint/${key}`, `${value}:${effect}`, false);
    if (group.node.gpus > 0) add('gpus', `${template}/resources/nvidia.com/gpu`, Token.asString(String(group.node.gpus)), false);
  }
}
