import { digestOf } from '../digest';
import { ProblemError } from '../problems';
import { formatDuration, formatTime, SECOND_MS } from '../units';
import type { LoadSeries } from './series';

/**
 * A count as a rate per second: the sum of an interval by its length. A rate or a level stays as it is.
 */
export function toRatePerSecond(series: LoadSeries): LoadSeries {
  if (series.kind !== 'count') return series;
  const seconds = series.intervalMs / SECOND_MS;
  return {
    ...series,
    kind: 'rate',
    values: series.values.map((value) => value / seconds),
    unit: series.unit && { noun: series.unit.noun, perMs: SECOND_MS },
  };
}

/** A span of the past that teaches nothing: [from, to), epoch ms. */
export type ExcludedSpan = { readonly from: number; readonly to: number; readonly because: string };

/**
 * Takes spans of the past out: every interval that touches one becomes missing. `observed` still says what was observed, and
 * `origin.repairs` how many intervals each span took.
 */
export function excludeSpans(series: LoadSeries, spans: readonly ExcludedSpan[]): LoadSeries {
  const { start, intervalMs } = series;
  const values = series.values.slice();
  const repairs: string[] = [];
  for (const { from, to, because } of spans) {
    const first = Math.max(0, Math.floor((from - start) / intervalMs));
    const end = Math.min(values.length, Math.ceil((to - start) / intervalMs));
    if (first >= end) continue;
    values.fill(NaN, first, end);
    repairs.push(`excluded ${end - first} ${end - first === 1 ? 'interval' : 'intervals'} from ${formatTime(from)}: ${because}`);
  }
  return repairs.length === 0
    ? series
    : { ...series, values, origin: { ...series.origin, repairs: [...series.origin.repairs, ...repairs] } };
}

/**
 * Utilisation = usage / capacity in percent, interval by interval, over the time that both cover: the quotient of the means,
 * not the mean of quotients. NaN where either is missing or the capacity is not above 0.
 *
 * @param path where it stands in the config, for messages
 * @throws ProblemError `history/intervals-differ`, `history/units-differ`, `history/no-overlap`
 */
export function divide(usage: LoadSeries, capacity: LoadSeries, path: string): LoadSeries {
  const { intervalMs } = usage;
  checkDivisible(usage, capacity, path);
  const start = Math.max(usage.start, capacity.start);
  const end = Math.min(endOf(usage), endOf(capacity));
  if (end <= start) {
    throw new ProblemError({
      code: 'history/no-overlap',
      path,
      message: `usage (${range(usage)}) and capacity (${range(capacity)}) have no time in common`,
    });
  }
  const values = new Float64Array((end - start) / intervalMs);
  const observed = new Float64Array(values.length);
  const [usageOffset, capacityOffset] = [(start - usage.start) / intervalMs, (start - capacity.start) / intervalMs];
  for (let index = 0; index < values.length; index += 1) {
    const available = capacity.values[index + capacityOffset];
    values[index] = available > 0 ? (100 * usage.values[index + usageOffset]) / available : NaN;
    // Without a capacity there is no utilisation to observe.
    observed[index] = available > 0 ? Math.min(usage.observed[index + usageOffset], capacity.observed[index + capacityOffset]) : 0;
  }
  const [over, under] = [usage.origin, capacity.origin];
  return {
    start,
    intervalMs,
    values,
    observed,
    kind: 'level',
    unit: { noun: '%', perMs: null },
    origin: {
      text: `${over.text} / ${under.text}`,
      digest: digestOf([over.digest, under.digest]),
      observations: over.observations + under.observations,
      from: Math.max(over.from, under.from),
      to: Math.min(over.to, under.to),
      askedTo: over.askedTo === undefined ? under.askedTo : Math.max(over.askedTo, under.askedTo ?? -Infinity),
      spacingMs: Math.max(over.spacingMs, under.spacingMs),
      repairs: [...over.repairs.map((repair) => `usage: ${repair}`), ...under.repairs.map((repair) => `capacity: ${repair}`)],
    },
  };
}

function checkDivisible(usage: LoadSeries, capacity: LoadSeries, path: string): void {
  if (usage.intervalMs !== capacity.intervalMs) {
    throw new ProblemError({
      code: 'history/intervals-differ',
      path,
      message: `usage is by ${formatDuration(usage.intervalMs)} and capacity by ${formatDuration(capacity.intervalMs)}`,
      hint: 'read both on the same grid',
    });
  }
  if (usage.unit && capacity.unit && usage.unit.noun !== capacity.unit.noun) {
    throw new ProblemError({
      code: 'history/units-differ',
      path,
      message: `usage is in ${usage.unit.noun} and capacity in ${capacity.unit.noun}, so their quotient is no utilisation`,
      hint: 'give both in the same unit',
    });
  }
}

const endOf = (series: LoadSeries): number => series.start + series.values.length * series.intervalMs;

const range = (series: LoadSeries): string => `${formatTime(series.start)} to ${formatTime(endOf(series))}`;
