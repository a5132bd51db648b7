import { digestOf } from '../../digest';
import type { LiveKind, LiveSourceConfig, SourcesByKind } from '../../config';
import type { HistoryOutcome } from '../../history';
import { isProblemError } from '../../problems';
import { inEqualParts, type OnProgress } from '../../progress';
import { historyCache } from './cache';
import { cloudWatchReader } from './cloudwatch';
import { finerRangeMs, finerStepMs, withFiner } from './finer';
import { obtain, type Obtained, placeIn, readObtained } from './obtain';
import type { ConnectionOptions, DescribedSource, LiveConnection, LiveKindReader, LiveRequest, LiveSource } from './source';
import { prometheusReader } from './prometheus';
import { openSecrets } from './secrets';

export type LiveHistoryOptions = ConnectionOptions & {
  /** The folder of the config, to which relative paths are relative and in which the cache lies. */
  readonly baseDirectory: string;
  /** The end of the range that is read, epoch ms; `null`, which only `offline` allows, for the latest end in the cache of each source. */
  readonly now: number | null;
  /** What the clock says, epoch ms, where it was told. */
  readonly clock?: number;
  /** Whether only the cache is read. Then no connection is made. */
  readonly offline: boolean;
  /** The environment variables that may hold secrets. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: OnProgress;
};

/** The most sources that are asked at the same time. */
const sourcesAtOnce = 4;

/**
 * Reads the history of live sources. What the cache holds is read from it; the rest comes from the server and is added to the cache.
 * Requests whose sources have the same identity share one answer. Problems of a source are the outcome of its requests; the other
 * sources are still read.
 *
 * @returns one outcome for each request, in their order
 */
export async function liveHistory(requests: readonly LiveRequest[], options: LiveHistoryOptions): Promise<HistoryOutcome[]> {
  if (requests.length === 0) return [];
  const connections = openConnections(options);
  const cache = historyCache(options.baseDirectory);
  const obtained = new Map<string, Promise<Obtained>>();

  const parts = inEqualParts(options.onProgress, requests.length);

  const readRange = async (request: LiveRequest, described: DescribedSource, rangeMs: number, onProgress: OnProgress) => {
    const key = digestOf({ ...described.identity, rangeMs });
    const shared =
      obtained.get(key) ?? obtain(described, { ...options, cache, rangeMs, open: () => connections.sourceOf(request), onProgress });
    obtained.set(key, shared);
    return readObtained(request, described, await shared);
  };

  const read = async (request: LiveRequest, index: number): Promise<HistoryOutcome> => {
    const { source } = request;
    let described: DescribedSource | undefined;
    try {
      described = readerOf(source.kind).describe(request, options);
      const { describe, finer } = readerOf(source.kind);
      const finerSource = request.finest === true && described.stepMs > finerStepMs ? finer(source, finerStepMs) : null;
      if (finerSource === null) return await readRange(request, described, options.history.range, parts[index]);
      const [onAll, onLast] = inEqualParts(parts[index], 2);
      const reading = await readRange(request, described, options.history.range, onAll);
      const asked = { ...request, source: finerSource, intervalMs: finerStepMs, finest: false };
      return await withFiner(reading, placeIn(request, described.place), () =>
        readRange(asked, describe(asked, options), Math.min(finerRangeMs, options.history.range), onLast),
      );
    } catch (error) {
      if (!isProblemError(error)) throw error;
      const place = placeIn(request, described?.place ?? request.source.kind);
      return { problems: error.problems.map((problem) => (problem.path === '' ? { ...problem, path: place } : problem)) };
    } finally {
      parts[index](1);
    }
  };
  try {
    return await mapAtOnce(requests, sourcesAtOnce, read);
  } finally {
    await connections.close();
  }
}

/** The reader of each kind of live source. */
const kindReaders: { readonly [Kind in LiveKind]: LiveKindReader<SourcesByKind[Kind]> } = {
  prometheus: prometheusReader,
  cloudwatch: cloudWatchReader,
};

function readerOf<Kind extends LiveKind>(kind: Kind): LiveKindReader<SourcesByKind[Kind]> {
  return kindReaders[kind];
}

type Connections = { readonly sourceOf: (request: LiveRequest) => LiveSource; readonly close: () => Promise<void> };

/** The connections of a run: one for each kind of source, made when it is first needed; all are closed together. None offline. */
function openConnections(options: LiveHistoryOptions): Connections {
  const secrets = openSecrets(options);
  const opened = new Map<LiveKind, LiveConnection<LiveSourceConfig>>();
  return {
    sourceOf: (request) => {
      if (options.offline) throw new Error('a network was about to be used offline');
      const { kind } = request.source;
      const connection = opened.get(kind) ?? readerOf(kind).connect(options, secrets);
      opened.set(kind, connection);
      return connection.source(request);
    },
    close: async () => {
      for (const connection of opened.values()) await connection.close();
    },
  };
}

/** Works on up to `limit` items at once; the results are in the order of the items. */
async function mapAtOnce<T, R>(items: readonly T[], limit: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results = Array<R>(items.length);
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run));
  return results;
}
