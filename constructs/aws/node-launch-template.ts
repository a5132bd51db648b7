import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';

export interface NodeLaunchTemplateProps {
  /** Name of the pool, a tag of its machines. */
  readonly poolName: string;
  /** The group, as the plan sized it. */
  readonly group: NodeGroupPlan;
  /** Name of the cluster, part of the template's name. */
  readonly clusterName: string;
  /**
   * Capacity reservation that the machines must use, `cr-...`.
   * @default none
   */
  readonly reservation?: string | null;
  /**
   * Size of the root disk, in GiB.
   * @default 100
   */
  readonly rootVolumeGiB?: number;
}

/**
 * How the machines of a group start: IMDSv2 for the host alone, an encrypted root disk, local NVMe joined to one disk for
 * images and caches. Image, bootstrap and security group are those of EKS.
 *
 * A new version of the template replaces the nodes of its group, so nothing in here may change with a forecast. There is no
 * placement group: together with a reservation that is not in one it can never start (eksctl-io/eksctl#7949).
 */
export class NodeLaunchTemplate extends Construct {
  readonly resource: LaunchTemplate;

  constructor(scope: Construct, id: string, props: NodeLaunchTemplateProps) {
    super(scope, id);
    const { poolName, group, clusterName, reservation, rootVolumeGiB = 100 } = props;
    const tags = { Name: group.name, 'foresize:pool': poolName };
    this.resource = new LaunchTemplate(this, 'Resource', {
      name: `${clusterName}-${group.name}`,
      updateDefaultVersion: true,
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
      // Instances of a capacity block are bought as such, beside aiming at it.
      instanceMarketOptions: group.capacityType === 'capacity-block' ? { marketType: 'capacity-block' } : undefined,
      capacityReservationSpecification: reservation ? { capacityReservationTarget: { capacityReservationId: reservation } } : undefined,
      tagSpecifications: ['instance', 'volume'].map((resourceType) => ({ resourceType, tags })),
      userData: group.node.localNvmeGB > 0 ? Fn.base64encode(Fn.rawString(JOIN_LOCAL_DISKS)) : undefined,
    });
  }
}

/**
 * Part of the machine's NodeConfig; EKS adds its own beside it and nodeadm merges them.
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
