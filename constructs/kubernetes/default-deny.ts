import { Construct } from 'constructs';
import { kubernetesObject } from './objects';

/**
 * Closes a namespace: nothing comes in, nothing goes out but questions to the cluster's DNS.
 *
 * The DNS is found by the labels that kubeadm, EKS and most others give it; a node-local DNS cache needs a policy of its own.
 *
 * NetworkPolicies add up. What pods must reach (a model store, a data set) and who else may call them (an ingress controller,
 * the Prometheus that scrapes them) is allowed by policies of your own beside this one.
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
