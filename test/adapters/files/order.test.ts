import { fc, test as propertyTest } from '@fast-check/jest';
import { gzipSync } from 'node:zlib';
import { fileHistoryReader } from '../../../lib/adapters/files/reader';
import { type LoadSeries, readingOf, type SeriesKind } from '../../../lib/history/series';
import { MINUTE_MS } from '../../../lib/units';
import { countedUp } from '../../history/support';
import { csvOf, readOne, request, rowsEvery, temporaryFolder } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Few, since each run reads files; the same promises are kept without files in test/history/reading. */
const runs = { numRuns: 6 };
const start = Date.UTC(2026, 0, 5);
let divided = 0;
const kind = fc.constantFrom<SeriesKind>('rate', 'level', 'count', 'counter');
/** Five-minute values over some hours, some missing, of sizes that sum to different bits in different orders. */
const values = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0, max: 1e9, noNaN: true }) }, { weight: 1, arbitrary: fc.constant('NaN') }),
  {
    minLength: 30,
    maxLength: 120,
  },
);

/** Values as they stand; of a counter, as what has counted them. */
function ofKind(given: readonly (number | string)[], series: SeriesKind): readonly (number | string)[] {
  return series === 'counter' ? countedUp(given.map(Number)).map((value) => (Number.isNaN(value) ? 'NaN' : value)) : given;
}

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
  const rows = rowsEvery(5 * MINUTE_MS, ofKind(given, series), start);
  const ordered = await usable(rows, series);
  fc.pre(ordered !== undefined);
  const keys = new Map(rows.map((row) => [row, random.next().value]));
  const shuffled = await usable(
    [...rows].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0)),
    series,
  );
  expect(shuffled && bytesOf(shuffled)).toEqual(bytesOf(ordered));
});

propertyTest.prop([values, kind, fc.array(fc.nat(), { maxLength: 4 }), fc.constantFrom('csv', 'ndjson')], runs)(
  'dividing the rows into several files of a pattern changes no byte',
  async (given, series, cuts, files) => {
    const rows = rowsEvery(5 * MINUTE_MS, ofKind(given, series), start);
    const textOf = (part: typeof rows) =>
      files === 'csv'
        ? csvOf(part)
        : part.map(([timestamp, value]) => `${JSON.stringify({ timestamp, value: value === 'NaN' ? null : value })}\n`).join('');
    const read = async (names: readonly number[]): Promise<LoadSeries | undefined> => {
      const name = `divided-${divided++}`;
      const bounds = [0, ...names.map((cut) => 1 + (cut % (rows.length - 1))).sort((a, b) => a - b), rows.length];
      const parts = bounds.slice(1).map((end, index) => rows.slice(bounds[index], end));
      parts.filter((part) => part.length > 0).forEach((part, index) => folder.write(`${name}/${index}.${files}`, textOf(part)));
      try {
        return (await readOne(folder.path, `${name}/*.${files}`, { series, files })).series;
      } catch {
        return undefined;
      }
    };
    const [whole, inParts] = [await read([]), await read(cuts)];
    fc.pre(whole !== undefined);
    const withoutName = (one: LoadSeries | undefined) => one && bytesOf({ ...one, origin: { ...one.origin, text: '' } });
    expect(withoutName(inParts)).toEqual(withoutName(whole));
  },
);

propertyTest.prop([values, kind, fc.nat()], runs)('an equal row twice changes no byte', async (given, series, place) => {
  const rows = rowsEvery(5 * MINUTE_MS, ofKind(given, series), start);
  const once = await usable(rows, series);
  fc.pre(once !== undefined);
  const at = place % rows.length;
  const twice = await usable([...rows.slice(0, at), rows[at], ...rows.slice(at)], series);
  expect(twice && bytesOf(twice)).toEqual(bytesOf(once));
});

describe("rows of several of the engine's buffers, vectors and threads", () => {
  const count = 220_000;
  const labels = ['a', 'b', 'c'];
  const rows = Array.from({ length: count }, (_, index) => {
    const time = new Date(start + Math.floor(index / labels.length) * 15_000).toISOString();
    return [time, labels[index % labels.length], ((index * 7919) % 10_007) / 7] as const;
  });
  const text = (part: typeof rows): string => ['timestamp,host,value', ...part.map((row) => row.join(',')), ''].join('\n');
  const read = (path: string, threads: number) =>
    fileHistoryReader({ baseDirectory: folder.path, threads })(labels.map((host) => request(path, { where: { host } })));
  beforeAll(() => {
    folder.write('threads.csv', text(rows));
    folder.write('threads.csv.gz', gzipSync(text(rows)));
    folder.write('parts/0.csv', text(rows.slice(0, 100_001)));
    folder.write('parts/1.csv', text(rows.slice(100_001)));
    folder.write('shuffled.csv', text([...rows].sort((a, b) => (a[2] === b[2] ? 0 : a[2] - b[2]))));
  });

  test('keep their order, and the number of threads changes no byte', async () => {
    const [one, four] = [await read('threads.csv', 1), await read('threads.csv', 4)];
    expect(four.map((outcome) => readingOf(outcome).series.origin.repairs)).toEqual([[], [], []]);
    expect(four).toEqual(one);
  });

  test.each(['threads.csv.gz', 'parts/*.csv', 'shuffled.csv'])('give the same series from %s', async (path) => {
    const [plain, other] = [await read('threads.csv', 2), await read(path, 3)];
    const bytes = (outcome: (typeof plain)[number]) => {
      const { series } = readingOf(outcome);
      return bytesOf({ ...series, origin: { ...series.origin, text: '' } });
    };
    expect(other.map(bytes)).toEqual(plain.map(bytes));
  });
});
