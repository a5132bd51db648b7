import type { BesideContainerConfig, InitContainerConfig, PodConfig, PodProbeConfig, PodVariableConfig } from '../../lib/config';
import { SECOND_MS } from '../../lib/units';
import type { Container, EnvironmentSource, EnvironmentVariable, Probe, Quantities } from './pod-types';
import { cpuQuantity, memoryQuantity } from './quantities';

/** The containers that run before the main one, and those that run beside it. They get `/tmp` and their home there, as the main one does. */
export function otherContainers(pod: PodConfig): Pick<Required<ContainersOf>, 'initContainers' | 'containers'> {
  return {
    initContainers: Object.entries(pod.initContainers ?? {}).map(([name, container]) => containerOf(name, container, pod)),
    containers: Object.entries(pod.containers ?? {}).map(([name, container]) => containerOf(name, container, pod)),
  };
}

type ContainersOf = { readonly initContainers: Container[]; readonly containers: Container[] };

function containerOf(name: string, container: BesideContainerConfig | InitContainerConfig, { pullPolicy }: PodConfig): Container {
  const { image, command, args, env, envFrom, cpu, memory, ports, user, group, mounts = {} } = container;
  return {
    name,
    image,
    imagePullPolicy: pullPolicy,
    command,
    args,
    restartPolicy: 'sidecar' in container && container.sidecar ? 'Always' : undefined,
    env: [{ name: 'HOME', value: '/tmp' }, ...variables(env)],
    envFrom: variableSources(envFrom),
    ports: ports?.map((containerPort) => ({ containerPort })),
    resources: resourcesOf(cpu, memory),
    securityContext: securityContext({ user, group }),
    volumeMounts: [
      ...(Object.hasOwn(mounts, 'tmp') ? [] : [{ name: 'tmp', mountPath: '/tmp' }]),
      ...Object.entries(mounts).map(([volume, mountPath]) => ({ name: volume, mountPath })),
    ],
  };
}

/** Memory is what it asks for and may use, so that the main container keeps its own. CPU has no limit. */
function resourcesOf(cpu: number | undefined, memory: number | undefined): Container['resources'] {
  const amount = (name: string, quantity: string | undefined): Quantities => (quantity === undefined ? {} : { [name]: quantity });
  const ofMemory = amount('memory', memory === undefined ? undefined : memoryQuantity(Math.ceil(memory)));
  const requests = { ...amount('cpu', cpu === undefined ? undefined : cpuQuantity(Math.ceil(cpu))), ...ofMemory };
  return { requests: Object.keys(requests).length > 0 ? requests : undefined, limits: memory === undefined ? undefined : ofMemory };
}

/** What the Pod Security Standard `restricted` asks of a container. */
export function securityContext({ user, group, writableRoot }: Pick<PodConfig, 'user' | 'group' | 'writableRoot'>) {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: writableRoot !== true,
    runAsUser: user,
    runAsGroup: group,
    capabilities: { drop: ['ALL'] },
  } as const satisfies Container['securityContext'];
}

export function variables(env: PodConfig['env'] = {}): EnvironmentVariable[] {
  return Object.entries(env).map(([name, variable]) => ({ name, ...valueOf(variable) }));
}

function valueOf(variable: PodVariableConfig): { value: string } | Pick<Extract<EnvironmentVariable, { valueFrom: unknown }>, 'valueFrom'> {
  if (typeof variable === 'string') return { value: variable };
  if ('field' in variable) return { valueFrom: { fieldRef: { fieldPath: variable.field } } };
  const { key, optional } = variable;
  return 'secret' in variable
    ? { valueFrom: { secretKeyRef: { name: variable.secret, key, optional } } }
    : { valueFrom: { configMapKeyRef: { name: variable.configMap, key, optional } } };
}

export function variableSources(envFrom: PodConfig['envFrom']): EnvironmentSource[] | undefined {
  return envFrom?.map((source) =>
    'secret' in source ? { secretRef: { name: source.secret } } : { configMapRef: { name: source.configMap } },
  );
}

/** Variables of which the later ones stand in place of earlier ones of the same name. */
export function lastOfEach(all: readonly EnvironmentVariable[]): EnvironmentVariable[] {
  return [...new Map(all.map((variable) => [variable.name, variable])).values()];
}

/**
 * A probe of the config in place of the one that a pod would have, whose times stand where it states none of its own.
 *
 * @param given `false` takes the probe away
 * @param own what the pod has without
 */
export function probeOf(
  given: PodProbeConfig | false | undefined,
  own: Probe | undefined,
  at: { readonly path: string; readonly port: string | number; readonly portNumber: number },
): Probe | undefined {
  if (given === undefined) return own;
  if (given === false) return undefined;
  const { path, tcp, grpc, command, port, every, timeout, failures } = given;
  const asksNothing = path === undefined && !tcp && !grpc && command === undefined && port === undefined;
  const place = port ?? at.port;
  return {
    ...(asksNothing && own
      ? own
      : command
        ? { exec: { command } }
        : grpc
          ? { grpc: { port: port ?? at.portNumber } }
          : tcp
            ? { tcpSocket: { port: place } }
            : { httpGet: { path: path ?? at.path, port: place } }),
    periodSeconds: every === undefined ? own?.periodSeconds : seconds(every),
    timeoutSeconds: timeout === undefined ? own?.timeoutSeconds : seconds(timeout),
    failureThreshold: failures ?? own?.failureThreshold,
  };
}

/** Whole seconds, at least one: Kubernetes counts in no less. */
export function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / SECOND_MS));
}
