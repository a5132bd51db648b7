import { fieldsOf, labelKeyPattern, labelValuePattern, listOf, objectNamePattern, textsOf } from '../../../lib/config';
import type { Emitted } from './emitted';
import { each, fault, type Finding, type Rule, risk } from './finding';

/** Kinds whose names are names of DNS. Names of other kinds may have more characters. */
const named = new Set([
  'ConfigMap',
  'Deployment',
  'HorizontalPodAutoscaler',
  'NetworkPolicy',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'PriorityClass',
  'ScaledObject',
  'Secret',
  'ServiceAccount',
  'StatefulSet',
  'VerticalPodAutoscaler',
]);

/** Kinds whose names are one label of DNS: names of hosts are made of them. */
const labels = new Set(['Namespace', 'Service']);
const isLabel = ({ kind, isOurs }: Emitted): boolean => labels.has(kind) || (isOurs && (kind === 'Job' || kind === 'JobSet'));

const labelPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names and labels that the API refuses. */
export const badNames: Rule = each((object) => {
  const { kind, name } = object;
  const short = `'${name.slice(0, 40)}${name.length > 40 ? '...' : ''}'`;
  const hint = "shorten it to lower-case letters, digits and '-'";
  const ofName: Finding[] =
    isLabel(object) && !labelPattern.test(name)
      ? [fault(object, `metadata.name ${short} has ${name.length} characters, and a ${kind} takes at most 63 that DNS knows`, hint)]
      : named.has(kind) && !objectNamePattern.test(name)
        ? [fault(object, `metadata.name ${short} is no name that Kubernetes takes`, hint)]
        : [];
  const marks = [
    { at: 'metadata.labels', all: textsOf(fieldsOf(object.fields.metadata).labels) },
    { at: `${object.pod?.at}.metadata.labels`, all: object.pod?.labels ?? {} },
  ];
  const ofLabels = marks.flatMap(({ at, all }) =>
    Object.entries(all)
      .filter(([key, value]) => !labelKeyPattern.test(key) || !labelValuePattern.test(value))
      .map(([key, value]) =>
        fault(
          object,
          `${at} has ${key} with ${value.length} characters, and Kubernetes takes no such label`,
          "at most 63 letters, digits, '-', '_' and '.'",
        ),
      ),
  );
  return [...ofName, ...ofLabels];
});

/** Kinds that are in no namespace. */
const clusterScoped = new Set([
  'ClusterQueue',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'EC2NodeClass',
  'Namespace',
  'NodePool',
  'PersistentVolume',
  'PriorityClass',
  'ResourceFlavor',
  'RuntimeClass',
  'StorageClass',
]);

export const isClusterScoped = (kind: string): boolean => clusterScoped.has(kind);

/** The API drops such a namespace; tools that compare with it, such as Argo CD, then see a difference for ever. */
export const namespaceOfNone: Rule = each((object) =>
  object.namespace === undefined || !clusterScoped.has(object.kind)
    ? []
    : [
        risk(
          object,
          `metadata.namespace is '${object.namespace}', and a ${object.kind} is in no namespace`,
          'put it into a chart without a namespace, or take the field out with JsonPatch',
        ),
      ],
);

const identity = ({ apiVersion, kind, namespace, name }: Emitted): string =>
  [apiVersion.replace(/\/?[^/]*$/, ''), kind, namespace, name].join('/');

/** The same object twice in one chart: what is applied last stands. */
export const sameTwice: Rule = ({ objects }) => {
  const first = new Map<string, Emitted>();
  return objects.flatMap((object) => {
    const key = identity(object);
    const other = first.get(key);
    if (other === undefined) first.set(key, object);
    return other === undefined || !(other.isOurs || object.isOurs)
      ? []
      : [
          fault(
            object,
            `is written by ${other.path} too, and only the later one would stand`,
            'give one of them another name, or leave it out',
          ),
        ];
  });
};

/** A Job cannot be changed once it is there, so its name has to change with what it does. */
export const fixedJobName: Rule = each((object) =>
  object.isOurs && (object.kind === 'Job' || object.kind === 'JobSet') && object.name !== object.givenName
    ? [
        fault(
          object,
          `metadata.name was changed from '${object.givenName}', which changes with what the ${object.kind} does: the next plan could not be applied`,
          'leave the name to the construct',
        ),
      ]
    : [],
);

/** Fields that a version of Kubernetes does not know, or does not obey without a feature gate. */
export const unknownFields: Rule = each((object, { version }) => {
  const minor = Number(version?.split('.')[1] ?? Infinity);
  const used: { readonly at: string; readonly since: number; readonly isUsed: boolean }[] = [
    {
      at: `${object.pod?.at}.spec.volumes: an image`,
      since: 35,
      isUsed: listOf(object.pod?.spec.volumes).some(({ image }) => image !== undefined),
    },
    {
      at: 'spec.behavior: a tolerance',
      since: 35,
      isUsed: Object.values(fieldsOf(behaviorOf(object))).some((rules) => fieldsOf(rules).tolerance !== undefined),
    },
    { at: `${object.pod?.at}.spec.resources`, since: 34, isUsed: object.pod?.spec.resources !== undefined },
    {
      at: `${object.pod?.at}.spec.containers: a sleep of preStop`,
      since: 30,
      isUsed: (object.pod?.containers ?? []).some(({ fields }) => fieldsOf(fieldsOf(fields.lifecycle).preStop).sleep !== undefined),
    },
  ];
  return used
    .filter(({ since, isUsed }) => isUsed && minor < since)
    .map(({ at, since }) =>
      fault(object, `${at} needs Kubernetes 1.${since}, and the cluster has ${version}`, 'leave it out, or upgrade the cluster'),
    );
});

const behaviorOf = ({ kind, spec }: Emitted): unknown =>
  kind === 'ScaledObject' ? fieldsOf(fieldsOf(spec.advanced).horizontalPodAutoscalerConfig).behavior : spec.behavior;
