import type { TrainingConfig } from '../../config';
import { plural } from '../../figures';
import { jobDemand } from '../replicas';
import { type JobEstimate, jobEstimate, replicaResources } from '../supply';
import {
  type Candidate,
  cheapest,
  optionFacts,
  fixedOption,
  impossibleOption,
  usdAlone,
  type StrategyContext,
  unlessRefused,
} from './option';
import type { StrategyName, StrategyOption } from '../file';

/**
 * The options of a training job. `vertical` is the cheapest other size of worker (number of GPUs) with the same number of workers,
 * `hybrid` the cheapest with another number; both must meet the deadline, by an estimate. `reactive` is never possible, because no
 * autoscaler changes the number of workers of a job.
 */
export function jobOptions(context: StrategyContext, workload: TrainingConfig, job: JobEstimate): readonly (Candidate | StrategyOption)[] {
  const others = job.model === null ? [] : sizesOf(context).flatMap((gpus) => withWorkersOf(context, workload, job, gpus));
  const cheapestNamed = (name: StrategyName) =>
    cheapest(
      others.filter(({ option }) => option.name === name),
      context,
    );
  const whyUnknown = job.model === null ? 'without a model in the config nothing says what a worker of another size would do' : null;
  return [
    fixedOption(context, `${plural(job.workers, 'worker')} of ${job.gpusPerWorker} GPU until the job is done`),
    cheapestNamed('vertical') ??
      impossibleOption('vertical', whyUnknown ?? `with ${plural(job.workers, 'worker')} of no other size is the deadline met`),
    cheapestNamed('hybrid') ?? impossibleOption('hybrid', whyUnknown ?? 'workers of no other size meet the deadline'),
    impossibleOption('reactive', `no autoscaler moves the workers of a job, and ${context.input.name} has a deadline`),
  ];
}

function sizesOf({ input, offerings }: StrategyContext): readonly number[] {
  const mostGpus = Math.max(...offerings.map(({ gpus }) => gpus));
  return [1, 2, 4, 8, 16].filter((gpus) => gpus <= mostGpus && gpus !== input.resources.gpus);
}

/** Candidates with workers of that size: the fewest that meet the deadline, and as many as the config has now if those meet it too. */
function withWorkersOf(context: StrategyContext, workload: TrainingConfig, job: JobEstimate, gpus: number): readonly Candidate[] {
  const { input, offerings } = context;
  const { config, name, grid, resources: present } = input;
  const { cpu, memory, throughput } = workload.replica;
  const scaled = (amount: number | undefined) => (amount === undefined ? undefined : (amount * gpus) / Math.max(1, present.gpus));
  const replica = {
    gpus,
    cpu: scaled(cpu),
    memory: scaled(memory),
    throughput: throughput && { ...throughput, amount: (throughput.amount * gpus) / Math.max(1, present.gpus) },
  };
  const withFloor = (floor: number): Candidate => {
    const estimate = jobEstimate(config, name, { ...workload, replica, floor }, offerings, job.since ?? grid.start, gpus);
    const demand = jobDemand(name, { ...workload, ceiling: undefined }, estimate, grid);
    const resources = replicaResources(name, { ...workload, replica }, offerings);
    return {
      demand,
      resources,
      option: {
        name: estimate.workers === job.workers ? 'vertical' : 'hybrid',
        usd: usdAlone(context, demand.schedule, resources, offerings),
        size: `${gpus} ${estimate.gpuName ?? 'GPU'}`,
        ...optionFacts({ demand, paid: demand.schedule, strained: 0 }),
        restarts: 0,
        needs: `replica: { gpus: ${gpus} }, and a command that starts as many processes`,
        why: `${plural(estimate.workers, 'worker')} of ${gpus} GPU until the job is done`,
      },
    };
  };
  return [...new Set([workload.floor ?? 1, job.workers])].flatMap((floor) => unlessRefused(() => withFloor(floor)) ?? []);
}
