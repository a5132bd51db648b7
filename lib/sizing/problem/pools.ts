import type { Offering } from '../../catalog';

/** A kind of replica to place: what each asks for. Resources as Kubernetes counts them. */
export type ReplicaClass = {
  readonly workload: string;
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** GPU types that it may use, by the catalogue's name. @default all of the pool */
  readonly gpuNames?: readonly string[];
  /** It runs on no spot. @default false */
  readonly noSpot?: boolean;
};

/** What a pool may use. */
export type SizingPool = {
  readonly name: string;
  readonly offerings: readonly Offering[];
  readonly ceiling: { readonly amount: number; readonly unit: 'GPU' | 'vCPU' | 'nodes' } | null;
  /** Largest share on spot: of GPUs where the pool has GPUs, of vCPU otherwise. */
  readonly spotShare: number;
  /** Largest share of its spot on one instance type, counted likewise. @default 1 */
  readonly spotTypeShare?: number;
  /** Largest share of it in one zone, counted likewise; offerings then have a zone. @default 1 */
  readonly zoneShare?: number;
  /** Most nodes of each offering that has no fixed number of its own: what one node group may hold. @default any */
  readonly nodesPerGroup?: number;
  /** A node that starts stays for so long. @default 0 */
  readonly minUpMs?: number;
  /** From boot to service: nodes that take over from a reservation are there so long before its end, and so long after its begin. @default 0 */
  readonly handOverMs?: number;
  readonly classes: readonly ReplicaClass[];
  /** The pool whose ceiling and node groups its nodes count in as well. @default its own alone */
  readonly within?: string;
};

export type SizingLimits = {
  /** vCPU by quota code; a code that is not here is unlimited. */
  readonly quotas: Readonly<Record<string, number>>;
};

/** Replicas wanted over one span of time, by workload. */
export type DemandSegment = {
  readonly from: number;
  readonly to: number;
  readonly replicas: Readonly<Record<string, number>>;
};

/** Nodes by pool and offering: `l40s/g6e.12xlarge/spot`, as `nodeKey` writes it; offerings without a node are left out. */
export type NodeCounts = Readonly<Record<string, number>>;

/** The key of `NodeCounts`: two pools may use the same offering. */
export function nodeKey(pool: string, offering: Offering): string {
  return `${pool}/${offering.id}`;
}
