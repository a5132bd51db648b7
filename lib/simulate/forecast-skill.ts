import { type Outlook, outlookAt } from '../control/outlook';
import type { ForecastSkill } from '../plan/replay';
import { DAY_MS, HOUR_MS } from '../units';
import { hourly } from './outlooks';
import type { LoadGrid } from './refine';
import type { Windows } from './windows';

/** Whether a forecast knows more than a flat line: at the last value, at the last day's mean, or at the last week's. */
export function skillOf(load: LoadGrid, { tune }: Windows, outlooks: readonly Outlook[]): ForecastSkill {
  const { start, values } = hourly(load);
  const perHour = HOUR_MS / load.intervalMs;
  let own = 0;
  const flat = [0, 0, 0];
  for (let hour = tune.from / perHour; hour < tune.to / perHour; hour++) {
    const at = start + hour * HOUR_MS;
    const outlook = outlookAt(outlooks, at + HOUR_MS - 1);
    const step = outlook === null ? -1 : Math.round((at - outlook.start) / HOUR_MS);
    if (outlook === null || step < 0 || step >= outlook.mean.length || Number.isNaN(values[hour])) continue;
    own += Math.abs(values[hour] - outlook.mean[step]);
    const origin = hour - step;
    [1, 24, 168].forEach((span, i) => (flat[i] += Math.abs(values[hour] - meanBefore(values, origin, span))));
  }
  const best = Math.min(...flat);
  return {
    relativeError: best > 0 ? own / best : null,
    historyDays: (tune.from * load.intervalMs) / DAY_MS,
  };
}

function meanBefore(values: Float64Array, end: number, span: number): number {
  let [sum, count] = [0, 0];
  for (let i = Math.max(0, end - span); i < end; i++) if (!Number.isNaN(values[i])) [sum, count] = [sum + values[i], count + 1];
  return count === 0 ? 0 : sum / count;
}
