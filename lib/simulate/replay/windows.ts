import { ProblemError } from '../../problems';
import { DAY_MS, formatDuration, formatTime, HOUR_MS, MINUTE_MS } from '../../units';
import type { LoadGrid } from './load';

/** The parts of a load that train, on which settings are chosen, and that are scored, in intervals of its grid. */
export type Windows = { readonly train: Span; readonly tune: Span; readonly score: Span };
/** From an index, up to but without another. */
export type Span = { readonly from: number; readonly to: number };

/** Settings are tuned on this much at most: what a team would look at. */
const longestTuningMs = 14 * DAY_MS;
/** The end of a load that was recorded more finely is all that settings are tuned and scored on from this length on: a week for each. */
const enoughFineMs = 14 * DAY_MS;
/** A third of it must hold a day to speak of. */
const shortestMs = 3 * DAY_MS;

/**
 * Parts a load into windows: the last third is scored, `longestScoreMs` at most; settings are tuned on as much before it, two weeks at most;
 * what comes before trains. Where the end of a load was recorded more finely, and for long enough, settings are tuned and scored within it.
 *
 * @param path of the load, for messages
 *
 * @throws ProblemError `simulate/short`, `simulate/interval`, `simulate/no-load`
 */
export function windowsOf({ intervalMs, values, fineFrom = 0 }: LoadGrid, path: string, longestScoreMs = Infinity): Windows {
  const spanMs = values.length * intervalMs;
  if (intervalMs > HOUR_MS || (intervalMs % MINUTE_MS !== 0 && MINUTE_MS % intervalMs !== 0))
    throw new ProblemError({
      code: 'simulate/interval',
      path,
      message: 'is too coarse to be replayed',
      expected: 'observations at least once an hour, on whole minutes',
      received: `every ${formatDuration(intervalMs)}`,
    });
  if (spanMs < shortestMs)
    throw new ProblemError({
      code: 'simulate/short',
      path,
      message: 'is too short to be replayed: a third trains, a third tunes and a third is scored',
      expected: `at least ${formatDuration(shortestMs)}`,
      received: formatDuration(spanMs),
    });
  const perHour = Math.round(HOUR_MS / intervalMs);
  const wholeHours = (count: number) => Math.floor(count / perHour) * perHour;
  const end = wholeHours(values.length);
  const isFine = (end - fineFrom) * intervalMs >= Math.min(enoughFineMs, (2 / 3) * spanMs);
  const third = wholeHours(Math.min(values.length / 3, isFine ? (end - fineFrom) / 2 : Infinity));
  const score = { from: end - Math.min(third, wholeHours(longestScoreMs / intervalMs)), to: end };
  const tune = { from: score.from - Math.min(third, wholeHours(longestTuningMs / intervalMs)), to: score.from };
  const train = { from: 0, to: tune.from };
  const empty = [train, tune, score].find(({ from, to }) => !values.subarray(from, to).some((value) => value > 0));
  if (empty !== undefined)
    throw new ProblemError({
      code: 'simulate/no-load',
      path,
      message: 'has no load in a third of its span',
      hint: 'cut the file to the time in which the workload ran',
    });
  return { train, tune, score };
}

/** The windows of a load in ISO 8601 UTC. */
export function windowTimes({ windows, load }: { readonly windows: Windows; readonly load: LoadGrid }) {
  const at = (index: number) => formatTime(load.start + index * load.intervalMs);
  const span = ({ from, to }: Span) => ({ from: at(from), to: at(to) });
  return { train: span(windows.train), tune: span(windows.tune), score: span(windows.score) };
}
