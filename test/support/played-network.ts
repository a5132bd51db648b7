import { BlockList } from 'node:net';
import { at, type Manifest } from '../constructs/kubernetes/support';

type Labels = Readonly<Record<string, string>>;
type Selector = { readonly matchLabels?: Labels };
type Peer = {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
};
type Rule = {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
};

/** One side of a connection: a pod in a namespace, or an address. */
export type Side = { readonly namespace: string; readonly labels: Labels } | { readonly address: string };

/**
 * Whether NetworkPolicies let a connection through: out of its beginning and into its end, each where policies select it.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/ (a pod that no policy of a direction selects is open in it)
 */
export function letsThrough(policies: readonly Manifest[], from: Side, to: Side, port: number, protocol = 'TCP'): boolean {
  return isOpen(policies, 'Egress', from, to, port, protocol) && isOpen(policies, 'Ingress', to, from, port, protocol);
}

function isOpen(
  policies: readonly Manifest[],
  direction: 'Ingress' | 'Egress',
  of: Side,
  other: Side,
  port: number,
  protocol: string,
): boolean {
  if ('address' in of) return true;
  const selecting = policies.filter(
    (policy) =>
      policy.kind === 'NetworkPolicy' &&
      policy.metadata.namespace === of.namespace &&
      (at(policy, 'spec.policyTypes') as string[]).includes(direction) &&
      selects(at(policy, 'spec.podSelector') as Selector, of.labels),
  );
  const rules = selecting.flatMap((policy) => (at(policy, `spec.${direction.toLowerCase()}`) as Rule[] | undefined) ?? []);
  return (
    selecting.length === 0 ||
    rules.some(
      ({ from, to, ports }) =>
        (ports === undefined || ports.some((one) => one.port === port && one.protocol === protocol)) &&
        (from ?? to ?? []).some((peer) => matches(peer, of.namespace, other)),
    )
  );
}

function matches({ ipBlock, podSelector, namespaceSelector }: Peer, own: string, other: Side): boolean {
  if ('address' in other)
    return ipBlock !== undefined && isIn(other.address, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => isIn(other.address, cidr));
  if (ipBlock !== undefined) return false;
  const isThere =
    namespaceSelector === undefined
      ? other.namespace === own
      : selects(namespaceSelector, { 'kubernetes.io/metadata.name': other.namespace });
  return isThere && (podSelector === undefined || selects(podSelector, other.labels));
}

const selects = ({ matchLabels = {} }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value);

function isIn(address: string, cidr: string): boolean {
  const [net, prefix] = cidr.split('/');
  const family = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4');
  if (family(net) !== family(address)) return false;
  const list = new BlockList();
  list.addSubnet(net, Number(prefix), family(net));
  return list.check(address, family(address));
}
