import { HOUR_MS } from '../../units';
import type { LiveAnswer } from './source';

/** One answer of a live source, as the cache holds it: the range that was asked for, and the values that the source gave. */
export type Segment = {
  /** The range [from, to) that was asked for, epoch ms, whole multiples of the step. */
  readonly from: number;
  readonly to: number;
  /** One value for each step of the range, in order; `null` where the source gave none. */
  readonly values: readonly (number | null)[];
  readonly labels: LiveAnswer['labels'];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
};

/** The times from `from` up to but not including `to`, epoch ms. */
export type Range = { readonly from: number; readonly to: number };

/**
 * The last part of an answer, ms, that the next run asks for again: its values may still change, because samples arrive late or a
 * part of the storage lags.
 */
export const rereadMs = 6 * HOUR_MS;

/** A range of time, and the latest answer that covers it. */
type Piece = Range & { readonly latest: Segment };

/** The values of a range, put together from several segments. */
export type Overlay = {
  /** One value for each step of the range; NaN where no segment has one. */
  readonly values: Float64Array;
  /** The parts of the range that were asked for, in order, none touching another. */
  readonly covered: readonly Range[];
  /** Every different set of labels of a segment with values in the range. */
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
};

/**
 * Puts segments together to the values of a range. Where several segments have a value for a step, the latest segment counts. Where
 * only an earlier one has a value, that value stays: a server deletes old values in time, but does not take back recent ones.
 * Warnings and notes are those of the latest segment at each time.
 *
 * @param segments oldest first
 * @param range whole multiples of the step
 */
export function overlay(segments: readonly Segment[], range: Range, stepMs: number): Overlay {
  const values = new Float64Array(Math.max(0, (range.to - range.from) / stepMs)).fill(NaN);
  const labels = new Map<string, Readonly<Record<string, string>>>();
  for (const segment of segments) {
    let used = false;
    const first = Math.max(segment.from, range.from);
    const offset = (first - segment.from) / stepMs;
    const length = Math.max(0, (Math.min(segment.to, range.to) - first) / stepMs);
    for (let index = 0; index < length; index += 1) {
      const value = segment.values[offset + index];
      if (value === null || value === undefined) continue;
      values[(first - range.from) / stepMs + index] = value;
      used = true;
    }
    if (used && segment.labels) labels.set(JSON.stringify(Object.entries(segment.labels).sort()), segment.labels);
  }
  const pieces = piecesOf(segments, range);
  const textsOf = (pick: (segment: Segment) => readonly string[]) => [...new Set(pieces.flatMap(({ latest }) => pick(latest)))].sort();
  return {
    values,
    covered: union(pieces),
    labels: [...labels.values()],
    warnings: textsOf(({ warnings }) => warnings),
    notes: textsOf(({ notes }) => notes),
  };
}

/**
 * The parts of a range that have to be asked for, in order. A part counts as known only where an answer without warnings covers it,
 * and it is not in the last `rereadMs` of that answer.
 */
export function rangesToAsk(segments: readonly Segment[], range: Range): Range[] {
  const settled = segments
    .filter(({ warnings }) => warnings.length === 0)
    .map(({ from, to }) => ({ from: Math.max(from, range.from), to: Math.min(to - rereadMs, range.to) }))
    .filter(({ from, to }) => to > from);
  const missing: Range[] = [];
  let at = range.from;
  for (const { from, to } of union(settled)) {
    if (from > at) missing.push({ from: at, to: from });
    at = to;
  }
  if (at < range.to) missing.push({ from: at, to: range.to });
  return missing;
}

/**
 * Joins segments to fewer ones with the same overlay. Neighbouring ranges become one segment where the latest answers have the same
 * labels, warnings and notes.
 */
export function joinSegments(segments: readonly Segment[], stepMs: number): Segment[] {
  if (segments.length === 0) return [];
  const whole = { from: Math.min(...segments.map(({ from }) => from)), to: Math.max(...segments.map(({ to }) => to)) };
  const { values } = overlay(segments, whole, stepMs);
  const joined: { from: number; to: number; like: Segment; labels: Segment['labels'] }[] = [];
  for (const { from, to, latest } of piecesOf(segments, whole)) {
    const before = joined.at(-1);
    if (before?.to === from && saysTheSame(before, latest)) {
      before.to = to;
      before.labels ??= latest.labels;
    } else joined.push({ from, to, like: latest, labels: latest.labels });
  }
  return joined.map(({ from, to, like, labels }) => ({
    from,
    to,
    values: Array.from(values.subarray((from - whole.from) / stepMs, (to - whole.from) / stepMs), (value) =>
      Number.isNaN(value) ? null : value,
    ),
    labels,
    warnings: like.warnings,
    notes: like.notes,
  }));
}

function saysTheSame(before: { readonly like: Segment; readonly labels: Segment['labels'] }, next: Segment): boolean {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const oneSeries = before.labels === null || next.labels === null || same(before.labels, next.labels);
  return oneSeries && same(before.like.warnings, next.warnings) && same(before.like.notes, next.notes);
}

function piecesOf(segments: readonly Segment[], range: Range): Piece[] {
  const inside = (time: number) => time > range.from && time < range.to;
  const bounds = [...new Set([range.from, range.to, ...segments.flatMap(({ from, to }) => [from, to]).filter(inside)])].sort(
    (a, b) => a - b,
  );
  return bounds.slice(1).flatMap((to, index): Piece[] => {
    const from = bounds[index];
    const latest = segments.findLast((segment) => segment.from <= from && segment.to >= to);
    return latest === undefined ? [] : [{ from, to, latest }];
  });
}

/** Ranges in order, joined where they touch. */
function union(ranges: readonly Range[]): Range[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const before = joined.at(-1);
    if (before !== undefined && from <= before.to) before.to = Math.max(before.to, to);
    else joined.push({ from, to });
  }
  return joined;
}
