import { plural } from '../../figures';
import { instanceTable, type Offering, offeringsOf, podRoom } from '../../catalog';
import type { CapacityConfig, ServiceConfig } from '../../config';
import { lowest, type MachineSize, serviceSize } from '../../demand';
import { replicaResources, type ResolvedResources } from '../supply';
import {
  type Candidate,
  cheapestOf,
  optionFacts,
  flatDemand,
  impossibleOption,
  type OptionDemand,
  ownersDemand,
  usdAlone,
  standsAlone,
  type StrategyContext,
  unlessRefused,
} from './option';
import type { StrategyName, StrategyOption } from '../file';
import type { DemandInput } from '../replicas';

/**
 * The options `vertical` and `hybrid` of a service: replicas of the size of another machine. Compared are the machines of its pool and
 * the other sizes of its present instance family. `vertical` keeps the present number of servers all the time, on the cheapest machine
 * with which they stay within their targets. `hybrid` takes the cheapest other machine, in as many replicas as its floors then need.
 */
export function machineOptions(context: StrategyContext, workload: ServiceConfig): readonly (Candidate | StrategyOption)[] {
  if (workload.machine === undefined) {
    const why = 'its servers are pods, and what those ask for is stated';
    return [impossibleOption('vertical', why), impossibleOption('hybrid', why)];
  }
  const sizes = machinesOf(context, workload, workload.machine);
  const others = sizes.filter(({ name }) => name !== workload.machine);
  const vertical = cheapestOf(sizes, (size) => verticalOn(context, workload, size), context);
  const hybrid = cheapestOf(others, (size) => hybridOn(context, workload, size), context);
  return [
    vertical ??
      impossibleOption(
        'vertical',
        `no machine of pool '${workload.pool}' or of its family carries the protected load with ${plural(workload.servers, 'server')}`,
      ),
    hybrid ?? impossibleOption('hybrid', `no other machine of pool '${workload.pool}' or of its family will do with two servers at least`),
  ];
}

/** The resources of a replica that has the size of a machine; `null` where the machine is not known or no node of the pool holds it. */
export function resourcesOfMachine(
  { input, offerings }: Pick<StrategyContext, 'input' | 'offerings'>,
  machine: string,
): ResolvedResources | null {
  const { config, name } = input;
  const offering = offeringNamed(machine, config, config.workloads[name].pool);
  return offering && unlessRefused(() => replicaResources(name, config.workloads[name], offerings, offering));
}

/** A machine whose size replicas could have. */
type Machine = {
  /** Its instance type. */
  readonly name: string;
  /** The resources of a replica of that size. */
  readonly resources: ResolvedResources;
  /** The nodes that hold the replicas: those of the pool, or the machine itself where none of them is large enough. */
  readonly offerings: readonly Offering[];
  /** CPU and memory of the present machine, as multiples of this machine. */
  readonly ofPresent: { readonly cpu: number; readonly memory: number };
  /** The size of the present machine. */
  readonly present: MachineSize;
  /** The size of this machine. */
  readonly whole: MachineSize;
  /** Whether a node of the pool holds a replica of that size. */
  readonly inPool: boolean;
};

function machinesOf({ input, offerings }: StrategyContext, workload: ServiceConfig, presentType: string): readonly Machine[] {
  const { config, name } = input;
  const present = offeringNamed(presentType, config, workload.pool);
  if (present === null) return [];
  const family = `${presentType.split('.')[0]}.`;
  const names = new Set([
    ...offerings.map(({ instanceType }) => instanceType),
    ...instanceTable.instances
      .filter(({ type, gpus, accelerator }) => type.startsWith(family) && gpus === 0 && !accelerator)
      .map(({ type }) => type),
  ]);
  return [...names].sort().flatMap((type): Machine[] => {
    const machine = offeringNamed(type, config, workload.pool);
    if (machine === null || machine.arch !== present.arch || !hasRoom(machine)) return [];
    const inPool = offerings.some((node) => fits(machine, node));
    const nodes = inPool ? offerings : [machine];
    return [
      {
        name: type,
        resources: replicaResources(name, workload, nodes, machine),
        offerings: nodes,
        ofPresent: { cpu: present.vCpu / machine.vCpu, memory: present.memoryMiB / machine.memoryMiB },
        present: wholeOf(present),
        whole: wholeOf(machine),
        inPool,
      },
    ];
  });
}

/** The size of a whole machine, because utilisation is measured as a share of it. */
function wholeOf({ instanceType, vCpu, memoryMiB }: Offering): MachineSize {
  return { name: instanceType, cpuMilli: vCpu * 1_000, memoryMiB };
}

/** Whether DaemonSets leave anything of a machine. */
function hasRoom(machine: Offering): boolean {
  const { cpuMilli, memoryMiB } = podRoom(machine);
  return cpuMilli > 0 && memoryMiB > 0;
}

function fits(machine: Offering, node: Offering): boolean {
  const [needed, available] = [podRoom(machine), podRoom(node)];
  return needed.cpuMilli <= available.cpuMilli && needed.memoryMiB <= available.memoryMiB;
}

/** An instance type as a pool would have it. */
function offeringNamed(type: string, { region, prices, pools }: CapacityConfig, pool: string): Offering | null {
  const { daemonSets } = pools[pool];
  return unlessRefused(() => offeringsOf({ instances: [type], capacity: ['on-demand'], region, prices, daemonSets })[0]);
}

function verticalOn(context: StrategyContext, workload: ServiceConfig, machine: Machine): Candidate | null {
  const { input, stated } = context;
  const { servers, target } = workload;
  const peak = (resource: 'cpu' | 'memory') => Math.max(0, ...stated.load.map((point) => point[resource]?.protected ?? 0));
  const utilisation = { cpu: peak('cpu'), memory: peak('memory') };
  const { vertical } = serviceSize({ servers, utilisation, target, machine: machine.present, sizes: [machine.whole] });
  if (vertical === null || standsAlone(servers, stated)) return null;
  const why = `as many as there are servers now: with them ${vertical.binds} is at ${Math.round(vertical.binds === 'cpu' ? vertical.cpuPercent : vertical.memoryPercent)} % when the protected load is highest`;
  const demand = flatDemand(context, inputForMachine(input, machine), servers, why);
  return candidate(context, workload, machine, 'vertical', demand, `${plural(servers, 'server')} all the time, ${why}`);
}

function hybridOn(context: StrategyContext, workload: ServiceConfig, machine: Machine): Candidate | null {
  const demand = ownersDemand(context, inputForMachine(context.input, machine));
  if (standsAlone(lowest(demand.demand.schedule), context.stated)) return null;
  return candidate(context, workload, machine, 'hybrid', demand, 'as many as its floors then need');
}

function inputForMachine(input: DemandInput, { resources, ofPresent }: Machine): DemandInput {
  return { ...input, resources, machine: ofPresent };
}

function candidate(
  context: StrategyContext,
  workload: ServiceConfig,
  machine: Machine,
  name: StrategyName,
  optionDemand: OptionDemand,
  how: string,
): Candidate {
  const { demand, paid } = optionDemand;
  return {
    demand,
    resources: machine.resources,
    option: {
      name,
      usd: usdAlone(context, paid, machine.resources, machine.offerings),
      size: machine.name,
      ...optionFacts(optionDemand),
      restarts: machine.name === workload.machine ? 0 : workload.servers,
      needs: machine.inPool ? null : `${machine.name}, or a larger machine, among the instances of pool '${workload.pool}'`,
      why: `replicas the size of ${machine.name}, ${how}`,
    },
  };
}
