import { formatTime, HOUR_MS, DAY_MS } from '../units';

/** The colour of titles and labels. This file holds what all charts share: colours, the font, and the ticks of a time axis in UTC. */
export const ink = '#2b2f36';
export const quiet = '#6b7280';
export const font = 'Arial, Liberation Sans, Helvetica, sans-serif';
export const observedColour = '#1f5fa8';
export const forecastColour = '#c2410c';
export const eventColour = '#8b7ab8';

/** The colours of the bands of a forecast, from the widest to the narrowest. They have one hue, so that they look like one forecast. */
export const fanColours = ['#fde7d6', '#fbd0ae', '#f7b585', '#f2995e', '#ea7f3c'] as const;

const steps = [1, 2, 3, 6, 12, 24, 48, 72, 96, 168, 336, 672, 1344, 2688, 8736].map((hours) => hours * HOUR_MS);
const mostTicks = 11;
/** The first Monday after the start of 1970, a Thursday: ticks a week or more apart are at Mondays. */
const mondayMs = 4 * DAY_MS;

/**
 * The times of the ticks of an axis, epoch ms: round times, at most 11, and none so near an end of the axis that its label would be cut.
 *
 * @param start the left end of the axis, epoch ms
 * @param end the right end of the axis, epoch ms
 */
export function timeTicks(start: number, end: number): number[] {
  const step = steps.find((size) => (end - start) / size <= mostTicks) ?? Math.ceil((end - start) / mostTicks / DAY_MS) * DAY_MS;
  const offset = step >= 7 * DAY_MS ? mondayMs : 0;
  const room = (end - start) * 0.03;
  const ticks: number[] = [];
  for (let at = Math.ceil((start + room - offset) / step) * step + offset; at <= end - room; at += step) ticks.push(at);
  return ticks;
}

/** The label of a tick: `2026-11-23` at midnight, otherwise only the time of day, `06:00`. */
export function timeLabel(time: number): string {
  const text = formatTime(time);
  return text.endsWith('T00:00:00Z') ? text.slice(0, 10) : text.slice(11, 16);
}
