import { formatFigure, significant } from '../../figures';
import { formatDuration, formatLoadUnit } from '../../units';
import { spanOf } from '../runs';
import type { LoadSeries } from '../series';
import type { QualityFinding } from './finding';
import { type KnownEnds, type Plateau, replicasAt } from './plateaus';

/** The finding that a load ends at one level: what was asked beyond it is not in the history. */
export function cutOffFinding(series: LoadSeries, plateau: Plateau, { perReplica }: KnownEnds): QualityFinding {
  const { level, days, ofDays, count, spread, spreadOfRest, run } = plateau;
  const unit = series.unit === null ? '' : ` ${formatLoadUnit(series.unit)}`;
  const replicas = replicasAt(level, perReplica);
  const aDay = formatDuration(Math.round(count / days) * series.intervalMs);
  const rest = Number.isNaN(spreadOfRest) ? '' : `, while the rest varies by ${share(spreadOfRest)}`;
  return {
    code: 'history/cut-off',
    severity: 'look',
    ...spanOf(series, run),
    count,
    message: `flat at ${formatFigure(level)}${unit}${replicas === null ? '' : `, what ${replicas} replica${replicas === 1 ? '' : 's'} can serve`}, for ${aDay} a day on ${days} of ${ofDays} days, within ${share(spread)}${rest}`,
    consequence:
      'was that all that was asked, or all that could be served? Where it was cut off, demand was higher and the plan is a lower bound: give a load that counts what arrives, or name the requests that wait (queue), or exclude the span',
  };
}

/** The finding that a load that was cut off was made whole by its queue. */
export function completedFinding(series: LoadSeries, { level, run }: Plateau, raised: number): QualityFinding {
  const unit = series.unit === null ? '' : ` ${formatLoadUnit(series.unit)}`;
  return {
    code: 'history/completed',
    severity: 'note',
    ...spanOf(series, run),
    count: raised,
    message: `what was served is cut off at ${formatFigure(level)}${unit}; by how much the queue grew is added to it, in ${raised} intervals as a rise`,
    consequence: 'the load is what arrived, without requests that gave up waiting',
  };
}

const share = (of: number): string => `${significant(100 * of, 2)} %`;
