import { HOUR_MS } from '../../units';
import type { LiveAnswer } from './source';

/** One answer of a live source, as it is kept: what was asked, and what came. */
export type Segment = {
  /** What was asked for, epoch ms, whole multiples of the step. */
  readonly from: number;
  readonly to: number;
  /** One for each step of the range, in order; `null` where nothing came. */
  readonly values: readonly (number | null)[];
  readonly labels: LiveAnswer['labels'];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
};

export type Range = { readonly from: number; readonly to: number };

/** What came last may still change: late samples, a part of the storage that lags. The next run asks for it again. */
export const rereadMs = 6 * HOUR_MS;

/** A stretch of time, and the latest answer that covers it. */
type Piece = Range & { readonly latest: Segment };

/** What segments hold of a range, the later before the earlier. */
export type Overlay = {
  /** One for each step; NaN where nothing is. */
  readonly values: Float64Array;
  /** What was asked for within the range, in order, apart from one another. */
  readonly covered: readonly Range[];
  /** Every set of labels that came with a point. */
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
};

/**
 * Lays segments over one another, oldest first: where a later one has a value it counts; where it has none an earlier one stays,
 * because a server forgets old values and never unlearns young ones. Warnings and notes are those of the latest answers alone.
 *
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
  const said = (pick: (segment: Segment) => readonly string[]) => [...new Set(pieces.flatMap(({ latest }) => pick(latest)))].sort();
  return {
    values,
    covered: union(pieces),
    labels: [...labels.values()],
    warnings: said(({ warnings }) => warnings),
    notes: said(({ notes }) => notes),
  };
}

/** What of a range is still to be asked for: what no answer covers, the last hours of each answer, and what came with a warning. */
export function toAsk(segments: readonly Segment[], range: Range): Range[] {
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

/** The same content in few segments: one for each range without a hole of which the latest answers say the same. */
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
