import { type Problem, ProblemError } from '../../problems';
import { formatTime, SECOND_MS } from '../../units';
import type { LiveAnswer, Point } from './source';

/** What was asked for: needed to check the times of an answer, and for messages. */
export type AnswerContext = {
  readonly path: string;
  /** Added to the time of each sample, ms. A rate at t describes the step that ends at t, so its shift is minus one step. */
  readonly shiftMs: number;
  readonly stepMs: number;
  /** The first and the last time that was asked for, epoch ms, before the shift. */
  readonly first: number;
  readonly last: number;
  /** Whether the series is a counter, which is not to be added up before its rate is taken. */
  readonly isCounter: boolean;
};

/**
 * Reads an answer of `query_range`. A sample that is `NaN` gives no point, as if it were absent.
 *
 * @param body the parsed JSON of an answer with status `success`
 * @throws ProblemError `prometheus/several-series`, `prometheus/histogram`, `prometheus/infinite`, `prometheus/malformed`
 */
export function readMatrix(body: unknown, context: AnswerContext): LiveAnswer {
  const { data, warnings, infos, isPartial } = asRecord(body);
  const { resultType, result } = asRecord(data);
  if (resultType !== 'matrix' || !Array.isArray(result))
    throw malformed(context.path, typeof resultType === 'string' ? `gives a ${resultType}, no series over time` : 'gives no result');
  const series = (result as readonly unknown[]).map(asRecord);
  const labels = series.map(({ metric }) => labelsOf(metric));
  if (series.length > 1) throw new ProblemError(severalSeries(labels, context.path, context.isCounter));
  const points = series.length === 0 ? [] : readPoints(series[0], context);
  return {
    points,
    labels: points.length === 0 ? null : labels[0],
    warnings: [...texts(warnings), ...(isPartial === true ? ['the answer is partial: a part of the storage did not answer'] : [])],
    notes: texts(infos),
  };
}

/**
 * The problem that a query gives several series, although a load is one series. It names the labels in which the series differ, and
 * how to join them.
 *
 * @param labelSets the labels of each series
 */
export function severalSeries(labelSets: readonly Readonly<Record<string, string>>[], path: string, isCounter: boolean): Problem {
  const names = [...new Set(labelSets.flatMap((labels) => Object.keys(labels)))].sort();
  const splitting = names.filter((name) => new Set(labelSets.map((labels) => labels[name] ?? '')).size > 1);
  const shown = splitting.slice(0, 4).map((name) => {
    const values = [...new Set(labelSets.map((labels) => labels[name] ?? ''))].sort();
    return `${name} (${values.slice(0, 3).map(quoted).join(', ')}${values.length > 3 ? `, ... ${values.length} in all` : ''})`;
  });
  const [first = 'instance'] = splitting;
  return {
    code: 'prometheus/several-series',
    path,
    message: `the query gives ${labelSets.length} series, and a load is one; they differ in ${shown.join(', ') || 'nothing but order'}`,
    hint: `${isCounter ? joinCounters : 'join them, sum(...) or max(...)'}; or choose one with a matcher such as {${first}=${quoted(labelSets[0]?.[first] ?? '...')}}`,
  };
}

/** How counters are joined: a sum of them would fall whenever one goes away. */
export const joinCounters = "join their rates, sum(rate(...[5m])), with series: 'rate'";

function readPoints(series: Readonly<Record<string, unknown>>, context: AnswerContext): Point[] {
  const { path, first, last, stepMs, shiftMs } = context;
  if (Array.isArray(series.histograms) && series.histograms.length > 0)
    throw new ProblemError({
      code: 'prometheus/histogram',
      path,
      message: 'the query gives native histograms, and a load is a number',
      hint: 'take a number of them: histogram_count(...), histogram_sum(...), histogram_quantile(...)',
    });
  if (!Array.isArray(series.values)) throw malformed(path, 'gives a series without values');
  const points: Point[] = [];
  let previous = -Infinity;
  for (const sample of series.values as readonly unknown[]) {
    const [seconds, text] = Array.isArray(sample) ? (sample as readonly unknown[]) : [];
    if (typeof seconds !== 'number' || typeof text !== 'string') throw malformed(path, 'gives a sample that is no pair of time and value');
    const time = Math.round(seconds * SECOND_MS);
    if (time < first || time > last || (time - first) % stepMs !== 0 || time <= previous)
      throw malformed(path, `gives a sample at ${formatTime(time)}, which was not asked for`);
    previous = time;
    const value = valueOf(text);
    if (value === undefined) throw malformed(path, `gives ${quoted(text.slice(0, 30))} at ${formatTime(time)}, which is no number`);
    if (value === Infinity || value === -Infinity)
      throw new ProblemError({
        code: 'prometheus/infinite',
        path,
        message: `the query gives ${text} at ${formatTime(time)}`,
        hint: 'is something divided by zero? leave such moments out: ... and on() (divisor > 0)',
      });
    if (!Number.isNaN(value)) points.push([time + shiftMs, value + 0]);
  }
  return points;
}

function valueOf(text: string): number | undefined {
  if (/^[+-]?Inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^NaN$/i.test(text)) return NaN;
  return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}

function malformed(path: string, what: string): ProblemError {
  return new ProblemError({
    code: 'prometheus/malformed',
    path,
    message: `the server ${what}`,
    hint: 'does the address lead to Prometheus, or what speaks its API?',
  });
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const labelsOf = (metric: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(asRecord(metric)).map(([name, value]) => [name, String(value)]));

/** What the server says beside the values: the first few texts. */
function texts(value: unknown): string[] {
  const all = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  const more = all.length > mostTexts ? [`and ${all.length - mostTexts} more of the kind`] : [];
  return [...all.slice(0, mostTexts), ...more];
}

const mostTexts = 5;

/** A text from the server in quotes, for a message: at most 40 characters of it, with special characters escaped. */
const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
