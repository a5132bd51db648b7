import type { PodConfig, PodInput, PodVolumeConfig } from './pod-schema';
import { podSchema } from './pod-schema';
import { type Problem, ProblemError } from '../problems';
import { hasImageVolumes } from './kinds';

/** What does not go together in a pod: where, what, and what to do about it. */
export type PodProblem = { readonly path: readonly string[]; readonly message: string; readonly hint?: string };

const sources = ['claim', 's3', 'image', 'ephemeral', 'emptyDir', 'secret', 'configMap'] as const;

/** Paths that a pod has already. */
const ownPaths = ['/tmp', '/dev/shm'];
/** Names that a pod has already. */
const ownVolumes = ['tmp', 'shared-memory'];

/**
 * What does not go together in a pod.
 *
 * @param version of Kubernetes, such as '1.35'; left out, nothing is held against it
 */
export function podProblems(pod: PodConfig, version?: string): PodProblem[] {
  const volumes = Object.entries(pod.volumes ?? {});
  const containers = [
    ...Object.entries(pod.initContainers ?? {}).map((one) => ['initContainers', ...one] as const),
    ...Object.entries(pod.containers ?? {}).map((one) => ['containers', ...one] as const),
  ];
  return [
    ...volumes.flatMap(([name, volume]) => volumeProblems(name, volume, volumes, version)),
    ...containers.flatMap(([where, name, { mounts = {}, image, env = {} }]) => [
      ...Object.keys(mounts)
        .filter((volume) => !ownVolumes.includes(volume) && !Object.hasOwn(pod.volumes ?? {}, volume))
        .map((volume) => ({
          path: [where, name, 'mounts', volume],
          message: 'names no volume of the pod',
          hint: `volumes are: ${[...ownVolumes, ...volumes.map(([known]) => known)].join(', ')}`,
        })),
      ...imageProblems([where, name, 'image'], image),
      ...literalSecrets([where, name, 'env'], env),
      ...(name === 'main' ? [{ path: [where, name], message: "is the name of the workload's own container", hint: 'choose another' }] : []),
      ...(where === 'containers' && Object.hasOwn(pod.initContainers ?? {}, name)
        ? [{ path: [where, name], message: 'is the name of an init container too', hint: 'choose another' }]
        : []),
    ]),
    ...literalSecrets(['env'], pod.env ?? {}),
    ...Object.entries(pod.probes ?? {}).flatMap(([kind, probe]) => {
      const ways = probe ? (['path', 'tcp', 'grpc', 'command'] as const).filter((way) => probe[way] !== undefined) : [];
      return ways.length < 2 ? [] : [{ path: ['probes', kind], message: `asks in two ways: ${ways.join(' and ')}`, hint: 'leave one' }];
    }),
    ...(pod.drain !== undefined && pod.grace !== undefined && pod.drain >= pod.grace
      ? [
          {
            path: ['grace'],
            message: 'is over before drain is: the pod would be killed while it still takes requests',
            hint: 'make it longer',
          },
        ]
      : []),
    ...Object.keys(pod.labels ?? {})
      .filter((label) => label.startsWith('app.kubernetes.io/'))
      .map((label) => ({ path: ['labels', label], message: 'is one by which foresize finds its pods', hint: 'use a label of your own' })),
  ];
}

function volumeProblems(
  name: string,
  volume: PodVolumeConfig,
  all: readonly (readonly [string, PodVolumeConfig])[],
  version: string | undefined,
): PodProblem[] {
  const at = ['volumes', name];
  const stated = sources.filter((source) => volume[source] !== undefined);
  const twin = all.find(([other, { mountPath }]) => other !== name && mountPath === volume.mountPath);
  return [
    ...(stated.length === 1
      ? []
      : [
          {
            path: at,
            message: stated.length === 0 ? 'says not what it is' : `is two things: ${stated.join(' and ')}`,
            hint: `one of ${sources.join(', ')}`,
          },
        ]),
    ...(ownVolumes.includes(name) ? [{ path: at, message: 'is the name of a volume that every pod has', hint: 'choose another' }] : []),
    ...(ownPaths.includes(volume.mountPath)
      ? [{ path: [...at, 'mountPath'], message: `'${volume.mountPath}' is a volume of its own already`, hint: 'choose another path' }]
      : []),
    ...(twin && twin[0] < name
      ? [{ path: [...at, 'mountPath'], message: `'${volume.mountPath}' is the place of '${twin[0]}'`, hint: 'choose another path' }]
      : []),
    ...(volume.prefix !== undefined && volume.s3 === undefined
      ? [{ path: [...at, 'prefix'], message: 'is of a bucket, and there is none', hint: 'give s3, or leave it out' }]
      : []),
    ...(volume.storageClass !== undefined && volume.ephemeral === undefined
      ? [{ path: [...at, 'storageClass'], message: 'is of an ephemeral disk, and there is none', hint: 'give ephemeral, or leave it out' }]
      : []),
    ...(volume.image !== undefined && version !== undefined && !hasImageVolumes(version)
      ? [
          {
            path: [...at, 'image'],
            message: `needs Kubernetes 1.35, where image volumes are on by default, and the cluster has ${version}`,
            hint: 'raise cluster.version, or copy the files with an init container into an emptyDir',
          },
        ]
      : []),
    ...(volume.image !== undefined ? imageProblems([...at, 'image'], volume.image) : []),
  ];
}

/** An image that is another one tomorrow: replicas would differ, and no roll-out would say so. */
export function imageProblems(path: readonly string[], image: string): PodProblem[] {
  const isPinned = image.includes('@') || /:[^/:]+$/.test(image);
  return isPinned && !/:latest$/.test(image)
    ? []
    : [{ path, message: `'${image}' is another image tomorrow`, hint: "name a tag other than 'latest', or a digest" }];
}

function literalSecrets(path: readonly string[], env: Readonly<Record<string, unknown>>): PodProblem[] {
  return Object.entries(env)
    .filter(([name, value]) => typeof value === 'string' && value !== '' && /(^|_)(PASSWORD|SECRET|TOKEN|API_KEY|ACCESS_KEY)$/i.test(name))
    .map(([name]) => ({
      path: [...path, name],
      message: 'looks like a secret, and would stand in the config and the manifests',
      hint: `put it into a Secret and name that: { secret: 'NAME', key: 'KEY' }`,
    }));
}

/**
 * A pod for constructs that are used alone, checked as in a config.
 *
 * @throws ProblemError `config/pod` with what does not go together, and what zod throws for what is no pod at all
 * @example pod({ args: ['--port', '8000'], env: { HF_TOKEN: { secret: 'hugging-face', key: 'token' } }, grace: '2m' })
 */
export function pod(input: PodInput): PodConfig {
  const parsed = podSchema.parse(input);
  const problems = podProblems(parsed).map(({ path, message, hint }): Problem => ({
    code: 'config/pod',
    path: ['pod', ...path].join('.'),
    message,
    hint,
  }));
  if (problems.length > 0) throw new ProblemError(problems);
  return parsed;
}
