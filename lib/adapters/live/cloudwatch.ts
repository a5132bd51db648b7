import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import { type CloudWatchSourceConfig, seriesKindOf } from '../../config';
import { loadPackage } from '../../packages';
import { type Problem, ProblemError } from '../../problems';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../units';
import { cloudWatchProblem, failed, noPeriod, oddPoint } from './cloudwatch-refusal';
import type { Secrets } from './secrets';
import type { ConnectionOptions, LiveAnswer, LiveConnection, LiveKindReader, LiveRequest, LiveSource } from './source';

type MetricRequest = LiveRequest<CloudWatchSourceConfig>;

/** The most points that one call of `GetMetricData` may return. */
const mostPoints = 100_800;
/**
 * How long samples may arrive after the end of their period: services report a minute or a few late, and until then a sum is that of a part.
 */
const settlesMs = 10 * MINUTE_MS;
const mostAttempts = 8;
const connectionTimeout = 5 * SECOND_MS;
const requestTimeout = 30 * SECOND_MS;

/** Loads the SDK of AWS. Its warnings on stderr about future versions are turned off: its version is pinned, so they help nobody. */
function loadSdk(): typeof CloudWatch {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return loadPackage('@aws-sdk/client-cloudwatch', 'asking CloudWatch') as typeof CloudWatch;
}

/** How metrics of Amazon CloudWatch are read as live sources. */
export const cloudWatchReader: LiveKindReader<CloudWatchSourceConfig> = {
  describe: describeMetric,
  finer: (source) => source,
  connect: connectCloudWatch,
};

/**
 * Describes a metric without asking for it. Its identity does not include the AWS account, which only the credentials of the run
 * tell.
 *
 * @throws ProblemError `cloudwatch/period`
 */
function describeMetric({ source, defaultKind, intervalMs, path }: MetricRequest, { history, region: regionOfConfig }: ConnectionOptions) {
  const { namespace, metric, dimensions, statistic } = source;
  const region = source.region ?? history.cloudwatch?.region ?? regionOfConfig;
  const period = choosePeriod(history.range, intervalMs);
  if (period === undefined) throw new ProblemError(noPeriod(intervalMs, path));
  const { periodMs: stepMs, reachMs } = period;
  const dimensionTexts = Object.entries(dimensions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}=${value}`);
  return {
    place: `cloudwatch ${namespace} ${metric}`,
    kind: seriesKindOf(source, defaultKind),
    region,
    stepMs,
    reachMs,
    settlesMs,
    absentIsZero: source.absent === 'zero',
    text: `cloudwatch ${statistic} of ${namespace} ${metric}${dimensionTexts.join('')} in ${region}`,
    identity: { kind: 'cloudwatch', region, namespace, metric, dimensions, statistic, stepMs },
  };
}

/**
 * Connects to Amazon CloudWatch, with one client for each region, which asks by `GetMetricData`. The SDK finds the credentials in its
 * usual places and repeats requests that are throttled. The time of a point is the start of its period. The SDK is loaded when the
 * first metric is asked for.
 */
function connectCloudWatch(options: ConnectionOptions, secrets: Secrets): LiveConnection<CloudWatchSourceConfig> {
  const clients = new Map<string, CloudWatch.CloudWatchClient>();
  const clientOf = (region: string): CloudWatch.CloudWatchClient => {
    const { CloudWatchClient } = loadSdk();
    const client =
      clients.get(region) ??
      new CloudWatchClient({
        region,
        maxAttempts: mostAttempts,
        retryMode: 'standard',
        requestHandler: { connectionTimeout, requestTimeout },
      });
    clients.set(region, client);
    return client;
  };
  return {
    source: (request): LiveSource => {
      const described = describeMetric(request, options);
      const { region, stepMs } = described;
      const guarded = async <T>(action: string, work: () => Promise<T>): Promise<T> => {
        try {
          return await work();
        } catch (error) {
          if (error instanceof ProblemError) throw error;
          const problem = cloudWatchProblem(error, request.path, region, action);
          throw new ProblemError(problem.problems.map((each): Problem => ({ ...each, message: secrets.hide(each.message) })));
        }
      };
      return {
        ...described,
        fetch: (from, to) => guarded('GetMetricData', () => fetchMetric(clientOf(region), request, stepMs, from, to)),
        whenEmpty: () => whichExist(clientOf(region), request.source).catch(() => 'is the metric named so, in this region and account?'),
      };
    },
    close: () => clients.forEach((client) => client.destroy()),
  };
}

async function fetchMetric(
  client: CloudWatch.CloudWatchClient,
  { source, path }: MetricRequest,
  stepMs: number,
  from: number,
  to: number,
): Promise<LiveAnswer> {
  const { GetMetricDataCommand } = loadSdk();
  const { namespace, metric, dimensions, statistic } = source;
  const points = new Map<number, number>();
  const messages = new Set<string>();
  const queries: CloudWatch.MetricDataQuery[] = [
    {
      Id: 'load',
      MetricStat: {
        Metric: {
          Namespace: namespace,
          MetricName: metric,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: stepMs / SECOND_MS,
        Stat: statistic,
      },
    },
  ];
  let token: string | undefined;
  let isPartial = false;
  do {
    const answer: CloudWatch.GetMetricDataCommandOutput = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        StartTime: new Date(from),
        EndTime: new Date(to),
        ScanBy: 'TimestampAscending',
        MaxDatapoints: mostPoints,
        NextToken: token,
      }),
    );
    for (const { Value } of answer.Messages ?? []) if (Value) messages.add(Value);
    for (const { Timestamps = [], Values = [], StatusCode, Messages = [] } of answer.MetricDataResults ?? []) {
      for (const { Value } of Messages) if (Value) messages.add(Value);
      if (StatusCode === 'InternalError' || StatusCode === 'Forbidden') throw new ProblemError(failed(StatusCode, [...messages], path));
      isPartial = StatusCode === 'PartialData';
      Timestamps.forEach((time, index) => points.set(time.getTime(), Values[index]));
    }
    // A repeated token would make this loop endless.
    token = answer.NextToken === token ? undefined : answer.NextToken;
  } while (token !== undefined && token !== '');
  const inRange = [...points].filter(([time]) => time >= from && time < to).sort(([a], [b]) => a - b);
  const odd = inRange.find(([time, value]) => time % stepMs !== 0 || !Number.isFinite(value));
  if (odd) throw new ProblemError(oddPoint(odd, path));
  return {
    points: inRange,
    labels: inRange.length === 0 ? null : {},
    warnings: [...messages, ...(isPartial ? ['the answer is partial: CloudWatch did not give all of it'] : [])],
    notes: [],
  };
}

/** A hint for a metric that gave no values: which dimensions metrics of that name have. */
async function whichExist(client: CloudWatch.CloudWatchClient, { namespace, metric, dimensions }: CloudWatchSourceConfig): Promise<string> {
  const { ListMetricsCommand } = loadSdk();
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: namespace, MetricName: metric }));
  if (Metrics.length === 0) return `there is no ${namespace} ${metric} with any dimensions: check the names, the region and the account`;
  const shown = Metrics.map(({ Dimensions = [] }) =>
    Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)
      .sort()
      .join(' '),
  ).sort();
  const requested = Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');
  if (shown.includes(requested)) return 'the metric exists and has no data in this range';
  const list = shown.slice(0, 5).map((set) => `{${set}}`);
  return `the metric exists with the dimensions ${list.join(', ')}${shown.length > 5 ? `, ... ${shown.length} in all` : ''}; all of one set must be given`;
}

/**
 * How long CloudWatch keeps the values of each period, from the shortest period to the longest.
 *
 * @see the CloudWatch user guide, "Metrics retention": under 60 s for 3 hours (high-resolution metrics alone), 60 s for 15 days,
 * 300 s for 63 days, 3600 s for 455 days
 */
const retention: readonly (readonly [periodMs: number, reachMs: number])[] = [
  ...[1, 5, 10, 30].map((seconds) => [seconds * SECOND_MS, 3 * HOUR_MS] as const),
  [MINUTE_MS, 15 * DAY_MS],
  [5 * MINUTE_MS, 63 * DAY_MS],
  [HOUR_MS, 455 * DAY_MS],
];

const usualMs = 5 * MINUTE_MS;

export type MetricPeriod = {
  /** The distance between two points, ms. */
  readonly periodMs: number;
  /** How far back CloudWatch keeps values of this period, ms. */
  readonly reachMs: number;
};

/**
 * Chooses the period in which a whole range is asked for. There is one period for all of it, because a series with two would be
 * taken for a mixture of sources. Only periods that divide the interval are considered:
 *
 * 1. the longest period up to five minutes that reaches as far back as the range;
 * 2. otherwise the shortest period that reaches that far;
 * 3. otherwise the longest period: the range is then cut to what it reaches.
 *
 * @param rangeMs how far back values are wanted, ms
 * @param intervalMs the interval of the grid, ms
 * @returns `undefined` where no period of CloudWatch divides the interval, such as 90 ms
 * @example choosePeriod(28 * DAY_MS, HOUR_MS) // 5 minutes, which CloudWatch keeps for 63 days
 */
export function choosePeriod(rangeMs: number, intervalMs: number): MetricPeriod | undefined {
  const possible = retention.filter(([periodMs]) => intervalMs % periodMs === 0).map(([periodMs, reachMs]) => ({ periodMs, reachMs }));
  const reaching = possible.filter(({ reachMs }) => reachMs >= rangeMs);
  return reaching.findLast(({ periodMs }) => periodMs <= usualMs) ?? reaching[0] ?? possible.at(-1);
}
