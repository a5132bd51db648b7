import { z } from 'zod';
import { labelKeyPattern, labelValue } from './fields';

/**
 * What pods of ours reach and who calls them, where the network of their namespace is closed. A NetworkPolicy knows addresses and labels, and
 * no names of hosts: a host stands for its port on every public address.
 */

const port = z.int().min(1).max(65_535);
const namespace = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: 'must be a name of a namespace' });
const labels = z.record(z.string().regex(labelKeyPattern, { error: "must be the key of a label such as 'app'" }), labelValue);
const podsSchema = z.strictObject({
  namespace: namespace.optional().meta({ description: "that of the pods; the workload's own by default" }),
  pods: labels.optional().meta({ description: 'their labels; all pods of the namespace by default' }),
});

/** The places of AWS that a word stands for; each is reached by HTTPS, with credentials. */
const awsServices = ['bedrock', 'dynamodb', 'ecr', 'kinesis', 'kms', 's3', 'secretsmanager', 'sns', 'sqs', 'ssm', 'sts'];

const placeError = "must be a host ('huggingface.co', 'example.com:8443'), a range ('10.0.0.0/8', '10.0.0.0/8:5432') or a service of AWS";

/** What a workload reaches beside its namespace and the DNS of the cluster. */
export const reachesSchema = z
  .array(
    z.union([
      z.string().refine((text) => reachOf(text) !== undefined, { error: `${placeError} (${awsServices.join(', ')})` }),
      podsSchema.extend({ port: port.optional() }),
    ]),
  )
  .meta({
    id: 'Reaches',
    description:
      "what its pods reach from a closed namespace: 's3', 'huggingface.co', '10.0.0.0/8:5432', { namespace: 'data', pods: { app: 'redis' }, port: 6379 }; a host is its port on every public address, since a NetworkPolicy knows no names",
  });

/** Who calls a workload beside the pods of its own namespace. */
export const calledBySchema = z
  .array(
    z.union([
      z.string().refine((text) => namespace.safeParse(text).success || rangeOf(text)?.port === null, {
        error: "must be a namespace, a range such as '10.0.0.0/16', or { namespace, pods }",
      }),
      podsSchema,
    ]),
  )
  .meta({
    id: 'CalledBy',
    description: "who calls it from beyond a closed namespace: 'gateway', '10.0.0.0/16', { namespace: 'ingress', pods: { app: 'nginx' } }",
  });

/** Something that pods reach, as `reaches` of a config states it. */
export type ReachInput = z.input<typeof reachesSchema>[number];
/** Something that calls pods, as `calledBy` of a config states it. */
export type CallerInput = z.input<typeof calledBySchema>[number];

/** A place outside the cluster: a port of every public address, or a range of addresses with one port or all (`null`). */
export type Reach = { readonly kind: 'public'; readonly port: number; readonly isAws: boolean } | AddressRange;
type AddressRange = { readonly kind: 'range'; readonly cidr: string; readonly port: number | null };

const host = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/i;

/** Reads what a text of `reaches` names; `undefined` where it is none of what is possible. */
export function reachOf(text: string): Reach | undefined {
  if (awsServices.includes(text)) return { kind: 'public', port: 443, isAws: true };
  const range = rangeOf(text);
  if (range !== undefined) return range;
  const [name, stated, ...more] = text.split(':');
  const portNumber = stated === undefined ? 443 : numberOfPort(stated);
  if (more.length > 0 || portNumber === undefined || !host.test(name)) return undefined;
  return { kind: 'public', port: portNumber, isAws: /\.amazonaws\.com$/i.test(name) };
}

/** Reads a range of addresses, with a port behind it or without; `undefined` where it is none. */
export function rangeOf(text: string): AddressRange | undefined {
  const [, cidr, stated] = /^([^/]+\/\d{1,3})(?::(\d+))?$/.exec(text) ?? [];
  const portNumber = stated === undefined ? null : numberOfPort(stated);
  if (cidr === undefined || portNumber === undefined) return undefined;
  return z.cidrv4().safeParse(cidr).success || z.cidrv6().safeParse(cidr).success ? { kind: 'range', cidr, port: portNumber } : undefined;
}

function numberOfPort(text: string): number | undefined {
  const parsed = port.safeParse(/^\d+$/.test(text) ? Number(text) : undefined);
  return parsed.success ? parsed.data : undefined;
}
