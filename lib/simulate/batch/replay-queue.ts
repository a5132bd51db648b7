import { SECOND_MS } from '../../units';
import { type QueueOutcome, type QueueReplay, type QueueScaling, runQueue } from './run-queue';

/** Share of the items that may be late where settings are chosen. */
export const mostLate = 0.001;
/** Backlog for each worker that is tried, as shares of the deadline. */
const sharesOfDeadline = [1, 0.75, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.02, 0.01];

export type QueueResult = { readonly scaling: QueueScaling; readonly outcome: QueueOutcome };

/**
 * Trainers of a queue: as many all the time, and as the backlog asks, each with the setting that needs the fewest GPU-hours on the tuning
 * window with at most `mostLate` of the items late, or where none holds that the fewest late. The last is the fewest trainers that would
 * have done on what is scored, which no one could know.
 */
export function replayQueue(tune: QueueReplay, score: QueueReplay): readonly QueueResult[] {
  const fixed = { name: 'fixed', workers: fewestWorkers(tune) };
  const elastic = chosen(
    tune,
    sharesOfDeadline.map((share) => ({
      name: 'elastic',
      backlogSecondsPerWorker: Math.max(1, Math.round((share * tune.deadlineMs) / SECOND_MS)),
    })),
  );
  const known = { name: 'fixed, in hindsight', workers: fewestWorkers(score) };
  return [fixed, elastic, known].map((scaling) => ({ scaling, outcome: runQueue(score, scaling) }));
}

/** Fewest workers, all the time, with which at most `mostLate` is late; more are never later. */
export function fewestWorkers(replay: QueueReplay): number {
  const quiet = { ...replay, physics: { ...replay.physics, interruptionsPerNodeHour: 0, shortage: { share: 0, lastsMs: 1 } } };
  const holds = (workers: number) => isFew(runQueue(quiet, { name: 'fixed', workers }));
  let high = 1;
  for (let i = replay.from; i < replay.to; i++) high = Math.max(high, Math.ceil(replay.load.values[i] / replay.physics.capacityPerReplica));
  high += Math.ceil(replay.backlog / (replay.physics.capacityPerReplica * (replay.deadlineMs / SECOND_MS)));
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function isFew({ late, came }: QueueOutcome): boolean {
  return late <= mostLate * came;
}

function chosen(replay: QueueReplay, all: readonly QueueScaling[]): QueueScaling {
  const tried = all.map((scaling) => ({ scaling, outcome: runQueue(replay, scaling) }));
  return tried.reduce((best, one) => (isBetter(one.outcome, best.outcome) ? one : best)).scaling;
}

function isBetter(one: QueueOutcome, other: QueueOutcome): boolean {
  if (isFew(one) !== isFew(other)) return isFew(one);
  if (isFew(one)) return one.gpuHours < other.gpuHours;
  return one.late < other.late || (one.late === other.late && one.gpuHours < other.gpuHours);
}
