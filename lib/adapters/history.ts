import type { SourceKind, SourcesByKind, SourceConfig } from '../config';
import type { HistoryOutcome, HistoryReader, HistoryRequest } from '../history';
import { inParts, type OnProgress } from '../progress';
import { type FileHistoryOptions, fileHistoryReader } from './files';
import { type LiveHistoryOptions, liveHistory } from './live';

/** The options of both readers: of files, and of live sources, which are read over the network or from the cache. */
export type HistoryReaderOptions = FileHistoryOptions & LiveHistoryOptions & { readonly onProgress?: OnProgress };

/** Reads all requests of its kinds of source together. It returns one outcome for each request, in their order. */
type SourceReader<Source extends SourceConfig> = (
  requests: readonly HistoryRequest<Source>[],
  options: HistoryReaderOptions,
) => Promise<readonly HistoryOutcome[]>;

const readFiles: SourceReader<SourcesByKind['csv' | 'ndjson' | 'parquet']> = (requests, options) => fileHistoryReader(options)(requests);

/** The reader of each kind of source. A kind that is live also has an entry in the table of `live/reader.ts`. */
const readers: { readonly [Kind in SourceKind]: SourceReader<SourcesByKind[Kind]> } = {
  csv: readFiles,
  ndjson: readFiles,
  parquet: readFiles,
  prometheus: liveHistory,
  cloudwatch: liveHistory,
};

function readerOf<Kind extends SourceKind>(kind: Kind): SourceReader<SourcesByKind[Kind]> {
  return readers[kind];
}

/**
 * Creates a reader of history from any kind of source: CSV, NDJSON, Parquet, Prometheus or CloudWatch. It returns one outcome for each
 * request, in their order. DuckDB, the HTTP client and the SDK of AWS are loaded when they are first used.
 */
export function historyReader(options: HistoryReaderOptions): HistoryReader {
  return async (requests) => {
    const requestsByReader = new Map<SourceReader<SourceConfig>, HistoryRequest[]>();
    for (const request of requests) {
      const reader = readerOf(request.source.kind);
      const group = requestsByReader.get(reader);
      if (group === undefined) requestsByReader.set(reader, [request]);
      else group.push(request);
    }
    const outcomes = new Map<HistoryRequest, HistoryOutcome>();
    const groups = [...requestsByReader];
    const parts = inParts(
      options.onProgress,
      groups.map(([, group]) => group.length),
    );
    const read = async ([reader, group]: (typeof groups)[number], part: number) =>
      (await reader(group, { ...options, onProgress: parts[part] })).forEach((outcome, index) => outcomes.set(group[index], outcome));
    await Promise.all(groups.map(read));
    return requests.map((request) => outcomes.get(request) ?? { problems: [] });
  };
}
