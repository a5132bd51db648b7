import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renderProblem } from '../../../lib/problems';
import { MINUTE_MS } from '../../../lib/units';
import { csvOf, makeFile, readOne, refusal, rowsEvery, temporaryFolder } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Long enough that its head tells nothing of its end. */
const content = csvOf(
  rowsEvery(
    MINUTE_MS,
    Array.from({ length: 60_000 }, (_, index) => (index * 7919) % 10_007),
  ),
);
const damaged = (name: string, packing: string): string[] => [
  `${name}: is compressed by ${packing}, and damaged or cut off. Hint: was it copied whole? Fetch it again`,
];

test.each([0.3, 0.9, 0.99999])('gzip cut off after %d of its length is refused, though some of it could be read', async (share) => {
  const packed = gzipSync(content);
  folder.write('cut.csv.gz', packed.subarray(0, Math.floor(packed.length * share)));
  expect((await refusal(readOne(folder.path, 'cut.csv.gz'))).map(renderProblem)).toEqual(damaged('cut.csv.gz', 'gzip'));
});

test('gzip without the last byte of its checksum is refused, though all of its rows could be read', async () => {
  folder.write('cut.csv.gz', gzipSync(content).subarray(0, -1));
  expect((await refusal(readOne(folder.path, 'cut.csv.gz'))).map(renderProblem)).toEqual(damaged('cut.csv.gz', 'gzip'));
});

test('gzip with a byte that is not what it was is refused', async () => {
  const packed = gzipSync(content);
  packed[Math.floor(packed.length * 0.8)] ^= 0x55;
  folder.write('changed.csv.gz', packed);
  expect((await refusal(readOne(folder.path, 'changed.csv.gz'))).map(renderProblem)).toEqual(damaged('changed.csv.gz', 'gzip'));
});

test.each([0.5, 0.99, 0.99999])('zstd cut off after %d of its length is refused', async (share) => {
  folder.write('whole.csv', content);
  await makeFile(
    join(folder.path, 'cut.csv.zst'),
    `COPY (SELECT * FROM read_csv('${join(folder.path, 'whole.csv')}', all_varchar = true)) TO $1 (FORMAT csv, COMPRESSION zstd)`,
  );
  const packed = readFileSync(join(folder.path, 'cut.csv.zst'));
  expect((await readOne(folder.path, 'cut.csv.zst')).series.origin.observations).toBe(60_000);
  folder.write('cut.csv.zst', packed.subarray(0, Math.floor(packed.length * share)));
  expect((await refusal(readOne(folder.path, 'cut.csv.zst'))).map(renderProblem)).toEqual(damaged('cut.csv.zst', 'zstd'));
});

test('Parquet cut off is refused', async () => {
  await makeFile(join(folder.path, 'cut.parquet'), 'COPY (SELECT i AS timestamp, i AS value FROM range(9999) r(i)) TO $1 (FORMAT parquet)');
  folder.write('cut.parquet', readFileSync(join(folder.path, 'cut.parquet')).subarray(0, -100));
  expect((await refusal(readOne(folder.path, 'cut.parquet', { files: 'parquet' }))).map(renderProblem)).toEqual([
    'cut.parquet: has no end. Hint: was the file cut off while it was written or copied?',
  ]);
});

test('Parquet with another end than its own is refused', async () => {
  folder.write('false.parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(5000, 7), Buffer.from('PAR1')]));
  expect((await refusal(readOne(folder.path, 'false.parquet', { files: 'parquet' }))).map(renderProblem)).toEqual([
    'false.parquet: is Parquet that cannot be read: damaged, encrypted or cut off. Hint: was it copied whole? Fetch it again',
  ]);
});

/** Sparse on the disk: as a file of 5 GB, it holds a few rows and nothing else. */
function sparse(name: string, head: string): string {
  const descriptor = openSync(join(folder.path, name), 'w');
  writeSync(descriptor, head);
  ftruncateSync(descriptor, 5e9);
  closeSync(descriptor);
  return name;
}

test.each(['csv', 'ndjson'] as const)('a sparse file of 5 GB is refused, without reading it (%s)', async (files) => {
  const head = files === 'csv' ? content : '{"timestamp":"2026-01-05T00:00:00Z","value":1}\n'.repeat(2000);
  const problems = await refusal(readOne(folder.path, sparse('sparse', head), { files }));
  expect(problems.map(renderProblem)).toEqual([
    'sparse: holds zero bytes between its text. Hint: was it written to the end? A sparse file has such holes',
  ]);
});

test('a sparse file of 5 GB is no Parquet', async () => {
  const problems = await refusal(readOne(folder.path, sparse('sparse.parquet', 'PAR1'), { files: 'parquet' }));
  expect(problems.map(({ code }) => code)).toEqual(['history/damaged']);
});

test.each([1e5, 9e6])('a last line of %d bytes is refused: the engine would drop a long one without a word', async (length) => {
  folder.write('line.csv', `timestamp,value\n${'2026-01-05T00:00:00Z,1\n'.repeat(3000)}2026-01-05T01:00:00Z,${'1'.repeat(length)}`);
  expect((await refusal(readOne(folder.path, 'line.csv'))).map(renderProblem)).toEqual([
    'line.csv: ends with a line of more than 65536 bytes. Hint: is the file of another kind, or damaged?',
  ]);
});
