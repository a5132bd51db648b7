import { isAutoscaled, type CapacityConfig, prometheusLoadOf, scaledBy } from '../../lib/config';
import { type CapacityPlan, formatPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import type { MovedNumber, OperateLoopProps } from './operate-loop';

/**
 * The loop of `foresize operate` that moves floors of a config; `null` where it owns none.
 *
 * @throws ProblemError `kubernetes/loop` where config and plan are larger than a ConfigMap
 */
export function operateLoopProps(config: CapacityConfig, plan: CapacityPlan): OperateLoopProps | null {
  const { name, namespace, operate, loopFiles } = config;
  const moves = Object.keys(config.workloads)
    .sort()
    .flatMap((workload) => numberOf(config, workload));
  if (moves.length === 0 || operate === undefined || loopFiles === undefined) return null;
  const { image, replicas, secret, directory } = operate;
  const urls = moves.flatMap(({ workload }) => prometheusLoadOf(config, workload)?.url ?? []);
  return {
    name: `${name}-operate`,
    namespace: namespace.name,
    image,
    replicas,
    secret,
    ...(directory === undefined ? { files: fitting({ ...loopFiles, [planFile]: formatPlan(plan) }) } : { directory }),
    moves,
    reads: [...new Set(urls)].sort(),
    closedNamespace: namespace.closed,
  };
}

/** The name of the plan among the files of the loop. */
export const planFile = 'capacity-plan.json';

function numberOf(config: CapacityConfig, name: string): MovedNumber[] {
  const workload = config.workloads[name];
  return isAutoscaled(workload) && workload.owner === 'operate' ? [{ workload: name, ...scaledBy(config, name) }] : [];
}

/** What a ConfigMap may hold is 1 MiB, its names included. */
const largestBytes = 1_048_576;

function fitting(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const bytes = Object.entries(files).reduce((sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text), 0);
  if (bytes <= largestBytes) return files;
  throw new ProblemError({
    code: 'kubernetes/loop',
    path: 'operate',
    message: `needs config and plan in its pod, which are ${bytes} bytes: more than a ConfigMap holds`,
    expected: `at most ${largestBytes}`,
    hint: "put both into the image, and state operate: { directory: '/app' }; or plan for a shorter horizon",
  });
}
