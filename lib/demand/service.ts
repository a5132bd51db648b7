import { ceilTolerant } from './replicas';

export type ServiceDemand = {
  /** Servers that CPU alone needs, and memory alone; 0 where the resource is not known. */
  readonly cpu: number;
  readonly memory: number;
  /** The larger, at least 1. */
  readonly servers: number;
  /** Which of them needs more; CPU where both need the same. */
  readonly binds: 'cpu' | 'memory';
};

/**
 * Servers for a forecast utilisation: ceil(present servers x utilisation / target), by resource; the larger binds.
 *
 * @param servers there are; by resource where they are counted as another machine, of which they are so many
 * @param utilisation in percent of what there is at present: usage / capacity
 * @param target shares, 0..1
 */
export function serviceDemand(
  servers: number | { readonly cpu: number; readonly memory: number },
  utilisation: { readonly cpu?: number; readonly memory?: number },
  target: { readonly cpu: number; readonly memory: number },
): ServiceDemand {
  const present = typeof servers === 'number' ? { cpu: servers, memory: servers } : servers;
  const cpu = serversAtTarget(present.cpu, utilisation.cpu ?? 0, target.cpu);
  const memory = serversAtTarget(present.memory, utilisation.memory ?? 0, target.memory);
  return {
    cpu: ceilTolerant(cpu),
    memory: ceilTolerant(memory),
    servers: Math.max(1, ceilTolerant(cpu), ceilTolerant(memory)),
    binds: memory > cpu ? 'memory' : 'cpu',
  };
}

/** Servers, not yet whole, that would run at their target: the load of a service. */
export function serversAtTarget(servers: number, utilisationPercent: number, target: number): number {
  return (servers * utilisationPercent) / (target * 100);
}
