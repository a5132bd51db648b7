import { Construct } from 'constructs';
import { type CapacityConfig, installedPartsOf } from '../../lib/config';
import { gpuLabel } from '../../lib/plan/file';
import { ClusterAutoscaler } from './cluster-autoscaler';
import { kubernetesObject } from './objects';
import { securityContext } from './pod-containers';

/**
 * What a new cluster needs beside the add-ons of EKS before pods of a plan run, in kube-system: a class of encrypted gp3 disks, the device
 * plugin of NVIDIA, cluster-autoscaler. Only those that the config and its pools ask for.
 */
export class ClusterParts extends Construct {
  constructor(scope: Construct, id: string, config: CapacityConfig) {
    super(scope, id);
    const parts = installedPartsOf(config);
    const { existing, version, system } = config.cluster;
    if (parts.includes('storage-class')) this.addStorageClass();
    if (parts.includes('nvidia-device-plugin')) this.addDevicePlugin();
    if (parts.includes('cluster-autoscaler'))
      new ClusterAutoscaler(this, 'Autoscaler', {
        clusterName: existing ?? config.name,
        region: config.region,
        version,
        nodeSelector: existing === undefined && system !== false ? { 'foresize.dev/system': 'true' } : undefined,
      });
  }

  /** Disks that claims get which name no class. They are made in the zone of the first pod that needs them. */
  private addStorageClass(): void {
    kubernetesObject(this, 'StorageClass', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'ebs.csi.aws.com',
      parameters: { type: 'gp3', encrypted: 'true' },
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
      allowVolumeExpansion: true,
    });
  }

  /** Tells the kubelet of its GPUs. The image of AWS has the driver and not the plugin. */
  private addDevicePlugin(): void {
    const name = 'nvidia-device-plugin';
    const labels = { 'app.kubernetes.io/name': name };
    const hasLabel = (key: string) => ({ matchExpressions: [{ key, operator: 'Exists' }] });
    kubernetesObject(this, 'DevicePlugin', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name, labels },
      spec: {
        selector: { matchLabels: labels },
        updateStrategy: { type: 'RollingUpdate' },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            priorityClassName: 'system-node-critical',
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [gpuLabel, 'k8s.amazonaws.com/accelerator', 'nvidia.com/gpu.present'].map(hasLabel),
                },
              },
            },
            tolerations: [{ operator: 'Exists' }],
            containers: [
              {
                name,
                image: devicePlugin,
                // On a node whose driver is not ready yet it waits.
                env: [{ name: 'FAIL_ON_INIT_ERROR', value: 'false' }],
                resources: { requests: { cpu: '10m', memory: '64Mi' } },
                securityContext: securityContext({}),
                volumeMounts: [{ name: 'device-plugins', mountPath: sockets }],
              },
            ],
            volumes: [{ name: 'device-plugins', hostPath: { path: sockets, type: 'Directory' } }],
          },
        },
      },
    });
  }
}

const devicePlugin = 'nvcr.io/nvidia/k8s-device-plugin:v0.18.2';
/** Where the kubelet listens for device plugins, and they for it. */
const sockets = '/var/lib/kubelet/device-plugins';
