import { serviceDemand, type ServiceDemand, serversAtTarget } from './service';

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
