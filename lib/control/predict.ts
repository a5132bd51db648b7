import { HOUR_MS } from '../units';
import { meanPath, type Outlook } from './outlook';
import type { Observations } from './policy';

/** What is missed over so long is taken to go on, */
const missedOverMs = 3 * HOUR_MS;
/** and to fade: after so long a third of it is left. */
const fadesMs = 6 * HOUR_MS;
/** No more than threefold, or a third: beyond that the outlook is of another load. */
const mostMiss = Math.log(3);

/**
 * By how much the load of the last three hours was above what the outlook said of them, as a log; 0 where neither can be seen.
 *
 * @param offset added to both, so that no load and a little load are near each other
 */
export function missOf({ load, start, tickMs }: Observations, outlook: Outlook, now: number, offset: number): number {
  const end = load.length;
  const from = Math.max(0, Math.round((Math.max(now - missedOverMs, outlook.start) - start) / tickMs));
  if (end <= from) return 0;
  const stepTicks = Math.max(1, Math.round(HOUR_MS / 12 / tickMs));
  let [seen, expected] = [0, 0];
  for (let tick = from; tick < end; tick += stepTicks) {
    const to = Math.min(end, tick + stepTicks);
    for (let i = tick; i < to; i++) seen += load[i];
    expected += (to - tick) * meanPath(outlook, start + ((tick + to) / 2) * tickMs);
  }
  const miss = Math.log((seen / (end - from) + offset) / (expected / (end - from) + offset));
  return Math.max(-mostMiss, Math.min(mostMiss, miss));
}

/**
 * The next steps of a path as they look now: what the outlook says, moved by what it missed in the last hours, the less the further ahead.
 *
 * @param path of the outlook: its mean, or a quantile
 * @param steps intervals of the outlook, the first the one that holds now; its last value goes on after its end
 */
export function nextSteps(outlook: Outlook, path: Float64Array, miss: number, now: number, steps = 24): Float64Array {
  const { start, intervalMs } = outlook;
  const first = Math.floor((now - start) / intervalMs);
  return Float64Array.from({ length: steps }, (_, step) => {
    const index = Math.max(0, Math.min(path.length - 1, first + step));
    const ahead = Math.max(0, start + (first + step) * intervalMs - now);
    return path[index] * Math.exp(miss * Math.exp(-ahead / fadesMs));
  });
}
