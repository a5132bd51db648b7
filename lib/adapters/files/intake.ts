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

/** Sorts of rows that cannot be trusted, in the order in which they are told. */
export const troubleSorts = ['time', 'no-zone', 'value', 'infinite', 'negative'] as const;
export type TroubleSort = (typeof troubleSorts)[number];

/** How many rows have a trouble, and the first of them: its number in its file, from 0. */
export type Trouble = { count: number; readonly file: OpenFile; readonly row: number };

/** What was seen on the way of the rows of a series, beside their times and values. */
export type Tally = {
  rows: number;
  missing: number;
  /** Rows by the form of their time, in the order of `timeForms`. */
  readonly forms: [zoned: number, local: number, seconds: number, milliseconds: number];
  readonly troubles: Map<TroubleSort, Trouble>;
  /** First and last time without a zone, as if it were UTC. */
  firstLocal: number;
  lastLocal: number;
};

/** What becomes of the rows of a request. */
export type Intake = {
  readonly request: FileRequest;
  readonly kind: SeriesKind;
  readonly reader: SeriesReader;
  readonly tally: Tally;
  /** Of times without a zone, where the source gives one. */
  readonly clock: LocalClock | undefined;
  /**
   * Takes up to `rowsTogether` rows as the engine gives them (see `sql.ts`): in `rows`, from an index on, for each its time, its value and its number
   * in the file, from 0.
   *
   * @param file of the first pass; without it these are rows of a later one, which bring nothing new but their order
   */
  readonly take: (rows: Float64Array, from: number, count: number, file: OpenFile | undefined) => void;
};

/** Most rows that are given together. */
export const rowsTogether = 128;
/** Rows that have a value, time and value in turn, on their way to a reader; one for all, since they are taken at once. */
const goodRows = new Float64Array(2 * rowsTogether);

/** Takes rows in for a request: tells troubles apart, reads local times by the clock of their zone, and hands on what has a value. */
export function createIntake(request: FileRequest, name: SourceName): Intake {
  const kind = seriesKindOf(request.source, request.defaultKind);
  const { zone } = request.source;
  const least = kind === 'level' ? -Number.MAX_VALUE : 0;
  const reader = createSeriesReader(request, name);
  const clock = zone === undefined ? undefined : createLocalClock(zone);
  // Of its own, since a clock counts what it is asked for.
  const laterClock = zone === undefined ? undefined : createLocalClock(zone);
  const tally: Tally = { rows: 0, missing: 0, forms: [0, 0, 0, 0], troubles: new Map(), firstLocal: Infinity, lastLocal: -Infinity };

  let good = 0;
  const keep = (time: number, value: number): void => {
    goodRows[2 * good] = time;
    goodRows[2 * good + 1] = value;
    good += 1;
  };

  /** What is not the common case: a time of another form, no value, or trouble. */
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
