import { JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { DefaultDeny } from './default-deny';
import { kubernetesObject } from './objects';

export interface NamespaceProps {
  /** Its name; the chart must put its objects there. */
  readonly name: string;
}

/**
 * A namespace that admits only pods within the Pod Security Standard `restricted`, and that is closed on the network.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * @example new Namespace(new Chart(app, 'platform', { namespace: 'prod' }), 'Namespace', { name: 'prod' })
 */
export class Namespace extends Construct {
  constructor(scope: Construct, id: string, { name }: NamespaceProps) {
    super(scope, id);
    const namespace = kubernetesObject(this, 'Namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: podSecurity },
    });
    // It is cluster-scoped, and a chart gives its own namespace to every object.
    if (namespace.metadata.namespace !== undefined) namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    new DefaultDeny(this, 'DefaultDeny');
  }
}

const podSecurity = Object.fromEntries(['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']));
