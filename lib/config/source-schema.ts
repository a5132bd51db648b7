import { IANAZone } from 'luxon';
import { z } from 'zod';
import { loadNouns, parseLoadUnit } from '../units';
import { duration, text, url } from './fields';

/** Where a series of observations is read from: files, or a live source. Only data; adapters know how. */

const measured = {
  unit: text(parseLoadUnit, `a unit such as 'req/s', 'tokens/min', '%' (counted in ${loadNouns.join(', ')})`).optional(),
  series: z.enum(['rate', 'level', 'count', 'counter']).optional().meta({ description: "'rate' for load, 'level' for CPU and memory" }),
};

const fileFields = {
  path: z.string().min(1).meta({
    description: 'file, pattern (history/*.csv.gz) or Hive-partitioned folder (history/service=chat/...), relative to the config file',
  }),
  ...measured,
  time: z.string().min(1).default('timestamp').meta({ description: 'column of the time' }),
  value: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .default('value')
    .meta({ description: "column of the value; several, as a list or by '*' in a name ('pod-*'), are summed" }),
  decimal: z.enum(['.', ',']).optional().meta({ description: 'sign between a whole number and its fraction, in text; by default a point' }),
  thousands: z
    .enum([',', '.', ' ', "'"])
    .optional()
    .meta({ description: 'what separates thousands in text; by default nothing, or what all values of the column show to be so' }),
  dateFormat: text(
    parseDateFormat,
    "'dd/mm/yyyy', 'mm/dd/yyyy' or 'yyyy/mm/dd'",
    'order of day, month and year in dates that are not ISO 8601, whatever stands between; by default what the days of the column show',
  ).optional(),
  zone: z
    .string()
    .refine((zone) => IANAZone.isValidZone(zone), { error: 'is not an IANA time zone' })
    .optional()
    .meta({ description: 'zone of times that carry none; without it such times are refused' }),
  where: z
    .record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]))
    .refine((columns) => Object.keys(columns).length > 0, { error: 'names no column' })
    .optional()
    .meta({ description: 'only rows whose columns have these values, so that one file can hold many workloads' }),
  join: z.literal('sum').optional().meta({
    description:
      'where a file tells several series apart (InfluxDB, JSON of CloudWatch or Prometheus) and several have the labels of where: their sum',
  }),
};

/** Which part of a date is which: `dd/mm/yyyy` and the like, with any sign between. */
export type DateFormat = (typeof dateFormats)[number];

const dateFormats = ['dd/mm/yyyy', 'mm/dd/yyyy', 'yyyy/mm/dd'] as const;

function parseDateFormat(format: string): DateFormat | undefined {
  const written = format.trim().toLowerCase().replace(/[.-]/g, '/');
  return dateFormats.find((known) => known === written);
}

const fileSchema = z
  .strictObject({ kind: z.enum(['csv', 'ndjson', 'parquet']), ...fileFields })
  .refine(({ decimal, thousands }) => decimal === undefined || decimal !== thousands, {
    error: 'is the decimal sign too: name both decimal and thousands, not alike',
    path: ['thousands'],
  })
  .refine(({ series, value }) => series !== 'counter' || (typeof value === 'string' && !value.includes('*')), {
    error: 'sums columns of a counter, and each begins anew at another time: read one column, or export its rate',
    path: ['value'],
  })
  .refine(({ series, join }) => series !== 'counter' || join === undefined, {
    error: 'sums counters, and each begins anew at another time: read one series, or export its rate',
    path: ['join'],
  })
  .meta({ id: 'FileSource', description: 'observations in files: CSV or NDJSON (also .gz and .zst), or Parquet' });

const prometheusSchema = z
  .strictObject({
    kind: z.literal('prometheus'),
    query: z.string().min(1).meta({ description: 'PromQL that gives one series: the whole load' }),
    url: url.optional().meta({ description: 'of the server; by default that of history.prometheus' }),
    ...measured,
    step: duration('distance of the points asked for; by default 5m, or the period where that is shorter').optional(),
  })
  .meta({ id: 'PrometheusSource', description: 'a query to Prometheus, or what speaks its API: Thanos, Mimir, VictoriaMetrics' });

const statistic = z.string().regex(/^(Sum|Average|Maximum|Minimum|SampleCount|p\d{1,2}(\.\d{1,2})?)$/, {
  error: "must be Sum, Average, Maximum, Minimum, SampleCount or a percentile such as 'p99'",
});

const cloudwatchSchema = z
  .strictObject({
    kind: z.literal('cloudwatch'),
    namespace: z.string().min(1).max(255).meta({ description: "for example 'AWS/ApplicationELB'" }),
    metric: z.string().min(1).max(255),
    dimensions: z.record(z.string().min(1), z.string().min(1)).default({}),
    statistic: statistic.meta({ description: "'Sum' and 'SampleCount' give a count, any other a level, unless series says otherwise" }),
    region: z.string().min(1).optional().meta({ description: 'by default that of history.cloudwatch, or of the config' }),
    absent: z.enum(['missing', 'zero']).default('missing').meta({
      description:
        "what a period without a sample is, between the first and the last that has one: 'zero' only for a metric that is not reported while nothing happens",
    }),
    ...measured,
  })
  .meta({ id: 'CloudWatchSource', description: 'a metric of Amazon CloudWatch' });

export const sourceSchema = z
  .discriminatedUnion('kind', [fileSchema, prometheusSchema, cloudwatchSchema])
  .meta({ id: 'Source', description: 'where a series of observations is read from' });

export type SourceConfig = z.output<typeof sourceSchema>;
export type SourceKind = SourceConfig['kind'];
/** The source of each kind. */
export type SourcesByKind = { readonly [Kind in SourceKind]: SourceOfKind<SourceConfig, Kind> };
type SourceOfKind<Source extends SourceConfig, Kind> = Source extends unknown ? (Kind extends Source['kind'] ? Source : never) : never;

export type FileSourceConfig = z.output<typeof fileSchema>;
export type PrometheusSourceConfig = z.output<typeof prometheusSchema>;
export type CloudWatchSourceConfig = z.output<typeof cloudwatchSchema>;

type SeriesKind = NonNullable<SourceConfig['series']>;

/** What every stage must know of the sources of a kind, whoever reads them. */
type KindFacts<Source extends SourceConfig> = {
  /** Whether a source is asked over the network, so that its answer depends on when it is asked. */
  readonly isLive: boolean;
  /** What the values are where `series` is left out; `usual` is what they are in that place of the config. */
  readonly seriesKind: (source: Source, usual: 'rate' | 'level') => SeriesKind;
};

const asUsual = (_source: SourceConfig, usual: 'rate' | 'level') => usual;
const file = { isLive: false, seriesKind: asUsual } as const;

/** The facts of every kind of source. `Sum` and `SampleCount` in JSON are what CloudWatch calls its totals of a period. The table of readers is in `lib/adapters/history.ts`. */
const sourceKinds = {
  csv: file,
  ndjson: { isLive: false, seriesKind: ({ value }, usual) => (value === 'Sum' || value === 'SampleCount' ? 'count' : usual) },
  parquet: file,
  prometheus: { isLive: true, seriesKind: asUsual },
  cloudwatch: { isLive: true, seriesKind: ({ statistic }) => (statistic === 'Sum' || statistic === 'SampleCount' ? 'count' : 'level') },
} as const satisfies { readonly [Kind in SourceKind]: KindFacts<SourcesByKind[Kind]> };

export type LiveKind = { [Kind in SourceKind]: (typeof sourceKinds)[Kind]['isLive'] extends true ? Kind : never }[SourceKind];
export type LiveSourceConfig = SourcesByKind[LiveKind];

/** What the values of a source are: what its `series` says, or else what its kind implies, or else `usual`. */
export function seriesKindOf<Kind extends SourceKind>(
  source: SourcesByKind[Kind] & { readonly kind: Kind },
  usual: 'rate' | 'level',
): SeriesKind {
  const facts: { readonly [K in SourceKind]: KindFacts<SourcesByKind[K]> } = sourceKinds;
  return source.series ?? facts[source.kind].seriesKind(source, usual);
}

/** Whether a source is asked over the network, so that its answer depends on when it is asked. */
export function isLive(source: SourceConfig): source is LiveSourceConfig {
  return sourceKinds[source.kind].isLive;
}
