import { type ClusterAddon, clusterAddons, type InstalledPart, installedParts } from './cluster-parts-schema';
import { poolOwnerOf, poolOwners } from './kinds';
import type { CapacityConfig } from './schema';

/** An add-on of EKS that a new cluster has. */
export type AddonChoice = {
  readonly name: ClusterAddon;
  /** As the config pins it; otherwise EKS takes its default for the version of Kubernetes. */
  readonly version?: string;
};

/** The add-ons of EKS that a new cluster has, in the order of `clusterAddons`; none of an existing one. */
export function addonsOf(config: CapacityConfig): readonly AddonChoice[] {
  const { existing, addons } = config.cluster;
  if (existing !== undefined) return [];
  return clusterAddons.flatMap((name) => {
    const stated = addons[name] ?? (name !== 'aws-mountpoint-s3-csi-driver' || bucketsOf(config).length > 0);
    return stated === false ? [] : [{ name, version: stated === true ? undefined : stated }];
  });
}

/** The buckets that workloads mount, sorted. */
export function bucketsOf({ workloads }: Pick<CapacityConfig, 'workloads'>): readonly string[] {
  const volumes = Object.values(workloads).flatMap(({ pod }) => Object.values(pod?.volumes ?? {}));
  return [...new Set(volumes.flatMap(({ s3 }) => s3 ?? []))].sort();
}

/** Whether cluster-autoscaler adds and removes nodes of some pool. */
export function needsClusterAutoscaler({ pools }: Pick<CapacityConfig, 'pools'>): boolean {
  const owners = Object.values(pools).map((pool) => poolOwners[poolOwnerOf(pool)]);
  return owners.some(({ isFixed, isInTerraform }) => isInTerraform && !isFixed);
}

/**
 * The parts of the cluster that are written beside the workloads: those that the config names, or all that a new cluster needs. One that
 * has workloads to attach to is not new.
 */
export function installedPartsOf(config: CapacityConfig): readonly InstalledPart[] {
  const { existing, install } = config.cluster;
  const isNew = existing === undefined && Object.values(config.workloads).every(({ attach }) => attach === undefined);
  const needed: Readonly<Record<InstalledPart, boolean>> = {
    'storage-class': addonsOf(config).some(({ name }) => name === 'aws-ebs-csi-driver'),
    'nvidia-device-plugin': Object.values(config.pools).some(({ kind }) => kind === 'gpuPool'),
    // CapacityBuffers are kept by one that is told to, and that has their type.
    'cluster-autoscaler':
      needsClusterAutoscaler(config) &&
      Object.values(config.workloads).every((workload) => !('buffer' in workload) || workload.buffer?.by !== 'capacity-buffer'),
  };
  if (install === undefined) return isNew ? installedParts.filter((part) => needed[part]) : [];
  return installedParts.filter((part) => install.includes(part));
}
