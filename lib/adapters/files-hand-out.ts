import type { Numbers } from './files-engine';
import { type Intake, rowsTogether } from './files-intake';
import type { OpenFile } from './files-open';

/** Hands the rows of chunks out to the series they belong to. */
export type HandOut = {
  /**
   * @param places of the series of each row, -1 for none; without them all rows are of series 0
   * @param before rows of the file before this chunk
   * @param file of a first pass
   */
  readonly add: (
    times: Numbers,
    values: Numbers,
    places: Numbers | undefined,
    rows: number,
    before: number,
    file: OpenFile | undefined,
  ) => void;
  /** That was all of the file: what is kept goes out. */
  readonly end: (file: OpenFile | undefined) => void;
};

const size = 3 * rowsTogether;

/**
 * Rows of a series are kept until there are enough to go out together. Neighbours in a file are of different series as a rule, and
 * going from one to another at each row would miss the processor's cache each time.
 *
 * @param series who takes the rows of each place
 */
export function createHandOut(series: readonly (readonly Intake[])[]): HandOut {
  const kept = new Float64Array(size * series.length);
  /** Numbers kept of each series. */
  const used = new Int32Array(series.length);

  const empty = (place: number, file: OpenFile | undefined): void => {
    for (const intake of series[place]) intake.take(kept, place * size, used[place] / 3, file);
    used[place] = 0;
  };

  return {
    add: (times, values, places, rows, before, file) => {
      for (let row = 0; row < rows; row += 1) {
        const place = places === undefined ? 0 : places[row];
        if (place < 0) continue;
        const at = place * size + used[place];
        kept[at] = times[row];
        kept[at + 1] = values[row];
        kept[at + 2] = before + row;
        used[place] += 3;
        if (used[place] === size) empty(place, file);
      }
    },
    end: (file) => used.forEach((count, place) => count > 0 && empty(place, file)),
  };
}
