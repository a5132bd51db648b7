import { digestOf } from '../config/digest';
import type { HistoryConfig, PrometheusConnection } from '../config/schema';
import { seriesKindOf } from '../config/source-schema';
import type { HistoryOutcome } from '../history/series';
import { isProblemError } from '../problems';
import { historyCache } from './cache';
import { type CloudWatchReader, describeMetric, openCloudWatch } from './cloudwatch';
import type { RetryOptions } from './http-retry';
import { type Described, obtain, type Obtained, placeIn, readObtained } from './live-read';
import type { LiveRequest, LiveSource } from './live-source';
import { describePrometheus, openPrometheus, type Prometheus } from './prometheus';
import { openSecrets } from './secrets';

export type LiveHistoryOptions = {
  /** What relative paths are relative to, and where the cache lies: the folder of the config. */
  readonly baseDirectory: string;
  readonly history: HistoryConfig;
  /** Of CloudWatch, where neither the source nor `history.cloudwatch` names one. */
  readonly region: string;
  /** End of what is asked for, epoch ms; `null` with `offline`: the latest end in the cache, source by source. */
  readonly now: number | null;
  /** Reads the cache alone; nothing that could reach a network is even created. */
  readonly offline: boolean;
  /** Where secrets are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How failures are repeated. */
  readonly retry?: RetryOptions;
};

/** So many sources are asked at once. */
const atOnce = 4;

/**
 * Reads history of Prometheus and CloudWatch: from the cache what is there, from the server the rest, which then joins the cache.
 * Sources with the same identity are asked once. One that fails leaves problems as its outcome; the others still come.
 */
export async function liveHistory(requests: readonly LiveRequest[], options: LiveHistoryOptions): Promise<HistoryOutcome[]> {
  if (requests.length === 0) return [];
  const servers = openServers(options);
  const cache = historyCache(options.baseDirectory);
  const obtained = new Map<string, Promise<Obtained>>();

  const read = async (request: LiveRequest): Promise<HistoryOutcome> => {
    let described: Described | undefined;
    try {
      described = describe(request, options);
      const key = digestOf(described.identity);
      const shared = obtained.get(key) ?? obtain(described, { ...options, cache, open: () => servers.sourceOf(request) });
      obtained.set(key, shared);
      return await readObtained(request, described, await shared);
    } catch (error) {
      if (!isProblemError(error)) throw error;
      const place = placeIn(request, described?.place ?? request.source.kind);
      return { problems: error.problems.map((problem) => (problem.path === '' ? { ...problem, path: place } : problem)) };
    }
  };
  try {
    return await eachOf(requests, atOnce, read);
  } finally {
    await servers.close();
  }
}

/** What is known of a source without asking. */
function describe(request: LiveRequest, { history, region }: LiveHistoryOptions): Described {
  const { source, intervalMs, path } = request;
  const kind = seriesKindOf(source, request.defaultKind);
  if (source.kind === 'prometheus') {
    const described = describePrometheus({ source, kind, intervalMs, path }, history.prometheus);
    return { ...described, place: described.server, kind, rangeMs: history.range, cutMs: null };
  }
  const described = describeMetric({ source, rangeMs: history.range, intervalMs, path }, history.cloudwatch?.region ?? region);
  const { reachMs } = described;
  const isCut = reachMs < history.range;
  return {
    ...described,
    place: `cloudwatch ${source.namespace} ${source.metric}`,
    kind,
    rangeMs: Math.min(history.range, reachMs),
    cutMs: isCut ? reachMs : null,
  };
}

type Servers = { readonly sourceOf: (request: LiveRequest) => LiveSource; readonly close: () => Promise<void> };

/** Connections, each made when it is first needed and closed together. Offline there are none. */
function openServers({ history, region, environment, baseDirectory, offline, retry }: LiveHistoryOptions): Servers {
  const secrets = openSecrets({ baseDirectory, environment });
  let prometheus: Prometheus | undefined;
  let cloudWatch: CloudWatchReader | undefined;
  const connection: PrometheusConnection = history.prometheus ?? { timeout: 30_000 };
  return {
    sourceOf: ({ source, defaultKind, intervalMs, path }) => {
      if (offline) throw new Error('a network was about to be used offline');
      const kind = seriesKindOf(source, defaultKind);
      if (source.kind === 'prometheus') {
        prometheus ??= openPrometheus(connection, secrets, retry);
        return prometheus.source({ source, kind, intervalMs, path });
      }
      cloudWatch ??= openCloudWatch(history.cloudwatch?.region ?? region, secrets);
      return cloudWatch.source({ source, rangeMs: history.range, intervalMs, path });
    },
    close: async () => {
      cloudWatch?.close();
      await prometheus?.close();
    },
  };
}

/** The results in the order of the items, whatever order they come in. */
async function eachOf<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = Array<R>(items.length);
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, run));
  return results;
}
