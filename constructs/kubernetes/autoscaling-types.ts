/** The object whose number of replicas an autoscaler changes, such as a Deployment. */
export type ScaleTarget = { readonly apiVersion: string; readonly kind: string; readonly name: string };

export type HorizontalPodAutoscalerSpec = {
  readonly scaleTargetRef: ScaleTarget;
  /** Left out where somebody else moves it. */
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  readonly metrics: readonly HorizontalMetric[];
  readonly behavior: ScalingBehavior;
};

export type HorizontalMetric =
  | {
      readonly type: 'Resource';
      readonly resource: {
        readonly name: 'cpu' | 'memory';
        readonly target: { readonly type: 'Utilization'; readonly averageUtilization: number };
      };
    }
  | {
      readonly type: 'ContainerResource';
      readonly containerResource: {
        readonly name: 'cpu' | 'memory';
        readonly container: string;
        readonly target: { readonly type: 'Utilization'; readonly averageUtilization: number };
      };
    }
  | {
      readonly type: 'Pods';
      readonly pods: {
        readonly metric: { readonly name: string };
        readonly target: { readonly type: 'AverageValue'; readonly averageValue: string };
      };
    }
  | {
      readonly type: 'External';
      readonly external: {
        readonly metric: { readonly name: string; readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
        readonly target: { readonly type: 'AverageValue'; readonly averageValue: string };
      };
    };

export type ScalingBehavior = { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules };

export type ScalingRules = {
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: 'Max';
  readonly policies: readonly { readonly type: 'Percent' | 'Pods'; readonly value: number; readonly periodSeconds: number }[];
  /** By which share the metric may differ from its target before the autoscaler acts. Kubernetes takes 0.1 where it is left out. */
  readonly tolerance?: string;
};

export type ScaledObjectSpec = {
  readonly scaleTargetRef: ScaleTarget;
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  /** Seconds between two looks of KEDA itself; the autoscaler asks at each of its syncs. */
  readonly pollingInterval?: number;
  /** What a trigger asks for once it has failed more than `failureThreshold` times in a row. */
  readonly fallback?: { readonly failureThreshold: number; readonly replicas: number; readonly behavior: 'currentReplicasIfHigher' };
  readonly advanced: {
    readonly horizontalPodAutoscalerConfig: { readonly name?: string; readonly behavior: ScalingBehavior };
    readonly scalingModifiers?: { readonly formula: string; readonly target: string; readonly metricType: 'AverageValue' };
  };
  readonly triggers: readonly Trigger[];
};

/** A trigger of a ScaledObject. KEDA wants every value of `metadata` as text. */
export type Trigger = {
  readonly type: 'cpu' | 'memory' | 'prometheus' | 'cron';
  /** What a formula calls it. */
  readonly name?: string;
  readonly metricType: 'Utilization' | 'AverageValue';
  readonly metadata: Readonly<Record<string, string>>;
};

export type VerticalPodAutoscalerSpec = {
  readonly targetRef: ScaleTarget;
  readonly updatePolicy: { readonly updateMode: 'Initial' };
  readonly resourcePolicy: {
    readonly containerPolicies: readonly {
      readonly containerName: string;
      readonly controlledResources: readonly ('cpu' | 'memory')[];
      readonly controlledValues: 'RequestsOnly';
      readonly maxAllowed: Readonly<Record<string, string>>;
    }[];
  };
};
