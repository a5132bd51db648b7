import { z } from 'zod';
import { accessSchema, addonsSchema, identitiesSchema, installSchema, networkSchema, systemSchema } from './cluster-parts-schema';
import { duration } from './fields';

const subnetId = z.string().regex(/^subnet-[0-9a-f]+$/, { error: "must be the id of a subnet, 'subnet-...'" });
const securityGroupId = z.string().regex(/^sg-[0-9a-f]+$/, { error: "must be the id of a security group, 'sg-...'" });
const roleArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, { error: "must be the ARN of a role, 'arn:aws:iam::...:role/...'" });

/** The EKS cluster that the nodes join: one that is there already, or a new one. */
export const clusterSchema = z.strictObject({
  existing: z
    .string()
    .regex(/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/, { error: 'must be the name of an EKS cluster' })
    .optional()
    .meta({ description: 'name of an EKS cluster that is there: node groups are made for it, and no network and no cluster' }),
  version: z
    .string()
    .regex(/^1\.\d\d$/, { error: "must be a Kubernetes version such as '1.35'" })
    .default('1.35')
    .meta({ description: 'version of Kubernetes; an existing cluster must have it or a later one' }),
  cidr: z.cidrv4().default('10.0.0.0/16').meta({ description: 'addresses of the network' }),
  endpoint: z.enum(['private', 'public']).default('private').meta({
    description: 'where the API server answers: inside the network alone, or also to the addresses of access.cidrs',
  }),
  network: networkSchema.prefault({}),
  protect: z.boolean().default(true).meta({
    description: 'whether Terraform refuses to destroy or replace the network, the key and the cluster that it has made',
  }),
  access: accessSchema.prefault({}),
  system: systemSchema.prefault({}),
  addons: addonsSchema,
  identities: identitiesSchema,
  checkAccount: z.boolean().default(true).meta({
    description:
      'whether Terraform reads, before it makes anything, whether the account has quota, zones the instance types, subnets free addresses, and EKS the version',
  }),
  install: installSchema,
  maxAge: duration('how old a Terraform plan may be when it is applied: it holds the live sizes of then').default(15 * 60_000),
  nodeVersion: z.enum(['kept', 'follows']).default('kept').meta({
    description:
      "what becomes of the version and image of nodes that run when the cluster gets another: 'kept', until somebody moves one node group after another; 'follows': the next deployment moves all",
  }),
  nodeRepair: z.boolean().default(true).meta({ description: 'whether EKS replaces nodes that stay unhealthy' }),
  retired: z
    .array(z.string().regex(/^[a-z][A-Za-z0-9_-]{0,62}$/, { error: 'must be the name of a node group' }))
    .default([])
    .meta({ description: 'node groups that are no longer in the plan, are empty, and may go' }),
  subnets: z.array(subnetId).min(1).optional().meta({
    description:
      'ids of private subnets for the nodes, and for a new cluster; by default those of an existing cluster that give no public addresses, or those of a new network',
  }),
  nodeRole: roleArn.optional().meta({ description: 'with existing: the role of the nodes; one of their own by default' }),
  securityGroups: z
    .array(securityGroupId)
    .min(1)
    .optional()
    .meta({ description: "with existing: security groups of the nodes beside the cluster's own" }),
});
