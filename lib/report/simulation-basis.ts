import { formatSeconds, formatShort, plural, round6 } from '../figures';
import { regimeOf } from '../forecast';
import { risesText as risesSentence } from '../plan/explain';
import { leadOf, nodeAutoscalerOf, type Physics, type Replay, type Simulation, tickMs, variation } from '../simulate';
import { formatDuration, formatTime, HOURS_PER_MONTH, MINUTE_MS } from '../units';

const autoscalerNames = { 'cluster-autoscaler': 'the cluster-autoscaler', karpenter: 'Karpenter' } as const;

/** A sentence on how the observed load was brought to the ticks of the replay: averaged, refined, or as it was observed. */
export function refinementText({ load }: Pick<Simulation, 'load'>): string {
  const { start, intervalMs, observedMs = intervalMs, fineFrom = 0 } = load;
  const since =
    fineFrom === 0
      ? ''
      : ` since ${formatTime(start + fineFrom * intervalMs)} (what is older was observed further apart, and takes its course from that)`;
  const isAveraged = observedMs !== intervalMs;
  const averaged =
    !isAveraged && since === ''
      ? null
      : `observed every ${formatDuration(observedMs)}${since}${isAveraged ? `, averaged over ${formatDuration(intervalMs)}` : ''}`;
  if (intervalMs <= tickMs) return averaged ?? 'the load is replayed as it was observed';
  return `${averaged === null ? `every ${formatDuration(intervalMs)}` : `${averaged} and`} refined to ${formatDuration(tickMs)}: each interval keeps its mean; within it, seeded variation of ${variation.share * 100} % that lasts ${formatDuration(variation.lastsMs)}`;
}

/** How long the rises that come again take, which decides what a forecast is worth; `null` where none do. */
export function risesOf({ rises, physics }: Pick<Simulation, 'rises' | 'physics'>) {
  if (rises === null) return null;
  const { period, repeats, riseMs } = rises;
  return { period, repeats: round6(repeats), minutes: round6(riseMs / MINUTE_MS), leads: round6(riseMs / leadOf(physics)) };
}

/** The same in a sentence, and what follows where the record is fine enough to tell. */
export function risesText(simulation: Pick<Simulation, 'rises' | 'physics' | 'judged'>): string {
  const { rises, physics, judged } = simulation;
  const told = risesOf(simulation);
  return risesSentence(told && { ...told, by: told.period }, judged === 'within the hour' ? regimeOf(rises, leadOf(physics)) : null);
}

/** What a replay assumes of replicas, of nodes and of the SLO, a sentence each. */
export function assumedOf({ physics, replay: { slo } }: Pick<Simulation, 'physics' | 'replay'>): readonly string[] {
  return [replicaOf(physics), nodesOf(physics), violationOf(physics, slo), ...mishapsOf(physics)];
}

function replicaOf({ capacityPerReplica, throughputPerReplica, gpusPerReplica, replicasPerNode, modelLoadMs }: Physics): string {
  const beyond = throughputPerReplica === undefined ? '' : ` by its SLO, does ${formatShort(throughputPerReplica)},`;
  return `a replica is full at a load of ${formatShort(capacityPerReplica)}${beyond} and has ${plural(gpusPerReplica, 'GPU')}; a node has ${plural(gpusPerReplica * replicasPerNode, 'GPU')}; a model loads in ${formatDuration(modelLoadMs)}`;
}

function nodesOf(physics: Physics): string {
  const { bootMs, mostNodes, tolerance } = physics;
  const limit = mostNodes < Infinity ? `, ${plural(mostNodes, 'node')} at most` : '';
  return `a node boots in ${formatDuration(bootMs)}; ${autoscalerNames[nodeAutoscalerOf(physics)]} adds and takes nodes${limit}; the HPA is that of Kubernetes ${tolerance === 'symmetric' ? 'up to 1.32' : '1.33 and later'}`;
}

function violationOf({ throughputPerReplica }: Physics, slo: Replay['slo']): string {
  if (slo === null)
    return `a minute is in violation with any tick in which the load is above what ${throughputPerReplica === undefined ? 'serves' : 'may be served by the SLO'}`;
  const { quantile, waitSeconds, serviceSeconds, placesPerReplica } = slo;
  return `a minute is in violation with any tick in which the p${formatShort(100 * quantile)} of the waits is above ${formatSeconds(waitSeconds)}: a request takes ${formatSeconds(serviceSeconds)}, a replica serves ${placesPerReplica} at once`;
}

function mishapsOf({ interruptionsPerNodeHour, shortage, drainMs, longestWaitMs }: Physics): readonly string[] {
  const monthly = 1 - Math.exp(-interruptionsPerNodeHour * HOURS_PER_MONTH);
  const clauses = [
    interruptionsPerNodeHour > 0 ? `a node is taken away within a month with a chance of ${formatShort(100 * monthly)} %` : null,
    shortage.share > 0 ? `no node can be had for ${formatShort(100 * shortage.share)} % of the time` : null,
    drainMs > 0 ? `a pod that goes holds its node for ${formatDuration(drainMs)}` : null,
    longestWaitMs > 0 ? `load that finds no capacity waits for ${formatDuration(longestWaitMs)} at most` : null,
  ].filter((clause) => clause !== null);
  return clauses.length === 0 ? [] : [clauses.join('; ')];
}
