import type { SourceKind, SourcesByKind, SourceConfig } from '../config';
import type { HistoryOutcome, HistoryReader, HistoryRequest } from '../history';
import { type FileHistoryOptions, fileHistoryReader } from './files';
import { type LiveHistoryOptions, liveHistory } from './live';

/** How history is read: files from the config's folder, live sources over the network or from the cache. */
export type HistoryReaderOptions = FileHistoryOptions & LiveHistoryOptions;

/** Reads the sources of the kinds that it stands for in the table, all of them together. One outcome for each request, in order. */
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
 * Reads history from wherever the config says. What a reader needs (DuckDB, an HTTP client, the SDK of AWS) is loaded when it is
 * first used.
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
    const read = async ([reader, own]: readonly [SourceReader<SourceConfig>, readonly HistoryRequest[]]) =>
      (await reader(own, options)).forEach((outcome, index) => outcomes.set(own[index], outcome));
    await Promise.all([...requestsByReader].map(read));
    return requests.map((request) => outcomes.get(request) ?? { problems: [] });
  };
}
