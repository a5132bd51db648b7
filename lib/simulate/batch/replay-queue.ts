import { SECOND_MS } from '../../units';
import { type QueueOutcome, type QueueReplay, type QueueScaling, runQueue } from './run-queue';

/** Share of the items that may be late where settings are chosen. */
export const mostLate = 0.001;
/** Backlogs per worker that are tried, as shares of the deadline. */
const sharesOfDeadline = [1, 0.75, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.02, 0.01];

/** A way to scale the trainers of a queue, and what it came to. */
export type QueueResult = { readonly scaling: QueueScaling; readonly outcome: QueueOutcome };

/**
 * Replays the trainers of a queue in three ways: a fixed number, a number that follows the backlog, and the fewest that would have done on
 * what is scored, which nobody could have known. The setting of the first two is the one with the fewest GPU-hours on the tuning window at
 * which at most `mostLate` of the items are late; where none holds that, the one with the fewest late items.
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
  const hindsight = { name: 'fixed, in hindsight', workers: fewestWorkers(score) };
  return [fixed, elastic, hindsight].map((scaling) => ({ scaling, outcome: runQueue(score, scaling) }));
}

/** Fewest workers, all the time, with which at most `mostLate` is late; more are never later. */
export function fewestWorkers(replay: QueueReplay): number {
  const quiet = { ...replay, physics: { ...replay.physics, interruptionsPerNodeHour: 0, shortage: { share: 0, lastsMs: 1 } } };
  const suffices = (workers: number) => holds(runQueue(quiet, { name: 'fixed', workers }));
  let high = 1;
  for (let i = replay.from; i < replay.to; i++) high = Math.max(high, Math.ceil(replay.load.values[i] / replay.physics.capacityPerReplica));
  high += Math.ceil(replay.backlog / (replay.physics.capacityPerReplica * (replay.deadlineMs / SECOND_MS)));
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Whether few enough of the items are late. */
function holds({ late, came }: QueueOutcome): boolean {
  return late <= mostLate * came;
}

function chosen(replay: QueueReplay, candidates: readonly QueueScaling[]): QueueScaling {
  const results = candidates.map((scaling) => ({ scaling, outcome: runQueue(replay, scaling) }));
  return results.reduce((best, result) => (isBetter(result.outcome, best.outcome) ? result : best)).scaling;
}

function isBetter(outcome: QueueOutcome, best: QueueOutcome): boolean {
  if (holds(outcome) !== holds(best)) return holds(outcome);
  if (holds(outcome)) return outcome.gpuHours < best.gpuHours;
  return outcome.late < best.late || (outcome.late === best.late && outcome.gpuHours < best.gpuHours);
}
