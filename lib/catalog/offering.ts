export type CapacityType = 'on-demand' | 'spot' | 'reserved' | 'own';

/** An instance type of one capacity type at its price in one region. */
export type Offering = {
  /** `g6e.12xlarge/spot`. */
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
};

export type PriceFacts = {
  /** Date of the price, `2026-07-20`. */
  readonly asOf: string;
  /** No list price but an estimate: so is that of spot. */
  readonly estimated: boolean;
  /** Of spot: how often it was interrupted in a month, as the provider states it: `>20%`. */
  readonly interruption: string | null;
};
