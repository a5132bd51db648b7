import { type HistoryReading, readSeries } from '../../history';
import { isProblemError, type Problem, ProblemError } from '../../problems';
import { formatDuration, formatTime } from '../../units';
import type { HistoryCache, Kept } from './cache';
import { overlay, type Overlay, type Range, type Segment, toAsk } from './overlay';
import type { DescribedSource, LiveAnswer, LiveRequest, LiveSource } from './source';

/** What is known of a range of a source, after the cache and the server have been asked. */
export type Obtained = {
  readonly range: Range;
  readonly found: Overlay;
  /** How far back the server keeps values, ms, where the config asks for more; `null` where it does not. */
  readonly cutMs: number | null;
  /** What happened on the way; the path is left to each request. */
  readonly warnings: readonly Finding[];
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
  if (options.offline && kept.damaged.length > 0) throw new ProblemError(kept.damaged.map(damagedOffline).map(unplaced));
  const range = rangeOf(described, kept, options);
  if (range === null) throw new ProblemError(unplaced(notCached));
  const cutMs = described.reachMs < options.rangeMs ? described.reachMs : null;
  const warnings = kept.damaged.map(damaged);
  if (options.offline) {
    const found = overlay(kept.segments, range, stepMs);
    return { range, found, cutMs, warnings: [...warnings, ...partlyCached(found.covered, range)] };
  }
  const missing = toAsk(kept.segments, range);
  if (missing.length === 0) return { range, found: overlay(kept.segments, range, stepMs), cutMs, warnings };

  const source = options.open();
  const added: Segment[] = [];
  for (const part of missing) added.push(segmentOf(await source.fetch(part.from, part.to), part, stepMs));
  const found = overlay([...kept.segments, ...added], range, stepMs);
  if (found.values.every(Number.isNaN)) throw new ProblemError(unplaced(noData(range, await source.whenEmpty())));
  return { range, found, cutMs, warnings: [...warnings, ...keep(options.cache, identity, added)] };
}

/** The series of a request, from what was obtained. */
export async function readObtained(request: LiveRequest, described: DescribedSource, obtained: Obtained): Promise<HistoryReading> {
  const { range, found, cutMs } = obtained;
  const { text, place, stepMs, kind, absentIsZero } = described;
  const path = placeIn(request, place);
  checkValues(found, range, described, path);
  const warnings = [...obtained.warnings, ...found.warnings.map(serverWarns), ...(cutMs === null ? [] : [cut(cutMs, stepMs)])].map(
    (finding) => ({ ...finding, path }),
  );
  const notes = found.notes.map(serverNotes).map((finding) => ({ ...finding, path }));
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

const unplaced = (finding: Finding): Problem => ({ ...finding, path: '' });

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
function keep(cache: HistoryCache, identity: LiveSource['identity'], added: readonly Segment[]): Finding[] {
  try {
    cache.add(identity, added);
    return [];
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return [notKept(error.problems.map(({ message }) => message))];
  }
}

function checkValues({ values, labels }: Overlay, range: Range, { kind, stepMs }: DescribedSource, path: string): void {
  if (values.every(Number.isNaN)) throw new ProblemError({ ...noData(range), path });
  if (labels.length > 1) throw new ProblemError({ ...anotherSeries(labels), path });
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

/** What reading a live source found, before it is known for which request. */
export type Finding = Omit<Problem, 'path'>;
type Broken = { readonly file: string; readonly why: string };

export const notCached: Finding = {
  code: 'history/not-cached',
  message: 'was never read before, so there is nothing to plan from without a network',
  hint: 'run `foresize history` or `foresize plan` where the source can be reached, without --offline',
};

export function noData({ from, to }: Range, hint?: string): Finding {
  return { code: 'history/no-data', message: `nothing was recorded from ${formatTime(from)} to ${formatTime(to)}`, hint };
}

/** What of the range was never asked for. */
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

/** The labels of one query at different times: what came from the cache and what came now are no one series. */
export function anotherSeries(all: readonly Readonly<Record<string, string>>[]): Finding {
  const names = [...new Set(all.flatMap(Object.keys))].filter((name) => new Set(all.map((labels) => labels[name])).size > 1).sort();
  const valuesOf = (name: string) => [...new Set(all.map((labels) => JSON.stringify(labels[name] ?? '')))].sort().slice(0, 3);
  return {
    code: 'prometheus/several-series',
    message: `the query gives one series at one time and another at another; they differ in ${names.map((name) => `${name} (${valuesOf(name).join(', ')})`).join(', ')}`,
    hint: 'join them: sum(...)',
  };
}
