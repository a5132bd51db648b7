import type { FileSourceConfig } from '../config/schema';
import { isLive } from '../config/source-schema';
import type { HistoryOutcome, HistoryReader, HistoryRequest } from '../history/series';
import { type FileHistoryOptions, fileHistoryReader } from './files';
import { type LiveHistoryOptions, liveHistory } from './live-history';
import type { LiveRequest } from './live-source';

/** How history is read: files from the config's folder, live sources over the network or from the cache. */
export type HistoryReaderOptions = FileHistoryOptions & LiveHistoryOptions;

/**
 * Reads history from wherever the config says, each source by its own door. What a door needs (DuckDB, an HTTP client, the SDK
 * of AWS) is loaded when it is first opened.
 */
export function historyReader(options: HistoryReaderOptions): HistoryReader {
  const readFiles = fileHistoryReader(options);
  return async (requests) => {
    const fileRequests = requests.filter(isOfFile);
    const liveRequests = requests.filter(isOfLive);
    const outcomes = new Map<HistoryRequest, HistoryOutcome>();
    const [ofFiles, ofLive] = await Promise.all([readFiles(fileRequests), liveHistory(liveRequests, options)]);
    ofFiles.forEach((outcome, index) => outcomes.set(fileRequests[index], outcome));
    ofLive.forEach((outcome, index) => outcomes.set(liveRequests[index], outcome));
    return requests.map((request) => outcomes.get(request) ?? { problems: [] });
  };
}

function isOfFile(request: HistoryRequest): request is HistoryRequest<FileSourceConfig> {
  return !isLive(request.source);
}

function isOfLive(request: HistoryRequest): request is LiveRequest {
  return isLive(request.source);
}
