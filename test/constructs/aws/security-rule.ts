import type { Attributes, Terraform } from './support';

/**
 * A rule of the CIS Amazon EKS Benchmark (1.5) or of the AWS Foundational Security Best Practices: met by what is emitted, or not, and
 * then why and what to do.
 */
export type SecurityRule = { readonly id: string; readonly title: string } & (MetRule | UnmetRule);

export type MetRule = {
  /** How it is met. */
  readonly met: string;
  /** The type of the resources that it is about. */
  readonly type: string;
  /** Whether a resource keeps to it. */
  readonly holds: (attributes: Attributes, stack: Terraform) => boolean;
  /** Makes of a resource one that does not. */
  readonly wrong?: (attributes: Attributes) => Attributes;
  /** Makes of its stack one in which it does not. */
  readonly wrongStack?: (stack: Terraform) => Terraform;
  /** The setting by which a config goes without it, and the variants that have it. */
  readonly unless?: { readonly setting: string; readonly variants: readonly string[] };
};

type UnmetRule = { readonly unmet: string; readonly way: string };

export type Statement = { readonly Action: string | readonly string[]; readonly Resource: string | readonly string[] };

export const first = (value: unknown): Attributes => (Array.isArray(value) ? (value[0] as Attributes) : (value as Attributes));
export const listOf = <Value>(value: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [value as Value];
export const resources = (stack: Terraform, type: string): Attributes[] => Object.values(stack.resource[type] ?? {});
export const statementsOf = ({ policy }: Attributes) => (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
export const policyOf = (statement: Statement) => ({ policy: JSON.stringify({ Statement: [statement] }) });
export const isOpen = (cidrs: unknown): boolean => ((cidrs ?? []) as string[]).some((cidr) => cidr.endsWith('/0'));
export const withVpcConfig = (changes: Attributes) => (cluster: Attributes) => ({
  ...cluster,
  vpc_config: { ...first(cluster.vpc_config), ...changes },
});
export const without =
  (type: string) =>
  (stack: Terraform): Terraform => ({
    ...stack,
    resource: Object.fromEntries(Object.entries(stack.resource).filter(([other]) => other !== type)),
  });

// What more than one rule asks for.

const publicEndpoint = { setting: "cluster.endpoint: 'public'", variants: ['a public endpoint, people and pods with roles'] };

export const audited: MetRule = {
  met: 'all five logs of the control plane go to CloudWatch Logs and are kept for 90 days',
  type: 'aws_eks_cluster',
  holds: ({ enabled_cluster_log_types: logs }) =>
    ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].every((log) => (logs as string[]).includes(log)),
  wrong: (cluster) => ({ ...cluster, enabled_cluster_log_types: ['api'] }),
};
export const secretsEncrypted: MetRule = {
  met: 'secrets are encrypted by a KMS key of the project',
  type: 'aws_eks_cluster',
  holds: ({ encryption_config: config }) =>
    config !== undefined &&
    first(first(config).provider).key_arn !== undefined &&
    (first(config).resources as string[]).includes('secrets'),
  wrong: (cluster) => ({ ...cluster, encryption_config: undefined }),
};
export const privateEndpoint: MetRule = {
  met: 'the API server answers inside the network alone',
  type: 'aws_eks_cluster',
  holds: ({ vpc_config: config }) => first(config).endpoint_private_access === true && first(config).endpoint_public_access === false,
  wrong: withVpcConfig({ endpoint_public_access: true }),
  unless: publicEndpoint,
};
export const policiesEnforced: MetRule = {
  met: 'the network plugin that EKS installs enforces NetworkPolicy; which there are says `docs/pods.md`',
  type: 'aws_eks_addon',
  holds: ({ addon_name: name, configuration_values: values }) =>
    name !== 'vpc-cni' || String(values).includes('"enableNetworkPolicy":"true"'),
  wrong: (addon) => ({ ...addon, addon_name: 'vpc-cni', configuration_values: '{}' }),
};
export const accessEntries: MetRule = {
  met: 'IAM identities get in by access entries alone; there is no `aws-auth` map',
  type: 'aws_eks_cluster',
  holds: ({ access_config: access }) => first(access).authentication_mode === 'API',
  wrong: (cluster) => ({ ...cluster, access_config: { authentication_mode: 'API_AND_CONFIG_MAP' } }),
};
export const noPublicAddress: MetRule = {
  met: 'launch templates give no public address, and nodes are in private subnets',
  type: 'aws_launch_template',
  holds: ({ network_interfaces: interfaces }) =>
    listOf((interfaces ?? []) as Attributes[]).every((one) => String(one.associate_public_ip_address) !== 'true'),
  wrong: (template) => ({ ...template, network_interfaces: [{ associate_public_ip_address: 'true' }] }),
};
export const tokensRequired: MetRule = {
  met: 'machines answer IMDSv2 alone',
  type: 'aws_launch_template',
  holds: ({ metadata_options: options }) => first(options).http_tokens === 'required',
  wrong: (template) => ({ ...template, metadata_options: { http_tokens: 'optional' } }),
};
export const disksEncrypted: MetRule = {
  met: 'each disk of a launch template is encrypted',
  type: 'aws_launch_template',
  holds: ({ block_device_mappings: disks }) => (disks as Attributes[]).every(({ ebs }) => String(first(ebs).encrypted) === 'true'),
  wrong: (template) => ({ ...template, block_device_mappings: [{ ebs: { volume_type: 'gp3' } }] }),
};
export const closedToTheWorld: MetRule = {
  met: 'a security group that foresize makes lets in the network alone',
  type: 'aws_security_group',
  holds: ({ ingress }) => ((ingress ?? []) as Attributes[]).every((rule) => !isOpen(rule.cidr_blocks) && !isOpen(rule.ipv6_cidr_blocks)),
  wrong: (group) => ({ ...group, ingress: [{ from_port: 22, to_port: 22, cidr_blocks: ['0.0.0.0/0'] }] }),
};
