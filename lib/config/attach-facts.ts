import type { AttachConfig } from './attach-schema';
import { fieldsOf, listOf, type ManifestObject, type ManifestPod, manifestPod, podsTogether, textsOf } from './manifest-pods';

/** What the manifests of an attached workload say of it. */
export type AttachFacts = {
  /** What one replica asks for: a pod, or pods that start and end together. */
  readonly pod: ManifestPod;
  /** The number of replicas that the manifest states; `undefined` where it leaves that open. */
  readonly replicas?: number;
  /** The field that states it, such as `spec.replicas`. */
  readonly replicasField: string;
  /** The namespace that the manifest states. */
  readonly namespace?: string;
  /** The labels by which its pods are selected. */
  readonly selector: Readonly<Record<string, string>>;
  /** What moves its replicas already, by the manifests. */
  readonly autoscalers: readonly { readonly kind: string; readonly name: string }[];
};

/**
 * Finds the object that a workload is attached to among those of its manifests, and reads what its pods ask for. What makes it counts as
 * well, where a controller does: an InferenceService of KServe stands for the Deployment of its predictor, a DynamoGraphDeployment for the
 * scaling adapters of its services.
 *
 * @returns `undefined` where the manifests do not have it
 */
export function attachFacts(attach: AttachConfig, objects: readonly ManifestObject[]): AttachFacts | undefined {
  const own = objects.find((object) => object.kind === attach.kind && nameOf(object) === attach.name && isIn(object, attach));
  const read = own === undefined ? (madeByKserve(attach, objects) ?? madeByDynamo(attach, objects)) : ownFacts(own, objects);
  if (read === undefined) return undefined;
  return { ...read, autoscalers: [...read.autoscalers, ...objects.filter((object) => scales(object, attach)).map(named)] };
}

function ownFacts(object: ManifestObject, objects: readonly ManifestObject[]): AttachFacts {
  const spec = fieldsOf(object.spec);
  const pod = podOf(object, objects);
  const field = typeof spec.parallelism === 'number' ? 'parallelism' : 'replicas';
  const labels = textsOf(fieldsOf(spec.selector).matchLabels);
  return {
    pod,
    replicas: typeof spec[field] === 'number' ? spec[field] : undefined,
    replicasField: `spec.${field}`,
    namespace: namespaceOf(object),
    selector: Object.keys(labels).length > 0 ? labels : pod.labels,
    autoscalers: [],
  };
}

/** What one replica of an object asks for: its pod template, or all pods of a group. */
function podOf(object: ManifestObject, objects: readonly ManifestObject[]): ManifestPod {
  const spec = fieldsOf(object.spec);
  const group = fieldsOf(spec.leaderWorkerTemplate);
  if (Object.keys(group).length > 0) {
    const worker = manifestPod(group.workerTemplate);
    const leader = group.leaderTemplate === undefined ? worker : manifestPod(group.leaderTemplate);
    const size = typeof group.size === 'number' ? group.size : 1;
    return podsTogether([leader, ...Array.from({ length: size - 1 }, () => worker)]);
  }
  const other = fieldsOf(spec.workloadRef);
  const referred = objects.find((candidate) => candidate.kind === other.kind && nameOf(candidate) === other.name);
  if (referred !== undefined) return podOf(referred, objects);
  return manifestPod(spec.template);
}

/** KServe makes a Deployment of the predictor of an InferenceService, and an HPA for it unless told to leave that to others. */
function madeByKserve({ kind, name, namespace }: AttachConfig, objects: readonly ManifestObject[]): AttachFacts | undefined {
  const service = objects.find(
    (object) => object.kind === 'InferenceService' && `${nameOf(object)}-predictor` === name && isIn(object, { namespace }),
  );
  if (service === undefined || kind !== 'Deployment') return undefined;
  const predictor = fieldsOf(fieldsOf(service.spec).predictor);
  const model = predictor.model === undefined ? [] : [{ name: 'kserve-container', ...fieldsOf(predictor.model) }];
  const labels = { ...textsOf(predictor.labels), app: `isvc.${name}`, 'serving.kserve.io/inferenceservice': nameOf(service) };
  const scaler = textsOf(fieldsOf(service.metadata).annotations)['serving.kserve.io/autoscalerClass'] ?? 'hpa';
  return {
    pod: manifestPod({ metadata: { labels }, spec: { ...predictor, containers: [...model, ...listOf(predictor.containers)] } }),
    replicasField: 'spec.predictor.minReplicas',
    namespace: namespaceOf(service),
    selector: { app: `isvc.${name}` },
    autoscalers:
      scaler === 'none' || scaler === 'external' ? [] : [{ kind: `InferenceService (autoscalerClass ${scaler})`, name: nameOf(service) }],
  };
}

/** Dynamo makes a scaling adapter of each service of a graph, by the names of both. */
function madeByDynamo({ kind, name, namespace }: AttachConfig, objects: readonly ManifestObject[]): AttachFacts | undefined {
  if (kind !== 'DynamoGraphDeploymentScalingAdapter') return undefined;
  for (const graph of objects.filter((object) => object.kind === 'DynamoGraphDeployment' && isIn(object, { namespace }))) {
    for (const [key, value] of Object.entries(fieldsOf(fieldsOf(graph.spec).services))) {
      if (`${nameOf(graph)}-${key.toLowerCase()}` !== name) continue;
      const service = fieldsOf(value);
      const pod = fieldsOf(service.extraPodSpec);
      const { requests, limits } = fieldsOf(service.resources);
      const renamed = (amounts: unknown) => {
        const { gpu, ...others } = fieldsOf(amounts);
        return { ...others, ...(gpu === undefined ? {} : { 'nvidia.com/gpu': gpu }) };
      };
      const container = { name: 'main', resources: { requests: renamed(requests), limits: renamed(limits) } };
      return {
        pod: manifestPod({ spec: { ...pod, containers: [container] } }),
        replicas: typeof service.replicas === 'number' ? service.replicas : undefined,
        replicasField: `spec.services.${key}.replicas`,
        namespace: namespaceOf(graph),
        selector: {},
        autoscalers: [],
      };
    }
  }
  return undefined;
}

/** Whether an object moves the replicas of what a workload is attached to. A VerticalPodAutoscaler moves what pods ask for instead. */
function scales(object: ManifestObject, { kind, name, namespace }: AttachConfig): boolean {
  const spec = fieldsOf(object.spec);
  if (object.kind === 'VerticalPodAutoscaler' || !isIn(object, { namespace })) return false;
  const target = fieldsOf(spec.scaleTargetRef);
  return target.name === name && (target.kind ?? 'Deployment') === kind;
}

const named = (object: ManifestObject) => ({ kind: String(object.kind), name: nameOf(object) });
const nameOf = (object: ManifestObject): string => String(fieldsOf(object.metadata).name);

function namespaceOf(object: ManifestObject): string | undefined {
  const { namespace } = fieldsOf(object.metadata);
  return typeof namespace === 'string' ? namespace : undefined;
}

/** Whether an object may be in a namespace: manifests mostly leave it to who applies them. */
function isIn(object: ManifestObject, { namespace }: { readonly namespace?: string }): boolean {
  const own = namespaceOf(object);
  return own === undefined || namespace === undefined || own === namespace;
}
