import type { Compared, CompressionRow, ImageCompressionRow, MeasuredCompression, MeasuredOn } from '../demand';
import { formatBytes, formatSeconds, formatShort, percent } from '../figures';
import type { ImageDocument, LanguageDocument } from './inference-text';
import { type Column, textTable } from './table';

/**
 * The table of `--compare`: what each way saves by the estimate and, with a report, what was measured of it; below it a note for each, such
 * as why it does not help. Nothing where nothing is compared.
 */
export function compressionText(document: LanguageDocument | ImageDocument): string {
  const { compression, measured, gpu } = document;
  if (compression === null) return '';
  const table =
    document.kind === 'language' ? languageTable(document.compression ?? [], measured) : imageTable(document.compression ?? [], measured);
  const notes = compression.slice(1).map(({ option, note }) => `  ${option}: ${note}`);
  return ['', '', 'compression, by the same estimate:', table, '', ...notes, ...source(measured, gpu)].join('\n');
}

function languageTable(rows: readonly Compared<CompressionRow>[], measured: MeasuredOn | null): string {
  const withLoad = rows.some(({ gpus }) => gpus !== null);
  return textTable(
    [
      { title: 'option' },
      ...atRight('weights', 'GPUs a replica', 'batch that fits', 'req/s', ...(withLoad ? ['GPUs', 'USD/h'] : []), 'USD/1M tokens'),
      { title: 'helps' },
      ...measuredColumns(measured),
    ],
    rows.map((row, index) => [
      row.option,
      orNone(row.weightBytes, formatBytes),
      orNone(row.estimate, ({ gpusPerReplica }) => `${gpusPerReplica}`),
      orNone(row.estimate, ({ memory }) => `${memory.sequences}`),
      orNone(row.estimate, ({ requestsPerSecond }) => formatShort(requestsPerSecond.value)),
      ...forLoad(withLoad, row),
      orNone(row.usdPerMillionOutputTokens, (usd) => usd.toFixed(3)),
      index === 0 ? '' : row.helps ? 'yes' : 'no',
      ...measuredCells(measured, row),
    ]),
  );
}

function imageTable(rows: readonly Compared<ImageCompressionRow>[], measured: MeasuredOn | null): string {
  const withLoad = rows.some(({ gpus }) => gpus !== null);
  return textTable(
    [
      { title: 'option' },
      ...atRight('weights', 'one image', 'batch', 'images/s', ...(withLoad ? ['GPUs', 'USD/h'] : []), 'USD/1M images'),
      { title: 'helps' },
      ...measuredColumns(measured),
    ],
    rows.map((row, index) => [
      row.option,
      orNone(row.weightBytes, formatBytes),
      orNone(row.estimate, ({ aloneSeconds }) => formatSeconds(aloneSeconds)),
      orNone(row.estimate, ({ batch }) => `${batch}`),
      orNone(row.imagesPerSecond, ({ value }) => formatShort(value)),
      ...forLoad(withLoad, row),
      orNone(row.usdPerMillionImages, (usd) => usd.toFixed(3)),
      index === 0 ? '' : row.estimate === null ? '-' : row.helps ? 'yes' : 'no',
      ...measuredCells(measured, row),
    ]),
  );
}

function forLoad(withLoad: boolean, { gpus, usdPerHour }: Pick<CompressionRow, 'gpus' | 'usdPerHour'>): readonly string[] {
  return withLoad ? [orNone(gpus, (count) => `${count}`), orNone(usdPerHour, (usd) => usd.toFixed(2))] : [];
}

function measuredColumns(measured: MeasuredOn | null): readonly Column[] {
  return measured === null ? [] : [{ title: 'basis' }, ...atRight('measured weights', 'latency', 'throughput', 'accuracy')];
}

/** What was measured of a way, and by what name where the report has another. */
function measuredCells(
  on: MeasuredOn | null,
  { option, estimate, measured }: Compared<{ readonly option: string; readonly estimate: object | null }>,
): readonly string[] {
  if (on === null) return [];
  if (measured === null) return [estimate === null ? '-' : 'estimated', '-', '-', '-', '-'];
  return [measured.option === option ? 'measured' : `measured: ${measured.option}`, ...figuresOf(measured)];
}

function figuresOf({ weightBytes, latencySeconds, perSecond, accuracy }: MeasuredCompression): readonly string[] {
  return [formatBytes(weightBytes), formatSeconds(latencySeconds), `${formatShort(perSecond)}/s`, percent(accuracy)];
}

/** Where the measured figures come from, and what was measured beside the ways of the table. */
function source(measured: MeasuredOn | null, gpu: string): readonly string[] {
  if (measured === null) return [];
  const { model, device, measuredAt, others } = measured;
  const elsewhere = device.toLowerCase() === gpu.toLowerCase() ? '' : `: its latency and throughput are not those of ${gpu}`;
  return [
    '',
    `Measured: ${model} on ${device} at ${measuredAt}${elsewhere}.`,
    ...others.map((row) => `Measured alone: ${row.option}: ${figuresOf(row).join(', ')}.`),
  ];
}

function atRight(...titles: readonly string[]): readonly Column[] {
  return titles.map((title) => ({ title, align: 'right' }));
}

function orNone<T>(value: T | null, text: (value: T) => string): string {
  return value === null ? '-' : text(value);
}
