import { Construct } from 'constructs';
import { kubernetesObject } from './objects';

/**
 * Two NetworkPolicies that close a namespace: its pods receive no traffic and send none, except queries to the DNS of the cluster.
 *
 * The DNS is found by the labels that kubeadm, EKS and most other distributions give it. A node-local DNS cache needs another policy.
 *
 * NetworkPolicies add up, so you allow more by adding policies of your own: for what pods must reach, such as a model store, and for
 * who must reach them, such as an ingress controller or the Prometheus that scrapes them.
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
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
              },
            ],
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
        ],
      },
    });
  }
}
