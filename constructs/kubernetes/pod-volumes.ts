import type { PodConfig, PodVolumeConfig } from '../../lib/config';
import { type ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import type { Volume, VolumeMount } from './pod-types';
import { memoryQuantity } from './quantities';

/** The volumes of a pod, and where the main container has them. */
export function podVolumes(workload: PlannedWorkload, pod: PodConfig): { readonly volumes: Volume[]; readonly mounts: VolumeMount[] } {
  const hasSharedMemory = workload.plan.resources.gpus > 0 || pod.sharedMemory !== undefined;
  const named = Object.entries(pod.volumes ?? {});
  return {
    volumes: [
      { name: 'tmp', emptyDir: {} },
      ...(hasSharedMemory ? [sharedMemory(pod.sharedMemory)] : []),
      ...named.map(([name, volume]): Volume => ({ name, ...sourceOf(workload, name, volume, pod) })),
    ],
    mounts: [
      { name: 'tmp', mountPath: '/tmp' },
      ...(hasSharedMemory ? [{ name: 'shared-memory', mountPath: '/dev/shm' }] : []),
      ...named.map(([name, { mountPath, subPath, readOnly, image }]): VolumeMount => ({
        name,
        mountPath,
        subPath,
        readOnly: (readOnly ?? image !== undefined) ? true : undefined,
      })),
    ],
  };
}

/** Shared memory, through which workers on several GPUs exchange data. A container has only 64 MiB of it by default. */
function sharedMemory(mebibytes: number | undefined): Volume {
  return {
    name: 'shared-memory',
    emptyDir: { medium: 'Memory', sizeLimit: mebibytes === undefined ? undefined : memoryQuantity(mebibytes) },
  };
}

/** What distributes over `Volume` and loses its name. */
type Source = Volume extends infer One ? (One extends Volume ? Omit<One, 'name'> : never) : never;

function sourceOf(workload: PlannedWorkload, name: string, volume: PodVolumeConfig, { pullPolicy }: PodConfig): Source {
  const { claim, s3, image, ephemeral, emptyDir, secret, configMap, storageClass } = volume;
  if (claim !== undefined) return { persistentVolumeClaim: { claimName: claim } };
  if (s3 !== undefined) return { persistentVolumeClaim: { claimName: bucketName(workload, name) } };
  if (image !== undefined) return { image: { reference: image, pullPolicy } };
  if (ephemeral !== undefined) {
    const resources = { requests: { storage: memoryQuantity(ephemeral) } };
    return { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], storageClassName: storageClass, resources } } } };
  }
  if (secret !== undefined) return { secret: { secretName: secret } };
  if (configMap !== undefined) return { configMap: { name: configMap } };
  return { emptyDir: { sizeLimit: emptyDir === undefined ? undefined : memoryQuantity(emptyDir) } };
}

/**
 * Adds a PersistentVolume and a claim for each bucket of a pod. Mountpoint for S3 provisions nothing and knows no size, so a volume is made
 * by hand, bound to its claim from both sides; the size that the API asks for is of no meaning.
 *
 * A PersistentVolume is in no namespace, so its name has that of the claim in it.
 *
 * @see https://github.com/awslabs/mountpoint-s3-csi-driver/blob/main/docs/CONFIGURATION.md: static provisioning, mount options
 */
export function bucketVolumes(scope: Construct, workload: PlannedWorkload, pod: PodConfig): ApiObject[] {
  return Object.entries(pod.volumes ?? {}).flatMap(([name, { s3, prefix, readOnly }]) => {
    if (s3 === undefined) return [];
    const claim = bucketName(workload, name);
    const { namespace } = Chart.of(scope);
    const handle = namespace === undefined ? claim : `${namespace}-${claim}`;
    const resources = { requests: { storage: '1Gi' } };
    const accessModes = [readOnly ? ('ReadOnlyMany' as const) : ('ReadWriteMany' as const)];
    const claimObject = kubernetesObject(scope, `Claim-${name}`, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim, labels: workloadLabels(workload) },
      spec: { accessModes, storageClassName: '', volumeName: handle, resources },
    });
    const volume = kubernetesObject(scope, `Volume-${name}`, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: handle, labels: workloadLabels(workload) },
      spec: {
        accessModes,
        capacity: { storage: '1Gi' },
        storageClassName: '',
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { name: claim, namespace },
        mountOptions: mountOptions(pod, prefix, readOnly),
        csi: { driver: 's3.csi.aws.com', volumeHandle: handle, volumeAttributes: { bucketName: s3 } },
      },
    });
    return [claimObject, volume];
  });
}

/** A pod that is no root sees files of its own only where the mount says so. */
function mountOptions({ user, group, fsGroup }: PodConfig, prefix: string | undefined, readOnly: boolean | undefined): string[] {
  const owner = [...(user === undefined ? [] : [`uid=${user}`]), ...((group ?? fsGroup) === undefined ? [] : [`gid=${group ?? fsGroup}`])];
  const writes = readOnly ? ['read-only'] : ['allow-delete', 'allow-overwrite'];
  return ['allow-other', ...owner, ...(prefix === undefined ? [] : [`prefix ${prefix}`]), ...writes];
}

const bucketName = ({ name }: PlannedWorkload, volume: string): string => `${name}-${volume}`;
