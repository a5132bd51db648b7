import { Construct } from 'constructs';
import type { PodConfig } from '../../lib/config';
import { type FloorSource, placeholdersOf } from './live-floors';
import { kubernetesObject } from './objects';
import { placeholderLabels, placeholders } from './placeholders';
import type { PlannedWorkload } from './planned-workload';

export interface NodesAheadProps {
  /** The workload, from `plannedWorkload(plan, name)`. Nothing is made where the plan does not say that nodes come ahead of it. */
  readonly workload: PlannedWorkload;
  /** Where KEDA reads how many places there must be: `placesSourceOf(config, name)`. */
  readonly places: FloorSource;
  /**
   * What the config says of the pods of the workload: placeholder pods have its tolerations and its affinity.
   * @default those that the pool needs
   */
  readonly pod?: PodConfig;
  /**
   * Whether places are added until their number is reached exactly. Otherwise an HPA ignores a tenth of it, more than a place where there are
   * more than ten. This needs Kubernetes 1.35 and KEDA 2.18.
   * @default false
   */
  readonly exactFloors?: boolean;
}

/**
 * Nodes ahead of pods by a live floor: as many placeholder pods as the floor is above the replicas that the autoscaler wants. They do nothing,
 * ask for as much as a replica and give way to every other pod, so that nodes boot ahead and replicas find a place when the load comes. KEDA
 * moves their number, from none to the ceiling of the plan less its floor.
 *
 * While the floor cannot be read, the placeholders stay as they are.
 *
 * @example new NodesAhead(chart, 'Ahead', { workload: plannedWorkload(plan, 'chat'), places: placesSourceOf(config, 'chat') })
 */
export class NodesAhead extends Construct {
  constructor(scope: Construct, id: string, { workload, places, pod = {}, exactFloors = false }: NodesAheadProps) {
    super(scope, id);
    const { ahead, floor, ceiling } = workload.plan;
    if (ahead !== 'nodes' || ceiling <= floor) return;
    const name = placeholdersOf(workload.name);
    const most = ceiling - floor;
    placeholders(this, { workload, pod, name });
    kubernetesObject(this, 'ScaledObject', {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name, labels: placeholderLabels(name) },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicaCount: 0,
        maxReplicaCount: most,
        pollingInterval: 15,
        fallback: { failureThreshold: 3, replicas: 0, behavior: 'currentReplicasIfHigher' },
        advanced: {
          horizontalPodAutoscalerConfig: {
            behavior: {
              scaleUp: {
                stabilizationWindowSeconds: 0,
                selectPolicy: 'Max',
                policies: [{ type: 'Pods', value: most, periodSeconds: 15 }],
                ...(exactFloors && { tolerance: '0' }),
              },
              // A place that a replica has taken is not ordered anew.
              scaleDown: {
                stabilizationWindowSeconds: 0,
                selectPolicy: 'Max',
                policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
                ...(exactFloors && { tolerance: '0' }),
              },
            },
          },
        },
        triggers: [
          {
            type: 'prometheus',
            metricType: 'AverageValue',
            metadata: { serverAddress: places.url, query: places.query, threshold: '1', ignoreNullValues: 'false' },
          },
        ],
      },
    });
  }
}
