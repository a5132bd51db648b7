import { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import type { ClusterRef } from './cluster';
import { addNodeRole, managedPolicy } from './node-role';

/** The name of the node group. Groups of a plan have longer names: that of their pool, and behind it a type. */
export const systemGroupName = 'system';

export interface SystemNodesProps {
  /** The cluster that the nodes join. */
  readonly cluster: Pick<ClusterRef, 'name' | 'version' | 'nodeSubnetIds'>;
  /** The name of the IAM role of the nodes. It must be unique in the account. */
  readonly roleName: string;
  /** The partition of AWS, such as `aws`. */
  readonly partition: string;
  /** The instance type, such as `m6i.large`. */
  readonly instanceType: string;
  /** How many nodes there are. */
  readonly nodes: number;
  /** Whether a session of AWS Systems Manager may be opened on the nodes: the way to a private endpoint. */
  readonly allowsSessions: boolean;
}

/**
 * The node group for what belongs to no pool: CoreDNS, KEDA, the autoscaler, Prometheus. Its nodes have no taint, and their number is
 * fixed: no forecast is about them.
 */
export class SystemNodes extends Construct {
  /** The node group, which add-ons that need nodes wait for. */
  readonly resource: EksNodeGroup;

  constructor(scope: Construct, id: string, props: SystemNodesProps) {
    super(scope, id);
    const { cluster, roleName, partition, instanceType, nodes, allowsSessions } = props;
    const { role, policies } = addNodeRole(this, roleName, partition);
    const sessions = allowsSessions
      ? [
          new IamRolePolicyAttachment(this, 'sessions', {
            role: role.name,
            policyArn: managedPolicy(partition, 'AmazonSSMManagedInstanceCore'),
          }),
        ]
      : [];
    const tags = { Name: systemGroupName };
    const template = new LaunchTemplate(this, 'template', {
      name: `${cluster.name}-${systemGroupName}`,
      updateDefaultVersion: true,
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1, instanceMetadataTags: 'disabled' },
      blockDeviceMappings: [
        { deviceName: '/dev/xvda', ebs: { volumeType: 'gp3', volumeSize: DISK_GIB, encrypted: 'true', deleteOnTermination: 'true' } },
      ],
      tagSpecifications: ['instance', 'volume'].map((resourceType) => ({ resourceType, tags })),
    });
    this.resource = new EksNodeGroup(this, 'Resource', {
      clusterName: cluster.name,
      nodeGroupName: systemGroupName,
      nodeRoleArn: role.arn,
      version: cluster.version,
      subnetIds: cluster.nodeSubnetIds,
      amiType: isGraviton(instanceType) ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD',
      capacityType: 'ON_DEMAND',
      instanceTypes: [instanceType],
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: { minSize: nodes, desiredSize: nodes, maxSize: nodes },
      labels: { 'foresize.dev/system': 'true' },
      dependsOn: [...policies, ...sessions],
      // EKS cannot move a node group to other subnets: Terraform would replace it and all its nodes at once.
      lifecycle: { ignoreChanges: ['subnet_ids'] },
    });
  }
}

const DISK_GIB = 50;

/** Whether machines of a type have an ARM processor: AWS writes a `g` behind the number of their generation (`m7g`, `c7gn`, `im4gn`). */
const isGraviton = (instanceType: string): boolean => /^(a1|[a-z]+\d+g)/.test(instanceType);
