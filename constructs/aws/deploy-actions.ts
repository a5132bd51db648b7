/**
 * What a statement of a deploying role is about. Each is scoped as far as AWS allows:
 * - `reads`: actions for which AWS knows no resource;
 * - `makes`: EC2 creates it, with the tag of the project from the beginning;
 * - `own`: EC2 changes what has the tag of the project;
 * - `anyGroup`: a security group that EC2 makes without a tag, the default one of a VPC;
 * - `launches`: machines from a launch template;
 * - `cluster`, `nodeGroups`, `addons`, `accessEntries`, `podIdentities`: parts of the EKS cluster, by its name;
 * - `groups`: Auto Scaling groups that EKS has tagged with the name of the cluster;
 * - `roles`: IAM roles, by the beginning of their names; `attaches` policies of AWS or of the config to them;
 * - `passed`: the roles that are handed to a service;
 * - `logGroups`, `aliases`: by their names;
 * - `newKey`: a KMS key that is not there yet; `keys`: one that has the tag of the project;
 * - `hostedZones`: zones of DNS in which AWS has the names of its endpoints.
 */
export type Scope =
  | 'reads'
  | 'makes'
  | 'own'
  | 'anyGroup'
  | 'launches'
  | 'cluster'
  | 'nodeGroups'
  | 'addons'
  | 'accessEntries'
  | 'podIdentities'
  | 'groups'
  | 'roles'
  | 'attaches'
  | 'passed'
  | 'logGroups'
  | 'aliases'
  | 'newKey'
  | 'keys'
  | 'hostedZones';

/** What Terraform's AWS provider, and AWS in the name of its caller, does for one type of resource or data source. */
export type DeployActions = { readonly [S in Scope]?: readonly string[] } & {
  /** The services that get a role of ours by the resource. */
  readonly passesTo?: readonly string[];
  /** The services that make a role of their own with the first such resource of an account. */
  readonly firstOf?: readonly string[];
};

/** By type, data sources with `data.` before it: the actions to create, read, change, tag and delete it. */
export const deployActions: Readonly<Record<string, DeployActions>> = {
  aws_autoscaling_group_tag: { reads: ['autoscaling:DescribeTags'], groups: ['autoscaling:CreateOrUpdateTags', 'autoscaling:DeleteTags'] },
  aws_autoscaling_schedule: {
    reads: ['autoscaling:DescribeScheduledActions'],
    groups: ['autoscaling:PutScheduledUpdateGroupAction', 'autoscaling:DeleteScheduledAction'],
  },
  aws_cloudwatch_log_group: {
    reads: ['logs:DescribeLogGroups'],
    logGroups: [
      'logs:CreateLogGroup',
      'logs:DeleteLogGroup',
      'logs:PutRetentionPolicy',
      'logs:DeleteRetentionPolicy',
      'logs:ListTagsForResource',
      'logs:TagResource',
      'logs:UntagResource',
    ],
  },
  aws_default_security_group: {
    reads: ['ec2:DescribeSecurityGroups'],
    anyGroup: ['ec2:CreateTags'],
    own: ['ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress'],
  },
  aws_eip: {
    reads: ['ec2:DescribeAddresses', 'ec2:DescribeAddressesAttribute'],
    makes: ['ec2:AllocateAddress'],
    own: ['ec2:ReleaseAddress', 'ec2:DisassociateAddress'],
  },
  aws_eks_access_entry: {
    cluster: ['eks:CreateAccessEntry'],
    accessEntries: ['eks:DescribeAccessEntry', 'eks:UpdateAccessEntry', 'eks:DeleteAccessEntry', 'eks:TagResource', 'eks:UntagResource'],
  },
  aws_eks_access_policy_association: {
    accessEntries: ['eks:AssociateAccessPolicy', 'eks:DisassociateAccessPolicy', 'eks:ListAssociatedAccessPolicies'],
  },
  aws_eks_addon: {
    cluster: ['eks:CreateAddon', 'eks:CreatePodIdentityAssociation', 'eks:DescribeUpdate'],
    addons: ['eks:DescribeAddon', 'eks:UpdateAddon', 'eks:DeleteAddon', 'eks:DescribeUpdate', 'eks:TagResource', 'eks:UntagResource'],
    podIdentities: ['eks:DescribePodIdentityAssociation', 'eks:UpdatePodIdentityAssociation', 'eks:DeletePodIdentityAssociation'],
    passed: ['iam:GetRole'],
    passesTo: ['eks.amazonaws.com', 'pods.eks.amazonaws.com'],
  },
  aws_eks_cluster: {
    reads: ['ec2:DescribeSubnets'],
    cluster: [
      'eks:CreateCluster',
      'eks:DescribeCluster',
      'eks:UpdateClusterConfig',
      'eks:UpdateClusterVersion',
      'eks:DeleteCluster',
      'eks:DescribeUpdate',
      'eks:TagResource',
      'eks:UntagResource',
    ],
    keys: ['kms:DescribeKey', 'kms:CreateGrant'],
    passed: ['iam:GetRole'],
    passesTo: ['eks.amazonaws.com'],
    firstOf: ['eks.amazonaws.com'],
  },
  aws_eks_node_group: {
    reads: ['ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeSubnets'],
    cluster: ['eks:CreateNodegroup', 'eks:DescribeUpdate'],
    nodeGroups: [
      'eks:DescribeNodegroup',
      'eks:UpdateNodegroupConfig',
      'eks:UpdateNodegroupVersion',
      'eks:DeleteNodegroup',
      'eks:DescribeUpdate',
      'eks:TagResource',
      'eks:UntagResource',
    ],
    // EKS refuses a caller who could not start machines from the launch template.
    own: ['ec2:RunInstances'],
    launches: ['ec2:RunInstances'],
    passed: ['iam:GetRole', 'iam:ListAttachedRolePolicies'],
    passesTo: ['ec2.amazonaws.com', 'eks.amazonaws.com'],
    firstOf: ['eks-nodegroup.amazonaws.com'],
  },
  aws_eks_pod_identity_association: {
    cluster: ['eks:CreatePodIdentityAssociation'],
    podIdentities: [
      'eks:DescribePodIdentityAssociation',
      'eks:UpdatePodIdentityAssociation',
      'eks:DeletePodIdentityAssociation',
      'eks:TagResource',
      'eks:UntagResource',
    ],
    passed: ['iam:GetRole'],
    passesTo: ['pods.eks.amazonaws.com'],
  },
  aws_flow_log: {
    reads: ['ec2:DescribeFlowLogs'],
    makes: ['ec2:CreateFlowLogs'],
    own: ['ec2:CreateFlowLogs', 'ec2:DeleteFlowLogs'],
    passesTo: ['vpc-flow-logs.amazonaws.com'],
  },
  aws_iam_role: {
    roles: [
      'iam:CreateRole',
      'iam:GetRole',
      'iam:UpdateRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:DeleteRole',
      'iam:TagRole',
      'iam:UntagRole',
      'iam:ListRolePolicies',
      'iam:ListAttachedRolePolicies',
      'iam:ListInstanceProfilesForRole',
    ],
  },
  aws_iam_role_policy: { roles: ['iam:GetRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'] },
  aws_iam_role_policy_attachment: { roles: ['iam:ListAttachedRolePolicies', 'iam:DetachRolePolicy'], attaches: ['iam:AttachRolePolicy'] },
  aws_internet_gateway: {
    reads: ['ec2:DescribeInternetGateways'],
    makes: ['ec2:CreateInternetGateway'],
    own: ['ec2:AttachInternetGateway', 'ec2:DetachInternetGateway', 'ec2:DeleteInternetGateway'],
  },
  aws_kms_alias: {
    reads: ['kms:ListAliases'],
    aliases: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
    keys: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
  },
  aws_kms_key: {
    newKey: ['kms:CreateKey', 'kms:TagResource'],
    keys: [
      'kms:DescribeKey',
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:ListResourceTags',
      'kms:EnableKeyRotation',
      'kms:UpdateKeyDescription',
      'kms:UntagResource',
      'kms:ScheduleKeyDeletion',
    ],
  },
  aws_launch_template: {
    reads: ['ec2:DescribeLaunchTemplates', 'ec2:DescribeLaunchTemplateVersions'],
    makes: ['ec2:CreateLaunchTemplate'],
    own: ['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate', 'ec2:DeleteLaunchTemplate'],
  },
  aws_nat_gateway: {
    reads: ['ec2:DescribeNatGateways'],
    makes: ['ec2:CreateNatGateway'],
    own: ['ec2:CreateNatGateway', 'ec2:DeleteNatGateway'],
  },
  aws_placement_group: {
    reads: ['ec2:DescribePlacementGroups'],
    makes: ['ec2:CreatePlacementGroup'],
    own: ['ec2:DeletePlacementGroup'],
  },
  aws_route: { reads: ['ec2:DescribeRouteTables'], own: ['ec2:CreateRoute', 'ec2:ReplaceRoute', 'ec2:DeleteRoute'] },
  aws_route_table: {
    reads: ['ec2:DescribeRouteTables'],
    makes: ['ec2:CreateRouteTable'],
    own: ['ec2:CreateRouteTable', 'ec2:DeleteRouteTable'],
  },
  aws_route_table_association: {
    reads: ['ec2:DescribeRouteTables'],
    own: ['ec2:AssociateRouteTable', 'ec2:ReplaceRouteTableAssociation', 'ec2:DisassociateRouteTable'],
  },
  aws_security_group: {
    reads: ['ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkInterfaces'],
    makes: ['ec2:CreateSecurityGroup'],
    own: [
      'ec2:CreateSecurityGroup',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:DeleteSecurityGroup',
    ],
  },
  aws_subnet: {
    reads: ['ec2:DescribeSubnets', 'ec2:DescribeNetworkInterfaces'],
    makes: ['ec2:CreateSubnet'],
    own: ['ec2:CreateSubnet', 'ec2:ModifySubnetAttribute', 'ec2:DeleteSubnet'],
  },
  aws_vpc: {
    reads: [
      'ec2:DescribeVpcs',
      'ec2:DescribeVpcAttribute',
      'ec2:DescribeNetworkAcls',
      'ec2:DescribeRouteTables',
      'ec2:DescribeSecurityGroups',
    ],
    makes: ['ec2:CreateVpc'],
    own: ['ec2:ModifyVpcAttribute', 'ec2:DeleteVpc'],
  },
  aws_vpc_endpoint: {
    reads: ['ec2:DescribeVpcEndpoints', 'ec2:DescribePrefixLists'],
    makes: ['ec2:CreateVpcEndpoint'],
    own: ['ec2:CreateVpcEndpoint', 'ec2:ModifyVpcEndpoint', 'ec2:DeleteVpcEndpoints'],
    hostedZones: ['route53:AssociateVPCWithHostedZone'],
  },
  'data.aws_autoscaling_group': { reads: ['autoscaling:DescribeAutoScalingGroups'] },
  'data.aws_availability_zones': { reads: ['ec2:DescribeAvailabilityZones'] },
  'data.aws_ec2_instance_type_offerings': { reads: ['ec2:DescribeInstanceTypeOfferings'] },
  'data.aws_eks_cluster': { cluster: ['eks:DescribeCluster'] },
  'data.aws_eks_cluster_versions': { reads: ['eks:DescribeClusterVersions'] },
  'data.aws_eks_node_group': { nodeGroups: ['eks:DescribeNodegroup'] },
  'data.aws_eks_node_groups': { cluster: ['eks:ListNodegroups'] },
  'data.aws_partition': {},
  'data.aws_servicequotas_service_quota': { reads: ['servicequotas:GetServiceQuota', 'servicequotas:GetAWSDefaultServiceQuota'] },
  'data.aws_subnet': { reads: ['ec2:DescribeSubnets'] },
  'data.terraform_remote_state': {},
  terraform_data: {},
};

/**
 * Types that a stack may have tonight and not tomorrow, by one that it always has. What one plan makes, another takes away, so the role
 * may do both whatever the plan.
 */
export const comeAndGo: Readonly<Partial<Record<string, readonly string[]>>> = {
  'data.aws_autoscaling_group': ['aws_autoscaling_group_tag', 'aws_autoscaling_schedule', 'aws_eks_node_group', 'aws_launch_template'],
};

/**
 * What each action of EC2 makes. A statement about things of one row names none of the rows before, in which they lie: it would let
 * them lie in those of others.
 */
export const madeByEc2: readonly Readonly<Partial<Record<string, string>>>[] = [
  { 'ec2:CreateVpc': 'vpc', 'ec2:CreateLaunchTemplate': 'launch-template', 'ec2:CreatePlacementGroup': 'placement-group' },
  {
    'ec2:AllocateAddress': 'elastic-ip',
    'ec2:CreateInternetGateway': 'internet-gateway',
    'ec2:CreateRouteTable': 'route-table',
    'ec2:CreateSecurityGroup': 'security-group',
    'ec2:CreateSubnet': 'subnet',
  },
  { 'ec2:CreateFlowLogs': 'vpc-flow-log', 'ec2:CreateNatGateway': 'natgateway', 'ec2:CreateVpcEndpoint': 'vpc-endpoint' },
];
