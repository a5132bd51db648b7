import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';
import type { Efa } from './efa';

export interface NodeLaunchTemplateProps {
  /** The name of the pool in the plan, which becomes a tag of the machines. */
  readonly poolName: string;
  /** The node group in the plan. */
  readonly group: NodeGroupPlan;
  /** The name of the cluster, which is part of the name of the template. */
  readonly clusterName: string;
  /**
   * Tags of the machines and their disks beside these.
   * @default none
   */
  readonly machineTags?: Readonly<Record<string, string>>;
  /**
   * The ids of all security groups of the machines.
   * @default the security group of the cluster, which EKS adds
   */
  readonly securityGroupIds?: string[];
  /**
   * The EFA interfaces of the machines and their placement group.
   * @default none
   */
  readonly efa?: Efa;
  /**
   * The id of the capacity reservation or capacity block that the machines must use, `cr-...`.
   * @default none
   */
  readonly reservation?: string | null;
  /**
   * The size of the root disk of a machine, GiB.
   * @default 100
   */
  readonly rootVolumeGiB?: number;
}

/**
 * The launch template of a node group: how its machines start. The metadata service requires IMDSv2 and answers only the host, not
 * its pods. The root disk is encrypted. Local NVMe disks are joined to one disk for images and caches. The machine image and the bootstrap
 * are the defaults of EKS.
 *
 * A new version of the template replaces all nodes of the group, so nothing in it may change with the forecast. Machines of a
 * reservation have no placement group: they could never start in one that the reservation is outside of (eksctl-io/eksctl#7949).
 *
 * For a capacity block the template names the instance type, and the node group must not name it again: EKS refuses a block whose
 * template lacks it, and any group where both have it.
 */
export class NodeLaunchTemplate extends Construct {
  /** The launch template itself, of which the node group needs id and version. */
  readonly resource: LaunchTemplate;

  constructor(scope: Construct, id: string, props: NodeLaunchTemplateProps) {
    super(scope, id);
    const { poolName, group, clusterName, securityGroupIds, reservation, rootVolumeGiB = 100, machineTags, efa } = props;
    const tags = { ...machineTags, Name: group.name, 'foresize:pool': poolName };
    const isBlock = group.capacityType === 'capacity-block';
    const placementGroup = efa?.placementOf(group);
    this.resource = new LaunchTemplate(this, 'Resource', {
      name: `${clusterName}-${group.name}`,
      updateDefaultVersion: true,
      // Interfaces have security groups of their own, and EC2 takes no others beside them.
      vpcSecurityGroupIds: efa === undefined ? securityGroupIds : undefined,
      networkInterfaces: efa?.interfaces(group),
      placement: placementGroup === undefined ? undefined : { groupName: placementGroup },
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpTokens: 'required',
        httpPutResponseHopLimit: 1,
        // EKS tags its machines with keys that hold a '/', which this option refuses when they start.
        instanceMetadataTags: 'disabled',
      },
      blockDeviceMappings: [
        { deviceName: '/dev/xvda', ebs: { volumeType: 'gp3', volumeSize: rootVolumeGiB, encrypted: 'true', deleteOnTermination: 'true' } },
      ],
      // Instances of a capacity block need their type and this market type in addition to the id of the block.
      instanceType: isBlock ? group.instanceType : undefined,
      instanceMarketOptions: isBlock ? { marketType: 'capacity-block' } : undefined,
      capacityReservationSpecification: reservation ? { capacityReservationTarget: { capacityReservationId: reservation } } : undefined,
      tagSpecifications: ['instance', 'volume'].map((resourceType) => ({ resourceType, tags })),
      userData: group.node.localNvmeGB > 0 ? Fn.base64encode(Fn.rawString(JOIN_LOCAL_DISKS)) : undefined,
    });
  }
}

/**
 * A part of the NodeConfig of a machine, as user data. EKS adds its own part, and nodeadm merges the two.
 * @see https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/
 */
const JOIN_LOCAL_DISKS = [
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="node"',
  '',
  '--node',
  'Content-Type: application/node.eks.aws',
  '',
  'apiVersion: node.eks.aws/v1alpha1',
  'kind: NodeConfig',
  'spec:',
  '  instance:',
  '    localStorage:',
  '      strategy: RAID0',
  '',
  '--node--',
  '',
].join('\n');
