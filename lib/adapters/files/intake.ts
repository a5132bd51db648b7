import { type FileSourceConfig, seriesKindOf } from '../../config';
import {
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
import type { OpenFile } from './open';

export type FileRequest = HistoryRequest<FileSourceConfig>;

/** What can be wrong with a row, in the order in which the problems are shown. */
export const troubleSorts = ['time', 'no-zone', 'value', 'infinite', 'negative'] as const;
export type TroubleSort = (typeof troubleSorts)[number];

/** How many rows have the same trouble, and where the first of them is: its file, and its number there, counted from 0. */
export type Trouble = { count: number; readonly file: OpenFile; readonly row: number };

/** What is counted while the rows of a series are read. */
export type Tally = {
  /** All rows of the series. */
  rows: number;
  /** Rows without a value. */
  missing: number;
  /** Rows by the form of their time, in the order of `timeForms`. */
  readonly forms: [zoned: number, local: number, seconds: number, milliseconds: number];
  readonly troubles: Map<TroubleSort, Trouble>;
  /** The first and last time without a zone: epoch ms, as if the local time were UTC. `Infinity` and `-Infinity` without any. */
  firstLocal: number;
  lastLocal: number;
};

/** Takes the rows of one series, in chunks: counts them, notes what is wrong, and gives the good ones to the reader of the series. */
export type Intake = {
  readonly request: FileRequest;
  readonly kind: SeriesKind;
  readonly reader: SeriesReader;
  readonly tally: Tally;
  /** Turns times without a zone into UTC; `undefined` where the source names no zone. */
  readonly clock: LocalClock | undefined;
  /**
   * Takes `count` rows, at most `rowsTogether`. `rows` holds them from the index `from` on, three numbers for each: its time and its
   * value as `sql.ts` encodes them, and its number in the file, counted from 0.
   *
   * @param file the file of the rows in the first pass; `undefined` in a later pass, where nothing is counted a second time
   */
  readonly take: (rows: Float64Array, from: number, count: number, file: OpenFile | undefined) => void;
};

/** The most rows that one call of `take` receives. */
export const rowsTogether = 128;
/** Rows on their way to a reader, time and value in turn. All intakes share this array: a reader copies its rows before it returns. */
const goodRows = new Float64Array(2 * rowsTogether);

/** Creates the intake of a request. It reads local times by the clock of their zone; rows with trouble do not reach the reader. */
export function createIntake(request: FileRequest, name: SourceName): Intake {
  const kind = seriesKindOf(request.source, request.defaultKind);
  const { zone } = request.source;
  const least = kind === 'level' ? -Number.MAX_VALUE : 0;
  const reader = createSeriesReader(request, name);
  const clock = zone === undefined ? undefined : createLocalClock(zone);
  // Later passes have their own clock: a clock counts the times that it converts.
  const laterClock = zone === undefined ? undefined : createLocalClock(zone);
  const tally: Tally = { rows: 0, missing: 0, forms: [0, 0, 0, 0], troubles: new Map(), firstLocal: Infinity, lastLocal: -Infinity };

  let good = 0;
  const keep = (time: number, value: number): void => {
    goodRows[2 * good] = time;
    goodRows[2 * good + 1] = value;
    good += 1;
  };

  /** Takes a row that is not the common case: its time has another form, it has no value, or something is wrong with it. */
  const takeOther = (time: number, value: number, file: OpenFile, row: number): void => {
    const trouble = (sort: TroubleSort): void => {
      const earlier = tally.troubles.get(sort);
      if (earlier === undefined) tally.troubles.set(sort, { count: 1, file, row });
      else earlier.count += 1;
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
    const at = form === localForm && clock !== undefined ? clock.toUtc(whole) : whole;
    if (Number.isNaN(value)) tally.missing += 1;
    else if (value === -Infinity) trouble('value');
    else if (value === Infinity) trouble('infinite');
    else if (value < least) trouble('negative');
    else if (isTime) keep(at, value);
  };

  const takeFirst = (rows: Float64Array, from: number, count: number, file: OpenFile): void => {
    const [earliest, end] = [plausibleFromMs, plausibleToMs];
    let common = 0;
    good = 0;
    for (let index = from; index < from + 3 * count; index += 3) {
      const time = rows[index];
      const value = rows[index + 1];
      if (time >= earliest && time < end && value >= least && value < Infinity && time === Math.floor(time)) {
        common += 1;
        goodRows[2 * good] = time;
        goodRows[2 * good + 1] = value;
        good += 1;
      } else takeOther(time, value, file, rows[index + 2]);
    }
    reader.add(goodRows, good);
    tally.rows += count;
    tally.forms[0] += common;
  };

  const takeAgain = (rows: Float64Array, from: number, count: number): void => {
    good = 0;
    for (let index = from; index < from + 3 * count; index += 3) {
      const time = rows[index];
      const value = rows[index + 1];
      const whole = Math.floor(time);
      if (value < Infinity && value > -Infinity)
        keep(time - whole === localForm / 4 && laterClock !== undefined ? laterClock.toUtc(whole) : whole, value);
    }
    reader.add(goodRows, good);
  };

  return {
    request,
    kind,
    reader,
    tally,
    clock,
    take: (rows, from, count, file) => {
      if (file === undefined) takeAgain(rows, from, count);
      else takeFirst(rows, from, count, file);
    },
  };
}

const localForm = 1;
