import { seriesKindOf } from '../../config';
import { type CodeOf, isProblemError, type Problem, ProblemError } from '../../problems';
import { formatDuration, formatTime, SECOND_MS } from '../../units';
import { type Aggregated, type Aggregation, createAggregation, gridBetween, mostIntervals } from './aggregation';
import { type CounterFaults, createCounterJudge, mostFalls, type Span } from './counter-faults';
import { createObservationDigest } from './observation-digest';
import { type Read, repairsOf, reportOf } from './report';
import type { HistoryReading, HistoryRequest, LoadSeries, SeriesKind } from '../series';
import { gridOfSpacing, spacingKey, usualSpacing } from './spacing';
import { createSurvey, type Survey } from './survey';

/** What a reading says of its source. */
export type SourceName = {
  /** `csv history/chat.csv`. */
  readonly text: string;
  /** For messages: `history/chat.csv`. */
  readonly place: string;
};

/** How rows are gone through: as they stand in the source, or in order of time. */
export type ReadOrder = 'as it stands' | 'by time';

/** Rows of one series that can be gone through more than once. Values are finite; what is missing is left out. */
export type ObservationSource = SourceName & {
  readonly visit: (order: ReadOrder, each: (time: number, value: number) => void) => Promise<void>;
};

/**
 * From rows to a series on the requested grid. Nothing of the result but the report of disorder depends on the order of rows.
 *
 * @throws ProblemError as `SeriesReader.finish` does
 */
export async function readSeries(request: HistoryRequest, source: ObservationSource): Promise<HistoryReading> {
  const reader = createSeriesReader(request, source);
  const rows = new Float64Array(2 * rowsTogether);
  for (let order: ReadOrder | undefined = 'as it stands'; order !== undefined; order = reader.endPass()) {
    let kept = 0;
    await source.visit(order, (time, value) => {
      rows[2 * kept] = time;
      rows[2 * kept + 1] = value;
      kept += 1;
      if (kept < rowsTogether) return;
      reader.add(rows, kept);
      kept = 0;
    });
    reader.add(rows, kept);
  }
  return reader.finish();
}

export type SeriesReader = {
  /** Takes rows: epoch ms, and a finite value, in turn. */
  readonly add: (rows: Float64Array, count: number) => void;
  /** Ends a pass over all rows. Says in which order to go through them again, or that this was enough. */
  readonly endPass: () => ReadOrder | undefined;
  /**
   * The series, once a pass was enough.
   *
   * @throws ProblemError `history/no-observations`, `history/too-few`, `history/too-coarse`, `history/too-short`,
   * `history/too-long`, `history/too-sparse`, `history/no-counter`, `history/unequal-duplicates` where the request refuses them
   */
  readonly finish: () => HistoryReading;
};

const rowsTogether = 256;
/** Spacings of so many observations tell, as a rule, that of all. */
const observationsToGuess = 64;

/**
 * Reads a series from rows that are pushed, at a memory of the grid alone, in one pass as a rule: the usual spacing, which the
 * aggregation needs beforehand, is guessed from the first observations, and surveyed in the same pass. Only where the guess was
 * wrong, rows are out of order, or a counter falls otherwise than by a restart, another pass is asked for. So the result is that of a
 * survey followed by an aggregation.
 */
export function createSeriesReader(request: HistoryRequest, name: SourceName): SeriesReader {
  const kind = seriesKindOf(request.source, request.defaultKind);
  const { intervalMs } = request;
  let order: ReadOrder = 'as it stands';
  let outOfOrder = 0;
  let pass = createPass(kind, request, undefined);
  let surveyed: Survey | undefined;
  let faults: CounterFaults | null = null;

  const refusalOf = (survey: Survey): Problem | undefined =>
    problemOf(survey, kind, request, name.place) ?? (faults === null ? undefined : noCounter(faults, survey, name.place));

  const endPass = (): ReadOrder | undefined => {
    const survey = pass.survey.finish();
    if (survey.outOfOrder > 0) {
      outOfOrder = survey.outOfOrder;
      order = 'by time';
      pass = createPass(kind, request, undefined);
      return order;
    }
    surveyed = survey;
    faults ??= pass.judge?.finish() ?? null;
    const usualMs = survey.spacing?.usualMs;
    const unknown = faults?.unknown ?? [];
    const isRead = pass.begun()?.spacingMs === usualMs && pass.unknown.length === unknown.length;
    if (isRead || refusalOf(survey)) return undefined;
    pass = createPass(kind, request, usualMs, unknown);
    return order;
  };

  const finish = (): HistoryReading => {
    const problem = surveyed && refusalOf(surveyed);
    if (problem) throw new ProblemError(problem);
    const begun = pass.begun();
    if (surveyed === undefined || begun === undefined) throw new Error('a series is finished before its passes are');
    const { spacingMs } = begun;
    const survey = surveyed;
    const digest = pass.digest.finish();
    const onGrid = (gridMs: number, aggregation: Aggregation): { readonly series: LoadSeries; readonly read: Read } => {
      const aggregated = aggregation.finish();
      if (aggregated.values.every(Number.isNaN)) throw new ProblemError(tooSparse(spacingMs, gridMs, name.place));
      const read: Read = { outOfOrder, surveyed: survey, aggregated, faults };
      const origin = {
        text: name.text,
        digest,
        observations: survey.observations,
        from: survey.first,
        to: aggregated.to,
        spacingMs,
        leftOut: aggregated.leftOut,
        repairs: repairsOf(read),
      };
      return { series: seriesOf({ ...request, intervalMs: gridMs }, kind, aggregated, origin), read };
    };
    const { series, read } = onGrid(intervalMs, begun.aggregation);
    const finest = begun.finest && finestOf(begun.finest.intervalMs, begun.finest.aggregation);
    return { series, ...reportOf(read, placeOf(request, name)), ...(finest && { finest }) };

    function finestOf(gridMs: number, aggregation: Aggregation): NonNullable<HistoryReading['finest']> {
      const problem = problemOf(survey, kind, { ...request, intervalMs: gridMs }, name.place);
      if (problem) return { problems: [problem] };
      try {
        return onGrid(gridMs, aggregation).series;
      } catch (error) {
        if (!isProblemError(error)) throw error;
        return { problems: error.problems };
      }
    }
  };

  return { add: (rows, count) => pass.survey.add(rows, count), endPass, finish };
}

type Pass = {
  readonly survey: ReturnType<typeof createSurvey>;
  readonly digest: ReturnType<typeof createObservationDigest>;
  /** Of a counter. */
  readonly judge: ReturnType<typeof createCounterJudge> | undefined;
  /** What the aggregations take for unknown. */
  readonly unknown: readonly Span[];
  /** Once there is an observation. */
  readonly begun: () => Begun | undefined;
};

/** The aggregations of a pass, by the usual spacing that it takes for granted; `finest` where one on a finer grid is wanted too. */
type Begun = {
  readonly spacingMs: number;
  readonly aggregation: Aggregation;
  readonly finest: { readonly intervalMs: number; readonly aggregation: Aggregation } | null;
};

/** One pass: survey, aggregation and digest together. Without a known spacing it is guessed from the first moments passed on. */
function createPass(
  kind: SeriesKind,
  { intervalMs, finest = false }: HistoryRequest,
  knownMs: number | undefined,
  unknown: readonly Span[] = [],
): Pass {
  const judge = kind === 'counter' ? createCounterJudge() : undefined;
  const digest = createObservationDigest();
  const begin = (spacingMs: number): Begun => {
    const finestMs = gridOfSpacing(spacingMs);
    const isFiner = finest && finestMs < intervalMs;
    return {
      spacingMs,
      aggregation: createAggregation({ kind, intervalMs, spacingMs, unknown }),
      finest: isFiner ? { intervalMs: finestMs, aggregation: createAggregation({ kind, intervalMs: finestMs, spacingMs, unknown }) } : null,
    };
  };
  let begun = knownMs === undefined ? undefined : begin(knownMs);
  const survey = createSurvey((moments, count) => {
    begun ??= begin(spacingOf(moments, Math.min(count, observationsToGuess)));
    begun.aggregation.add(moments, count);
    begun.finest?.aggregation.add(moments, count);
    judge?.add(moments, count);
    digest.add(moments, count);
  });
  return { survey, digest, judge, unknown, begun: () => begun };
}

function spacingOf(moments: Float64Array, count: number): number {
  const counts = new Map<number, number>();
  for (let index = 1; index < count; index += 1) {
    const key = spacingKey(moments[2 * index] - moments[2 * index - 2]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts.size === 0 ? NaN : usualSpacing(counts).usualMs;
}

function seriesOf(
  { source, intervalMs }: HistoryRequest,
  kind: SeriesKind,
  aggregated: Aggregated,
  origin: LoadSeries['origin'],
): LoadSeries {
  const unit = source.unit ?? null;
  const isCount = kind === 'count' || kind === 'counter';
  const perSecond = !isCount && unit?.perMs ? unit.perMs / SECOND_MS : 1;
  return {
    start: aggregated.start,
    intervalMs,
    values: perSecond === 1 ? aggregated.values : aggregated.values.map((value) => value / perSecond),
    observed: aggregated.observed,
    kind: kind === 'counter' ? 'count' : kind,
    unit: unit && { noun: unit.noun, perMs: isCount || unit.perMs === null ? null : SECOND_MS },
    origin,
  };
}

/** Where a warning belongs: the place in the config and, where that is another, the source. */
export function placeOf(request: HistoryRequest, { place }: Pick<SourceName, 'place'>): string {
  return request.path === place ? place : `${request.path} (${place})`;
}

/** Why a series cannot be used, as far as its survey tells. */
function problemOf(surveyed: Survey, kind: SeriesKind, request: HistoryRequest, path: string): Problem | undefined {
  const { intervalMs, unequalDuplicates } = request;
  const { observations, first, last, spacing, unequalMoments, firstUnequal } = surveyed;
  const problem = (code: CodeOf<'history'>, message: string, hint?: string): Problem => ({ code: `history/${code}`, path, message, hint });
  if (observations === 0)
    return problem('no-observations', 'holds rows and no value in any of them', 'every value is missing: check the value column');
  if (unequalDuplicates === 'refuse' && unequalMoments > 0) {
    return problem(
      'unequal-duplicates',
      `has unequal values at ${unequalMoments} ${unequalMoments === 1 ? 'time' : 'times'}, the first ${formatTime(firstUnequal)}`,
      "remove all but one, tell them apart by where, or set the repair 'unequal duplicates: larger'",
    );
  }
  if (spacing === null) return problem('too-few', 'holds a single observation; a series needs at least 2');
  const { usualMs } = spacing;
  if (usualMs > intervalMs) {
    const every = formatDuration(usualMs);
    return problem(
      'too-coarse',
      `is observed every ${every}, which is coarser than the ${formatDuration(intervalMs)} asked for`,
      `use a period of ${every} or longer`,
    );
  }
  const { length } = gridBetween(first, kind === 'counter' ? last : last + usualMs, intervalMs);
  const range = `${formatTime(first)} to ${formatTime(last)}`;
  if (length === 0)
    return problem(
      'too-short',
      `covers no whole interval of ${formatDuration(intervalMs)} (${range})`,
      'give more history, or ask for a shorter interval',
    );
  if (length > mostIntervals) {
    return problem(
      'too-long',
      `spans ${length} intervals of ${formatDuration(intervalMs)} (${range})`,
      'check the first and the last time, or ask for a longer interval',
    );
  }
  return undefined;
}

/** Falls at so large a share of the observations, and half as many that are no restarts, are those of several series in one. */
const mostOfRows = 0.25;

function noCounter({ restarts, falls, dips }: CounterFaults, { observations }: Survey, path: string): Problem | undefined {
  const faulty = falls.length + dips.length;
  const all = restarts + faulty;
  if (all <= Math.min(mostFalls, mostOfRows * observations) && faulty <= (mostOfRows / 2) * observations) return undefined;
  return {
    code: 'history/no-counter',
    path,
    message: `falls at ${all} of ${observations} observations${all > mostFalls ? ' or more' : ''}, which is not how a counter behaves`,
    hint: "does it hold several counters? Choose one by `where`, or take the rate of each first and then the sum; or is it series: 'count' or 'rate'?",
  };
}

function tooSparse(usualMs: number, intervalMs: number, path: string): Problem {
  return {
    code: 'history/too-sparse',
    path,
    message: `is observed every ${formatDuration(usualMs)} as a rule, and no interval of ${formatDuration(intervalMs)} is observed for half of its time`,
    hint: 'fill the gaps where the data come from; where a missing row means zero, write the zero',
  };
}
