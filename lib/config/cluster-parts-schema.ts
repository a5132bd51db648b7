import { z } from 'zod';
import { count } from './fields';

/** The add-ons of EKS that a new cluster has. The last one is there where a workload mounts a bucket. */
export const clusterAddons = [
  'vpc-cni',
  'kube-proxy',
  'coredns',
  'eks-pod-identity-agent',
  'eks-node-monitoring-agent',
  'aws-ebs-csi-driver',
  'metrics-server',
  'aws-mountpoint-s3-csi-driver',
] as const;
export type ClusterAddon = (typeof clusterAddons)[number];

/** The parts of a cluster that are Kubernetes objects, written beside the workloads. */
export const installedParts = ['storage-class', 'nvidia-device-plugin', 'cluster-autoscaler'] as const;
export type InstalledPart = (typeof installedParts)[number];

const principal = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, {
  error: "must be the ARN of a role or user, 'arn:aws:iam::...:role/...'",
});
const policyArn = z.string().regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/, {
  error: "must be the ARN of a policy, 'arn:aws:iam::...:policy/...'",
});
const kubernetesName = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const right = z.enum(['admin', 'edit', 'view']);
const grant = z
  .union([right, z.strictObject({ policy: right, namespaces: z.array(z.string().regex(new RegExp(`^${kubernetesName}$`))).min(1) })])
  .transform((stated) => (typeof stated === 'string' ? { policy: stated, namespaces: [] } : stated));

/** Who reaches the API server of a new cluster, from where, and what they may do there. */
export const accessSchema = z.strictObject({
  cidrs: z.array(z.cidrv4()).min(1).optional().meta({ description: 'with a public endpoint: the addresses from which it may be called' }),
  principals: z.record(principal, grant).default({}).meta({
    description: 'what IAM roles and users may do in Kubernetes: admin, edit or view, in all namespaces or in some',
  }),
});

/** The nodes for what needs no GPU and belongs to no pool: CoreDNS, KEDA, the autoscaler. */
export const systemSchema = z.union([
  z.literal(false).meta({ description: 'none: the cluster has such nodes already' }),
  z.strictObject({
    instance: z
      .string()
      .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, { error: "must be an instance type such as 'm6i.large'" })
      .default('m6i.large'),
    nodes: count.max(100).default(2),
  }),
]);

const addonVersion = z.string().regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, { error: "must be a version such as 'v1.20.4-eksbuild.1'" });
/** By name: whether EKS installs it, and in which version; by default that which EKS takes for the version of Kubernetes. */
export const addonsSchema = z.partialRecord(z.enum(clusterAddons), z.union([z.boolean(), addonVersion])).default({});

export const identitiesSchema = z
  .record(
    z.string().regex(new RegExp(`^${kubernetesName}/${kubernetesName}$`), { error: "must be 'NAMESPACE/SERVICE-ACCOUNT'" }),
    z.array(policyArn).min(1),
  )
  .default({})
  .meta({ description: 'IAM policies of the pods of a service account, NAMESPACE/SERVICE-ACCOUNT' });

export const installSchema = z.array(z.enum(installedParts)).optional().meta({
  description:
    'parts that are written beside the workloads; by default all that are needed for a new cluster, and none for an existing one or beside attached workloads',
});
/** The network that a new cluster gets, beside its range of addresses. */
export const networkSchema = z.strictObject({
  nat: z.enum(['each-zone', 'one']).default('each-zone').meta({
    description: 'NAT gateways: one in each zone, so that a zone works when another fails, or one for all, which costs less',
  }),
  flowLogs: z.enum(['rejected', 'all', 'none']).default('rejected').meta({
    description: 'traffic that is logged to CloudWatch: what was rejected, all, or none',
  }),
  endpoints: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, { error: "must be a service such as 'ecr.api'" }))
    .default([])
    .meta({ description: 'services of AWS that are reached inside the network, each by an interface endpoint; S3 always is' }),
});
