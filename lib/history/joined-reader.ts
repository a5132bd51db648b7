import type { HistoryOutcome, HistoryReader, HistoryRequest } from './series';

/**
 * A reader that puts together what is asked for at the same time, so that several callers share one scan of a file. Callers ask
 * without waiting for one another; each gets the outcomes of its own requests.
 */
export function joinReads(read: HistoryReader): HistoryReader {
  let waiting: HistoryRequest[] = [];
  let together: Promise<readonly HistoryOutcome[]> | undefined;
  return async (requests) => {
    const first = waiting.length;
    waiting.push(...requests);
    together ??= Promise.resolve().then(() => {
      const all = waiting;
      waiting = [];
      together = undefined;
      return read(all);
    });
    return (await together).slice(first, first + requests.length);
  };
}
