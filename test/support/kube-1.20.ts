import type { Manifest } from '../constructs/kubernetes/support';

/** How an object that is written for the versions of today is said to the API server of the tests, which is of version 1.20. */
export const lowered: readonly { readonly kind: string; readonly apiVersion: string; readonly leftOut: readonly string[] }[] = [
  { kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2beta2', leftOut: ['spec.behavior.scaleUp.tolerance'] },
  { kind: 'PodDisruptionBudget', apiVersion: 'policy/v1beta1', leftOut: ['spec.unhealthyPodEvictionPolicy'] },
  { kind: 'Service', apiVersion: 'v1', leftOut: [] },
  {
    kind: 'CronJob',
    apiVersion: 'batch/v1beta1',
    leftOut: ['spec.timeZone', ...['completionMode', 'podFailurePolicy', 'suspend'].map((field) => `spec.jobTemplate.spec.${field}`)],
  },
  { kind: 'Deployment', apiVersion: 'apps/v1', leftOut: ['spec.template.spec.containers.*.lifecycle'] },
  { kind: 'Job', apiVersion: 'batch/v1', leftOut: ['spec.completionMode', 'spec.podFailurePolicy', 'spec.suspend'] },
];

/** The custom resources that are written, of which the tests bring a definition without a schema. Strict schemas hold them elsewhere. */
export const customResources = [
  { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject', plural: 'scaledobjects' },
  { group: 'autoscaling.k8s.io', version: 'v1', kind: 'VerticalPodAutoscaler', plural: 'verticalpodautoscalers' },
  { group: 'autoscaling.x-k8s.io', version: 'v1alpha1', kind: 'CapacityBuffer', plural: 'capacitybuffers' },
  { group: 'jobset.x-k8s.io', version: 'v1alpha2', kind: 'JobSet', plural: 'jobsets' },
  { group: 'kueue.x-k8s.io', version: 'v1beta2', kind: 'LocalQueue', plural: 'localqueues' },
  { group: 'kueue.x-k8s.io', version: 'v1beta2', kind: 'ClusterQueue', plural: 'clusterqueues', scope: 'Cluster' },
  { group: 'kueue.x-k8s.io', version: 'v1beta2', kind: 'ResourceFlavor', plural: 'resourceflavors', scope: 'Cluster' },
  { group: 'karpenter.sh', version: 'v1', kind: 'NodePool', plural: 'nodepools', scope: 'Cluster' },
  { group: 'karpenter.k8s.aws', version: 'v1', kind: 'EC2NodeClass', plural: 'ec2nodeclasses', scope: 'Cluster' },
  { group: 'monitoring.coreos.com', version: 'v1', kind: 'PodMonitor', plural: 'podmonitors' },
] as const satisfies readonly CustomResource[];

type CustomResource = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** @default 'Namespaced' */
  readonly scope?: 'Cluster';
};

export function customResourceDefinition({ group, version, kind, plural, scope }: CustomResource): object {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes/autoscaler' } },
    spec: {
      group,
      scope: scope ?? 'Namespaced',
      names: { kind, plural },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

/** An object as version 1.20 takes it. */
export function loweredObject(object: Manifest): Manifest {
  const rule = lowered.find(({ kind, apiVersion }) => kind === object.kind && apiVersion.split('/')[0] === object.apiVersion.split('/')[0]);
  if (rule === undefined) return object;
  const copy = structuredClone({ ...object, apiVersion: rule.apiVersion });
  for (const path of rule.leftOut) remove(copy, path.split('.'));
  return withProtocols(copy) as Manifest;
}

/**
 * Server-side apply knows of no default of a port's protocol before version 1.21, and of no sized ephemeral volume before 1.21: a volume
 * of the node stands for it.
 */
function withProtocols(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withProtocols);
  if (typeof value !== 'object' || value === null) return value;
  const { ephemeral, ...known } = value as Readonly<Record<string, unknown>>;
  const fields = Object.fromEntries(
    Object.entries(ephemeral === undefined ? known : { ...known, emptyDir: {} }).map(([key, inner]) => [key, withProtocols(inner)]),
  );
  return 'containerPort' in fields || ('port' in fields && 'targetPort' in fields) ? { protocol: 'TCP', ...fields } : fields;
}

function remove(value: unknown, [key, ...rest]: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  if (key === '*') Object.values(fields).forEach((item) => remove(item, rest));
  else if (rest.length > 0) remove(fields[key], rest);
  else delete fields[key];
}
