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
 * change's `to`: so a missing hour is read by the clock before, and a doubled hour as the first of the two.
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

export type LocalClock = {
  /**
   * Local time, written as if it were UTC, as epoch ms.
   *
   * @param inSecondHour whether a time that happened twice is the second of the two
   */
  readonly toUtc: (local: number, inSecondHour?: boolean) => number;
  /** The change within whose missing or doubled hour a local time lies. */
  readonly changeOf: (local: number) => ClockChange | undefined;
  /** How many of the times that were asked for lay within the missing or doubled hour of a change, by its `at`. */
  readonly within: ReadonlyMap<number, number>;
};

/** The clock of a time zone for one local time after another, by the rule of `clockOf`. */
export function createLocalClock(zone: string): LocalClock {
  const years = new Map<number, readonly Stretch[]>();
  const within = new Map<number, number>();
  let now: Stretch = { from: NaN, to: NaN, offsetMs: NaN };
  const goTo = (local: number): Stretch => {
    if (!(local >= now.from && local < now.to)) now = find(local);
    return now;
  };
  const find = (local: number): Stretch => {
    const year = new Date(local).getUTCFullYear();
    const stretches = years.get(year) ?? stretchesOf(zone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
    years.set(year, stretches);
    return stretches.find(({ to }) => local < to) ?? stretches[stretches.length - 1];
  };
  return {
    within,
    changeOf: (local) => goTo(local).change,
    toUtc: (local, inSecondHour = false) => {
      const { change, offsetMs } = goTo(local);
      if (change !== undefined) within.set(change.at, (within.get(change.at) ?? 0) + 1);
      return local - (inSecondHour && change?.hour === 'doubled' ? change.afterMs : offsetMs);
    },
  };
}

/** Local times of one offset: [from, to). `change` is set within a missing or doubled hour. */
type Stretch = { readonly from: number; readonly to: number; readonly offsetMs: number; readonly change?: ClockChange };

function stretchesOf(zone: string, begin: number, end: number): Stretch[] {
  const { firstOffsetMs, changes } = clockOf(zone, begin, end);
  const stretches: Stretch[] = [];
  let [from, offsetMs] = [begin, firstOffsetMs];
  for (const change of changes) {
    stretches.push({ from, to: change.from, offsetMs }, { from: change.from, to: change.to, offsetMs, change });
    [from, offsetMs] = [change.to, change.afterMs];
  }
  return [...stretches, { from, to: end, offsetMs }].filter((stretch) => stretch.to > Math.max(stretch.from, begin));
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
