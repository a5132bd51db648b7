export type CapacityType = 'on-demand' | 'spot' | 'reserved' | 'capacity-block' | 'own';

/** An instance type of one capacity type at its price in one region. */
export type Offering = {
  /** `g6e.12xlarge/spot`, with a zone `g6e.12xlarge/spot/us-east-1a`. */
  readonly id: string;
  readonly instanceType: string;
  readonly capacityType: CapacityType;
  readonly usdPerHour: number;
  /** What is known of the price. */
  readonly price?: PriceFacts;
  /** Quota that its vCPU count against; `null` where none is known. */
  readonly quotaCode: string | null;
  readonly gpus: number;
  readonly gpuName: string | null;
  readonly vCpu: number;
  readonly memoryMiB: number;
  /** What pods may use, after the kubelet and the system. */
  readonly allocatableCpuMilli: number;
  readonly allocatableMemoryMiB: number;
  /** Of that, kept for DaemonSets. */
  readonly daemonSetCpuMilli: number;
  readonly daemonSetMemoryMiB: number;
  readonly maxPods: number;
  readonly arch: 'amd64' | 'arm64';
  readonly efaInterfaces: number;
  readonly localNvmeGB: number;
  /** Of machines that are there: how many, and where the config says so. They are paid for whether used or not. */
  readonly own?: { readonly count: number; readonly path: string };
  /** The zone its nodes lie in, where the pool counts by zone or a reservation lies in one. */
  readonly zone?: string;
  /** Of a reservation that says what it holds: paid for already, there from `from` to `to`. */
  readonly reservation?: Reservation;
};

/** Times are epoch ms, `-Infinity` and `Infinity` where none is stated. */
export type Reservation = {
  readonly id: string;
  readonly count: number;
  readonly from: number;
  readonly to: number;
  /** Where the config says so. */
  readonly path: string;
  /** USD an hour of one more of them; `null` where the config states none. */
  readonly oneMoreUsdPerHour: number | null;
};

export type PriceFacts = {
  /** Date of the price, `2026-07-20`; `null` of one that the config states. */
  readonly asOf: string | null;
  /** No list price but an estimate: so is that of spot in the catalogue. */
  readonly estimated: boolean;
  /** Of spot: how often it was interrupted in a month, as the provider states it: `>20%`. */
  readonly interruption: string | null;
};

/** Pods of a node that are left to DaemonSets. */
const daemonSetPods = 10;

/** What the pods of workloads may use of a node: after the kubelet and the system, and beside DaemonSets. */
export function podRoom(offering: Offering): { readonly cpuMilli: number; readonly memoryMiB: number; readonly pods: number } {
  return {
    cpuMilli: offering.allocatableCpuMilli - offering.daemonSetCpuMilli,
    memoryMiB: offering.allocatableMemoryMiB - offering.daemonSetMemoryMiB,
    pods: offering.maxPods - daemonSetPods,
  };
}
