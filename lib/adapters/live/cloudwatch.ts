import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import { createRequire } from 'node:module';
import { type CloudWatchSourceConfig, seriesKindOf } from '../../config';
import { type Problem, ProblemError } from '../../problems';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../units';
import { cloudWatchProblem, failed, noPeriod, oddPoint } from './cloudwatch-refusal';
import type { Secrets } from './secrets';
import type { ConnectionOptions, LiveAnswer, LiveConnection, LiveKindReader, LiveRequest, LiveSource } from './source';

type MetricRequest = LiveRequest<CloudWatchSourceConfig>;

/** As many as one call may give. */
const mostPoints = 100_800;
const mostAttempts = 8;
const connectionTimeout = 5 * SECOND_MS;
const requestTimeout = 30 * SECOND_MS;
const requireLater = createRequire(__filename);

/** Its version is pinned here: what it advises of future ones on stderr is not for people who plan. */
function loadSdk(): typeof CloudWatch {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return requireLater('@aws-sdk/client-cloudwatch') as typeof CloudWatch;
}

/** Metrics of Amazon CloudWatch as live sources. */
export const cloudWatchReader: LiveKindReader<CloudWatchSourceConfig> = { describe: describeMetric, connect: connectCloudWatch };

/**
 * Describes a metric without asking for it. The account is no part of what identifies it: that belongs to the credentials of the
 * run.
 *
 * @throws ProblemError `cloudwatch/period`
 */
function describeMetric({ source, defaultKind, intervalMs, path }: MetricRequest, { history, region: regionOfConfig }: ConnectionOptions) {
  const { namespace, metric, dimensions, statistic } = source;
  const region = source.region ?? history.cloudwatch?.region ?? regionOfConfig;
  const period = choosePeriod(history.range, intervalMs);
  if (period === undefined) throw new ProblemError(noPeriod(intervalMs, path));
  const { periodMs: stepMs, reachMs } = period;
  const which = Object.entries(dimensions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}=${value}`);
  return {
    place: `cloudwatch ${namespace} ${metric}`,
    kind: seriesKindOf(source, defaultKind),
    region,
    stepMs,
    reachMs,
    absentIsZero: source.absent === 'zero',
    text: `cloudwatch ${statistic} of ${namespace} ${metric}${which.join('')} in ${region}`,
    identity: { kind: 'cloudwatch', region, namespace, metric, dimensions, statistic, stepMs },
  };
}

/**
 * Amazon CloudWatch by `GetMetricData`, a client for each region. Credentials come from the SDK's own chain; the SDK repeats what
 * is throttled. Timestamps are the start of a period. The SDK is loaded when the first metric is asked for.
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
          throw new ProblemError(problem.problems.map((told): Problem => ({ ...told, message: secrets.hide(told.message) })));
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
    // The same token again would go round for ever.
    token = answer.NextToken === token ? undefined : answer.NextToken;
  } while (token !== undefined && token !== '');
  const found = [...points].filter(([time]) => time >= from && time < to).sort(([a], [b]) => a - b);
  const odd = found.find(([time, value]) => time % stepMs !== 0 || !Number.isFinite(value));
  if (odd) throw new ProblemError(oddPoint(odd, path));
  return {
    points: found,
    labels: found.length === 0 ? null : {},
    warnings: [...messages, ...(isPartial ? ['the answer is partial: CloudWatch did not give all of it'] : [])],
    notes: [],
  };
}

/** Which metrics of that name there are, where the one asked for gave nothing. */
async function whichExist(client: CloudWatch.CloudWatchClient, { namespace, metric, dimensions }: CloudWatchSourceConfig): Promise<string> {
  const { ListMetricsCommand } = loadSdk();
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: namespace, MetricName: metric }));
  if (Metrics.length === 0) return `there is no ${namespace} ${metric} with any dimensions: check the names, the region and the account`;
  const shown = Metrics.map(({ Dimensions = [] }) =>
    Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)
      .sort()
      .join(' '),
  ).sort();
  const asked = Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');
  if (shown.includes(asked)) return 'the metric exists and has no data in this range';
  const list = shown.slice(0, 5).map((set) => `{${set}}`);
  return `the metric exists with the dimensions ${list.join(', ')}${shown.length > 5 ? `, ... ${shown.length} in all` : ''}; all of one set must be given`;
}

/**
 * How long CloudWatch keeps what it has of each period.
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
  /** Of the points, for the whole range, ms. */
  readonly periodMs: number;
  /** How far back there is anything of this period, ms. */
  readonly reachMs: number;
};

/**
 * The one period in which a whole range is asked for. A series of two periods would be judged as mixed, so the part that is older
 * decides for all: five minutes, or what divides the interval below that, as long as that reaches back; a coarser period where
 * it does not; and where none does that divides the interval, the one that reaches farthest, which cuts the range.
 *
 * @param rangeMs from the first moment asked for until now
 * @param intervalMs of the grid the series is wanted on: the period is never coarser, and divides it
 * @returns `undefined` for an interval that no period of CloudWatch divides, such as 90 ms
 */
export function choosePeriod(rangeMs: number, intervalMs: number): MetricPeriod | undefined {
  const possible = retention.filter(([periodMs]) => intervalMs % periodMs === 0).map(([periodMs, reachMs]) => ({ periodMs, reachMs }));
  const reaching = possible.filter(({ reachMs }) => reachMs >= rangeMs);
  return reaching.findLast(({ periodMs }) => periodMs <= usualMs) ?? reaching[0] ?? possible.at(-1);
}
