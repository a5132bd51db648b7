import { type HistoryReading, readSeries } from '../../history';
import { isProblemError, type Problem, ProblemError } from '../../problems';
import { inParts, type OnProgress } from '../../progress';
import { formatDuration, formatTime } from '../../units';
import type { CachedAnswers, HistoryCache } from './cache';
import { joinCounters } from './prometheus-answer';
import { overlay, type Overlay, type Range, rangesToAsk, type Segment } from './overlay';
import type { DescribedSource, LiveAnswer, LiveRequest, LiveSource } from './source';

/** The values of a source over a range, from the cache and the server. Requests of the same source share them. */
export type Obtained = {
  readonly range: Range;
  readonly overlay: Overlay;
  /** How far back the server keeps values, ms; `null` where that is as far as the config asks for. */
  readonly cutMs: number | null;
  /** Warnings about the cache. Each request adds its own path to them. */
  readonly warnings: readonly Finding[];
};

export type ObtainOptions = {
  readonly cache: HistoryCache;
  /** How far back the config asks for values, ms. */
  readonly rangeMs: number;
  /** Makes the source ready to be asked. It is never called offline. */
  readonly open: () => LiveSource;
  /** The end of the range, epoch ms; `null`, which only `offline` allows, for the latest end in the cache. */
  readonly now: number | null;
  /** What the clock says, epoch ms: what has not settled by then is not read. @default all has */
  readonly clock?: number;
  /** Whether only the cache is read. */
  readonly offline: boolean;
  readonly onProgress?: OnProgress;
};

/**
 * Obtains the values of a source: chooses the range, reads it from the cache, asks the server for the parts that the cache does not
 * hold, and adds those to the cache. A cache that cannot be written gives a warning, not an error.
 *
 * @throws ProblemError `history/not-cached` and `history/cache-damaged` (offline), `history/no-data`, and those of the source. Its
 * path is empty where each request has to add its own.
 */
export async function obtain(described: DescribedSource, options: ObtainOptions): Promise<Obtained> {
  const { identity, stepMs } = described;
  const cached = options.cache.read(identity);
  if (options.offline && cached.damaged.length > 0) throw new ProblemError(cached.damaged.map(damagedOffline).map(unplaced));
  const range = rangeOf(described, cached, options);
  if (range === null) throw new ProblemError(unplaced(notCached));
  const cutMs = described.reachMs < options.rangeMs ? described.reachMs : null;
  const warnings = cached.damaged.map(damaged);
  if (options.offline) {
    const fromCache = overlay(cached.segments, range, stepMs);
    return { range, overlay: fromCache, cutMs, warnings: [...warnings, ...partlyCached(fromCache.covered, range)] };
  }
  const missing = rangesToAsk(cached.segments, range);
  if (missing.length === 0) return { range, overlay: overlay(cached.segments, range, stepMs), cutMs, warnings };

  const source = options.open();
  const answered: Segment[] = [];
  const parts = inParts(
    options.onProgress,
    missing.map(({ from, to }) => to - from),
  );
  for (const [index, part] of missing.entries())
    answered.push(segmentOf(await source.fetch(part.from, part.to, parts[index]), part, stepMs));
  const complete = overlay([...cached.segments, ...answered], range, stepMs);
  if (complete.values.every(Number.isNaN)) throw new ProblemError(unplaced(noData(range, await source.whenEmpty())));
  return { range, overlay: complete, cutMs, warnings: [...warnings, ...addToCache(options.cache, identity, answered)] };
}

/**
 * Makes the series of a request from the values of its source.
 *
 * @throws ProblemError `history/no-data`, `history/negative`, `prometheus/several-series`, and those of `readSeries`
 */
export async function readObtained(request: LiveRequest, described: DescribedSource, obtained: Obtained): Promise<HistoryReading> {
  const { range, overlay: merged, cutMs } = obtained;
  const { text, place, stepMs, kind, absentIsZero } = described;
  const path = placeIn(request, place);
  checkValues(merged, range, described, path);
  const warnings = [...obtained.warnings, ...merged.warnings.map(serverWarns), ...(cutMs === null ? [] : [cut(cutMs, stepMs)])].map(
    (finding) => ({ ...finding, path }),
  );
  const notes = merged.notes.map(serverNotes).map((finding) => ({ ...finding, path }));
  const { values, filled } = absentIsZero ? withZeros(merged.values) : { values: merged.values, filled: 0 };
  const reading = await readSeries(request, {
    text,
    place,
    visit: (_order, receive) => {
      values.forEach((value, index) => {
        if (!Number.isNaN(value)) receive(range.from + index * stepMs, value);
      });
      return Promise.resolve();
    },
  });
  const end = merged.covered.at(-1)?.to ?? range.to;
  const askedTo = kind === 'counter' ? end - stepMs : end;
  const { origin } = reading.series;
  const repairs = filled === 0 ? origin.repairs : [...origin.repairs, `took ${filled} periods without a sample for 0, as the config says`];
  return {
    series: { ...reading.series, origin: { ...origin, askedTo, repairs } },
    warnings: [...warnings, ...reading.warnings],
    notes: [...notes, ...(reading.notes ?? [])],
    ...(reading.finest && { finest: reading.finest }),
  };
}

/** The path of a problem: the place in the config, and the server or metric. */
export const placeIn = (request: LiveRequest, place: string): string => `${request.path} (${place})`;

const unplaced = (finding: Finding): Problem => ({ ...finding, path: '' });

/**
 * The range to read, in whole steps; `null` where the cache has no answer and only the cache may be read. A counter is read at
 * moments, and its last reading may be at the end itself, so its range is one step longer.
 */
function rangeOf({ stepMs, reachMs, kind, settlesMs }: DescribedSource, { segments }: CachedAnswers, options: ObtainOptions): Range | null {
  const { now, offline, clock = Infinity } = options;
  const rangeMs = Math.min(options.rangeMs, reachMs);
  const latest = segments.length === 0 ? null : Math.max(...segments.map(({ to }) => to));
  if (offline && latest === null) return null;
  const asked = now ?? latest;
  if (asked === null) throw new Error('a live source is asked without a time');
  const end = offline || settlesMs === 0 ? asked : Math.min(asked, clock - settlesMs);
  const to = Math.floor(end / stepMs) * stepMs + (kind === 'counter' && now !== null ? stepMs : 0);
  return { from: to - Math.ceil(rangeMs / stepMs) * stepMs, to };
}

function segmentOf({ points, labels, warnings, notes }: LiveAnswer, { from, to }: Range, stepMs: number): Segment {
  const values = Array<number | null>((to - from) / stepMs).fill(null);
  for (const [time, value] of points) values[(time - from) / stepMs] = value;
  return { from, to, values, labels, warnings, notes };
}

/** Puts 0 for each missing value between the first value and the last. What is missing before and after them stays missing. */
function withZeros(reported: Float64Array): { readonly values: Float64Array; readonly filled: number } {
  const last = reported.findLastIndex((value) => !Number.isNaN(value));
  const first = reported.findIndex((value) => !Number.isNaN(value));
  const values = reported.map((value, index) => (Number.isNaN(value) && index > first && index < last ? 0 : value));
  return { values, filled: values.reduce((count, value, index) => (Object.is(value, reported[index]) ? count : count + 1), 0) };
}

/** Adds answers to the cache. A cache that cannot be written is a warning: this run has its values, and the next has to ask again. */
function addToCache(cache: HistoryCache, identity: LiveSource['identity'], segments: readonly Segment[]): Finding[] {
  try {
    cache.add(identity, segments);
    return [];
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return [notKept(error.problems.map(({ message }) => message))];
  }
}

function checkValues({ values, labels }: Overlay, range: Range, { kind, stepMs }: DescribedSource, path: string): void {
  if (values.every(Number.isNaN)) throw new ProblemError({ ...noData(range), path });
  if (labels.length > 1) throw new ProblemError({ ...anotherSeries(labels, kind === 'counter'), path });
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

/** A problem, warning or note of a source without its path, which each request of the source adds. */
export type Finding = Omit<Problem, 'path'>;
/** A damaged file of the cache, and why it cannot be trusted. */
type Broken = { readonly file: string; readonly why: string };

export const notCached: Finding = {
  code: 'history/not-cached',
  message: 'was never read before, so there is nothing to plan from without a network',
  hint: 'run `foresize history` or `foresize plan` where the source can be reached, without --offline',
};

export function noData({ from, to }: Range, hint?: string): Finding {
  return { code: 'history/no-data', message: `nothing was recorded from ${formatTime(from)} to ${formatTime(to)}`, hint };
}

/** The warning that parts of the range were never asked for; none where `covered` holds all of it. */
export function partlyCached(covered: readonly Range[], range: Range): Finding[] {
  const first = covered[0];
  const last = covered.at(-1);
  if (first === undefined || last === undefined) return [];
  const missing = [
    ...(first.from > range.from ? [`before ${formatTime(first.from)}`] : []),
    ...covered.slice(1).map(({ from }, index) => `from ${formatTime(covered[index].to)} to ${formatTime(from)}`),
    ...(last.to < range.to ? [`from ${formatTime(last.to)} on`] : []),
  ];
  if (missing.length === 0) return [];
  const message = `was not read ${missing.join(' and ')}; what is missing there is unknown`;
  return [{ code: 'history/partly-cached', message, hint: 'run once without --offline' }];
}

export function damaged({ file, why }: Broken): Finding {
  return { code: 'history/cache-damaged', message: `.foresize/history/${file} ${why}, and what it held is read anew` };
}

export function damagedOffline({ file, why }: Broken): Finding {
  return {
    code: 'history/cache-damaged',
    message: `.foresize/history/${file} ${why}`,
    hint: 'run once without --offline, which reads it anew',
  };
}

export function notKept(causes: readonly string[]): Finding {
  return { code: 'history/not-kept', message: `was read, and could not be kept for --offline: ${causes.join('; ')}` };
}

export const serverWarns = (said: string): Finding => ({ code: 'history/server-warning', message: `the server warns: ${said}` });
export const serverNotes = (said: string): Finding => ({ code: 'history/server-note', message: `the server notes: ${said}` });

export function cut(reachMs: number, periodMs: number): Finding {
  return {
    code: 'history/cut',
    message: `is read ${formatDuration(reachMs)} back: CloudWatch keeps values of ${formatDuration(periodMs)} no longer`,
    hint: 'a longer period of the plan reaches farther back; or set history.range',
  };
}

/** The problem that a query gave different series at different times, for example once from the cache and now from the server. */
export function anotherSeries(labelSets: readonly Readonly<Record<string, string>>[], isCounter: boolean): Finding {
  const names = [...new Set(labelSets.flatMap(Object.keys))]
    .filter((name) => new Set(labelSets.map((labels) => labels[name])).size > 1)
    .sort();
  const valuesOf = (name: string) => [...new Set(labelSets.map((labels) => JSON.stringify(labels[name] ?? '')))].sort().slice(0, 3);
  return {
    code: 'prometheus/several-series',
    message: `the query gives one series at one time and another at another; they differ in ${names.map((name) => `${name} (${valuesOf(name).join(', ')})`).join(', ')}`,
    hint: isCounter ? joinCounters : 'join them: sum(...)',
  };
}
