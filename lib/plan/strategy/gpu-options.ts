import type { Offering } from '../../catalog';
import type { InferenceConfig } from '../../config';
import { lowest, replicasFor } from '../../demand';
import { significant } from '../../figures';
import { replicaCapacity, type ReplicaCapacity, replicaResources, type ResolvedResources } from '../supply';
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
import type { StrategyOption } from '../file';
import type { DemandInput } from '../replicas';

/**
 * A model on more or fewer GPUs a replica, or on one of several GPU types of its pool alone: by the estimate, and where the throughput of
 * the present size was measured, by how the estimates of the two sizes differ. The plan never acts on it, since the image has to follow.
 */
export function gpuOptions(context: StrategyContext, workload: InferenceConfig): readonly (Candidate | StrategyOption)[] {
  if (workload.model === undefined) {
    const why = 'without a model in the config nothing says what a replica of another size would do';
    return [impossible('vertical', why), impossible('hybrid', why)];
  }
  const sizes = sizesOf(context, workload);
  const vertical = cheapestOf(sizes, (size) => verticalOn(context, size), context);
  const hybrid = cheapestOf(sizes, (size) => hybridOn(context, size), context);
  return [
    vertical ?? impossible('vertical', 'on no other GPUs of the pool do as few replicas as there always are carry the protected load'),
    hybrid ?? impossible('hybrid', 'the model goes on no other GPUs of the pool, or on so many that one replica would stand alone'),
  ];
}

type GpuSize = {
  readonly gpus: number;
  readonly gpuName: string | null;
  readonly offerings: readonly Offering[];
  readonly capacity: ReplicaCapacity;
  readonly resources: ResolvedResources;
  readonly needs: string;
};

function sizesOf({ input, offerings }: StrategyContext, workload: InferenceConfig): readonly GpuSize[] {
  const names = [...new Set(offerings.flatMap(({ gpuName }) => gpuName ?? []))].sort();
  const kinds = [
    { gpuName: names.length === 1 ? names[0] : null, nodes: offerings },
    ...(names.length > 1 ? names.map((gpuName) => ({ gpuName, nodes: offerings.filter((each) => each.gpuName === gpuName) })) : []),
  ];
  return kinds.flatMap(({ gpuName, nodes }) => {
    const most = Math.max(...nodes.map(({ gpus }) => gpus));
    return [1, 2, 4, 8]
      .filter((gpus) => gpus <= most && (gpus !== input.resources.gpus || nodes !== offerings))
      .flatMap(
        (gpus) => unlessRefused(() => sizeOf(input, workload, { gpus, gpuName, nodes, alone: nodes !== offerings }, offerings)) ?? [],
      );
  });
}

type Kind = { readonly gpus: number; readonly gpuName: string | null; readonly nodes: readonly Offering[]; readonly alone: boolean };

function sizeOf(input: DemandInput, workload: InferenceConfig, kind: Kind, offerings: readonly Offering[]): GpuSize {
  const { config, name, resources: present } = input;
  const { gpus, gpuName, nodes, alone } = kind;
  const { cpu, memory, throughput } = workload.replica;
  const times = (value: number | undefined) => (value === undefined ? undefined : (value * gpus) / Math.max(1, present.gpus));
  const estimated = (count: number, on: readonly Offering[]) =>
    replicaCapacity(config, name, { ...workload, replica: { gpus: count } }, on);
  const capacity = estimated(gpus, nodes);
  // What is counted on for the present size is that of the slowest type, and so is its estimate: measured there or elsewhere.
  const countedOn = input.capacity?.amount ?? throughput?.amount;
  const ratio = throughput === undefined || countedOn === undefined ? 1 : countedOn / estimated(present.gpus, offerings).amount;
  return {
    gpus,
    gpuName,
    offerings: nodes,
    capacity: { ...capacity, amount: capacity.amount * ratio, unit: throughput?.unit ?? capacity.unit },
    resources: replicaResources(name, { ...workload, replica: { gpus, cpu: times(cpu), memory: times(memory) } }, nodes),
    needs: [
      ...(gpus === present.gpus ? [] : [`replica: { gpus: ${gpus} }, and an image that uses them`]),
      ...(alone ? [`a pool of its own with ${gpuName} alone`] : []),
    ].join('; '),
  };
}

function sized(input: DemandInput, { capacity, resources }: GpuSize): DemandInput {
  return { ...input, capacity, resources };
}

function verticalOn(context: StrategyContext, size: GpuSize): Candidate | null {
  const { input, stated } = context;
  const replicas = lowest(stated.schedule);
  const { capacity } = size;
  const most = Math.max(...stated.load.map((point) => point.protected));
  if (replicasFor(most, capacity.amount * capacity.target) > replicas) return null;
  const why = 'as many as there always are now';
  const made = flatDemand(context, sized(input, size), replicas, why);
  return candidate(context, size, 'vertical', made, `${replicas} replicas all the time, ${why}`);
}

function hybridOn(context: StrategyContext, size: GpuSize): Candidate | null {
  const made = ownersDemand(context, sized(context.input, size));
  if (standsAlone(lowest(made.demand.schedule), context.stated)) return null;
  return candidate(context, size, 'hybrid', made, 'as many replicas as its floors then need');
}

function candidate(context: StrategyContext, size: GpuSize, name: 'vertical' | 'hybrid', made: Made, how: string): Candidate {
  const { gpus, gpuName, capacity, resources, offerings, needs } = size;
  const label = `${gpus} ${gpuName ?? 'GPU'}`;
  const { demand, paid } = made;
  return {
    demand,
    resources,
    option: {
      name,
      usdPerMonth: priced(context, paid, resources, offerings),
      size: label,
      ...facts(made),
      restarts: context.stated.peak,
      needs,
      why: `replicas of ${label}, each about ${significant(capacity.amount, 3)} by estimate, ${how}`,
    },
  };
}
