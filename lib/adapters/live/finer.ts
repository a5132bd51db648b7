import type { HistoryReading } from '../../history';
import { isProblemError, type Problem } from '../../problems';
import { DAY_MS, formatDuration, MINUTE_MS } from '../../units';

/** The distance between the points of a finer record, ms. CloudWatch keeps such points for 63 days. */
export const finerStepMs = 5 * MINUTE_MS;
/** How far back a finer record is asked for, ms: two weeks each to score a replay, to tune its settings and to learn before them. */
export const finerRangeMs = 42 * DAY_MS;

/**
 * Adds the last weeks of a source, at points every five minutes, to its reading at coarser ones. A record that cannot be had is a note: the
 * reading is used without it. What the server or the cache warns of is kept; the observations were judged in the reading already.
 *
 * @param place of the reading, for messages
 * @throws ProblemError `history/cache-damaged`, offline
 */
export async function withFiner(reading: HistoryReading, place: string, read: () => Promise<HistoryReading>): Promise<HistoryReading> {
  try {
    const { series, warnings } = await read();
    const ofServer = warnings.filter(({ code }) => kept.has(code));
    return { ...reading, finer: series, warnings: [...reading.warnings, ...ofServer] };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    if (error.problems.some(({ code }) => code === 'history/cache-damaged')) throw error;
    return { ...reading, notes: [...(reading.notes ?? []), ...error.problems.map((problem) => notFiner(problem, place))] };
  }
}

const kept: ReadonlySet<string> = new Set<Problem['code']>(['history/server-warning', 'history/cache-damaged', 'history/not-kept']);

function notFiner({ message }: Problem, path: string): Problem {
  return {
    code: 'history/not-finer',
    path,
    message: `could not be read every ${formatDuration(finerStepMs)} for the last weeks, and is replayed as it was read: ${message}`,
  };
}
