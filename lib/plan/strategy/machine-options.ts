import { instanceTable, type Offering, offeringsOf, podRoom } from '../../catalog';
import type { ServiceConfig } from '../../config';
import { lowest, type MachineSize, serviceSize } from '../../demand';
import { replicaResources, type ResolvedResources } from '../supply';
import {
  type Candidate,
  cheapestOf,
  facts,
  flatDemand,
  impossible,
  type Made,
  ownersDemand,
  priced,
  standsAlone,
  type StrategyContext,
  unlessRefused,
} from './option';
import type { StrategyName, StrategyOption } from '../file';
import type { DemandInput } from '../replicas';

/**
 * A service on other machines: those of its pool, and the other sizes of its present family. `vertical` keeps as many servers as there
 * are, all the time, on the cheapest machine with which they stay within their targets; `hybrid` takes the cheapest machine for as many
 * as its floors then need.
 */
export function machineOptions(context: StrategyContext, workload: ServiceConfig): readonly (Candidate | StrategyOption)[] {
  const sizes = machinesOf(context, workload);
  const others = sizes.filter(({ name }) => name !== workload.machine);
  const vertical = cheapestOf(sizes, (size) => verticalOn(context, workload, size), context);
  const hybrid = cheapestOf(others, (size) => hybridOn(context, workload, size), context);
  return [
    vertical ??
      impossible(
        'vertical',
        `no machine of pool '${workload.pool}' or of its family carries the protected load with ${workload.servers} servers`,
      ),
    hybrid ?? impossible('hybrid', `no other machine of pool '${workload.pool}' or of its family will do with two servers at least`),
  ];
}

/** What a replica asks for that has the size of a machine; `null` where no node of the pool holds it any more. */
export function resourcesOfMachine(
  { input, offerings }: Pick<StrategyContext, 'input' | 'offerings'>,
  machine: string,
): ResolvedResources | null {
  const { config, name } = input;
  const offering = offeringNamed(machine, config.region);
  return offering && unlessRefused(() => replicaResources(name, config.workloads[name], offerings, offering));
}

type Machine = {
  readonly name: string;
  readonly resources: ResolvedResources;
  readonly offerings: readonly Offering[];
  /** How many of it one present server is. */
  readonly ofPresent: { readonly cpu: number; readonly memory: number };
  readonly present: MachineSize;
  readonly whole: MachineSize;
  readonly inPool: boolean;
};

function machinesOf({ input, offerings }: StrategyContext, workload: ServiceConfig): readonly Machine[] {
  const { config, name } = input;
  const present = offeringNamed(workload.machine, config.region);
  if (present === null) return [];
  const family = `${workload.machine.split('.')[0]}.`;
  const names = new Set([
    ...offerings.map(({ instanceType }) => instanceType),
    ...instanceTable.instances
      .filter(({ type, gpus, accelerator }) => type.startsWith(family) && gpus === 0 && !accelerator)
      .map(({ type }) => type),
  ]);
  return [...names].sort().flatMap((type): Machine[] => {
    const machine = offeringNamed(type, config.region);
    if (machine === null || machine.arch !== present.arch) return [];
    const inPool = offerings.some((each) => fits(machine, each));
    const on = inPool ? offerings : [machine];
    return [
      {
        name: type,
        resources: replicaResources(name, workload, on, machine),
        offerings: on,
        ofPresent: { cpu: present.vCpu / machine.vCpu, memory: present.memoryMiB / machine.memoryMiB },
        present: wholeOf(present),
        whole: wholeOf(machine),
        inPool,
      },
    ];
  });
}

/** Utilisation is measured on the whole of a machine. */
function wholeOf({ instanceType, vCpu, memoryMiB }: Offering): MachineSize {
  return { name: instanceType, cpuMilli: vCpu * 1_000, memoryMiB };
}

function fits(machine: Offering, node: Offering): boolean {
  const [wanted, given] = [podRoom(machine), podRoom(node)];
  return wanted.cpuMilli <= given.cpuMilli && wanted.memoryMiB <= given.memoryMiB;
}

function offeringNamed(type: string, region: string): Offering | null {
  return unlessRefused(() => offeringsOf({ instances: [type], capacity: ['on-demand'], region })[0]);
}

function verticalOn(context: StrategyContext, workload: ServiceConfig, machine: Machine): Candidate | null {
  const { input, stated } = context;
  const { servers, target } = workload;
  const peak = (resource: 'cpu' | 'memory') => Math.max(0, ...stated.load.map((point) => point[resource]?.protected ?? 0));
  const utilisation = { cpu: peak('cpu'), memory: peak('memory') };
  const { vertical } = serviceSize({ servers, utilisation, target, machine: machine.present, sizes: [machine.whole] });
  if (vertical === null || standsAlone(servers, stated)) return null;
  const why = `as many as there are servers now: with them ${vertical.binds} is at ${Math.round(vertical.binds === 'cpu' ? vertical.cpuPercent : vertical.memoryPercent)} % when the protected load is highest`;
  const made = flatDemand(context, sizedInput(input, machine), servers, why);
  return candidate(context, workload, machine, 'vertical', made, `${servers} servers all the time, ${why}`);
}

function hybridOn(context: StrategyContext, workload: ServiceConfig, machine: Machine): Candidate | null {
  const made = ownersDemand(context, sizedInput(context.input, machine));
  if (standsAlone(lowest(made.demand.schedule), context.stated)) return null;
  return candidate(context, workload, machine, 'hybrid', made, 'as many as its floors then need');
}

function sizedInput(input: DemandInput, { resources, ofPresent }: Machine): DemandInput {
  return { ...input, resources, machine: ofPresent };
}

function candidate(
  context: StrategyContext,
  workload: ServiceConfig,
  machine: Machine,
  name: StrategyName,
  made: Made,
  how: string,
): Candidate {
  const { demand, paid } = made;
  return {
    demand,
    resources: machine.resources,
    option: {
      name,
      usdPerMonth: priced(context, paid, machine.resources, machine.offerings),
      size: machine.name,
      ...facts(made),
      restarts: machine.name === workload.machine ? 0 : workload.servers,
      needs: machine.inPool ? null : `${machine.name}, or a larger machine, among the instances of pool '${workload.pool}'`,
      why: `replicas the size of ${machine.name}, ${how}`,
    },
  };
}
