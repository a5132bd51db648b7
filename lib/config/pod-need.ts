import type { PodConfig } from './pod-schema';

type Need = { readonly cpuMilli: number; readonly memoryMiB: number };

/**
 * What the containers beside the main one ask for.
 *
 * - `beside`: what runs beside it, containers and sidecars together.
 * - `before`: the most that an init container asks for, with the sidecars that run by then. The main container has not started yet.
 *
 * So a pod needs the larger of `before`, and of `beside` and the main container together.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function podNeed(pod: PodConfig | undefined): { readonly beside: Need; readonly before: Need } {
  let beside = none;
  let before = none;
  for (const container of Object.values(pod?.initContainers ?? {})) {
    const both = sum(beside, needOf(container));
    before = { cpuMilli: Math.max(before.cpuMilli, both.cpuMilli), memoryMiB: Math.max(before.memoryMiB, both.memoryMiB) };
    if (container.sidecar) beside = both;
  }
  for (const container of Object.values(pod?.containers ?? {})) beside = sum(beside, needOf(container));
  return { beside, before };
}

const none: Need = { cpuMilli: 0, memoryMiB: 0 };
const needOf = ({ cpu = 0, memory = 0 }: { readonly cpu?: number; readonly memory?: number }): Need => ({
  cpuMilli: Math.ceil(cpu),
  memoryMiB: Math.ceil(memory),
});
const sum = (a: Need, b: Need): Need => ({ cpuMilli: a.cpuMilli + b.cpuMilli, memoryMiB: a.memoryMiB + b.memoryMiB });
