import { seriesKindOf } from '../config/source-schema';
import { type Problem, ProblemError } from '../problems';
import { formatDuration, formatTime, SECOND_MS } from '../units';
import { type Aggregated, createAggregation, gridBetween } from './aggregation';
import { createObservationDigest } from './observation-digest';
import { createMoments } from './moments';
import type { HistoryReading, HistoryRequest, LoadSeries, SeriesKind } from './series';
import type { Spacing } from './spacing';
import { createSurvey, type Survey } from './survey';

/** Rows of one series that can be gone through more than once. Values are finite; what is missing is left out. */
export type ObservationSource = {
  /** `csv history/chat.csv`. */
  readonly text: string;
  /** For messages: `history/chat.csv`. */
  readonly place: string;
  /** Goes through all rows: as they stand in the source, or in order of time. */
  readonly visit: (order: 'as it stands' | 'by time', each: (time: number, value: number) => void) => Promise<void>;
};

/** More intervals than these are taken for a slip in a timestamp. */
const mostIntervals = 4_000_000;

/**
 * From rows to a series on the requested grid, at a memory of the grid alone: one pass to survey (a second, by time, where rows
 * are out of order) and one to aggregate and digest. Nothing of the result but the report of disorder depends on the order of rows.
 *
 * @throws ProblemError `history/no-observations`, `history/too-few`, `history/too-coarse`, `history/too-short`, `history/too-long`,
 * `history/too-sparse`
 */
export async function readSeries(request: HistoryRequest, source: ObservationSource): Promise<HistoryReading> {
  const kind = seriesKindOf(request.source, request.defaultKind);
  const { intervalMs } = request;
  const asItStands = await survey(source, 'as it stands');
  const { outOfOrder } = asItStands;
  const order = outOfOrder > 0 ? 'by time' : 'as it stands';
  const surveyed = outOfOrder > 0 ? await survey(source, order) : asItStands;
  const { usualMs } = checkUsable(surveyed, kind, request, source.place);

  const aggregation = createAggregation({ kind, intervalMs, spacingMs: usualMs, first: surveyed.first, last: surveyed.last });
  const digest = createObservationDigest();
  const moments = createMoments((time, value) => {
    aggregation.add(time, value);
    digest.add(time, value);
  });
  await source.visit(order, moments.add);
  moments.end();

  const aggregated = aggregation.finish();
  if (aggregated.values.every(Number.isNaN)) throw new ProblemError(tooSparse(usualMs, intervalMs, source.place));
  const unit = request.source.unit ?? null;
  const isCount = kind === 'count' || kind === 'counter';
  const perSecond = !isCount && unit?.perMs ? unit.perMs / SECOND_MS : 1;
  const series: LoadSeries = {
    start: aggregated.start,
    intervalMs,
    values: perSecond === 1 ? aggregated.values : aggregated.values.map((value) => value / perSecond),
    observed: aggregated.observed,
    kind: kind === 'counter' ? 'count' : kind,
    unit: unit && { noun: unit.noun, perMs: isCount || unit.perMs === null ? null : SECOND_MS },
    origin: {
      text: source.text,
      digest: digest.finish(),
      observations: surveyed.observations,
      from: surveyed.first,
      to: aggregated.to,
      spacingMs: usualMs,
      repairs: repairsOf(outOfOrder, surveyed, aggregated),
    },
  };
  return { series, ...reportOf(outOfOrder, surveyed, aggregated, kind, placeOf(request, source)) };
}

async function survey(source: ObservationSource, order: 'as it stands' | 'by time'): Promise<Survey> {
  const taken = createSurvey();
  await source.visit(order, taken.add);
  return taken.finish();
}

/** Where a warning belongs: the place in the config and, where that is another, the source. */
export function placeOf(request: HistoryRequest, source: Pick<ObservationSource, 'place'>): string {
  return request.path === source.place ? source.place : `${request.path} (${source.place})`;
}

function checkUsable(surveyed: Survey, kind: SeriesKind, { intervalMs }: HistoryRequest, path: string): Spacing {
  const { observations, first, last, spacing } = surveyed;
  const refuse = (code: string, message: string, hint?: string): never => {
    throw new ProblemError({ code: `history/${code}`, path, message, hint });
  };
  if (observations === 0)
    return refuse('no-observations', 'holds rows and no value in any of them', 'every value is missing: check the value column');
  if (spacing === null) return refuse('too-few', 'holds a single observation; a series needs at least 2');
  const { usualMs } = spacing;
  if (usualMs > intervalMs) {
    const every = formatDuration(usualMs);
    return refuse(
      'too-coarse',
      `is observed every ${every}, which is coarser than the ${formatDuration(intervalMs)} asked for`,
      `use a period of ${every} or longer`,
    );
  }
  const { length } = gridBetween(first, kind === 'counter' ? last : last + usualMs, intervalMs);
  const range = `${formatTime(first)} to ${formatTime(last)}`;
  if (length === 0)
    return refuse(
      'too-short',
      `covers no whole interval of ${formatDuration(intervalMs)} (${range})`,
      'give more history, or ask for a shorter interval',
    );
  if (length > mostIntervals) {
    return refuse(
      'too-long',
      `spans ${length} intervals of ${formatDuration(intervalMs)} (${range})`,
      'check the first and the last time, or ask for a longer interval',
    );
  }
  return spacing;
}

function tooSparse(usualMs: number, intervalMs: number, path: string): Problem {
  return {
    code: 'history/too-sparse',
    path,
    message: `is observed every ${formatDuration(usualMs)} as a rule, and no interval of ${formatDuration(intervalMs)} is observed for half of its time`,
    hint: 'fill the gaps where the data come from; where a missing row means zero, write the zero',
  };
}

function repairsOf(outOfOrder: number, surveyed: Survey, aggregated: Aggregated): string[] {
  const repairs: string[] = [];
  if (outOfOrder > 0) repairs.push(`sorted ${plural(outOfOrder, 'row')} out of order`);
  if (surveyed.unequalMoments > 0) repairs.push(`took the larger value at ${plural(surveyed.unequalMoments, 'time')} with unequal ones`);
  if (aggregated.restarts > 0) repairs.push(`read ${plural(aggregated.restarts, 'restart')} of the counter as a rise from 0`);
  if (aggregated.scaled > 0) repairs.push(`scaled up ${plural(aggregated.scaled, 'partly observed count')}`);
  return repairs;
}

/** One row a happening, or a file joined from copies, shows as many equal rows: above this share of rows it deserves a look. */
const manyDuplicates = 0.1;

function reportOf(
  outOfOrder: number,
  surveyed: Survey,
  aggregated: Aggregated,
  kind: SeriesKind,
  path: string,
): Pick<HistoryReading, 'warnings' | 'notes'> {
  const warnings: Problem[] = [];
  const notes: Problem[] = [];
  const { rows, equalDuplicates, unequalMoments, firstUnequal, spacing } = surveyed;
  const report = (to: Problem[], code: string, message: string, hint?: string) => to.push({ code: `history/${code}`, path, message, hint });

  if (outOfOrder > 0) report(warnings, 'out-of-order', `${plural(outOfOrder, 'row')} out of order, sorted by time`);
  if (unequalMoments > 0) {
    report(
      warnings,
      'unequal-duplicates',
      `${plural(unequalMoments, 'time')} with unequal values, the first ${formatTime(firstUnequal)}; the larger is taken`,
      'does the file hold several series?',
    );
  }
  if (equalDuplicates > manyDuplicates * rows) {
    report(
      warnings,
      'equal-duplicates',
      `${equalDuplicates} of ${rows} rows repeat another and are ignored`,
      'one row a happening is no series: count them by time first',
    );
  } else if (equalDuplicates > 0) report(notes, 'equal-duplicates', `${plural(equalDuplicates, 'equal duplicate')} ignored`);
  if (spacing?.other) {
    report(
      warnings,
      'mixed-intervals',
      `observed mostly every ${formatDuration(spacing.usualMs)} and ${spacing.other.count} times ${formatDuration(spacing.other.ms)} apart; each observation stands for ${formatDuration(spacing.usualMs)}`,
      'give the two parts as one interval',
    );
  }
  if (aggregated.restarts > 0)
    report(notes, 'counter-restarts', `the counter fell ${plural(aggregated.restarts, 'time')}, taken as restarts from 0`);
  if (kind === 'counter' && aggregated.restarts > rows / 4) {
    report(
      warnings,
      'no-counter',
      `falls at ${aggregated.restarts} of ${rows} rows, which is not how a counter behaves`,
      "is it series: 'count' or 'rate'?",
    );
  }
  return { warnings, notes };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
