import { hpaMemory, hpaSpecOf, hpaSync } from '../../control';
import { usualScaleDown } from '../../plan/file';
import { HOUR_MS, SECOND_MS } from '../../units';
import { ceilingOf, clusterOf, type Physics, tickMs, ticksOf } from '../physics';
import type { RefinedLoad } from '../replay';

/** A queue of items and the workers that do them, in order of arrival. */
export type QueueReplay = {
  /** Items a second that arrive. */
  readonly load: RefinedLoad;
  /** Ticks that are replayed: from, and up to but without. */
  readonly from: number;
  readonly to: number;
  /** `capacityPerReplica`: items a second of one worker. */
  readonly physics: Physics;
  /** From the arrival of an item until it must be done. */
  readonly deadlineMs: number;
  /** Items that wait when it begins. */
  readonly backlog: number;
  readonly seed: number;
};

export type QueueScaling = {
  readonly name: string;
  /** Always as many. */
  readonly workers?: number;
  /** An HPA on the backlog, as KEDA lays it: so many seconds of work for each worker. */
  readonly backlogSecondsPerWorker?: number;
};

export type QueueOutcome = {
  /** Of nodes, from launch to end, boot included. */
  readonly gpuHours: number;
  /** Items: that came (with the backlog), were done, and still wait. */
  readonly came: number;
  readonly done: number;
  readonly queued: number;
  /** Done after their deadline, or waiting beyond it at the end. */
  readonly late: number;
  readonly mostQueued: number;
  /** Greatest age of an item that was not done. */
  readonly oldestMs: number;
  /** Of items that were done. */
  readonly meanWaitMs: number;
  readonly mostWorkers: number;
};

/**
 * Replays a queue tick by tick. Items flow: a worker takes what is oldest, and a tick may end amid one. What a lost node was at is not
 * done again; with items that take hours that would be to be counted.
 */
export function runQueue({ load, from, to, physics, deadlineMs, backlog, seed }: QueueReplay, scaling: QueueScaling): QueueOutcome {
  const { capacityPerReplica: throughput } = physics;
  const seconds = tickMs / SECOND_MS;
  const scaler = scaling.backlogSecondsPerWorker === undefined ? null : scalerOf(physics, scaling.backlogSecondsPerWorker);
  const perWorker = throughput * seconds;
  let replicas = scaling.workers ?? Math.max(1, Math.ceil(load.values[from] / throughput));
  const cluster = clusterOf(physics, replicas, seed);
  const lag = ticksOf(physics.metricLagMs);
  /** By tick: the items of it that are not done yet, and how many waited at its end. */
  const open = new Float64Array(to - from);
  const waited = new Float64Array(to - from);
  const total = { nodeTicks: 0, came: 0, done: 0, late: 0, waitTicks: 0, mostQueued: 0, oldest: 0, mostWorkers: replicas };
  let [queued, first] = [0, 0];
  for (let i = 0; i < to - from; i++) {
    const seen = i > lag ? waited[i - lag - 1] : backlog;
    if (scaler !== null) replicas = scaler(seen, replicas, (from + i) * tickMs);
    cluster.step(from + i, replicas);
    total.nodeTicks += cluster.nodes();
    total.mostWorkers = Math.max(total.mostWorkers, cluster.ready());
    open[i] = load.values[from + i] * seconds + (i === 0 ? backlog : 0);
    total.came += open[i];
    queued += open[i];
    let room = cluster.ready() * perWorker;
    for (; first <= i && room > 0; first++) {
      const taken = Math.min(room, open[first]);
      room -= taken;
      open[first] -= taken;
      queued -= taken;
      total.done += taken;
      total.waitTicks += taken * (i - first);
      if ((i - first) * tickMs > deadlineMs) total.late += taken;
      if (open[first] > 0) break;
    }
    if (first > i) queued = 0;
    else if (open[first] > 0) total.oldest = Math.max(total.oldest, i - first);
    waited[i] = queued;
    total.mostQueued = Math.max(total.mostQueued, queued);
  }
  for (let i = first; i < to - from; i++) if ((to - from - i) * tickMs > deadlineMs) total.late += open[i];
  return {
    gpuHours: (total.nodeTicks * physics.replicasPerNode * physics.gpusPerReplica * tickMs) / HOUR_MS,
    came: total.came,
    done: total.done,
    queued,
    late: total.late,
    mostQueued: total.mostQueued,
    oldestMs: total.oldest * tickMs,
    meanWaitMs: total.done > 0 ? (total.waitTicks / total.done) * tickMs : 0,
    mostWorkers: total.mostWorkers,
  };
}

/** Seconds of work that wait, over what one worker may have before it. */
function scalerOf(physics: Physics, secondsPerWorker: number) {
  const spec = hpaSpecOf({ scaleDown: usualScaleDown }, 1, ceilingOf(physics), physics.tolerance);
  const memory = hpaMemory(spec);
  return (queued: number, replicas: number, now: number) =>
    hpaSync(
      spec,
      { kind: 'average', targetMilli: 1_000 * secondsPerWorker, milli: (1_000 * queued) / physics.capacityPerReplica },
      replicas,
      memory,
      now,
    );
}
