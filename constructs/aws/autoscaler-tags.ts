import { AutoscalingGroupTagA } from '@cdktf/provider-aws/lib/autoscaling-group-tag';
import type { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';
import { autoscalingGroupName } from './autoscaling-group-name';
import { nodeLabels, nodeTaints } from './node-marks';

export interface AutoscalerTagsProps {
  /** Name of the pool. */
  readonly poolName: string;
  /** The group, as the plan sized it. */
  readonly group: NodeGroupPlan;
  /** The group that carries the tags on its Auto Scaling group. */
  readonly nodeGroup: EksNodeGroup;
  /** Name of the cluster, part of the discovery tag. */
  readonly clusterName: string;
}

/**
 * Tags by which cluster-autoscaler finds a group, and by which it knows labels, taints and GPUs of a node while the group
 * has none. Tags of a node group do not reach its Auto Scaling group, so they are set there.
 *
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
 */
export class AutoscalerTags extends Construct {
  constructor(scope: Construct, id: string, props: AutoscalerTagsProps) {
    super(scope, id);
    const { group, nodeGroup, clusterName } = props;
    const prefix = 'k8s.io/cluster-autoscaler';
    const add = (name: string, key: string, value: string, propagateAtLaunch: boolean) =>
      new AutoscalingGroupTagA(this, name, {
        autoscalingGroupName: autoscalingGroupName(nodeGroup),
        tag: { key, value, propagateAtLaunch },
      });

    // EKS sets these two itself; they are written as it writes them, so that neither undoes the other.
    add('enabled', `${prefix}/enabled`, 'true', true);
    add('cluster', `${prefix}/${clusterName}`, 'owned', true);

    const template = `${prefix}/node-template`;
    for (const [label, value] of Object.entries(nodeLabels(props.poolName, group))) add(label, `${template}/label/${label}`, value, false);
    for (const { key, value } of nodeTaints(group)) add(`taint-${key}`, `${template}/taint/${key}`, `${value}:NoSchedule`, false);
    if (group.node.gpus > 0) add('gpus', `${template}/resources/nvidia.com/gpu`, Token.asString(String(group.node.gpus)), false);
  }
}
