import { Namespace } from '../../../constructs/kubernetes/namespace';
import { at, find, type Manifest, objectsOf } from './support';

const build = (namespace?: string): Manifest[] => objectsOf((chart) => new Namespace(chart, 'Namespace', { name: 'prod' }), namespace);

test('it admits only pods within the Pod Security Standard restricted', () => {
  expect(at(find(build(), 'Namespace', 'prod'), 'metadata.labels')).toEqual({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/audit': 'restricted',
    'pod-security.kubernetes.io/warn': 'restricted',
  });
});

test('the namespace of the chart reaches its policies and not the namespace itself, which is cluster-scoped', () => {
  expect(find(build('prod'), 'Namespace', 'prod').metadata).not.toHaveProperty('namespace');
  expect(find(build('prod'), 'NetworkPolicy', 'default-deny').metadata.namespace).toBe('prod');
  expect(find(build(), 'Namespace', 'prod').metadata).not.toHaveProperty('namespace');
});

test('nothing comes in and nothing goes out by default', () => {
  expect(at(find(build(), 'NetworkPolicy', 'default-deny'), 'spec')).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});

test("only questions to the cluster's DNS go out", () => {
  expect(at(find(build(), 'NetworkPolicy', 'allow-dns'), 'spec')).toEqual({
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
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
      },
    ],
  });
});
