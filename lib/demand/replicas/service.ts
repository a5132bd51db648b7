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

/**
 * Whole replicas for a load: ceil(load / aim), at least one.
 *
 * @param load in the unit of the throughput, >= 0
 * @param aim load that one replica should carry: throughput x target utilisation, > 0
 */
export function replicasFor(load: number, aim: number): number {
  return Math.max(1, ceilTolerant(load / aim));
}

/** The next whole number, where 11.999999999 and 12.000000001 are both 12: division leaves such crumbs. */
export function ceilTolerant(value: number): number {
  return Math.ceil(value - 1e-9 * Math.max(1, Math.abs(value))) + 0;
}

export type MachineSize = {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
};

export type ServiceSize = {
  /** The same machine, more or fewer of them. */
  readonly horizontal: ServiceDemand;
  /** As many machines of another size; `null` where none of the sizes carries it. */
  readonly vertical: VerticalSize | null;
};

export type VerticalSize = {
  readonly machine: string;
  /** Utilisation of it in percent, each at most its target. */
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly binds: 'cpu' | 'memory';
};

/**
 * Both ways to carry a forecast utilisation: more servers of the present machine, or the smallest machine with which as many
 * servers as now stay within their targets.
 *
 * @param utilisation in percent of the present servers: usage / capacity
 * @param target shares, 0..1
 * @param sizes candidates, the present machine among them or not; smallest first is not needed
 */
export function serviceSize(input: {
  readonly servers: number;
  readonly utilisation: { readonly cpu?: number; readonly memory?: number };
  readonly target: { readonly cpu: number; readonly memory: number };
  readonly machine: MachineSize;
  readonly sizes: readonly MachineSize[];
}): ServiceSize {
  const { servers, utilisation, target, machine, sizes } = input;
  const { cpu = 0, memory = 0 } = utilisation;
  const fitting = sizes
    .map((size): VerticalSize & MachineSize => {
      const cpuPercent = (cpu * machine.cpuMilli) / size.cpuMilli;
      const memoryPercent = (memory * machine.memoryMiB) / size.memoryMiB;
      const tighter = serversAtTarget(1, memoryPercent, target.memory) > serversAtTarget(1, cpuPercent, target.cpu);
      return { ...size, machine: size.name, cpuPercent, memoryPercent, binds: tighter ? 'memory' : 'cpu' };
    })
    .filter(({ cpuPercent, memoryPercent }) => within(cpuPercent, target.cpu) && within(memoryPercent, target.memory))
    .sort((a, b) => a.cpuMilli - b.cpuMilli || a.memoryMiB - b.memoryMiB || (a.name < b.name ? -1 : 1));
  const [best] = fitting;
  return {
    horizontal: serviceDemand(servers, utilisation, target),
    vertical: fitting.length === 0 ? null : pick(best),
  };
}

function within(percent: number, target: number): boolean {
  return percent <= target * 100 * (1 + 1e-9);
}

function pick({ machine, cpuPercent, memoryPercent, binds }: VerticalSize): VerticalSize {
  return { machine, cpuPercent, memoryPercent, binds };
}
