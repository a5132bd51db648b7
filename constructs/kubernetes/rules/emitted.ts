import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { fieldsOf, listOf, type ManifestObject, textsOf } from '../../../lib/config';
import type { PlannedWorkload } from '../planned-workload';

/** An object as it is written, patches included. */
export type Emitted = {
  /** Of its construct: `chart/Chat/Deployment`. */
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** The name that its construct gave it, before patches. */
  readonly givenName: string;
  readonly namespace?: string;
  readonly fields: ManifestObject;
  readonly spec: ManifestObject;
  /** Its pods, where it makes any. */
  readonly pod?: EmittedPod;
  /** Whether a construct of foresize made it; otherwise it is the user's own. */
  readonly isOurs: boolean;
  /** The workload whose pods, or whose number of pods, it is. */
  readonly workload?: PlannedWorkload;
};

export type EmittedPod = {
  /** Where the template stands in the object. */
  readonly at: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: ManifestObject;
  /** All containers with where they stand: first those that run beside each other, sidecars included, then those that run before. */
  readonly containers: readonly EmittedContainer[];
};

export type EmittedContainer = {
  readonly at: string;
  readonly name: string;
  readonly fields: ManifestObject;
  /** Whether it ends before the others start. */
  readonly isBefore: boolean;
};

const ours = new WeakMap<IConstruct, { workload?: PlannedWorkload }>();

/** Notes that a construct of foresize made an object. */
export function noteOurs(object: ApiObject): void {
  ours.set(object, {});
}

/** Notes whose pods, or whose number of pods, an object is. */
export function noteWorkload(object: ApiObject, workload: PlannedWorkload): ApiObject {
  ours.set(object, { workload });
  return object;
}

/** All objects below a construct, as they are written. */
export function emittedBelow(scope: IConstruct): Emitted[] {
  return scope.node
    .findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .map((object) => {
      const fields = fieldsOf(object.toJson());
      const { name, namespace } = textsOf(fields.metadata);
      return {
        path: object.node.path,
        apiVersion: object.apiVersion,
        kind: object.kind,
        name: name ?? object.name,
        givenName: object.name,
        namespace,
        fields,
        spec: fieldsOf(fields.spec),
        pod: podOf(object.kind, fieldsOf(fields.spec)),
        isOurs: ours.has(object),
        workload: ours.get(object)?.workload,
      };
    });
}

/** Where objects keep the template of their pods. */
const templates: Readonly<Record<string, string>> = {
  Deployment: 'spec.template',
  StatefulSet: 'spec.template',
  DaemonSet: 'spec.template',
  ReplicaSet: 'spec.template',
  Job: 'spec.template',
  CronJob: 'spec.jobTemplate.spec.template',
  JobSet: 'spec.replicatedJobs.0.template.spec.template',
};

function podOf(kind: string, spec: ManifestObject): EmittedPod | undefined {
  const at = templates[kind];
  if (at === undefined) return undefined;
  const template = at
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => (Array.isArray(value) ? value[Number(key)] : fieldsOf(value)[key]), spec);
  const pod = fieldsOf(fieldsOf(template).spec);
  const containers = (['containers', 'initContainers'] as const).flatMap((list) =>
    listOf(pod[list]).map((fields, index) => ({
      at: `${at}.spec.${list}.${index}`,
      name: String(fields.name),
      fields,
      isBefore: list === 'initContainers' && fields.restartPolicy !== 'Always',
    })),
  );
  return { at, labels: textsOf(fieldsOf(fieldsOf(template).metadata).labels), spec: pod, containers };
}

/** Whether the labels of pods meet a selector, with `matchLabels` and `matchExpressions`. An empty one is met by all. */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  return (
    Object.entries(fieldsOf(matchLabels)).every(([key, value]) => typeof value !== 'string' || labels[key] === value) &&
    listOf(matchExpressions).every(({ key, operator, values }) => {
      const value = labels[String(key)];
      const isListed = value !== undefined && Array.isArray(values) && values.includes(value);
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      return operator === 'NotIn' ? !isListed : isListed;
    })
  );
}
