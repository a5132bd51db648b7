import { fc, test as propertyTest } from '@fast-check/jest';
import { fileHistoryReader } from '../../lib/adapters/files';
import { readingOf } from '../../lib/history/series';
import type { LoadSeries, SeriesKind } from '../../lib/history/series';
import { MINUTE_MS } from '../../lib/units';
import { csvOf, readOne, request, rowsEvery, temporaryFolder } from './files-support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Few, since each run reads files; the same promises are kept without files in test/history/reading.test.ts. */
const runs = { numRuns: 6 };
const start = Date.UTC(2026, 0, 5);
const kind = fc.constantFrom<SeriesKind>('rate', 'level', 'count', 'counter');
/** Five-minute values over some hours, some missing, of sizes that sum to different bits in different orders. */
const values = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0, max: 1e9, noNaN: true }) }, { weight: 1, arbitrary: fc.constant('NaN') }),
  {
    minLength: 30,
    maxLength: 120,
  },
);

/** All but the report of disorder, which is about the order of rows. */
function bytesOf({ values: v, observed, origin, ...rest }: LoadSeries): unknown {
  return {
    ...rest,
    values: [...v],
    observed: [...observed],
    origin: { ...origin, repairs: origin.repairs.filter((repair) => !repair.startsWith('sorted')) },
  };
}

async function usable(rows: readonly (readonly [string | number, string | number])[], series: SeriesKind): Promise<LoadSeries | undefined> {
  try {
    return (await readOne(folder.path, folder.write('property.csv', csvOf(rows)), { series })).series;
  } catch {
    return undefined;
  }
}

propertyTest.prop([values, kind, fc.infiniteStream(fc.nat())], runs)('the order of rows changes no byte', async (given, series, random) => {
  const rows = rowsEvery(5 * MINUTE_MS, given, start);
  const ordered = await usable(rows, series);
  fc.pre(ordered !== undefined);
  const keys = new Map(rows.map((row) => [row, random.next().value]));
  const shuffled = await usable(
    [...rows].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0)),
    series,
  );
  expect(shuffled && bytesOf(shuffled)).toEqual(bytesOf(ordered));
});

test('the number of threads changes no byte of a file of several buffers, and rows keep their order', async () => {
  const rows = rowsEvery(
    15_000,
    Array.from({ length: 220_000 }, (_, index) => ((index * 7919) % 10_007) / 7),
  );
  folder.write('threads.csv', csvOf(rows));
  const read = (threads: number) => fileHistoryReader({ baseDirectory: folder.path, threads })([request('threads.csv')]);
  const [[one], [four]] = [await read(1), await read(4)];
  expect(readingOf(four).series.origin.repairs).toEqual([]);
  expect(four).toEqual(one);
});
