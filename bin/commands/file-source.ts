import type { FileSourceConfig } from '../../lib/config/schema';
import type { SeriesKind } from '../../lib/history/series';

/** A file named on the command line, with its columns, as a source of a config. */
export function fileSource(
  path: string,
  options: {
    readonly series: SeriesKind;
    readonly timeColumn: string;
    readonly valueColumn: string;
    readonly zone?: string;
    readonly unit?: FileSourceConfig['unit'];
  },
): FileSourceConfig {
  return {
    kind: kindOf(path),
    path,
    unit: options.unit,
    series: options.series,
    time: options.timeColumn,
    value: options.valueColumn,
    zone: options.zone,
  };
}

function kindOf(file: string): FileSourceConfig['kind'] {
  if (/\.parquet$/i.test(file)) return 'parquet';
  return /\.(ndjson|jsonl)(\.gz|\.zst)?$/i.test(file) ? 'ndjson' : 'csv';
}
