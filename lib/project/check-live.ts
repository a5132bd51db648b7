import { existsSync } from 'node:fs';
import { awsCaller } from '../adapters/aws-call';
import { readLiveCluster } from '../adapters/aws-live';
import { type Output } from '../adapters/output';
import type { CapacityPlan } from '../plan/file';
import { liveFindings, quotasToAsk } from '../plan/live';
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
 * Holds a plan against what AWS says is deployed.
 *
 * @param now what the clock says, epoch ms
 * @throws ProblemError `live/refused`, `package/missing`
 */
export async function checkLive({ config, planFile }: OpenProject, plan: CapacityPlan, now: number): Promise<LiveCheck> {
  const cluster = clusterNameOf(config);
  const live = await readLiveCluster(awsCaller(config.region, now), cluster, quotasToAsk(plan));
  const { findings, notes, empty } = liveFindings(plan, config, live);
  const file = recordFile(planFile);
  const isKnown = live.version !== null && (empty.length > 0 || existsSync(file));
  return { findings, notes, outputs: isKnown ? [{ path: file, text: recordText(cluster, empty) }] : [] };
}
