import { stringify } from 'yaml';

/** An object as it is emitted, as far as it is read here. */
type Emitted = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly suspend?: boolean;
    readonly minReplicas?: number;
    readonly scaleTargetRef?: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  };
};

/** Fields of one object that somebody else moves once it is applied, as JSON pointers (RFC 6901). */
type MovedFields = {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly paths: readonly string[];
};

/**
 * Files for tools that apply what a Git repository holds, to lie beside the manifests. None of them ends in `.yaml`, so that
 * `kubectl apply -f` leaves them alone.
 *
 * - `Kustomization`: a base of all manifests. Kustomize knows which names refer to each other in the kinds of Kubernetes itself;
 *   `gitops/name-references.txt` tells it of the others, so that a prefix keeps them together.
 * - `gitops/argo-cd.txt` and `gitops/flux.txt`: what goes into an Application or a Kustomization so that it leaves fields alone that are
 *   another owner's: the replicas that an autoscaler moves, the smallest number that the loop of `foresize operate` moves, and what Kueue does to a run that it starts.
 *
 * @param manifests the objects of each file, by its name
 * @returns the text of each file, by its path
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/ and sync-options/#respect-ignore-difference-configs
 * @see fluxcd/kustomize-controller docs/spec/v1/kustomizations.md, Ignore Rules (1.9, Flux 2.9); helm-controller, spec.driftDetection.ignore
 * @see kubernetes-sigs/kustomize, nameReference of a transformer configuration
 */
export function gitopsFiles(manifests: Readonly<Record<string, readonly object[]>>): Record<string, string> {
  const resources = Object.keys(manifests)
    .filter((file) => manifests[file].length > 0)
    .sort();
  const moved = movedFields(resources.flatMap((file) => manifests[file] as readonly Emitted[]));
  const base = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources, configurations: [referencesFile] };
  const argo = {
    syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
    ignoreDifferences: moved.map(({ paths, ...object }) => ({ ...object, jsonPointers: paths })),
  };
  const flux = { ignore: moved.map(({ paths, ...target }) => ({ paths, target })) };
  return {
    Kustomization: stringify(base),
    [referencesFile]: `# Which names refer to which, for Kustomize.\n${stringify({ nameReference })}`,
    'gitops/argo-cd.txt': `# Not applied: this belongs under spec of your Application. It leaves alone what others move.\n${stringify(argo)}`,
    'gitops/flux.txt': `# Not applied: this belongs under spec of your Kustomization (Flux 2.9), or under spec.driftDetection of your HelmRelease.\n# It leaves alone what others move.\n${stringify(flux)}`,
  };
}

const referencesFile = 'gitops/name-references.txt';

function movedFields(objects: readonly Emitted[]): MovedFields[] {
  return objects.flatMap(({ apiVersion, kind, metadata: { name, namespace, labels = {} }, spec = {} }): MovedFields[] => {
    const { scaleTargetRef: target, suspend, minReplicas } = spec;
    if (target !== undefined && kind !== 'VerticalPodAutoscaler')
      return [
        { group: groupOf(target.apiVersion), kind: target.kind, name: target.name, namespace, paths: ['/spec/replicas'] },
        ...(kind === 'HorizontalPodAutoscaler' && minReplicas === undefined
          ? [{ group: 'autoscaling', kind, name, namespace, paths: ['/spec/minReplicas'] }]
          : []),
      ];
    if (suspend === undefined) return [];
    const pods = kind === 'JobSet' ? '/spec/replicatedJobs/0/template/spec/template/spec' : '/spec/template/spec';
    // Kueue puts a run onto the nodes of the flavour that it has found room in.
    const placed = 'kueue.x-k8s.io/queue-name' in labels ? [`${pods}/nodeSelector`, `${pods}/tolerations`] : [];
    return [{ group: groupOf(apiVersion), kind, name, namespace, paths: ['/spec/suspend', ...placed] }];
  });
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');

const jobSetPods = 'spec/replicatedJobs/template/spec/template/spec';
const scaledBy = [
  { kind: 'ScaledObject', path: 'spec/scaleTargetRef/name' },
  { kind: 'VerticalPodAutoscaler', path: 'spec/targetRef/name' },
  { kind: 'CapacityBuffer', path: 'spec/scalableRef/name' },
];

/**
 * Names that refer to each other, beside those that Kustomize knows. It takes every kind that it does not know for one of a namespace, so that
 * it never finds the ClusterQueue of a LocalQueue: `docs/gitops.md` says what to do about it.
 */
const nameReference = [
  { kind: 'Deployment', fieldSpecs: scaledBy },
  {
    kind: 'Service',
    fieldSpecs: [
      { kind: 'Job', path: 'spec/template/spec/subdomain' },
      { kind: 'CronJob', path: 'spec/jobTemplate/spec/template/spec/subdomain' },
    ],
  },
  { kind: 'ServiceAccount', fieldSpecs: [{ kind: 'JobSet', path: `${jobSetPods}/serviceAccountName` }] },
  {
    kind: 'PersistentVolumeClaim',
    fieldSpecs: [
      { kind: 'PersistentVolume', path: 'spec/claimRef/name' },
      { kind: 'JobSet', path: `${jobSetPods}/volumes/persistentVolumeClaim/claimName` },
    ],
  },
  {
    kind: 'LocalQueue',
    fieldSpecs: [
      ...['Job', 'JobSet'].map((kind) => ({ kind, path: 'metadata/labels/kueue.x-k8s.io\\/queue-name' })),
      { kind: 'CronJob', path: 'spec/jobTemplate/metadata/labels/kueue.x-k8s.io\\/queue-name' },
    ],
  },
  { kind: 'ResourceFlavor', fieldSpecs: [{ kind: 'ClusterQueue', path: 'spec/resourceGroups/flavors/name' }] },
  { kind: 'EC2NodeClass', fieldSpecs: [{ kind: 'NodePool', path: 'spec/template/spec/nodeClassRef/name' }] },
];
