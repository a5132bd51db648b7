import { formatAmount, formatSeconds, round6 } from '../figures';
import type { QueueResult } from '../simulate';
import { formatDuration, formatTime, SECOND_MS } from '../units';
import { textTable } from './table';

/** A replay of trainers that a queue feeds, under several ways to set their number. Windows are epoch ms. */
export type QueueReport = {
  /** The name of the load in the document. */
  readonly name: string;
  /** The title of the table. */
  readonly title: string;
  readonly seed: number;
  /** How long after its arrival each item must be done, ms. */
  readonly deadlineMs: number;
  /** How many items one trainer does in a second. */
  readonly throughputPerWorker: number;
  readonly tune: { readonly from: number; readonly to: number };
  readonly score: { readonly from: number; readonly to: number };
  readonly results: readonly (QueueResult & { readonly usdPerGpuHour: number | null })[];
  /** What was assumed, a sentence each. */
  readonly assumed: readonly string[];
};

/** The document that `foresize simulate --json` prints for trainers that a queue feeds. */
export function queueDocument({ name, seed, deadlineMs, throughputPerWorker, tune, score, results, assumed }: QueueReport) {
  const span = ({ from, to }: { readonly from: number; readonly to: number }) => ({ from: formatTime(from), to: formatTime(to) });
  return {
    kind: 'queue',
    load: name,
    seed,
    windows: { tune: span(tune), score: span(score) },
    deadlineSeconds: deadlineMs / SECOND_MS,
    throughputPerWorker: round6(throughputPerWorker),
    plans: results.map(({ scaling, outcome, usdPerGpuHour }) => ({
      name: scaling.name,
      settings: settingsOf(scaling),
      gpuHours: round6(outcome.gpuHours),
      usd: usdPerGpuHour === null ? null : round6(outcome.gpuHours * usdPerGpuHour),
      latePercent: round6(latePercent(outcome)),
      oldestSeconds: outcome.oldestMs / SECOND_MS,
      meanWaitSeconds: round6(outcome.meanWaitMs / SECOND_MS),
      mostQueued: round6(outcome.mostQueued),
      queuedAtEnd: round6(outcome.queued),
      mostWorkers: outcome.mostWorkers,
    })),
    assumed,
  };
}

/** The text that `foresize simulate` prints for trainers that a queue feeds: windows and assumptions, and a table of the results. */
export function queueText({ title, deadlineMs, tune, score, results, assumed }: QueueReport): string {
  const right = (name: string) => ({ title: name, align: 'right' as const });
  const hasPrice = results.some(({ usdPerGpuHour }) => usdPerGpuHour !== null);
  return [
    `${title}: tuned on ${formatTime(tune.from)} to ${formatTime(tune.to)}, scored on ${formatTime(score.from)} to ${formatTime(score.to)}; each item is due ${formatDuration(deadlineMs)} after it came`,
    ...assumed,
    '',
    textTable(
      [
        { title: 'trainers' },
        right('GPU-hours'),
        ...(hasPrice ? [right('USD')] : []),
        right('late'),
        right('oldest'),
        right('mean wait'),
        right('most waiting'),
        right('most trainers'),
        { title: 'settings' },
      ],
      results.map(({ scaling, outcome, usdPerGpuHour }) => [
        scaling.name,
        formatAmount(outcome.gpuHours),
        ...(hasPrice ? [usdPerGpuHour === null ? 'n/a' : formatAmount(outcome.gpuHours * usdPerGpuHour)] : []),
        `${latePercent(outcome).toFixed(3)} %`,
        formatSeconds(outcome.oldestMs / SECOND_MS),
        formatSeconds(outcome.meanWaitMs / SECOND_MS),
        formatAmount(outcome.mostQueued),
        `${outcome.mostWorkers}`,
        Object.entries(settingsOf(scaling))
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      ]),
    ),
  ].join('\n');
}

function settingsOf({ workers, backlogSecondsPerWorker }: QueueResult['scaling']): Record<string, number> {
  return { ...(workers === undefined ? {} : { workers }), ...(backlogSecondsPerWorker === undefined ? {} : { backlogSecondsPerWorker }) };
}

function latePercent({ late, came }: QueueResult['outcome']): number {
  return came > 0 ? (100 * late) / came : 0;
}
