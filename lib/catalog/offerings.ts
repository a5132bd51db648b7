import { digestOf } from '../digest';
import type { CapacityConfig, MachineConfig, PoolConfig } from '../config';
import { type Problem, ProblemError } from '../problems';
import gpus from './data/gpus.json';
import instances from './data/instances.json';
import quotas from './data/quotas.json';
import { gpuFacts } from './gpus';
import { type InstanceFacts, instancesByType, instanceTable, quotaCode, type RegionPrice } from './instances';
import { nearNames } from './near-names';
import type { CapacityType, Offering } from './offering';

/** What a pool may use, as its config says it. */
export type OfferingsRequest = {
  readonly instances: readonly string[];
  readonly capacity: readonly ('on-demand' | 'spot')[];
  /** With a capacity reservation a pool uses that alone. */
  readonly reservation?: string;
  readonly region: string;
  /** Prices of one's own in the region, by instance type. @default the catalogue's alone */
  readonly prices?: CapacityConfig['prices'];
  /** Where `instances` stands in the config, for messages: `pools.l40s.instances`. @default `instances` */
  readonly path?: string;
  /** What the config says that DaemonSets ask for on each node. @default `defaultDaemonSets` */
  readonly daemonSets?: DaemonSets;
};

type DaemonSets = PoolConfig['daemonSets'];

/**
 * What is kept on every node for DaemonSets where the config says nothing, in mCPU and MiB: those of an EKS cluster (aws-node, kube-proxy,
 * the EBS driver) ask for about 180m, and agents for metrics, logs and GPUs come beside them. A judgement, not a measurement.
 */
const defaultDaemonSets = { cpu: 400, memory: 1_024 };

let digest: string | undefined;

/** Digest over all the data: another catalogue, another plan. Read once for each pool of a plan, so it is made once. */
export function catalogDigest(): string {
  return (digest ??= digestOf([instances, gpus, quotas]));
}

/**
 * The offerings of a pool: each instance type in each capacity type at its price in the region, sorted by `id`, so that the
 * order in the config does not matter. A reservation is priced as on-demand: it is paid whether used or not.
 *
 * @throws ProblemError with every instance type that is unknown (`catalog/unknown-instance`), has no price in the region
 * (`catalog/no-price`, `catalog/no-spot-price`), is no GPU machine Kubernetes can count (`catalog/not-a-gpu`), or whose
 * allocatable is not known (`catalog/no-allocatable`)
 */
export function offeringsOf(request: OfferingsRequest): readonly Offering[] {
  const { capacity, reservation, region, prices = {}, path = 'instances', daemonSets } = request;
  const types = [...new Set(request.instances)];
  const capacityTypes: readonly CapacityType[] = reservation === undefined ? [...new Set(capacity)] : ['reserved'];
  const problems: Problem[] = [];
  const offerings = types.flatMap((type) => {
    const at = `${path}[${request.instances.indexOf(type)}]`;
    return capacityTypes.flatMap((capacityType) => {
      const priceOrProblem = priced(type, capacityType, { region, prices, path: at });
      if ('code' in priceOrProblem) problems.push(priceOrProblem);
      return 'code' in priceOrProblem ? [] : [offering(priceOrProblem, capacityType, region, daemonSets)];
    });
  });
  if (problems.length > 0) throw new ProblemError(distinct(problems));
  return offerings.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * One instance type of one capacity type, priced as on-demand unless it is spot.
 *
 * @throws ProblemError as `offeringsOf`
 */
export function offeringOf(type: string, capacityType: CapacityType, where: Where): Offering {
  const priceOrProblem = priced(type, capacityType, where);
  if ('code' in priceOrProblem) throw new ProblemError(priceOrProblem);
  return offering(priceOrProblem, capacityType, where.region, where.daemonSets);
}

/** USD an hour of an instance type reserved for a year; `null` where none is known. */
export function reservedPriceOf(type: string, { region, prices }: Pick<Where, 'region' | 'prices'>): number | null {
  const own = Object.hasOwn(prices, type) ? prices[type].reserved : undefined;
  return own ?? instancesByType.get(type)?.usd[region]?.reserved1y ?? null;
}

/** A region with the prices of one's own there, where in the config a type stands, for messages, and what DaemonSets ask for on each node. */
export type Where = {
  readonly region: string;
  readonly prices: CapacityConfig['prices'];
  readonly path: string;
  readonly daemonSets?: DaemonSets;
};

/** @throws ProblemError `catalog/unknown-instance` */
export function checkInstance(type: string, path: string): void {
  if (!instancesByType.has(type)) throw new ProblemError(unknownInstance(type, path));
}

function unknownInstance(type: string, path: string): Problem {
  const near = nearNames(type, [...instancesByType.keys()]);
  return {
    code: 'catalog/unknown-instance',
    path,
    message: `instance type '${type}' is not in the catalogue`,
    hint: `did you mean ${near.join(', ')}?`,
  };
}

type Allocatable = Pick<Required<InstanceFacts>, 'cpuMilli' | 'memoryMiB' | 'maxPods'>;
type Priced = {
  readonly facts: InstanceFacts & Allocatable;
  readonly price: RegionPrice | undefined;
  readonly usdPerHour: number;
  /** Whether the config states it. */
  readonly isOwn: boolean;
};

function priced(type: string, capacityType: CapacityType, { region, prices, path }: Where): Priced | Problem {
  const facts = instancesByType.get(type);
  if (!facts) return unknownInstance(type, path);
  const { cpuMilli, memoryMiB, maxPods } = facts;
  if (facts.accelerator !== undefined) {
    const message = `instance type '${type}' carries ${facts.accelerator}, which Kubernetes does not count as a GPU`;
    return { code: 'catalog/not-a-gpu', path, message, hint: 'choose a type with NVIDIA GPUs' };
  }
  if (cpuMilli === undefined || memoryMiB === undefined || maxPods === undefined) {
    const message = `what pods may use on instance type '${type}' is not in the catalogue`;
    return { code: 'catalog/no-allocatable', path, message, hint: 'choose another type' };
  }
  const price = Object.hasOwn(facts.usd, region) ? facts.usd[region] : undefined;
  const own = Object.hasOwn(prices, type) ? prices[type] : {};
  const ownUsd = capacityType === 'spot' ? own.spot : own.onDemand;
  const state = `state it: prices: { '${type}': { '${capacityType === 'spot' ? 'spot' : 'on-demand'}': '... USD/hour' } }`;
  if (!price && ownUsd === undefined) {
    const message = `instance type '${type}' has no price in region '${region}'`;
    return {
      code: 'catalog/no-price',
      path,
      message,
      hint: `${state}; the catalogue has one in ${Object.keys(facts.usd).sort().join(', ')}`,
    };
  }
  const usdPerHour = ownUsd ?? (capacityType === 'spot' ? price?.spot : price?.onDemand);
  if (usdPerHour === undefined) {
    const message = `instance type '${type}' has no spot price in region '${region}'`;
    return {
      code: 'catalog/no-spot-price',
      path,
      message,
      hint: `leave 'spot' out of the capacity, or this type out of the pool, or ${state}`,
    };
  }
  return { facts: { ...facts, cpuMilli, memoryMiB, maxPods }, price, usdPerHour, isOwn: ownUsd !== undefined };
}

function offering(
  { facts, price, usdPerHour, isOwn }: Priced,
  capacityType: CapacityType,
  region: string,
  daemonSets: DaemonSets,
): Offering {
  const spot = capacityType === 'spot';
  return {
    id: `${facts.type}/${capacityType}`,
    instanceType: facts.type,
    capacityType,
    usdPerHour,
    price: {
      asOf: isOwn ? null : spot ? instanceTable.spotAsOf : instanceTable.regions[region].asOf,
      estimated: spot && !isOwn,
      interruption: (spot ? price?.interruption : null) ?? null,
    },
    quotaCode: quotaCode(facts.type, capacityType),
    ...sizesOf(facts),
    ...keptForDaemonSets(daemonSets),
  };
}

function keptForDaemonSets({ cpu = defaultDaemonSets.cpu, memory = defaultDaemonSets.memory }: DaemonSets = {}) {
  return { daemonSetCpuMilli: cpu, daemonSetMemoryMiB: memory };
}

/** What a node of an instance type has, by the names that offerings and plans give it. */
export function sizesOf<Facts extends InstanceFacts>(facts: Facts) {
  return {
    gpus: facts.gpus,
    gpuName: facts.gpu ?? null,
    vCpu: facts.vCpu,
    memoryMiB: facts.memoryGiB * 1_024,
    allocatableCpuMilli: facts.cpuMilli as Facts['cpuMilli'],
    allocatableMemoryMiB: facts.memoryMiB as Facts['memoryMiB'],
    maxPods: facts.maxPods as Facts['maxPods'],
    arch: facts.arch,
    efaInterfaces: facts.efa,
    localNvmeGB: facts.nvmeGB,
  };
}

/** An instance type that is refused for one capacity type for a reason that holds for all is named once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(
    (problem, index) => problems.findIndex(({ path, message }) => path === problem.path && message === problem.message) === index,
  );
}

/** Nodes that a managed node group may have unless the account's quota was raised (Amazon EKS User Guide, service quotas). */
export const usualNodesPerGroup = 450;

/**
 * Machines of one's own as offerings: as many as there are, at what they cost (nothing, unless the config says so), sorted by `id`.
 * CPU and memory are what the node allots to pods; DaemonSets take their part of it as everywhere.
 *
 * @param path where they stand in the config: `pools.rack.machines`
 * @throws ProblemError `catalog/unknown-gpu`
 */
export function ownMachines(machines: readonly MachineConfig[], path: string, daemonSets?: DaemonSets): readonly Offering[] {
  const problems: Problem[] = [];
  const offerings = machines.map((machine, index): Offering => {
    const { name, count, cpu, memory, gpus, gpu, pods, price = 0 } = machine;
    return {
      id: `${name}/own`,
      instanceType: name,
      capacityType: 'own',
      usdPerHour: price,
      quotaCode: null,
      gpus,
      gpuName: gpu === undefined ? null : knownGpu(gpu, `${path}[${index}].gpu`, problems),
      vCpu: cpu / 1_000,
      memoryMiB: memory,
      allocatableCpuMilli: cpu,
      allocatableMemoryMiB: memory,
      ...keptForDaemonSets(daemonSets),
      maxPods: pods,
      arch: 'amd64',
      efaInterfaces: 0,
      localNvmeGB: 0,
      own: { count, path: `${path}[${index}].count` },
    };
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return offerings.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function knownGpu(name: string, path: string, problems: Problem[]): string {
  try {
    return gpuFacts(name, path).name;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return name;
  }
}
