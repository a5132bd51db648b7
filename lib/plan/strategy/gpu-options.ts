import type { Offering } from '../../catalog';
import type { InferenceConfig } from '../../config';
import { lowest, replicasFor } from '../../demand';
import { significant, plural } from '../../figures';
import { replicaCapacity, type ReplicaCapacity, replicaResources, type ResolvedResources } from '../supply';
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
import type { StrategyOption } from '../file';
import type { DemandInput } from '../replicas';

/**
 * The options `vertical` and `hybrid` of an inference workload: replicas with another number of GPUs (1, 2, 4 or 8), or replicas on only
 * one of the GPU types of the pool. The throughput of such a replica is estimated from the model. Where the throughput of the present
 * size was measured, the measured figure is multiplied by the ratio of the estimates of the two sizes.
 *
 * `vertical` keeps the lowest floor of the present size as the number of replicas, and takes the cheapest size that then carries the
 * protected load. `hybrid` takes the cheapest other size in as many replicas as it needs. The plan never acts on either, because the
 * image would have to change too.
 */
export function gpuOptions(context: StrategyContext, workload: InferenceConfig): readonly (Candidate | StrategyOption)[] {
  if (workload.model === undefined) {
    const why = 'without a model in the config nothing says what a replica of another size would do';
    return [impossibleOption('vertical', why), impossibleOption('hybrid', why)];
  }
  const sizes = sizesOf(context, workload);
  const vertical = cheapestOf(sizes, (size) => verticalOn(context, size), context);
  const hybrid = cheapestOf(sizes, (size) => hybridOn(context, size), context);
  return [
    vertical ??
      impossibleOption('vertical', 'on no other GPUs of the pool do as few replicas as there always are carry the protected load'),
    hybrid ?? impossibleOption('hybrid', 'the model goes on no other GPUs of the pool, or on so many that one replica would stand alone'),
  ];
}

/** A size of replica that is compared, with its offerings, its throughput, and its resources. */
type GpuSize = {
  /** The number of GPUs of a replica. */
  readonly gpus: number;
  /** The only GPU type of the offerings; `null` where they have several. */
  readonly gpuName: string | null;
  readonly offerings: readonly Offering[];
  readonly capacity: ReplicaCapacity;
  readonly resources: ResolvedResources;
  /** What has to change first, as a text for the option. */
  readonly needs: string;
};

function sizesOf({ input, offerings }: StrategyContext, workload: InferenceConfig): readonly GpuSize[] {
  const names = [...new Set(offerings.flatMap(({ gpuName }) => gpuName ?? []))].sort();
  const poolParts = [
    { gpuName: names.length === 1 ? names[0] : null, nodes: offerings },
    ...(names.length > 1 ? names.map((gpuName) => ({ gpuName, nodes: offerings.filter((offering) => offering.gpuName === gpuName) })) : []),
  ];
  return poolParts.flatMap(({ gpuName, nodes }) => {
    const mostGpus = Math.max(...nodes.map(({ gpus }) => gpus));
    return [1, 2, 4, 8]
      .filter((gpus) => gpus <= mostGpus && (gpus !== input.resources.gpus || nodes !== offerings))
      .flatMap(
        (gpus) =>
          unlessRefused(() => sizeOf(input, workload, { gpus, gpuName, nodes, isPartOfPool: nodes !== offerings }, offerings)) ?? [],
      );
  });
}

/** A number of GPUs for a replica, and the nodes it may use: all of the pool, or only those with one GPU type. */
type SizeToCompare = {
  readonly gpus: number;
  readonly gpuName: string | null;
  readonly nodes: readonly Offering[];
  readonly isPartOfPool: boolean;
};

function sizeOf(input: DemandInput, workload: InferenceConfig, size: SizeToCompare, offerings: readonly Offering[]): GpuSize {
  const { config, name, resources: present } = input;
  const { gpus, gpuName, nodes, isPartOfPool } = size;
  const { cpu, memory, throughput } = workload.replica;
  const scaled = (amount: number | undefined) => (amount === undefined ? undefined : (amount * gpus) / Math.max(1, present.gpus));
  const estimated = (count: number, on: readonly Offering[]) =>
    replicaCapacity(config, name, { ...workload, replica: { gpus: count } }, on);
  const capacity = estimated(gpus, nodes);
  // Both numbers of this ratio are those of the slowest GPU type of the pool, whichever type the throughput was measured on.
  const countedOn = input.capacity?.amount ?? throughput?.amount;
  const ratio = throughput === undefined || countedOn === undefined ? 1 : countedOn / estimated(present.gpus, offerings).amount;
  return {
    gpus,
    gpuName,
    offerings: nodes,
    capacity: { ...capacity, amount: capacity.amount * ratio, unit: throughput?.unit ?? capacity.unit },
    resources: replicaResources(name, { ...workload, replica: { gpus, cpu: scaled(cpu), memory: scaled(memory) } }, nodes),
    needs: [
      ...(gpus === present.gpus ? [] : [`replica: { gpus: ${gpus} }, and an image that uses them`]),
      ...(isPartOfPool ? [`a pool of its own with ${gpuName} alone`] : []),
    ].join('; '),
  };
}

function inputForSize(input: DemandInput, { capacity, resources }: GpuSize): DemandInput {
  return { ...input, capacity, resources };
}

function verticalOn(context: StrategyContext, size: GpuSize): Candidate | null {
  const { input, stated } = context;
  const replicas = lowest(stated.schedule);
  const { capacity } = size;
  const highestLoad = Math.max(...stated.load.map((point) => point.protected));
  if (replicasFor(highestLoad, capacity.amount * capacity.target) > replicas) return null;
  const why = 'as many as there always are now';
  const demand = flatDemand(context, inputForSize(input, size), replicas, why);
  return candidate(context, size, 'vertical', demand, `${plural(replicas, 'replica')} all the time, ${why}`);
}

function hybridOn(context: StrategyContext, size: GpuSize): Candidate | null {
  const demand = ownersDemand(context, inputForSize(context.input, size));
  if (standsAlone(lowest(demand.demand.schedule), context.stated)) return null;
  return candidate(context, size, 'hybrid', demand, 'as many replicas as its floors then need');
}

function candidate(
  context: StrategyContext,
  size: GpuSize,
  name: 'vertical' | 'hybrid',
  optionDemand: OptionDemand,
  how: string,
): Candidate {
  const { gpus, gpuName, capacity, resources, offerings, needs } = size;
  const label = `${gpus} ${gpuName ?? 'GPU'}`;
  const { demand, paid } = optionDemand;
  return {
    demand,
    resources,
    option: {
      name,
      usd: usdAlone(context, paid, resources, offerings),
      size: label,
      ...optionFacts(optionDemand),
      restarts: context.stated.peak,
      needs,
      why: `replicas of ${label}, each about ${significant(capacity.amount, 3)} by estimate, ${how}`,
    },
  };
}
