import type { Gpu, GpuNode } from './gpu';

/**
 * Shares of nominal bandwidth that collectives reach, and what a call costs by itself. By judgement, from what NCCL's own tests
 * commonly show; not measured here.
 */
export const interconnect = {
  nvlinkShare: 0.75,
  pcieShare: 0.7,
  networkShare: 0.8,
  nvlinkCallSeconds: 12e-6,
  pcieCallSeconds: 30e-6,
  /** For each node that a collective passes. */
  networkCallSeconds: 10e-6,
  /** PCIe 4.0 x16, one direction, GB/s: what GPUs without NVLink talk over. */
  pcieGBps: 32,
  /** Where a machine's network is not known, Gbit/s. */
  networkGbps: 25,
} as const;

/** Bytes a second in one direction between GPUs of one node. */
export function linkBandwidth(gpu: Gpu): number {
  return gpu.nvlinkGBps === null
    ? interconnect.pcieGBps * 1e9 * interconnect.pcieShare
    : (gpu.nvlinkGBps / 2) * 1e9 * interconnect.nvlinkShare;
}

/** Bytes a second in one direction between nodes, for the whole node. */
export function networkBandwidth(node: GpuNode): number {
  return (((node.networkGbps ?? interconnect.networkGbps) * 1e9) / 8) * interconnect.networkShare;
}

/**
 * Seconds of an all-reduce of `bytes` over `gpus` of one node, as a ring: each GPU sends and receives 2 (n - 1) / n of them.
 *
 * @see Patarasuk and Yuan 2009
 */
export function allReduceSeconds(gpu: Gpu, bytes: number, gpus: number): number {
  if (gpus <= 1) return 0;
  const call = gpu.nvlinkGBps === null ? interconnect.pcieCallSeconds : interconnect.nvlinkCallSeconds;
  return call + (((2 * (gpus - 1)) / gpus) * bytes) / linkBandwidth(gpu);
}
