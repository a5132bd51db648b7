import { fieldManager, type OperateLease, type ReplicaNumber } from '../control';
import { runKubectl } from './kubectl';

/** A workload whose number is looked for: an autoscaler of it, or itself where none scales it. */
export type NumberOf = { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string };

export type Cluster = {
  /** The numbers of workloads, in their order: `null` where there is neither autoscaler nor workload, or why it is not known. */
  readonly numbers: (of: readonly NumberOf[]) => Promise<readonly (ReplicaNumber | null | { readonly missing: string })[]>;
  /** Sets one number by server-side apply. @returns why it was not set, in the words of the API server; `null` where it was */
  readonly set: (number: ReplicaNumber, to: number, force: boolean) => Promise<string | null>;
  /** A lease with the version that it was read in. */
  readonly lease: (
    place: LeasePlace,
  ) => Promise<{ readonly lease: OperateLease; readonly version: string } | null | { readonly missing: string }>;
  /**
   * Writes a lease where it is still in that version; makes it where `version` is `null`.
   *
   * @returns why it was not written: mostly that another copy was faster
   */
  readonly writeLease: (place: LeasePlace, lease: OperateLease, version: string | null) => Promise<string | null>;
};

export type LeasePlace = { readonly namespace: string; readonly name: string };

/**
 * The cluster of the present context of `kubectl`, or of the pod that it runs in.
 *
 * @param environment what `kubectl` finds its cluster by
 */
export function openCluster(environment: NodeJS.ProcessEnv): Cluster {
  const kubectl = (args: readonly string[], input?: object) =>
    runKubectl([...args, '--request-timeout=20s'], environment, input && JSON.stringify(input));
  const written = async (args: readonly string[], input: object) => {
    const answer = await kubectl([...args, '-f', '-'], input);
    return typeof answer === 'string' ? null : answer.missing;
  };

  /** Stated through autoscaling/v1, a minimum would take the metrics away that v1 knows only as an annotation; before 1.23 there is no v2. */
  async function autoscalersIn(
    namespace: string,
    version: 'v2' | 'v2beta2' = 'v2',
  ): Promise<readonly KubernetesObject[] | { readonly missing: string }> {
    const type = `horizontalpodautoscalers.${version}.autoscaling`;
    const answer = await kubectl(['get', type, '--namespace', namespace, '--output=json', '--show-managed-fields']);
    if (typeof answer === 'string') return (JSON.parse(answer) as { readonly items: readonly KubernetesObject[] }).items;
    const isOlder = version === 'v2' && /doesn't have a resource type/.test(answer.missing);
    return isOlder ? autoscalersIn(namespace, 'v2beta2') : answer;
  }

  async function numberOf(
    { apiVersion, kind, namespace, name }: NumberOf,
    autoscalers: readonly KubernetesObject[],
  ): Promise<ReplicaNumber | null | { readonly missing: string }> {
    const autoscaler = autoscalers.find(({ spec }) => spec.scaleTargetRef?.kind === kind && spec.scaleTargetRef.name === name);
    if (autoscaler !== undefined) return readNumber(autoscaler, 'minReplicas');
    const [version, group = ''] = apiVersion.split('/').reverse();
    const type = `${kind.toLowerCase()}.${version}.${group}`;
    const answer = await kubectl([
      'get',
      type,
      name,
      '--namespace',
      namespace,
      '--output=json',
      '--show-managed-fields',
      '--ignore-not-found',
    ]);
    if (typeof answer !== 'string') return answer;
    return answer.trim() === '' ? null : readNumber(JSON.parse(answer) as KubernetesObject, 'replicas');
  }

  return {
    numbers: async (of) => {
      const found = new Map<string, Awaited<ReturnType<typeof autoscalersIn>>>();
      for (const { namespace } of of) if (!found.has(namespace)) found.set(namespace, await autoscalersIn(namespace));
      const numbers: Awaited<ReturnType<typeof numberOf>>[] = [];
      for (const one of of) {
        const autoscalers = found.get(one.namespace) ?? [];
        numbers.push('missing' in autoscalers ? autoscalers : await numberOf(one, autoscalers));
      }
      return numbers;
    },
    set: ({ apiVersion, kind, namespace, name, field }, to, force) =>
      written(['apply', '--server-side', `--field-manager=${fieldManager}`, `--force-conflicts=${force}`, '--validate=false'], {
        apiVersion,
        kind,
        metadata: { namespace, name },
        spec: { [field]: to },
      }),
    lease: async ({ namespace, name }) => {
      const answer = await kubectl([
        'get',
        'leases.v1.coordination.k8s.io',
        name,
        '--namespace',
        namespace,
        '--output=json',
        '--ignore-not-found',
      ]);
      if (typeof answer !== 'string') return answer;
      if (answer.trim() === '') return null;
      const { metadata, spec = {} } = JSON.parse(answer) as LeaseObject;
      const renewed = Date.parse(spec.renewTime ?? '');
      return {
        version: metadata.resourceVersion,
        lease: {
          holder: spec.holderIdentity ?? '',
          renewed: Number.isNaN(renewed) ? null : renewed,
          seconds: spec.leaseDurationSeconds ?? 0,
          transitions: spec.leaseTransitions ?? 0,
        },
      };
    },
    writeLease: ({ namespace, name }, { holder, renewed, seconds, transitions }, version) =>
      written([version === null ? 'create' : 'replace', '--validate=false'], {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { namespace, name, ...(version !== null && { resourceVersion: version }) },
        spec: {
          holderIdentity: holder,
          leaseDurationSeconds: seconds,
          leaseTransitions: transitions,
          ...(renewed !== null && { renewTime: new Date(renewed).toISOString().replace('Z', '000Z') }),
        },
      }),
  };
}

/** Of an object with a number of replicas what is looked at. */
type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[];
    readonly managedFields?: readonly { readonly manager?: string; readonly operation?: string; readonly fieldsV1?: FieldSet }[];
  };
  readonly spec: {
    readonly minReplicas?: number;
    readonly replicas?: number;
    readonly maxReplicas?: number;
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
  };
};
type FieldSet = { readonly 'f:spec'?: Readonly<Record<string, unknown>> };
type LeaseObject = {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly leaseDurationSeconds?: number;
    readonly leaseTransitions?: number;
  };
};

function readNumber({ apiVersion, kind, metadata, spec }: KubernetesObject, field: 'minReplicas' | 'replicas'): ReplicaNumber {
  const { namespace, name, annotations, ownerReferences = [], managedFields = [] } = metadata;
  const maker = ownerReferences.find(({ controller }) => controller === true);
  return {
    apiVersion,
    kind,
    namespace,
    name,
    field,
    value: spec[field] ?? 1,
    most: field === 'minReplicas' ? (spec.maxReplicas ?? null) : null,
    managers: managedFields
      .filter(({ fieldsV1 }) => fieldsV1?.['f:spec']?.[`f:${field}`] !== undefined)
      .map(({ manager = '', operation = '' }) => ({ name: manager, operation })),
    isNoted: isNotedIn(annotations?.['kubectl.kubernetes.io/last-applied-configuration'], field),
    madeBy: maker === undefined ? null : `${maker.kind}/${maker.name}`,
  };
}

function isNotedIn(text: string | undefined, field: string): boolean {
  if (text === undefined) return false;
  try {
    return (JSON.parse(text) as { readonly spec?: Readonly<Record<string, unknown>> }).spec?.[field] !== undefined;
  } catch {
    return true;
  }
}
