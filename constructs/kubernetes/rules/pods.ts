import { fieldsOf, listOf, type ManifestObject, quantity, textsOf } from '../../../lib/config';
import type { Emitted, EmittedContainer, EmittedPod } from './emitted';
import { fault, type Finding, risk, type Rule } from './finding';

/** Rules for the pods of workloads, whoever wrote their fields: a construct, a patch, or code that changed an object. */
export const podRules: readonly Rule[] = [
  ofPods(images),
  ofPods(samePorts),
  ofPods(mounts),
  ofPods(amounts),
  ofPods(endings),
  ofPods(restricted),
];

/** A rule for each pod of a workload. */
function ofPods(rule: (object: Emitted, pod: EmittedPod, objects: readonly Emitted[]) => readonly Finding[]): Rule {
  return ({ objects }) =>
    objects.flatMap((object) => (object.pod !== undefined && object.workload !== undefined ? rule(object, object.pod, objects) : []));
}

/** A tag that moves is no fault: many have it set by a later step, such as the `images` of Kustomize. */
function images(object: Emitted, { containers }: EmittedPod): Finding[] {
  return containers.flatMap(({ at, fields: { image } }) => {
    if (typeof image !== 'string' || image.trim() === '')
      return [fault(object, `${at}.image is missing`, "name the image that it runs, such as 'registry.example.com/chat:1.0.0'")];
    const isPinned = image.includes('@') || (/:[^/:]+$/.test(image) && !image.endsWith(':latest'));
    return isPinned
      ? []
      : [
          risk(
            object,
            `${at}.image '${image}' is another image tomorrow: replicas would differ, and a roll-out would not tell`,
            "name a tag other than 'latest', or a digest",
          ),
        ];
  });
}

/** Containers of a pod share its network: of two that listen at one port, one cannot start. */
function samePorts(object: Emitted, { containers }: EmittedPod): Finding[] {
  const first = new Map<string, string>();
  return containers
    .filter(({ isBefore }) => !isBefore)
    .flatMap(({ at, name, fields }) =>
      listOf(fields.ports).flatMap(({ containerPort, protocol = 'TCP' }) => {
        const key = `${String(containerPort)}/${String(protocol)}`;
        const other = first.get(key);
        if (other === undefined) first.set(key, name);
        return other === undefined
          ? []
          : [
              fault(
                object,
                `${at}.ports has port ${key}, and so has container '${other}': one pod has one of each`,
                'let it listen at another port',
              ),
            ];
      }),
    );
}

function mounts(object: Emitted, { at: template, spec, containers }: EmittedPod): Finding[] {
  const volumes = listOf(spec.volumes).map(({ name }) => String(name));
  const claims = listOf(fieldsOf(object.spec).volumeClaimTemplates).map(({ metadata }) => textsOf(metadata).name);
  const twice = volumes.filter((name, index) => volumes.indexOf(name) !== index);
  return [
    ...twice.map((name) => fault(object, `${template}.spec.volumes has '${name}' twice`, 'give one of them another name')),
    ...containers.flatMap(({ at, fields }) => {
      const mounted = listOf(fields.volumeMounts);
      const paths = mounted.map(({ mountPath }) => String(mountPath));
      return [
        ...mounted
          .filter(({ name }) => !volumes.includes(String(name)) && !claims.includes(String(name)))
          .map(({ name }) =>
            fault(object, `${at}.volumeMounts names volume '${String(name)}', and the pod has none of that name`, 'add the volume'),
          ),
        ...paths
          .filter((path, index) => paths.indexOf(path) !== index)
          .map((path) => fault(object, `${at}.volumeMounts has two volumes at '${path}'`, 'mount one of them elsewhere')),
      ];
    }),
  ];
}

/** Requests above limits, and amounts of GPUs that cannot be asked for in part. */
function amounts(object: Emitted, { containers }: EmittedPod): Finding[] {
  return containers.flatMap(({ at, fields }) => {
    const [requests, limits] = ['requests', 'limits'].map((key) => fieldsOf(fieldsOf(fields.resources)[key]));
    return Object.keys({ ...requests, ...limits }).flatMap((resource): Finding[] => {
      const [request, limit] = [quantity(requests[resource]), quantity(limits[resource])];
      const isExtended = resource.includes('/') && !resource.startsWith('hugepages-');
      if (isExtended && request !== undefined && request !== limit)
        return [
          fault(
            object,
            `${at}.resources asks for ${String(requests[resource])} ${resource} with a limit of ${shown(limits[resource])}: the two must be one number`,
            `state the limit alone, limits: { '${resource}': ${String(requests[resource])} }`,
          ),
        ];
      if (request !== undefined && limit !== undefined && request > limit)
        return [
          fault(
            object,
            `${at}.resources asks for ${String(requests[resource])} of ${resource}, above its limit of ${String(limits[resource])}`,
            'raise the limit, or ask for less',
          ),
        ];
      return [];
    });
  });
}

const shown = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : 'none');

/** The API refuses a pod that is killed before it has slept. */
function endings(object: Emitted, { spec, containers }: EmittedPod): Finding[] {
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  return containers.flatMap(({ at, fields }) => {
    const { seconds } = fieldsOf(fieldsOf(fieldsOf(fields.lifecycle).preStop).sleep);
    return typeof seconds === 'number' && typeof grace === 'number' && seconds > grace
      ? [
          fault(
            object,
            `${at}.lifecycle sleeps for ${seconds} s, and terminationGracePeriodSeconds is ${grace}: it would be killed before that`,
            'make the grace longer, or the drain shorter',
          ),
        ]
      : [];
  });
}

/**
 * What the Pod Security Standard `restricted` refuses. In a namespace that is written here and enforces it, such pods are never made; in
 * another one they may run, with more rights than they should have.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
function restricted(object: Emitted, pod: EmittedPod, objects: readonly Emitted[]): Finding[] {
  const isEnforced = objects.some(
    ({ kind, name, fields }) =>
      kind === 'Namespace' &&
      name === object.namespace &&
      textsOf(fieldsOf(fields.metadata).labels)['pod-security.kubernetes.io/enforce'] === 'restricted',
  );
  const own = fieldsOf(pod.spec.securityContext);
  return violations(pod, own).map(([message, cannotStart]) =>
    isEnforced || cannotStart
      ? fault(
          object,
          message,
          isEnforced ? `take it out: namespace '${object.namespace}' enforces 'restricted'` : 'name a user other than 0',
        )
      : risk(object, message, "take it out: the Pod Security Standard 'restricted' refuses it"),
  );
}

/** Each with whether the kubelet refuses to start the container, whatever the namespace allows. */
function violations({ at, spec, containers }: EmittedPod, own: ManifestObject): [string, boolean?][] {
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  return [
    ...host.map((field): [string] => [`${at}.spec.${field} shares the node's own with the pod`]),
    ...listOf(spec.volumes)
      .filter(({ hostPath }) => hostPath !== undefined)
      .map(({ name, hostPath }): [string] => [
        `${at}.spec.volumes has '${String(name)}', a path of the node: ${String(fieldsOf(hostPath).path)}`,
      ]),
    ...containers.flatMap((container) => ofContainer(container, own)),
  ];
}

function ofContainer({ at, fields }: EmittedContainer, own: ManifestObject): [string, boolean?][] {
  const context = fieldsOf(fields.securityContext);
  const user = context.runAsUser ?? own.runAsUser;
  const isNonRoot = (context.runAsNonRoot ?? own.runAsNonRoot) === true;
  const { drop, add } = fieldsOf(context.capabilities);
  const added = Array.isArray(add) ? add.filter((name) => name !== 'NET_BIND_SERVICE') : [];
  return [
    ...(user === 0 ? [[`${at} runs as root`, isNonRoot] satisfies [string, boolean]] : []),
    ...(user !== 0 && !isNonRoot ? [[`${at} may run as root: runAsNonRoot is not set`] satisfies [string]] : []),
    ...(context.privileged === true ? [[`${at} is privileged`] satisfies [string]] : []),
    ...(context.privileged !== true && context.allowPrivilegeEscalation !== false
      ? [[`${at} may gain privileges: allowPrivilegeEscalation is not false`] satisfies [string]]
      : []),
    ...(Array.isArray(drop) && drop.includes('ALL') ? [] : [[`${at} keeps capabilities: it does not drop ALL`] satisfies [string]]),
    ...(added.length > 0 ? [[`${at} adds capabilities: ${added.join(', ')}`] satisfies [string]] : []),
    ...listOf(fields.ports)
      .filter(({ hostPort }) => hostPort !== undefined && hostPort !== 0)
      .map(({ hostPort }): [string] => [`${at}.ports takes port ${String(hostPort)} of the node`]),
  ];
}
