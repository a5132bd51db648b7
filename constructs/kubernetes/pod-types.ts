export type Labels = Readonly<Record<string, string>>;

export type LabelSelector = { readonly matchLabels?: Labels };

export type PodTemplate = {
  readonly metadata: { readonly labels: Labels; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
};

export type PodSpec = {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: false;
  readonly enableServiceLinks: false;
  readonly restartPolicy?: 'Never';
  /** The name of the headless Service that gives each pod its DNS name. */
  readonly subdomain?: string;
  readonly priorityClassName?: string;
  readonly runtimeClassName?: string;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: {
    readonly runAsNonRoot: true;
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly fsGroup?: number;
    readonly fsGroupChangePolicy?: 'OnRootMismatch';
    readonly seccompProfile: { readonly type: 'RuntimeDefault' };
  };
  readonly nodeSelector: Labels;
  readonly tolerations?: readonly Toleration[];
  readonly topologySpreadConstraints?: readonly TopologySpread[];
  readonly affinity?: Affinity;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
};

export type Volume = { readonly name: string } & (
  | { readonly emptyDir: { readonly medium?: 'Memory'; readonly sizeLimit?: string } }
  | { readonly persistentVolumeClaim: { readonly claimName: string; readonly readOnly?: true } }
  | { readonly image: { readonly reference: string; readonly pullPolicy?: PullPolicy } }
  | { readonly ephemeral: { readonly volumeClaimTemplate: { readonly spec: ClaimSpec } } }
  | { readonly secret: { readonly secretName: string } }
  | { readonly configMap: { readonly name: string } }
);

export type ClaimSpec = {
  readonly accessModes: readonly ('ReadWriteOnce' | 'ReadWriteMany' | 'ReadOnlyMany')[];
  /** An empty name takes no class: the claim binds to the volume that it names. */
  readonly storageClassName?: string;
  readonly volumeName?: string;
  readonly resources: { readonly requests: Quantities };
};

export type PullPolicy = 'IfNotPresent' | 'Always' | 'Never';

export type Toleration = {
  readonly key: string;
  readonly operator: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
};

export type Container = {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: PullPolicy;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  /** Of an init container: it stays beside the main one. */
  readonly restartPolicy?: 'Always';
  readonly env?: readonly EnvironmentVariable[];
  readonly envFrom?: readonly EnvironmentSource[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly resources: { readonly requests?: Quantities; readonly limits?: Quantities };
  readonly securityContext: {
    readonly allowPrivilegeEscalation: false;
    readonly readOnlyRootFilesystem: boolean;
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly capabilities: { readonly drop: readonly ['ALL'] };
  };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly volumeMounts?: readonly VolumeMount[];
};

export type VolumeMount = { readonly name: string; readonly mountPath: string; readonly subPath?: string; readonly readOnly?: true };

export type EnvironmentVariable = { readonly name: string } & (
  | { readonly value: string }
  | {
      readonly valueFrom:
        { readonly fieldRef: { readonly fieldPath: string } } | { readonly secretKeyRef: KeyOf } | { readonly configMapKeyRef: KeyOf };
    }
);

type KeyOf = { readonly name: string; readonly key: string; readonly optional?: boolean };

export type EnvironmentSource = { readonly secretRef: { readonly name: string } } | { readonly configMapRef: { readonly name: string } };

/** An amount for each resource: `{ cpu: '3620m', memory: '12Gi', 'nvidia.com/gpu': '1' }`. */
export type Quantities = Readonly<Record<string, string>>;

export type Probe = {
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
} & (
  | { readonly httpGet: { readonly path: string; readonly port: string | number } }
  | { readonly tcpSocket: { readonly port: string | number } }
  | { readonly grpc: { readonly port: number } }
  | { readonly exec: { readonly command: readonly string[] } }
);

export type TopologySpread = {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'ScheduleAnyway' | 'DoNotSchedule';
  readonly minDomains?: number;
  readonly labelSelector: LabelSelector;
};

/** Affinity as Kubernetes writes it: part of it may be the user's own. */
export type Affinity = {
  readonly nodeAffinity?: Readonly<Record<string, unknown>>;
  readonly podAffinity?: Readonly<Record<string, unknown>>;
  readonly podAntiAffinity?: Readonly<Record<string, unknown>>;
};
