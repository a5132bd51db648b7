import { type CapacityConfig, followsLoad, isAutoscaled, type WorkloadConfig } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { isProblemError, type Problem } from '../../lib/problems';
import { cronTriggers } from './cron-triggers';
import { nodePoolProblems } from './karpenter-node-pools';
import { movingFloors, plannedWorkload, type PlannedWorkload } from './planned-workload';
import { fitProblems } from './pods-fit';
import { scalingMetrics } from './scaling-metrics';

/** Every reason why the objects of a config and its plan cannot be made or could not work, workload by workload in the order of names, then pools. */
export function kubernetesProblems(config: CapacityConfig, plan: CapacityPlan): Problem[] {
  return [...workloadProblems(config, plan), ...karpenterProblems(config, plan)];
}

/** How the names of what Karpenter makes the nodes of a pool by begin. */
export const nodePoolName = ({ name }: Pick<CapacityConfig, 'name'>, poolName: string): string => `${name}-${poolName}`;

function karpenterProblems(config: CapacityConfig, { pools }: CapacityPlan): Problem[] {
  return Object.keys(pools)
    .sort()
    .filter((poolName) => pools[poolName].owner === 'karpenter')
    .flatMap((poolName) => nodePoolProblems(poolName, pools[poolName], nodePoolName(config, poolName)));
}

function workloadProblems(config: CapacityConfig, plan: CapacityPlan): Problem[] {
  return Object.keys(config.workloads)
    .sort()
    .flatMap((name) => [
      ...imageProblems(name, config.workloads[name]),
      ...problemsOf(() => {
        const workload = plannedWorkload(plan, name);
        return [...fitProblems(workload, config.workloads[name].pod), ...scalingProblems(workload, config.workloads[name])];
      }),
    ]);
}

function imageProblems(name: string, { image, attach }: WorkloadConfig): Problem[] {
  if (image !== undefined || attach !== undefined) return [];
  return [
    {
      code: 'kubernetes/no-image',
      path: `workloads.${name}.image`,
      message: 'is missing',
      hint: `name the container image it runs, for example image: 'registry.example.com/${name}:1.0.0'`,
    },
  ];
}

function scalingProblems(workload: PlannedWorkload, config: WorkloadConfig): Problem[] {
  if (!isAutoscaled(config)) return [];
  const { name, plan } = workload;
  const noFloor: readonly Problem[] =
    plan.floor >= 1
      ? []
      : [
          {
            code: 'kubernetes/no-floor',
            path: `workloads.${name}`,
            message: 'has a floor below 1 in the plan, and nothing here starts the first replica',
            received: String(plan.floor),
            hint: 'run `foresize plan`',
          },
        ];
  return [
    ...noFloor,
    ...problemsOf(() => {
      scalingMetrics(workload, followsLoad(config) ? config.metric : undefined);
      if (plan.owner === 'keda') cronTriggers(movingFloors(workload), workload.scheduleEnd, plan.floor);
      return [];
    }),
  ];
}

/** What a check finds, thrown or returned. */
export function problemsOf(check: () => Problem[]): Problem[] {
  try {
    return check();
  } catch (error) {
    if (isProblemError(error)) return [...error.problems];
    throw error;
  }
}
