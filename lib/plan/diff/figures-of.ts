import { formatPrice } from '../../figures';
import { formatDuration, SECOND_MS } from '../../units';
import { type CapacityPlan, type NodeGroupPlan, overrideText, type PoolPlan, type WorkloadPlan } from '../file';
import { targetText } from './cause-texts';
import { policyText } from './policy';
import type { Change } from './types';

/** Figures of a workload that are deployed or that others follow from, by what they are called, as they are shown. */
export function workloadFigures(workload: WorkloadPlan): Readonly<Record<string, string>> {
  const { floor, peak, ceiling, pool, owner, throughputPerReplica, unit, protect, leadSeconds, resources, gpuTypes, buffer, job } =
    workload;
  const { ahead, scaleDown, autoscalerPercent, overrides } = workload;
  return {
    pool,
    floor: `${floor}`,
    peak: `${peak}`,
    ceiling: `${ceiling}`,
    'moved by': owner,
    policy: policyText(workload),
    'load of a replica': throughputPerReplica === null ? 'none' : `${throughputPerReplica} ${unit ?? ''}`.trim(),
    target: targetText(workload),
    ...(autoscalerPercent === null ? {} : { 'target of requests': `${autoscalerPercent.cpu} % CPU, ${autoscalerPercent.memory} % memory` }),
    'quantile covered': `${protect}`,
    lead: formatDuration(leadSeconds * SECOND_MS),
    GPUs: `${resources.gpus}`,
    CPU: `${resources.cpuMilli}m`,
    memory: `${resources.memoryMiB} MiB`,
    'GPU types': gpuTypes?.join(', ') ?? 'any',
    buffer: buffer === undefined ? 'none' : `${buffer.replicas} by ${buffer.by}`,
    ...(ahead === undefined ? {} : { ahead }),
    'goes down': scaleDown === undefined ? "as Kubernetes' defaults" : scaleDownText(scaleDown),
    overrides: overrides?.map(overrideText).join('; ') ?? 'none',
    ...(job === undefined ? {} : { workers: `${job.workers}` }),
  };
}

function scaleDownText({ windowSeconds, type, value, periodSeconds }: NonNullable<WorkloadPlan['scaleDown']>): string {
  return `by ${value}${type === 'percent' ? ' %' : ' pods'} in ${periodSeconds} s, after ${windowSeconds} s`;
}

/** Figures of a pool and its node groups, likewise. */
export function poolFigures({ owner, bootSeconds, groups, taints, nodeSelector, efa }: PoolPlan): Readonly<Record<string, string>> {
  return {
    'moved by': owner,
    boot: formatDuration(bootSeconds * SECOND_MS),
    labels:
      nodeSelector === undefined
        ? 'ours'
        : Object.entries(nodeSelector)
            .map((label) => label.join('='))
            .join(', '),
    taints: taints?.map(({ key, value, effect }) => `${key}${value === undefined ? '' : `=${value}`}:${effect}`).join(', ') ?? 'none',
    ...(efa && { EFA: 'all interfaces' }),
    ...Object.fromEntries(groups.flatMap((group) => Object.entries(groupFigures(group)))),
  };
}

/** Figures of a node group. */
export function groupFigures({ name, floor, peak, ceiling, usdPerHour }: NodeGroupPlan): Readonly<Record<string, string>> {
  return { [name]: `${floor} to ${peak}, at most ${ceiling}`, [`${name}, an hour`]: `${formatPrice(usdPerHour)} USD` };
}

/** Names of the figures that differ, with both. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly { readonly figure: string; readonly before: string; readonly after: string }[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .map((figure) => ({ figure, before: before[figure] ?? 'none', after: after[figure] ?? 'none' }))
    .filter((one) => one.before !== one.after);
}

/** Where a change of a figure comes from that no period explains, of a workload or, without its name, of all. */
export function inputThatChanged({ before, after }: Change<CapacityPlan>, name?: string): string {
  const histories = ({ sources }: CapacityPlan) =>
    Object.entries(sources.history)
      .filter(([key]) => name === undefined || key.startsWith(`${name}.`))
      .map(([key, { digest }]) => `${key} ${digest}`)
      .join();
  if (before.sources.config !== after.sources.config) return 'the config';
  if (before.sources.catalog !== after.sources.catalog) return 'the catalogue';
  if (before.foresize !== after.foresize) return 'another version of foresize';
  return histories(before) === histories(after) ? 'the time that is planned for' : 'a newer history';
}
