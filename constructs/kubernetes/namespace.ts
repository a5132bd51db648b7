import { Construct } from 'constructs';
import { DefaultDeny } from './default-deny';
import { kubernetesObject } from './objects';

export interface NamespaceProps {
  /** The name of the namespace. The `namespace` of the chart must be the same, so that the policies are in it. */
  readonly name: string;
}

/**
 * A namespace that accepts only pods that meet the Pod Security Standard `restricted`, and whose network is closed by `DefaultDeny`.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * @example new Namespace(new Chart(app, 'platform', { namespace: 'prod' }), 'Namespace', { name: 'prod' })
 */
export class Namespace extends Construct {
  constructor(scope: Construct, id: string, { name }: NamespaceProps) {
    super(scope, id);
    kubernetesObject(this, 'Namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: podSecurity },
    });
    new DefaultDeny(this, 'DefaultDeny');
  }
}

const podSecurity = Object.fromEntries(['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']));
