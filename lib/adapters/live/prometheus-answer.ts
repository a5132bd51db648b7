import { type Problem, ProblemError } from '../../problems';
import { formatTime, SECOND_MS } from '../../units';
import type { LiveAnswer, Point } from './source';

/** Where an answer belongs, for messages and for the times of its points. */
export type AnswerContext = {
  readonly path: string;
  /** Added to the server's times: a rate at t speaks for the step that ends there. */
  readonly shiftMs: number;
  readonly stepMs: number;
  /** First and last moment that was asked for, epoch ms, in the server's times. */
  readonly first: number;
  readonly last: number;
};

/**
 * Reads the answer of `query_range`. `NaN` is missing; what is absent is a gap.
 *
 * @param body parsed JSON of a success
 * @throws ProblemError `prometheus/several-series`, `prometheus/histogram`, `prometheus/infinite`, `prometheus/malformed`
 */
export function readMatrix(body: unknown, context: AnswerContext): LiveAnswer {
  const { data, warnings, infos, isPartial } = asRecord(body);
  const { resultType, result } = asRecord(data);
  if (resultType !== 'matrix' || !Array.isArray(result))
    throw malformed(context.path, typeof resultType === 'string' ? `gives a ${resultType}, no series over time` : 'gives no result');
  const all = (result as readonly unknown[]).map(asRecord);
  const labels = all.map(({ metric }) => labelsOf(metric));
  if (all.length > 1) throw new ProblemError(severalSeries(labels, context.path));
  const points = all.length === 0 ? [] : readPoints(all[0], context);
  return {
    points,
    labels: points.length === 0 ? null : labels[0],
    warnings: [...texts(warnings), ...(isPartial === true ? ['the answer is partial: a part of the storage did not answer'] : [])],
    notes: texts(infos),
  };
}

/** A load is one series: which labels split it, and how to join it. */
export function severalSeries(labels: readonly Readonly<Record<string, string>>[], path: string): Problem {
  const names = [...new Set(labels.flatMap((one) => Object.keys(one)))].sort();
  const splitting = names.filter((name) => new Set(labels.map((one) => one[name] ?? '')).size > 1);
  const shown = splitting.slice(0, 4).map((name) => {
    const values = [...new Set(labels.map((one) => one[name] ?? ''))].sort();
    return `${name} (${values.slice(0, 3).map(quoted).join(', ')}${values.length > 3 ? `, ... ${values.length} in all` : ''})`;
  });
  const [first = 'instance'] = splitting;
  return {
    code: 'prometheus/several-series',
    path,
    message: `the query gives ${labels.length} series, and a load is one; they differ in ${shown.join(', ') || 'nothing but order'}`,
    hint: `join them, sum(...) or max(...); or choose one with a matcher such as {${first}=${quoted(labels[0]?.[first] ?? '...')}}`,
  };
}

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

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

/** One label's value may be long, and holds whatever people put there. */
const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
