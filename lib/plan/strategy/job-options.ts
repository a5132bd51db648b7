import type { TrainingConfig } from '../../config';
import { plural } from '../../figures';
import { jobDemand } from '../replicas';
import { type JobEstimate, jobEstimate, replicaResources } from '../supply';
import { type Candidate, cheapest, facts, fixedOption, impossible, priced, type StrategyContext, unlessRefused } from './option';
import type { StrategyName, StrategyOption } from '../file';

/** Workers of another size, each by its own estimate: `vertical` where there are as many of them, `hybrid` otherwise. No autoscaler moves them. */
export function jobOptions(context: StrategyContext, workload: TrainingConfig, job: JobEstimate): readonly (Candidate | StrategyOption)[] {
  const others = job.model === null ? [] : sizesOf(context).flatMap((gpus) => withWorkersOf(context, workload, job, gpus));
  const named = (kind: StrategyName) =>
    cheapest(
      others.filter(({ option }) => option.name === kind),
      context,
    );
  const unknown = job.model === null ? 'without a model in the config nothing says what a worker of another size would do' : null;
  return [
    fixedOption(context, `${plural(job.workers, 'worker')} of ${job.gpusPerWorker} GPU until the job is done`),
    named('vertical') ?? impossible('vertical', unknown ?? `with ${plural(job.workers, 'worker')} of no other size is the deadline met`),
    named('hybrid') ?? impossible('hybrid', unknown ?? 'workers of no other size meet the deadline'),
    impossible('reactive', `no autoscaler moves the workers of a job, and ${context.input.name} has a deadline`),
  ];
}

function sizesOf({ input, offerings }: StrategyContext): readonly number[] {
  const most = Math.max(...offerings.map(({ gpus }) => gpus));
  return [1, 2, 4, 8, 16].filter((gpus) => gpus <= most && gpus !== input.resources.gpus);
}

/** The fewest workers of that size, and as many as there are now where those meet the deadline too. */
function withWorkersOf(context: StrategyContext, workload: TrainingConfig, job: JobEstimate, gpus: number): readonly Candidate[] {
  const { input, offerings } = context;
  const { config, name, grid, resources: present } = input;
  const { cpu, memory, throughput } = workload.replica;
  const share = (value: number | undefined) => (value === undefined ? undefined : (value * gpus) / Math.max(1, present.gpus));
  const replica = {
    gpus,
    cpu: share(cpu),
    memory: share(memory),
    throughput: throughput && { ...throughput, amount: (throughput.amount * gpus) / Math.max(1, present.gpus) },
  };
  const withFloor = (floor: number): Candidate => {
    const estimate = jobEstimate(config, name, { ...workload, replica, floor }, offerings, grid.start, gpus);
    const demand = jobDemand(name, { ...workload, ceiling: undefined }, estimate, grid);
    const resources = replicaResources(name, { ...workload, replica }, offerings);
    return {
      demand,
      resources,
      option: {
        name: estimate.workers === job.workers ? 'vertical' : 'hybrid',
        usdPerMonth: priced(context, demand.schedule, resources, offerings),
        size: `${gpus} ${estimate.gpuName ?? 'GPU'}`,
        ...facts({ demand, paid: demand.schedule, strained: 0 }),
        restarts: 0,
        needs: `replica: { gpus: ${gpus} }, and a command that starts as many processes`,
        why: `${plural(estimate.workers, 'worker')} of ${gpus} GPU until the job is done`,
      },
    };
  };
  return [...new Set([workload.floor ?? 1, job.workers])].flatMap((floor) => unlessRefused(() => withFloor(floor)) ?? []);
}
