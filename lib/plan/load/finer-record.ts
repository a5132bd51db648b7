import { type LoadSeries, mean, withQueue } from '../../history';
import type { Problem } from '../../problems';
import { formatDuration } from '../../units';
import { withoutFaults } from './teaching';
import type { Observed } from './observations';

/** What a finer record may be above or below the coarser one in the mean of the time that both hold. */
const agreement = 0.1;

/**
 * The last weeks of a load by a finer record, as a replay can use them: usable, whole where the coarser one was made whole by its queue, and
 * without what that takes for faults. Says of one that cannot be used why, as a note.
 *
 * @param finer as recorded, without excluded spans, repaired; or why that cannot be used
 * @param queue `null` where the load was cut off and its queue is not there as finely; `undefined` where it was not cut off
 * @param path where it stands in the config, and its source
 */
export function finerRecord(
  finer: LoadSeries | { readonly problems: readonly Problem[] },
  queue: LoadSeries | null | undefined,
  judged: Pick<Observed, 'series' | 'quality'>,
  path: string,
): { readonly finer: LoadSeries } | { readonly note: Problem } {
  const unused = (message: string): { readonly note: Problem } => ({ note: { code: 'history/not-finer', path, message } });
  if ('problems' in finer)
    return unused(`is replayed as it was read, for what it has more finely cannot be used: it ${finer.problems[0].message}`);
  const every = formatDuration(finer.intervalMs);
  if (queue === null) return unused(`is replayed as it was read, for its queue was not read every ${every}`);
  const whole = queue === undefined ? finer : withQueue(finer, queue).series;
  const ratio = meanRatio(whole, judged.series);
  if (Number.isNaN(ratio)) return unused(`is replayed as it was read, for what it has every ${every} shows nothing of the same time`);
  if (Math.abs(ratio - 1) > agreement) {
    const times = `${Number(ratio.toPrecision(3))} times`;
    return unused(`is replayed as it was read, for what it has every ${every} is ${times} that in the mean`);
  }
  return { finer: withoutFaults(whole, judged) };
}

/** The mean of a finer series by that of a coarser one, over the intervals of that which the finer one holds more than half of; NaN where there are none. */
function meanRatio(finer: LoadSeries, { start, intervalMs, values }: LoadSeries): number {
  const perValue = intervalMs / finer.intervalMs;
  let [fine, coarse] = [0, 0];
  values.forEach((value, index) => {
    const from = Math.round((start + index * intervalMs - finer.start) / finer.intervalMs);
    const held = finer.values.subarray(Math.max(0, from), Math.max(0, from + perValue)).filter((each) => !Number.isNaN(each));
    if (Number.isNaN(value) || held.length * 2 <= perValue) return;
    fine += mean(held);
    coarse += value;
  });
  return fine / coarse;
}
