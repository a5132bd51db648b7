import { type CallerInput, rangeOf, type Reach, type ReachInput, reachOf } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import type { NetworkPeer, NetworkPort } from './objects';
import type { PlannedWorkload } from './planned-workload';

/** Every public address: what is left without those that are private, shared (RFC 6598) or link-local. */
export const publicAddresses: readonly NetworkPeer[] = [
  { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'] } },
  { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
];

export const port = (number: number): NetworkPort => ({ protocol: 'TCP', port: number });

/** All pods of a namespace, by the label that every namespace has. */
export const namespacePeer = (name: string): NetworkPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** Pods, by their namespace and their labels; without a namespace those of the workload's own. */
export function peerOf({ namespace, pods }: Exclude<CallerInput, string>): NetworkPeer {
  if (namespace === undefined) return { podSelector: pods === undefined ? {} : { matchLabels: pods } };
  return { ...namespacePeer(namespace), ...(pods !== undefined && { podSelector: { matchLabels: pods } }) };
}

/** @throws ProblemError `kubernetes/network` */
export function callerPeer(caller: CallerInput, path: string): NetworkPeer {
  if (typeof caller !== 'string') return peerOf(caller);
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(caller)) return namespacePeer(caller);
  const range = rangeOf(caller);
  if (range === undefined || range.port !== null)
    throw unreadable(caller, path, "a namespace, a range such as '10.0.0.0/16', or { namespace, pods }");
  return { ipBlock: { cidr: range.cidr } };
}

/** @throws ProblemError `kubernetes/network` */
export function placeOf(text: string, path: string): Reach {
  const place = reachOf(text);
  if (place === undefined)
    throw unreadable(text, path, "a host such as 'huggingface.co', a range such as '10.0.0.0/8:5432', or a service of AWS such as 's3'");
  return place;
}

/** The namespace of a Service in the cluster, by its address: `http://prometheus.monitoring.svc:9090` is in `monitoring`. */
export function namespaceOfService(address: string): string | undefined {
  return /^https?:\/\/[^./:]+\.([a-z0-9-]+)\.svc(?:[.:/]|$)/.exec(address)?.[1];
}

/**
 * @throws ProblemError `kubernetes/network` where something is to be opened of a network that is open: policies for it would close all else
 */
export function mustBeClosed(
  { name }: PlannedWorkload,
  stated: { readonly reaches?: readonly ReachInput[]; readonly calledBy?: readonly CallerInput[] },
): void {
  const path = (['reaches', 'calledBy'] as const).find((key) => stated[key] !== undefined);
  if (path === undefined) return;
  throw new ProblemError({
    code: 'kubernetes/network',
    path: `workloads.${name}.${path}`,
    message: 'opens a closed network, and nothing says that this one is closed: a policy would close all that it does not name',
    hint: 'closedNamespace: true, or leave it out',
  });
}

function unreadable(received: string, path: string, expected: string): ProblemError {
  return new ProblemError({ code: 'kubernetes/network', path, message: 'cannot be read', expected, received });
}
