import { type HistoryReading, readSeries } from '../history';
import { isProblemError, type Problem, ProblemError } from '../problems';
import { formatTime } from '../units';
import type { HistoryCache, Kept } from './cache';
import { overlay, type Overlay, type Range, type Segment, toAsk } from './cache-overlay';
import * as findings from './live-findings';
import type { DescribedSource, LiveAnswer, LiveRequest, LiveSource } from './live-source';

/** What is known of a range of a source, after the cache and the server have been asked. */
export type Obtained = {
  readonly range: Range;
  readonly found: Overlay;
  /** How far back the server keeps values, ms, where the config asks for more; `null` where it does not. */
  readonly cutMs: number | null;
  /** What happened on the way; the path is left to each request. */
  readonly warnings: readonly findings.Finding[];
};

export type ObtainOptions = {
  readonly cache: HistoryCache;
  /** How far back the config asks, ms. */
  readonly rangeMs: number;
  /** Makes the source ready to be asked. Never called offline. */
  readonly open: () => LiveSource;
  readonly now: number | null;
  readonly offline: boolean;
};

/**
 * Settles the range that is wanted, asks for what the cache lacks of it, and keeps that.
 *
 * @throws ProblemError, with an empty path where the place is that of the request
 */
export async function obtain(described: DescribedSource, options: ObtainOptions): Promise<Obtained> {
  const { identity, stepMs } = described;
  const kept = options.cache.read(identity);
  if (options.offline && kept.damaged.length > 0) throw new ProblemError(kept.damaged.map(findings.damagedOffline).map(unplaced));
  const range = rangeOf(described, kept, options);
  if (range === null) throw new ProblemError(unplaced(findings.notCached));
  const cutMs = described.reachMs < options.rangeMs ? described.reachMs : null;
  const warnings = kept.damaged.map(findings.damaged);
  if (options.offline) {
    const found = overlay(kept.segments, range, stepMs);
    return { range, found, cutMs, warnings: [...warnings, ...findings.partlyCached(found.covered, range)] };
  }
  const missing = toAsk(kept.segments, range);
  if (missing.length === 0) return { range, found: overlay(kept.segments, range, stepMs), cutMs, warnings };

  const source = options.open();
  const added: Segment[] = [];
  for (const part of missing) added.push(segmentOf(await source.fetch(part.from, part.to), part, stepMs));
  const found = overlay([...kept.segments, ...added], range, stepMs);
  if (found.values.every(Number.isNaN)) throw new ProblemError(unplaced(findings.noData(range, await source.whenEmpty())));
  return { range, found, cutMs, warnings: [...warnings, ...keep(options.cache, identity, added)] };
}

/** The series of a request, from what was obtained. */
export async function readObtained(request: LiveRequest, described: DescribedSource, obtained: Obtained): Promise<HistoryReading> {
  const { range, found, cutMs } = obtained;
  const { text, place, stepMs, kind, absentIsZero } = described;
  const path = placeIn(request, place);
  checkValues(found, range, described, path);
  const warnings = [
    ...obtained.warnings,
    ...found.warnings.map(findings.serverWarns),
    ...(cutMs === null ? [] : [findings.cut(cutMs, stepMs)]),
  ].map((finding) => ({ ...finding, path }));
  const notes = found.notes.map(findings.serverNotes).map((finding) => ({ ...finding, path }));
  const { values, filled } = absentIsZero ? withZeros(found.values) : { values: found.values, filled: 0 };
  const reading = await readSeries(request, {
    text,
    place,
    visit: (_order, each) => {
      values.forEach((value, index) => {
        if (!Number.isNaN(value)) each(range.from + index * stepMs, value);
      });
      return Promise.resolve();
    },
  });
  const end = found.covered.at(-1)?.to ?? range.to;
  const askedTo = kind === 'counter' ? end - stepMs : end;
  const { origin } = reading.series;
  const repairs = filled === 0 ? origin.repairs : [...origin.repairs, `took ${filled} periods without a sample for 0, as the config says`];
  return {
    series: { ...reading.series, origin: { ...origin, askedTo, repairs } },
    warnings: [...warnings, ...reading.warnings],
    notes: [...notes, ...(reading.notes ?? [])],
  };
}

/** Where a problem belongs: the place in the config, and the server. */
export const placeIn = (request: LiveRequest, place: string): string => `${request.path} (${place})`;

const unplaced = (finding: findings.Finding): Problem => ({ ...finding, path: '' });

/** Whole steps back from the end. A counter is read at moments: its last reading may stand at the very end. */
function rangeOf({ stepMs, reachMs, kind }: DescribedSource, { segments }: Kept, options: ObtainOptions): Range | null {
  const { now, offline } = options;
  const rangeMs = Math.min(options.rangeMs, reachMs);
  const latest = segments.length === 0 ? null : Math.max(...segments.map(({ to }) => to));
  if (offline && latest === null) return null;
  const end = now ?? latest;
  if (end === null) throw new Error('a live source is asked without a time');
  const to = Math.floor(end / stepMs) * stepMs + (kind === 'counter' && now !== null ? stepMs : 0);
  return { from: to - Math.ceil(rangeMs / stepMs) * stepMs, to };
}

function segmentOf({ points, labels, warnings, notes }: LiveAnswer, { from, to }: Range, stepMs: number): Segment {
  const values = Array<number | null>((to - from) / stepMs).fill(null);
  for (const [time, value] of points) values[(time - from) / stepMs] = value;
  return { from, to, values, labels, warnings, notes };
}

/** Nothing happened where nothing was reported; before the first report and after the last nobody knows. */
function withZeros(known: Float64Array): { readonly values: Float64Array; readonly filled: number } {
  const last = known.findLastIndex((value) => !Number.isNaN(value));
  const first = known.findIndex((value) => !Number.isNaN(value));
  const values = known.map((value, index) => (Number.isNaN(value) && index > first && index < last ? 0 : value));
  return { values, filled: values.reduce((count, value, index) => (Object.is(value, known[index]) ? count : count + 1), 0) };
}

/** A cache that cannot be written costs the next run its time; it takes nothing from this one. */
function keep(cache: HistoryCache, identity: LiveSource['identity'], added: readonly Segment[]): findings.Finding[] {
  try {
    cache.add(identity, added);
    return [];
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return [findings.notKept(error.problems.map(({ message }) => message))];
  }
}

function checkValues({ values, labels }: Overlay, range: Range, { kind, stepMs }: DescribedSource, path: string): void {
  if (values.every(Number.isNaN)) throw new ProblemError({ ...findings.noData(range), path });
  if (labels.length > 1) throw new ProblemError({ ...findings.anotherSeries(labels), path });
  const negative = kind === 'level' ? -1 : values.findIndex((value) => value < 0);
  if (negative < 0) return;
  throw new ProblemError({
    code: 'history/negative',
    path,
    message: `a ${kind} of ${values[negative]} at ${formatTime(range.from + negative * stepMs)}`,
    expected: 'no value below 0',
    hint: "is it a level? Give series: 'level'; deriv() and delta() of a gauge may fall below 0",
  });
}
