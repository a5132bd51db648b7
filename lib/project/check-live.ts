import { existsSync } from 'node:fs';
import { awsCaller } from '../adapters/aws-call';
import { readLiveCluster } from '../adapters/aws-live';
import { readAutoscalers } from '../adapters/kubectl';
import type { Output } from '../adapters/output';
import type { CapacityPlan } from '../plan/file';
import { autoscalerFindings, hasNodeGroups, liveFindings, namespacesToAsk, quotasToAsk } from '../plan/deployed';
import type { Problem } from '../problems';
import { clusterNameOf, recordFile, recordText } from './live-record';
import type { OpenProject } from './project';

export type LiveCheck = {
  readonly findings: readonly Problem[];
  readonly notes: readonly string[];
  /** The record of empty node groups that `plan` goes by; none where there is nothing to record. */
  readonly outputs: readonly Output[];
};

/**
 * Holds a plan against what is deployed: its node groups by what AWS says, where it has some, and the autoscalers of its workloads by what
 * `kubectl` says, where it answers.
 *
 * @param now what the clock says, epoch ms
 * @throws ProblemError `live/refused`, `package/missing`
 */
export async function checkLive(project: OpenProject, plan: CapacityPlan, now: number): Promise<LiveCheck> {
  const nodes = hasNodeGroups(plan, project.config) ? await checkNodes(project, plan, now) : nothing;
  const pods = await checkAutoscalers(project, plan, now);
  return { findings: [...nodes.findings, ...pods.findings], notes: [...nodes.notes, ...pods.notes], outputs: nodes.outputs };
}

const nothing: LiveCheck = { findings: [], notes: [], outputs: [] };

async function checkNodes({ config, planFile }: OpenProject, plan: CapacityPlan, now: number): Promise<LiveCheck> {
  const cluster = clusterNameOf(config);
  const live = await readLiveCluster(awsCaller(config.region, now), cluster, quotasToAsk(plan, config));
  const { findings, notes, empty } = liveFindings(plan, config, live);
  const file = recordFile(planFile);
  const isKnown = live.version !== null && (empty.length > 0 || existsSync(file));
  return { findings, notes, outputs: isKnown ? [{ path: file, text: recordText(cluster, empty) }] : [] };
}

async function checkAutoscalers({ config }: OpenProject, plan: CapacityPlan, now: number): Promise<Omit<LiveCheck, 'outputs'>> {
  const namespaces = namespacesToAsk(plan, config);
  if (namespaces.length === 0) return nothing;
  const answer = await readAutoscalers(namespaces);
  if ('missing' in answer) return { findings: [], notes: [`the autoscalers of the cluster were not read: ${answer.missing}`] };
  const { findings, notes } = autoscalerFindings(plan, config, answer.autoscalers, now);
  return {
    findings,
    notes: [`autoscalers are those that kubectl sees${answer.context === null ? '' : ` in the context ${answer.context}`}`, ...notes],
  };
}
