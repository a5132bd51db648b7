import { type FileSourceConfig, seriesKindOf } from '../../config';
import {
  type ClockChange,
  createLocalClock,
  createSeriesReader,
  type HistoryRequest,
  type LocalClock,
  plausibleFromMs,
  plausibleToMs,
  type SeriesKind,
  type SeriesReader,
  type SourceName,
} from '../../history';
import type { Layout } from './layout';
import type { OpenFile } from './open-file';

export type FileRequest = HistoryRequest<FileSourceConfig>;

/** What can be wrong with a row, in the order in which the problems are shown. */
export const troubleSorts = ['time', 'no-zone', 'value', 'infinite', 'absurd', 'negative'] as const;
export type TroubleSort = (typeof troubleSorts)[number];

/** How many rows have the same trouble, and where the first of them is: its file, and its number there, counted from 0. */
export type Trouble = { count: number; readonly file: OpenFile; readonly row: number };

/** What is counted while the rows of a series are read. */
export type Tally = {
  rows: number;
  missing: number;
  /** Rows by the form of their time, in the order of `timeForms`. */
  readonly forms: [zoned: number, local: number, seconds: number, milliseconds: number];
  readonly troubles: Map<TroubleSort, Trouble>;
  /** The first and last time without a zone: epoch ms, as if the local time were UTC. `Infinity` and `-Infinity` without any. */
  firstLocal: number;
  lastLocal: number;
  /** How neighbours among the times without a zone follow each other, outside of hours that happened twice. */
  readonly order: { rises: number; falls: number; repeats: number };
  /** Rows within hours that happened twice, in their order. */
  readonly doubled: DoubledRow[];
};

/** A row whose time, without a zone, lies within an hour that happened twice. */
export type DoubledRow = {
  /** As messages call its file, and its number there. */
  readonly file: string;
  readonly row: number;
  readonly local: number;
  readonly change: ClockChange;
};

/** Larger values are no load and no counter of one: a slip, or a word for infinite. What is made of them would not be finite. */
export const largestValue = 1e18;
/** More rows in hours that happened twice are not told apart. */
const mostDoubled = 200_000;

/** Takes the rows of one series, in chunks: counts them, notes what is wrong, and gives the good ones to the reader of the series. */
export type Intake = {
  readonly request: FileRequest;
  readonly layout: Layout;
  readonly kind: SeriesKind;
  readonly reader: SeriesReader;
  readonly tally: Tally;
  /** Turns times without a zone into UTC; `undefined` where the source names no zone. */
  readonly clock: LocalClock | undefined;
  /**
   * Takes `count` rows, at most `rowsTogether`. `rows` holds them from the index `from` on, three numbers for each: its time and its
   * value as `sql.ts` encodes them, and its number in the file, counted from 0.
   *
   * @param file the file of the rows; `undefined` where they are of several files and their times are UTC
   * @param isFirst whether this is the first pass; in a later pass nothing is counted a second time
   */
  readonly take: (rows: Float64Array, from: number, count: number, file: OpenFile | undefined, isFirst: boolean) => void;
};

/** The most rows that one call of `take` receives. */
export const rowsTogether = 128;
/** Rows on their way to a reader, time and value in turn. All intakes share this array: a reader copies its rows before it returns. */
const goodRows = new Float64Array(2 * rowsTogether);

/** Creates the intake of a request. It reads local times by the clock of their zone; rows with trouble do not reach the reader. */
export function createIntake(request: FileRequest, name: SourceName, layout: Layout): Intake {
  const kind = seriesKindOf(request.source, request.defaultKind);
  const { zone } = request.source;
  const least = kind === 'level' ? -largestValue : 0;
  const reader = createSeriesReader(request, name);
  const clock = zone === undefined ? undefined : createLocalClock(zone);
  // Of its own, since a clock counts what it is asked for.
  const laterClock = zone === undefined ? undefined : createLocalClock(zone);
  const tally: Tally = {
    ...{ rows: 0, missing: 0, forms: [0, 0, 0, 0], troubles: new Map(), firstLocal: Infinity, lastLocal: -Infinity },
    ...{ order: { rises: 0, falls: 0, repeats: 0 }, doubled: [] },
  };
  let lastLocal = NaN;

  /** Takes note of how local times follow each other, and of those that happened twice. */
  const noteOrder = (local: number, change: ClockChange | undefined, file: OpenFile, row: number): void => {
    if (change?.hour === 'doubled') {
      if (tally.doubled.length < mostDoubled) tally.doubled.push({ file: file.shown, row, local, change });
      lastLocal = NaN;
      return;
    }
    if (local > lastLocal) tally.order.rises += 1;
    else if (local < lastLocal) tally.order.falls += 1;
    else if (local === lastLocal) tally.order.repeats += 1;
    lastLocal = local;
  };

  let good = 0;
  const keep = (time: number, value: number): void => {
    goodRows[2 * good] = time;
    goodRows[2 * good + 1] = value;
    good += 1;
  };

  /** Takes a row that is not the common case: its time has another form, it has no value, or something is wrong with it. */
  const takeOther = (time: number, value: number, file: OpenFile, row: number): void => {
    const trouble = (sort: TroubleSort): void => {
      const known = tally.troubles.get(sort);
      if (known === undefined) tally.troubles.set(sort, { count: 1, file, row });
      else known.count += 1;
    };
    const whole = Math.floor(time);
    const form = (time - whole) * 4;
    const isTime = whole >= plausibleFromMs && whole < plausibleToMs;
    if (!isTime) trouble('time');
    else {
      tally.forms[form] += 1;
      if (form === localForm) {
        if (clock === undefined) trouble('no-zone');
        tally.firstLocal = Math.min(tally.firstLocal, whole);
        tally.lastLocal = Math.max(tally.lastLocal, whole);
      }
    }
    let at = whole;
    if (isTime && form === localForm && clock !== undefined) {
      at = clock.toUtc(whole, layout.inSecondHour.get(file.shown)?.has(row));
      noteOrder(whole, clock.changeOf(whole), file, row);
    }
    if (Number.isNaN(value)) tally.missing += 1;
    else if (value === -Infinity) trouble('value');
    else if (value === Infinity) trouble('infinite');
    else if (value > largestValue || value < -largestValue) trouble('absurd');
    else if (value < least) trouble('negative');
    else if (isTime) keep(at, value);
  };

  const takeFirst = (rows: Float64Array, from: number, count: number, file: OpenFile): void => {
    const [earliest, end] = [plausibleFromMs, plausibleToMs];
    let common = 0;
    let left = 0;
    good = 0;
    const rowsEnd = layout.endsAt.get(file.shown) ?? Infinity;
    for (let index = from; index < from + 3 * count; index += 3) {
      const time = rows[index];
      const value = rows[index + 1];
      if (rows[index + 2] >= rowsEnd) left += 1;
      else if (time >= earliest && time < end && value >= least && value <= largestValue && time === Math.floor(time)) {
        common += 1;
        goodRows[2 * good] = time;
        goodRows[2 * good + 1] = value;
        good += 1;
      } else takeOther(time, value, file, rows[index + 2]);
    }
    reader.add(goodRows, good);
    tally.rows += count - left;
    tally.forms[0] += common;
  };

  const takeAgain = (rows: Float64Array, from: number, count: number, file: OpenFile | undefined): void => {
    const second = file && layout.inSecondHour.get(file.shown);
    const rowsEnd = (file && layout.endsAt.get(file.shown)) ?? Infinity;
    good = 0;
    for (let index = from; index < from + 3 * count; index += 3) {
      const time = rows[index];
      const value = rows[index + 1];
      const whole = Math.floor(time);
      if (value < Infinity && value > -Infinity && rows[index + 2] < rowsEnd)
        keep(
          time - whole === localForm / 4 && laterClock !== undefined ? laterClock.toUtc(whole, second?.has(rows[index + 2])) : whole,
          value,
        );
    }
    reader.add(goodRows, good);
  };

  return {
    request,
    layout,
    kind,
    reader,
    tally,
    clock,
    take: (rows, from, count, file, isFirst) => {
      if (isFirst && file !== undefined) takeFirst(rows, from, count, file);
      else takeAgain(rows, from, count, file);
    },
  };
}

const localForm = 1;
