import { formatTime, HOUR_MS, DAY_MS } from '../units';

/** What charts have in common: colours, sizes and the marks of a time axis. Times are UTC. */
export const ink = '#2b2f36';
export const quiet = '#6b7280';
export const font = 'Arial, Liberation Sans, Helvetica, sans-serif';
export const observedColour = '#1f5fa8';
export const forecastColour = '#c2410c';
export const eventColour = '#8b7ab8';

/** From the widest band to the narrowest: one hue, so that it reads as one forecast. */
export const fanColours = ['#fde7d6', '#fbd0ae', '#f7b585', '#f2995e', '#ea7f3c'] as const;

const steps = [1, 2, 3, 6, 12, 24, 48, 72, 96, 168, 336, 672, 1344, 2688, 8736].map((hours) => hours * HOUR_MS);
const mostTicks = 11;
/** 1970 began on a Thursday; weeks are marked at Mondays. */
const mondayMs = 4 * DAY_MS;

/** Round times, few enough to be read, none so near an edge that its label would be cut. */
export function timeTicks(start: number, end: number): number[] {
  const step = steps.find((size) => (end - start) / size <= mostTicks) ?? Math.ceil((end - start) / mostTicks / DAY_MS) * DAY_MS;
  const offset = step >= 7 * DAY_MS ? mondayMs : 0;
  const room = (end - start) * 0.03;
  const ticks: number[] = [];
  for (let at = Math.ceil((start + room - offset) / step) * step + offset; at <= end - room; at += step) ticks.push(at);
  return ticks;
}

/** `2026-11-23`, and the hour where it is not midnight. */
export function timeLabel(time: number): string {
  const text = formatTime(time);
  return text.endsWith('T00:00:00Z') ? text.slice(0, 10) : text.slice(11, 16);
}
