import { IANAZone } from 'luxon';
import { DAY_MS, MINUTE_MS } from '../units';

/** A change of the clock in a time zone, in local time written as if it were UTC (epoch ms). */
export type ClockChange = {
  /** Moment of the change, true epoch ms. */
  readonly at: number;
  /** Offsets from UTC before and after, ms. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Local times from `from` up to `to` are missing (the clock went forward) or happen twice (it went back). */
  readonly from: number;
  readonly to: number;
  readonly hour: 'missing' | 'doubled';
};

export type ZoneClock = {
  /** Offset from UTC at the start of the span, ms. */
  readonly firstOffsetMs: number;
  /** In order of time. */
  readonly changes: readonly ClockChange[];
};

/**
 * The clock of a time zone over a span. Local time becomes UTC by the offset before a change as long as it lies before the
 * change's `to`: so a missing hour is read by the clock before, a doubled hour as the first of the two, and an observation's place
 * among the others never matters.
 *
 * @param zone a valid IANA zone
 * @param from to local times as if they were UTC, epoch ms
 */
export function clockOf(zone: string, from: number, to: number): ZoneClock {
  const { offset } = zoneOffsets(zone);
  const changes: ClockChange[] = [];
  const begin = from - 2 * DAY_MS;
  for (let day = begin; day <= to + 2 * DAY_MS; day += DAY_MS) {
    if (offset(day) === offset(day + DAY_MS)) continue;
    changes.push(changeAt(firstAfter(day, day + DAY_MS, offset), offset));
  }
  return { firstOffsetMs: offset(begin), changes };
}

function zoneOffsets(name: string): { offset: (at: number) => number } {
  const zone = IANAZone.create(name);
  return { offset: (at) => Math.round(zone.offset(at) * MINUTE_MS) };
}

/** The minute in (low, high] from which the offset is that of `high`. */
function firstAfter(low: number, high: number, offset: (at: number) => number): number {
  const after = offset(high);
  let [before, at] = [Math.floor(low / MINUTE_MS), Math.ceil(high / MINUTE_MS)];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (offset(middle * MINUTE_MS) === after) at = middle;
    else before = middle;
  }
  return at * MINUTE_MS;
}

function changeAt(at: number, offset: (at: number) => number): ClockChange {
  const [beforeMs, afterMs] = [offset(at - MINUTE_MS), offset(at)];
  const [from, to] = [at + Math.min(beforeMs, afterMs), at + Math.max(beforeMs, afterMs)];
  return { at, beforeMs, afterMs, from, to, hour: afterMs > beforeMs ? 'missing' : 'doubled' };
}
