import {
  accessEntries,
  audited,
  closedToTheWorld,
  disksEncrypted,
  first,
  isOpen,
  listOf,
  noPublicAddress,
  policiesEnforced,
  policyOf,
  privateEndpoint,
  resources,
  secretsEncrypted,
  type SecurityRule,
  statementsOf,
  tokensRequired,
  without,
  withVpcConfig,
} from './security-rule';

/** The rules about what foresize emits for AWS, those of the benchmark first. */
export const securityRules: readonly SecurityRule[] = [
  { id: 'CIS 2.1.1', title: 'Audit logs of the control plane', ...audited },
  {
    id: 'CIS 3.1, 3.2',
    title: 'Files and settings of the kubelet',
    unmet: 'they are those of the image of EKS (Amazon Linux 2023), which foresize does not change',
    way: 'run kube-bench on a node for those that your policy asks for',
  },
  {
    id: 'CIS 4.1.1 to 4.1.6, 4.1.8',
    title: 'Roles of Kubernetes and service accounts',
    unmet: 'not of Terraform: what is emitted for workloads makes no role, and who else has one is yours',
    way: '`kubectl auth can-i --list` and an audit of cluster-admin',
  },
  { id: 'CIS 4.1.7', title: 'Access by the API of EKS and not by system:masters', ...accessEntries },
  {
    id: 'CIS 4.2, 4.4, 4.5',
    title: 'Pods without privileges, secrets, namespaces',
    unmet: 'not of Terraform',
    way: '`docs/pods.md` has what pods and namespaces of foresize keep to',
  },
  { id: 'CIS 4.3.1', title: 'A network plugin that enforces NetworkPolicy', ...policiesEnforced },
  {
    id: 'CIS 4.3.2',
    title: 'A NetworkPolicy in each namespace',
    unmet: 'only namespaces that foresize makes are closed; kube-system and those of others are theirs',
    way: 'a NetworkPolicy that denies by default in each of the others',
  },
  {
    id: 'CIS 5.1.1, 5.1.2',
    title: 'Scans of images, access to registries',
    unmet: 'no registry is made',
    way: 'settings of your registry',
  },
  {
    id: 'CIS 5.1.3',
    title: 'Nodes read registries and write none',
    met: 'no role has a policy that writes to ECR',
    type: 'aws_iam_role_policy_attachment',
    holds: ({ policy_arn: arn }) => !/ContainerRegistry(FullAccess|PowerUser)|AdministratorAccess/.test(String(arn)),
    wrong: (attachment) => ({ ...attachment, policy_arn: 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser' }),
  },
  {
    id: 'CIS 5.1.4',
    title: 'Images of approved registries alone',
    unmet: 'which registries are approved is not in the config',
    way: 'an admission policy in the cluster',
  },
  {
    id: 'CIS 5.2.1',
    title: 'Service accounts with roles of their own',
    met: 'pods get roles by EKS Pod Identity; the metadata service of a node answers one hop, so that pods do not get the role of the nodes, but for those that use the network of the node, as the network plugin does',
    type: 'aws_launch_template',
    holds: ({ metadata_options: options }) => first(options).http_put_response_hop_limit === 1,
    wrong: (template) => ({ ...template, metadata_options: { http_put_response_hop_limit: 2 } }),
  },
  { id: 'CIS 5.3.1', title: 'Secrets encrypted by a key of one’s own', ...secretsEncrypted },
  {
    id: 'CIS 5.4.1',
    title: 'The endpoint of the control plane closed to the world',
    met: 'a public endpoint needs the addresses that may call it, and a range of the whole internet is refused',
    type: 'aws_eks_cluster',
    holds: ({ vpc_config: config }) =>
      first(config).endpoint_private_access === true &&
      (first(config).endpoint_public_access === false ||
        (first(config).public_access_cidrs !== undefined && !isOpen(first(config).public_access_cidrs))),
    wrong: withVpcConfig({ endpoint_public_access: true, public_access_cidrs: ['0.0.0.0/0'] }),
  },
  { id: 'CIS 5.4.2', title: 'A private endpoint and no public one', ...privateEndpoint },
  { id: 'CIS 5.4.3', title: 'Nodes without public addresses', ...noPublicAddress },
  { id: 'CIS 5.4.4', title: 'NetworkPolicy switched on', ...policiesEnforced },
  {
    id: 'CIS 5.4.5',
    title: 'TLS at load balancers',
    unmet: 'no load balancer is made',
    way: 'certificates in the Ingress or Gateway of your workloads',
  },
  { id: 'CIS 5.5.1', title: 'People get in by IAM', ...accessEntries },
  { id: 'EKS.1', title: 'No public endpoint', ...privateEndpoint },
  {
    id: 'EKS.2',
    title: 'A supported version of Kubernetes',
    met: 'Terraform refuses a version that EKS does not offer; also versions in extended support are offered',
    type: 'aws_eks_cluster',
    holds: (_, { data }) => data.aws_eks_cluster_versions !== undefined,
    wrongStack: (stack) => ({ ...stack, data: {} }),
    unless: { setting: 'cluster.checkAccount: false', variants: ['subnets that are there'] },
  },
  { id: 'EKS.3', title: 'Secrets encrypted', ...secretsEncrypted },
  {
    id: 'EKS.6',
    title: 'Clusters have tags',
    met: 'everything has the tags `foresize:project` and `foresize:stack`',
    type: 'aws_eks_cluster',
    holds: (_, { provider }) => Object.keys(provider.aws[0].default_tags[0].tags).join() === 'foresize:project,foresize:stack',
    wrongStack: (stack) => ({ ...stack, provider: { aws: [{ region: 'us-east-1', default_tags: [{ tags: {} }] }] } }),
  },
  { id: 'EKS.8', title: 'Audit logs', ...audited },
  {
    id: 'EC2.2',
    title: 'The default security group lets nothing through',
    met: 'its rules are taken away',
    type: 'aws_default_security_group',
    holds: ({ ingress, egress }) => (ingress as unknown[]).length === 0 && (egress as unknown[]).length === 0,
    wrong: (group) => ({ ...group, egress: [{}] }),
  },
  { id: 'EC2.3', title: 'Disks encrypted', ...disksEncrypted },
  {
    id: 'EC2.6',
    title: 'Flow logs of each VPC',
    met: 'what security groups reject is logged',
    type: 'aws_vpc',
    holds: (_, stack) => resources(stack, 'aws_flow_log').some(({ vpc_id: vpc }) => String(vpc).includes('aws_vpc.')),
    wrongStack: without('aws_flow_log'),
    unless: { setting: "cluster.network: { flowLogs: 'none' }", variants: ['local state and no flow logs'] },
  },
  {
    id: 'EC2.7',
    title: 'Disks of the account encrypted by default',
    unmet: 'a setting of the account and region; the disks of nodes and the class of disks of foresize are encrypted without it',
    way: '`aws ec2 enable-ebs-encryption-by-default`',
  },
  { id: 'EC2.8', title: 'IMDSv2', ...tokensRequired },
  { id: 'EC2.9', title: 'Machines without public addresses', ...noPublicAddress },
  {
    id: 'EC2.10, EC2.55, EC2.56',
    title: 'Interface endpoints for EC2 and ECR',
    unmet: 'they cost by the hour and zone',
    way: "`cluster: { network: { endpoints: ['ec2', 'ecr.api', 'ecr.dkr'] } }`",
  },
  {
    id: 'EC2.12',
    title: 'No unused addresses',
    met: 'each address is of a NAT gateway',
    type: 'aws_eip',
    holds: (_, stack) => resources(stack, 'aws_nat_gateway').length === resources(stack, 'aws_eip').length,
    wrongStack: without('aws_nat_gateway'),
  },
  {
    id: 'EC2.15',
    title: 'Subnets give no public addresses',
    met: 'public subnets have NAT gateways and load balancers in them, which bring their own',
    type: 'aws_subnet',
    holds: ({ map_public_ip_on_launch: maps }) => maps !== true,
    wrong: (subnet) => ({ ...subnet, map_public_ip_on_launch: true }),
  },
  { id: 'EC2.18, EC2.19', title: 'Security groups closed to the internet', ...closedToTheWorld },
  { id: 'EC2.25', title: 'Launch templates without public addresses', ...noPublicAddress },
  { id: 'EC2.170', title: 'Launch templates with IMDSv2', ...tokensRequired },
  {
    id: 'EC2.172',
    title: 'VPC Block Public Access',
    unmet: 'a setting of the account and region, which would also close other networks',
    way: '`aws ec2 modify-vpc-block-public-access-options --internet-gateway-block-mode block-ingress` leaves NAT gateways a way out, and closes public load balancers',
  },
  {
    id: 'KMS.2',
    title: 'No inline policy that decrypts with any key',
    met: 'a policy names the key',
    type: 'aws_iam_role_policy',
    holds: (policy) =>
      statementsOf(policy).every(
        ({ Action, Resource }) => !listOf(Action).some((one) => one.startsWith('kms:')) || !listOf(Resource).includes('*'),
      ),
    wrong: (policy) => ({ ...policy, ...policyOf({ Action: 'kms:Decrypt', Resource: '*' }) }),
  },
  {
    id: 'KMS.3',
    title: 'Keys are not deleted by accident',
    met: 'Terraform refuses to destroy the key, and AWS keeps a deleted one for 30 days',
    type: 'aws_kms_key',
    holds: ({ lifecycle, deletion_window_in_days: days }) => days === 30 && first(lifecycle ?? {}).prevent_destroy === true,
    wrong: (key) => ({ ...key, deletion_window_in_days: 7 }),
    unless: { setting: 'cluster.protect: false', variants: ['a network with all its options'] },
  },
  {
    id: 'KMS.4',
    title: 'Keys are rotated',
    met: 'each year, by AWS',
    type: 'aws_kms_key',
    holds: ({ enable_key_rotation: rotates }) => rotates === true,
    wrong: (key) => ({ ...key, enable_key_rotation: false }),
  },
  {
    id: 'KMS.5',
    title: 'Keys are not public',
    met: 'the key has the policy that AWS gives it: the account alone',
    type: 'aws_kms_key',
    holds: ({ policy }) => policy === undefined,
    wrong: (key) => ({ ...key, policy: '{}' }),
  },
  {
    id: 'IAM.1, IAM.21',
    title: 'No policy allows all actions of a service',
    met: 'inline policies name their actions',
    type: 'aws_iam_role_policy',
    holds: (policy) => statementsOf(policy).every(({ Action }) => !listOf(Action).some((one) => one.endsWith('*'))),
    wrong: (policy) => ({ ...policy, ...policyOf({ Action: 's3:*', Resource: 'arn:aws:s3:::one' }) }),
  },
  {
    id: 'AutoScaling.2',
    title: 'Auto Scaling groups in several zones',
    unmet: 'a capacity reservation or block lies in one zone, and so does a group of `zones` of a pool',
    way: 'pools without these have the zones of `limits.zones`, two or more',
  },
  {
    id: 'AutoScaling.6',
    title: 'Several instance types in an Auto Scaling group',
    unmet: 'a node group has one type, because the plan counts its nodes; a pool has a group for each type that the plan picks',
    way: 'name several `instances` in the pool',
  },
  {
    id: 'AutoScaling.9',
    title: 'Node groups have a launch template',
    met: 'each has its own',
    type: 'aws_eks_node_group',
    holds: ({ launch_template: template }) => template !== undefined,
    wrong: (group) => ({ ...group, launch_template: undefined }),
  },
  {
    id: 'SSM.1',
    title: 'Machines managed by Systems Manager',
    unmet: 'system nodes are, where the endpoint is private; nodes of pools are not, so that their role has what nodes need and no more',
    way: 'attach `AmazonSSMManagedInstanceCore` to the role `NAME-REGION-node`',
  },
  {
    id: 'CloudWatch.16',
    title: 'Logs kept for a year',
    unmet: 'logs of the control plane and of flows are kept for 90 days, since they are paid for by the GB',
    way: '`logRetentionDays` of the construct `Cluster` in an app of your own',
  },
  {
    id: 'GuardDuty.5, GuardDuty.7',
    title: 'GuardDuty watches clusters',
    unmet: 'a setting of the account',
    way: 'switch it on in the account, by Terraform of your own',
  },
  {
    id: 'S3.1, S3.5, S3.8',
    title: 'The bucket of the state',
    unmet: 'no bucket is made, because it has to be there before',
    way: '`docs/new-cluster.md` closes it to the public and encrypts it; refuse requests without TLS by a policy of the bucket',
  },
];

/** The page of the rules, `docs/security-rules.md`. */
export function securityRulesPage(): string {
  const met = securityRules.filter((rule) => 'met' in rule);
  const unmet = securityRules.filter((rule) => 'unmet' in rule);
  return `# Security rules

What foresize writes for AWS, held against the CIS Amazon EKS Benchmark (\`CIS\`, numbered as in version 1.5) and controls of AWS Security Hub, most of them of the Foundational Security Best Practices (\`EKS\`, \`EC2\`, \`KMS\` and so on). A test runs each rule that is met over the Terraform JSON of all examples. The titles say in short what a rule asks for. For an [existing cluster](existing-cluster.md) only rules about launch templates, node groups and roles are about what is written; its control plane and network are yours.

## Met

${met.map(({ id, title, met: how, unless }) => `- **${id}** ${title}: ${how}.${unless ? ` Not with \`${unless.setting}\`.` : ''}`).join('\n')}

## Not met

${unmet.map(({ id, title, unmet: why, way }) => `- **${id}** ${title}: ${why}. What to do: ${way}.`).join('\n')}
`;
}
