import { z } from 'zod';
import { objectNamePattern } from './fields';

/**
 * Kinds that people scale, with the group and version that they have by default, and whether they have a scale subresource: an autoscaler
 * can move only what has one.
 */
const knownKinds: Readonly<Record<string, { readonly apiVersion: string; readonly hasScale: boolean; readonly instead?: string }>> = {
  Deployment: { apiVersion: 'apps/v1', hasScale: true },
  StatefulSet: { apiVersion: 'apps/v1', hasScale: true },
  ReplicaSet: { apiVersion: 'apps/v1', hasScale: true },
  LeaderWorkerSet: { apiVersion: 'leaderworkerset.x-k8s.io/v1', hasScale: true },
  Rollout: { apiVersion: 'argoproj.io/v1alpha1', hasScale: true },
  DynamoGraphDeploymentScalingAdapter: { apiVersion: 'nvidia.com/v1alpha1', hasScale: true },
  DynamoGraphDeployment: {
    apiVersion: 'nvidia.com/v1alpha1',
    hasScale: false,
    instead: "the adapter of one of its services, kind: 'DynamoGraphDeploymentScalingAdapter'",
  },
  InferenceService: {
    apiVersion: 'serving.kserve.io/v1beta1',
    hasScale: false,
    instead: "the Deployment that KServe makes of its predictor, kind: 'Deployment' and the name with '-predictor'",
  },
  DaemonSet: { apiVersion: 'apps/v1', hasScale: false, instead: 'a Deployment' },
  Job: { apiVersion: 'batch/v1', hasScale: false },
  CronJob: { apiVersion: 'batch/v1', hasScale: false },
  JobSet: { apiVersion: 'jobset.x-k8s.io/v1alpha2', hasScale: false },
  PyTorchJob: { apiVersion: 'kubeflow.org/v1', hasScale: false },
  TrainJob: { apiVersion: 'trainer.kubeflow.org/v1alpha1', hasScale: false },
};

/** Whether an autoscaler can move the replicas of a kind; `undefined` of one that is not known here. */
export const hasScale = (kind: string): boolean | undefined => (Object.hasOwn(knownKinds, kind) ? knownKinds[kind].hasScale : undefined);

/** What to attach to in place of a kind without a scale subresource, where there is such a thing. */
export const scaledInstead = (kind: string): string | undefined => knownKinds[kind]?.instead;

const objectName = z.string().regex(objectNamePattern, { error: 'must be a name of Kubernetes: lower-case letters, digits, - and .' });
const namespaceName = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: 'must be a name of a namespace' });

/** A workload that runs already and stays its owner's: the plan brings its numbers, and nothing else of it is written. */
export const attachSchema = z
  .strictObject({
    kind: z
      .string()
      .regex(/^[A-Z][A-Za-z0-9]*$/, { error: "must be a kind of Kubernetes, such as 'Deployment'" })
      .meta({ description: 'what has the replicas: a Deployment, a StatefulSet, or anything else with a scale subresource' }),
    name: objectName,
    namespace: namespaceName
      .optional()
      .meta({ description: 'where it is; by default where its manifest says, else the namespace of the config' }),
    apiVersion: z
      .string()
      .regex(/^([a-z0-9.-]+\/)?v[a-z0-9]+$/, { error: "must be a group and version, such as 'apps/v1'" })
      .optional()
      .meta({ description: 'known for the usual kinds, needed for others' }),
    container: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'the container whose CPU and memory count, where a pod has several; all of the pod by default' }),
    manifest: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .meta({
        description:
          'files or folders that hold it, such as the output of `helm template`, relative to the config: what its pods ask for is read from there',
      }),
    takesOver: objectName
      .optional()
      .meta({ description: 'the HorizontalPodAutoscaler that scales it now, and that the plan goes on with in place' }),
    disruptionBudget: z
      .union([z.boolean(), z.record(z.string(), z.string())])
      .default(false)
      .meta({
        description: 'whether a PodDisruptionBudget is written for its pods: true where a manifest says their labels, else the labels',
      }),
    quota: z.boolean().default(false).meta({
      description:
        'whether a ResourceQuota limits the GPUs of its namespace to what the ceilings of all workloads of this config there ask for; pods of others count',
    }),
  })
  .transform((attach, context) => {
    const apiVersion = attach.apiVersion ?? (Object.hasOwn(knownKinds, attach.kind) ? knownKinds[attach.kind].apiVersion : undefined);
    if (apiVersion === undefined) {
      const expected = `the group and version of ${attach.kind}, such as 'example.com/v1'`;
      context.issues.push({ code: 'custom', input: attach, path: ['apiVersion'], message: 'is missing', params: { expected } });
      return z.NEVER;
    }
    return { ...attach, apiVersion };
  })
  .meta({ id: 'Attach', description: "what runs already and stays its owner's: only objects that carry numbers are written for it" });

export type AttachConfig = z.output<typeof attachSchema>;
