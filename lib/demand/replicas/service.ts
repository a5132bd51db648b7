/** Servers that a service needs. */
export type ServiceDemand = {
  /** Servers that are needed for CPU alone, and for memory alone; 0 where the utilisation is not known. */
  readonly cpu: number;
  readonly memory: number;
  /** The larger of the two, at least 1. */
  readonly servers: number;
  /** The resource that needs more; CPU where both need the same. */
  readonly binds: 'cpu' | 'memory';
};

/**
 * The servers that a service needs for a forecast utilisation: ceil(present servers x utilisation / target) for each resource; the larger
 * number decides.
 *
 * @param servers present servers; a number for each resource where they are expressed in servers of another size
 * @param utilisation percent of the capacity of the present servers
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

/** The load of a service: the number of servers, not a whole number, that would run exactly at the target. */
export function serversAtTarget(servers: number, utilisationPercent: number, target: number): number {
  return (servers * utilisationPercent) / (target * 100);
}

/**
 * The number of replicas for a load: ceil(load / aim), at least one.
 *
 * @param load in the unit of the throughput, >= 0
 * @param aim load that one replica should carry: throughput x target, > 0
 */
export function replicasFor(load: number, aim: number): number {
  return Math.max(1, ceilTolerant(load / aim));
}

/**
 * The next whole number up, with a tolerance of 1e-9 for what a division leaves.
 *
 * @example ceilTolerant(12.000000001) // 12
 * @example ceilTolerant(12.1) // 13
 */
export function ceilTolerant(value: number): number {
  return Math.ceil(value - 1e-9 * Math.max(1, Math.abs(value))) + 0;
}

/** A size of machine that a service can run on. */
export type MachineSize = {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
};

/** Two ways to carry a load: another number of machines, or machines of another size. */
export type ServiceSize = {
  /** Another number of machines of the present size. */
  readonly horizontal: ServiceDemand;
  /** The same number of machines of another size; `null` where no size can carry the load. */
  readonly vertical: VerticalSize | null;
};

/** A machine size with which the present number of servers carries the load. */
export type VerticalSize = {
  readonly machine: string;
  /** Utilisation of this machine in percent, at most the target. */
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly binds: 'cpu' | 'memory';
};

/**
 * Two ways to carry a forecast utilisation: another number of servers of the present size, or the smallest size with which the present
 * number of servers stays within the targets.
 *
 * @param utilisation percent of the capacity of the present servers
 * @param target shares, 0..1
 * @param sizes candidates in any order, with or without the present size
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
      const memoryBinds = serversAtTarget(1, memoryPercent, target.memory) > serversAtTarget(1, cpuPercent, target.cpu);
      return { ...size, machine: size.name, cpuPercent, memoryPercent, binds: memoryBinds ? 'memory' : 'cpu' };
    })
    .filter(({ cpuPercent, memoryPercent }) => isWithin(cpuPercent, target.cpu) && isWithin(memoryPercent, target.memory))
    .sort((a, b) => a.cpuMilli - b.cpuMilli || a.memoryMiB - b.memoryMiB || (a.name < b.name ? -1 : 1));
  const [best] = fitting;
  return {
    horizontal: serviceDemand(servers, utilisation, target),
    vertical: fitting.length === 0 ? null : withoutSize(best),
  };
}

function isWithin(percent: number, target: number): boolean {
  return percent <= target * 100 * (1 + 1e-9);
}

function withoutSize({ machine, cpuPercent, memoryPercent, binds }: VerticalSize): VerticalSize {
  return { machine, cpuPercent, memoryPercent, binds };
}
