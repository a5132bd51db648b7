import { z } from 'zod';
import { DAY_MS, MINUTE_MS } from '../units';
import { count, cpu, duration, durationOrZero, memory, labelKeyPattern, labelValue, objectNamePattern, time } from './fields';

/**
 * What a pod of ours is beside its size: arguments, environment, volumes, other containers, probes and how it ends. None of it changes a
 * size, except what containers beside the main one ask for (`lib/config/pod-need.ts`).
 */

const part = (what: string) =>
  z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: `must be the name of ${what}: lower-case letters, digits and '-', at most 63` });
const objectName = z.string().regex(objectNamePattern, { error: 'must be the name of a Kubernetes object' });
const key = z.string().regex(/^[A-Za-z0-9._-]{1,253}$/, { error: "must be a key: letters, digits, '-', '_' and '.'" });
const path = z.string().regex(/^\/[^:]*$/, { error: "must be an absolute path such as '/models'" });
const image = z.string().regex(/^[^\s]+$/, { error: "must be an image such as 'registry.example.com/models/chat:1'" });
const port = z.int().min(1).max(65_535);
const id = z.int().min(1, { error: 'is root, which the Pod Security Standard restricted refuses: must be a number above 0' });
const markName = z.string().regex(labelKeyPattern, { error: "must be a key such as 'example.com/team'" });
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, { error: 'must be the name of an environment variable' });

const variableSchema = z.union([
  z.string(),
  z.strictObject({ secret: objectName, key, optional: z.boolean().optional() }),
  z.strictObject({ configMap: objectName, key, optional: z.boolean().optional() }),
  z.strictObject({ field: z.string().min(1).meta({ description: "a field of the pod, such as 'status.podIP'" }) }),
]);

const env = z.record(variableName, variableSchema).optional().meta({ description: 'environment variables: values, or where they stand' });
const envFrom = z
  .array(z.union([z.strictObject({ secret: objectName }), z.strictObject({ configMap: objectName })]))
  .optional()
  .meta({ description: 'all keys of a secret or config map as variables' });

const volumeSchema = z
  .strictObject({
    mountPath: path.meta({ description: 'where it stands in the main container' }),
    readOnly: z.boolean().optional(),
    subPath: z.string().min(1).optional(),
    claim: objectName.optional().meta({ description: 'a PersistentVolumeClaim that is there' }),
    s3: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: 'must be the name of a bucket' })
      .optional()
      .meta({ description: "a bucket, by AWS's driver Mountpoint for S3: a PersistentVolume and a claim of its own are made" }),
    prefix: z.string().regex(/\/$/, { error: "must end in '/'" }).optional().meta({ description: 'of s3: only keys that begin so' }),
    image: image.optional().meta({ description: 'an OCI image whose files are mounted, read-only; Kubernetes 1.35' }),
    ephemeral: memory.optional().meta({ description: 'a disk of this size that comes and goes with the pod' }),
    storageClass: objectName.optional().meta({ description: "of ephemeral; the cluster's own by default" }),
    emptyDir: memory.optional().meta({ description: "at most this much of the node's disk" }),
    secret: objectName.optional().meta({ description: 'the keys of a secret as files' }),
    configMap: objectName.optional().meta({ description: 'the keys of a config map as files' }),
  })
  .meta({
    id: 'PodVolume',
    description: 'a volume and where it is mounted: exactly one of claim, s3, image, ephemeral, emptyDir, secret, configMap',
  });

const probeSchema = z
  .strictObject({
    path: path.optional().meta({ description: 'an HTTP path; healthPath by default' }),
    tcp: z.literal(true).optional().meta({ description: 'whether the port takes connections' }),
    grpc: z.literal(true).optional().meta({ description: 'the health check of gRPC' }),
    command: z.array(z.string()).min(1).optional().meta({ description: 'a command in the container that ends with 0' }),
    port: port.optional().meta({ description: "the workload's port by default" }),
    every: duration().optional(),
    timeout: duration().optional(),
    failures: count.optional().meta({ description: 'how many in a row count' }),
  })
  .meta({ id: 'Probe', description: 'how Kubernetes asks a container: at most one of path, tcp, grpc, command' });
const probe = z.union([z.literal(false), probeSchema]).optional();
const probesSchema = z.strictObject({ startup: probe, readiness: probe, liveness: probe }).meta({
  description: 'in place of the probes that a pod has by default; `false` takes one away',
});

const containerSchema = {
  image,
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env,
  envFrom,
  cpu: cpu.optional(),
  memory: memory.optional().meta({ description: 'what it asks for and may use' }),
  ports: z.array(port).optional(),
  user: id.optional(),
  group: id.optional(),
  mounts: z.record(part('a volume'), path).optional().meta({ description: 'volumes of the pod, and where they stand in this container' }),
};

const besideSchema = z.strictObject(containerSchema).meta({ id: 'BesideContainer', description: 'a container beside the main one' });
const initSchema = z
  .strictObject({
    ...containerSchema,
    sidecar: z.literal(true).optional().meta({ description: 'starts before the main container and stays beside it' }),
  })
  .meta({ id: 'InitContainer', description: 'a container that runs before the main one' });

export const podSchema = z
  .strictObject({
    args: z.array(z.string()).optional().meta({ description: 'arguments of the main container' }),
    env,
    envFrom,
    volumes: z.record(part('a volume'), volumeSchema).optional(),
    initContainers: z.record(part('a container'), initSchema).optional().meta({ description: 'in the order in which they run' }),
    containers: z.record(part('a container'), besideSchema).optional(),
    user: id.optional().meta({ description: "number of the user; the image's own by default, which must be a number other than 0" }),
    group: id.optional(),
    fsGroup: id.optional().meta({ description: 'group that owns the files of volumes' }),
    pullSecrets: z.array(objectName).optional(),
    pullPolicy: z.enum(['IfNotPresent', 'Always', 'Never']).optional(),
    probes: probesSchema.optional(),
    drain: durationOrZero('how long a pod that is to end still takes requests, while others learn of it').optional(),
    grace: duration('how long a pod has to end, drain included').optional(),
    labels: z.record(markName, labelValue).optional(),
    annotations: z.record(markName, z.string()).optional(),
    priorityClass: objectName.optional(),
    runtimeClass: objectName.optional(),
    tolerations: z
      .array(
        z.strictObject({
          key: markName,
          value: labelValue.optional(),
          effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
        }),
      )
      .optional()
      .meta({ description: 'beside those that the pool needs' }),
    affinity: z
      .strictObject({
        nodeAffinity: z.record(z.string(), z.unknown()).optional(),
        podAffinity: z.record(z.string(), z.unknown()).optional(),
        podAntiAffinity: z.record(z.string(), z.unknown()).optional(),
      })
      .optional()
      .meta({ description: 'as Kubernetes writes it, beside what the plan asks for' }),
    sharedMemory: memory
      .optional()
      .meta({ description: 'most of /dev/shm, which counts as memory of the pod; no limit of its own by default' }),
    writableRoot: z.literal(true).optional().meta({ description: 'for an image that writes beside /tmp, its home and its volumes' }),
  })
  .meta({ id: 'Pod', description: 'what a pod is beside its size; changes no size, but for what further containers ask for' });

const minute = time.refine((at) => at % MINUTE_MS === 0, { error: 'must be a whole minute, for a CronJob begins at one' });
/** A CronJob has no year: one of a year or more would begin a second time within it. */
const windowSchema = z
  .strictObject({ from: minute, to: minute })
  .refine(({ from, to }) => to > from, { error: 'must end after it begins', path: ['to'] })
  .refine(({ from, to }) => to - from < 364 * DAY_MS, { error: 'must be shorter than a year', path: ['to'] });

/** How a training job runs in the cluster; changes no size. */
export const runSchema = z
  .strictObject({
    as: z
      .enum(['Job', 'JobSet'])
      .default('Job')
      .meta({ description: "the object that runs it; 'JobSet' starts all workers anew together" }),
    queue: objectName.optional().meta({ description: 'the LocalQueue of Kueue that starts it; it is made suspended, for Kueue to resume' }),
    suspend: z.literal(true).optional().meta({ description: 'made, and started by somebody else' }),
    windows: z
      .array(windowSchema)
      .min(1)
      .refine((all) => new Set(all.map(({ from }) => from)).size === all.length, { error: 'must begin at different times' })
      .optional()
      .meta({
        description:
          'it runs only then: each window is a CronJob of it that begins and ends by itself, and goes on from the last checkpoint',
      }),
    atMost: duration('it is ended when it has run for so long').optional(),
    keepFor: duration(
      'it is deleted so long after its end; what applies its manifest again then runs it again, so leave this out where a pipeline does',
    ).optional(),
    checkpoints: part('a volume').optional().meta({ description: 'the volume of the pod that checkpoints go to' }),
    data: part('a volume').optional().meta({ description: 'the volume of the pod that data is read from' }),
    efa: z.literal(true).optional().meta({ description: "workers use the EFA devices of their nodes, which the nodes' owner attaches" }),
    holdDrains: z
      .literal(true)
      .optional()
      .meta({ description: 'a drain of a node waits until the run is over, in place of ending a worker' }),
  })
  .refine(({ as, windows }) => windows === undefined || as === 'Job', {
    error: 'need a Job: a CronJob makes no JobSet',
    path: ['windows'],
  })
  .meta({ id: 'Run', description: 'how a training job runs in the cluster; changes no size' });
export type RunConfig = z.output<typeof runSchema>;
/** Epoch ms. */
export type RunWindow = z.output<typeof windowSchema>;

/** A merge patch by kind, or by kind and name: `Deployment`, `NetworkPolicy/chat-ingress`. */
export const patchSchema = z
  .record(
    z.string().regex(/^[A-Z][A-Za-z]+(\/[a-z0-9.-]+)?$/, { error: "must be a kind, or a kind and a name: 'NetworkPolicy/chat-ingress'" }),
    z.record(z.string(), z.unknown()),
  )
  .meta({
    description: 'the last word on emitted objects: a JSON merge patch (RFC 7386) by kind, or kind and name; null takes a field away',
  });

export type PodInput = z.input<typeof podSchema>;
/** A pod as the stages and constructs use it: durations in ms, CPU in thousandths, memory in MiB. */
export type PodConfig = z.output<typeof podSchema>;
export type PodVolumeConfig = z.output<typeof volumeSchema>;
export type PodProbeConfig = z.output<typeof probeSchema>;
export type PodVariableConfig = z.output<typeof variableSchema>;
export type BesideContainerConfig = z.output<typeof besideSchema>;
export type InitContainerConfig = z.output<typeof initSchema>;
export type PatchConfig = z.output<typeof patchSchema>;
