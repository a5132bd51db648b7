import { seriesKindOf } from '../config/source-schema';
import type { FileSourceConfig } from '../config/schema';
import { createLocalClock, type LocalClock } from '../history/clock-changes';
import { createSeriesReader, type SeriesReader, type SourceName } from '../history/reading';
import type { HistoryRequest, SeriesKind } from '../history/series';
import { plausibleFromMs, plausibleToMs } from '../history/timestamp';
import type { OpenFile } from './files-open';

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
   * Takes a row as the engine gives it (see `files-sql`), of the first pass.
   *
   * @param row its number in the file, from 0
   */
  readonly take: (time: number, value: number, file: OpenFile, row: number) => void;
  /** Takes a row of a later pass, which brings nothing new but its place in the order. */
  readonly retake: (time: number, value: number) => void;
};

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

  const take: Intake['take'] = (time, value, file, row) => {
    tally.rows += 1;
    if (time >= plausibleFromMs && time < plausibleToMs && value >= least && value < Infinity && time === Math.floor(time)) {
      tally.forms[0] += 1;
      reader.add(time, value);
    } else takeOther(time, value, file, row);
  };

  /** What is not the common case: a time of another form, no value, or trouble. */
  const takeOther: Intake['take'] = (time, value, file, row) => {
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
    else if (isTime) reader.add(at, value);
  };

  const retake = (time: number, value: number): void => {
    const whole = Math.floor(time);
    if (value < Infinity && value > -Infinity)
      reader.add(time - whole === localForm / 4 && laterClock !== undefined ? laterClock.toUtc(whole) : whole, value);
  };

  return { request, kind, reader, tally, clock, take, retake };
}

const localForm = 1;
