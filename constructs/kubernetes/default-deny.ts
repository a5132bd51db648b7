import { Construct } from 'constructs';
import { toDns } from './allow-reaching';
import { kubernetesObject } from './objects';

/**
 * Two NetworkPolicies that close a namespace: its pods receive no traffic and send none, except queries to the DNS of the cluster.
 *
 * The DNS is found by the labels that kubeadm, EKS and most other distributions give it, and a node-local cache by its usual address.
 *
 * NetworkPolicies add up: `AllowReaching` lets pods reach more, such as a model store, and `AllowCalls` lets others call them, such as an
 * ingress controller or the Prometheus that scrapes them.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * @example new DefaultDeny(chart, 'DefaultDeny')
 */
export class DefaultDeny extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    kubernetesObject(this, 'DenyAll', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    kubernetesObject(this, 'AllowDns', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'allow-dns' },
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [toDns],
      },
    });
  }
}
