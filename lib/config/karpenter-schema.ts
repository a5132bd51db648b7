import { z } from 'zod';
import { duration, objectNamePattern } from './fields';

const objectName = z.string().regex(objectNamePattern, { error: "must be the name of a Kubernetes object, such as 'gpu'" });

/** How Karpenter makes the nodes of a pool: by a node class that is there, or by one of its own. */
export const karpenterSchema = z
  .strictObject({
    nodeClass: objectName.optional().meta({ description: 'an EC2NodeClass that is there; without it one is made for the pool' }),
    role: z.string().min(1).optional().meta({ description: 'IAM role of the nodes, by name; for a node class of its own' }),
    ami: z
      .string()
      .regex(/^(al2023|bottlerocket)@v[0-9.]+$/, { error: "must be an alias with its release, such as 'al2023@v20260807'" })
      .optional()
      .meta({ description: 'machine image; for a node class of its own. A release is stated, so that nodes are replaced when you say so' }),
    discovery: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "value of the tag karpenter.sh/discovery on its subnets and security groups; the config's name by default" }),
    consolidateAfter: duration('for how long a node is empty before it is removed').default(600_000),
    staticCapacity: z.boolean().default(false).meta({
      description: 'whether the feature gate StaticCapacity of Karpenter is on: what a reservation holds then runs all the time',
    }),
  })
  .refine(({ nodeClass, role }) => (nodeClass === undefined) !== (role === undefined), {
    error: 'needs either nodeClass, or role and ami for a node class of its own',
  })
  .refine(({ role, ami }) => role === undefined || ami !== undefined, { error: 'is needed beside role', path: ['ami'] })
  .refine(({ nodeClass, ami, discovery }) => nodeClass === undefined || (ami ?? discovery) === undefined, {
    error: 'already says which image, subnets and security groups its nodes have',
    path: ['nodeClass'],
  })
  .meta({ id: 'Karpenter', description: "with owner 'karpenter': how its nodes are made" });
