import { isLive } from '../config/source-schema';
import type { FileSourceConfig } from '../config/schema';
import type { HistoryOutcome, HistoryReader, HistoryRequest } from '../history/series';
import { type FileHistoryOptions, fileHistoryReader } from './files';

/** Reads history from wherever the config says, each source by its own door. */
export function historyReader(options: FileHistoryOptions): HistoryReader {
  const readFiles = fileHistoryReader(options);
  return async (requests) => {
    const fileRequests = requests.filter(isOfFile);
    const outcomes = new Map<HistoryRequest, HistoryOutcome>();
    (await readFiles(fileRequests)).forEach((outcome, index) => outcomes.set(fileRequests[index], outcome));
    return requests.map((request) => outcomes.get(request) ?? { problems: [noReader(request)] });
  };
}

function isOfFile(request: HistoryRequest): request is HistoryRequest<FileSourceConfig> {
  return !isLive(request.source);
}

function noReader({ path, source }: HistoryRequest) {
  return { code: 'history/no-reader', path, message: `cannot be read from ${source.kind} yet` };
}
