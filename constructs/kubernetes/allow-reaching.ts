import { Construct } from 'constructs';
import type { ReachInput } from '../../lib/config';
import { selectorLabels, workloadLabels } from './labels';
import { peerOf, placeOf, port, publicAddresses } from './network-peers';
import { kubernetesObject, type NetworkPolicySpec } from './objects';
import type { PlannedWorkload } from './planned-workload';

export interface AllowReachingProps {
  /** The workload whose pods reach something. */
  readonly workload: PlannedWorkload;
  /**
   * What they reach: services of AWS (`'s3'`), hosts (`'huggingface.co'`), ranges of addresses (`'10.0.0.0/8:5432'`), and pods
   * (`{ namespace: 'data', pods: { app: 'redis' }, port: 6379 }`).
   */
  readonly reaches: readonly ReachInput[];
}

/**
 * A NetworkPolicy that lets the pods of a workload reach what they need beyond their namespace: under `DefaultDeny`, or where somebody else
 * closed the namespace.
 *
 * A NetworkPolicy knows no names of hosts, so a host is its port (443 unless stated) on every public address, IPv4 and IPv6; private,
 * shared and link-local addresses stay closed. Where traffic to a service of AWS leaves by an endpoint in the VPC, name the range of the VPC
 * too. With a service of AWS the agents that give pods their identity are open: EKS Pod Identity by its link-local address; IAM roles
 * for service accounts by STS, which is a public address like others. The DNS of the cluster is always open.
 *
 * @throws ProblemError `kubernetes/network` for a text that is none of these
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html (169.254.170.23 and fd00:ec2::23)
 * @example new AllowReaching(chart, 'AllowReaching', { workload, reaches: ['s3', 'huggingface.co'] })
 */
export class AllowReaching extends Construct {
  constructor(scope: Construct, id: string, { workload, reaches }: AllowReachingProps) {
    super(scope, id);
    kubernetesObject(this, 'NetworkPolicy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${workload.name}-reaches`, labels: workloadLabels(workload) },
      spec: {
        podSelector: { matchLabels: selectorLabels(workload) },
        policyTypes: ['Egress'],
        egress: egressTo(workload, reaches),
      },
    });
  }
}

/** Questions to the DNS of the cluster: that of kubeadm, EKS and most other distributions, and a node-local cache at its usual address. */
export const toDns: NonNullable<NetworkPolicySpec['egress']>[number] = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
    { ipBlock: { cidr: '169.254.20.10/32' } },
  ],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

function egressTo(workload: PlannedWorkload, reaches: readonly ReachInput[]): NonNullable<NetworkPolicySpec['egress']> {
  const path = `workloads.${workload.name}.reaches`;
  const places = reaches.flatMap((reach) => (typeof reach === 'string' ? [placeOf(reach, path)] : []));
  const publicPorts = [...new Set(places.flatMap((place) => (place.kind === 'public' ? [place.port] : [])))].sort((a, b) => a - b);
  const agents = places.some((place) => place.kind === 'public' && place.isAws)
    ? [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }], ports: [port(80)] }]
    : [];
  return [
    toDns,
    ...(publicPorts.length === 0 ? [] : [{ to: publicAddresses, ports: publicPorts.map(port) }]),
    ...agents,
    ...places.flatMap((place) =>
      place.kind === 'range'
        ? [{ to: [{ ipBlock: { cidr: place.cidr } }], ...(place.port !== null && { ports: [port(place.port)] }) }]
        : [],
    ),
    ...reaches.flatMap((reach) =>
      typeof reach === 'string' ? [] : [{ to: [peerOf(reach)], ...(reach.port !== undefined && { ports: [port(reach.port)] }) }],
    ),
  ];
}
