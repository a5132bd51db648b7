/** One way to make a model smaller, as `workloads/compress` or a program with the same report measured it. */
export type MeasuredCompression = {
  /** As the report names it: `fp32, as it is`, `int8`, `2:4 pruning`, `distilled`. */
  readonly option: string;
  readonly weightBytes: number;
  /** Median for one sample on the device of the report. */
  readonly latencySeconds: number;
  /** Samples a second in batches on that device. */
  readonly perSecond: number;
  /** Share of right answers, 0..1. */
  readonly accuracy: number;
};

/** The ways that were measured on one device. */
export type CompressionReport = {
  readonly model: string;
  readonly device: string;
  /** ISO 8601. */
  readonly measuredAt: string;
  readonly rows: readonly MeasuredCompression[];
};

/** A way with its estimate and what was measured of it; `null` where the report has nothing of it. */
export type Compared<Row> = Row & { readonly measured: MeasuredCompression | null };

/** What is known of a report besides the rows that stand beside an estimate. */
export type MeasuredOn = Omit<CompressionReport, 'rows'> & {
  /** Ways that were measured and that the comparison has no row for. */
  readonly others: readonly MeasuredCompression[];
};

/** Estimates of ways with what was measured beside each; both are `null` where nothing is compared. */
export function besideMeasured<Row extends { readonly option: string }>(
  estimated: readonly Row[] | null,
  report: CompressionReport | null,
): { readonly compression: readonly Compared<Row>[] | null; readonly measured: MeasuredOn | null } {
  if (estimated === null) return { compression: null, measured: null };
  if (report === null) return { compression: estimated.map((row) => ({ ...row, measured: null })), measured: null };
  const { rows, ...on } = report;
  const compression = estimated.map((row) => ({ ...row, measured: rows.find(({ option }) => isSameWay(row.option, option)) ?? null }));
  const shown = compression.map(({ measured }) => measured);
  return { compression, measured: { ...on, others: rows.filter((row) => !shown.includes(row)) } };
}

const asItIs = ', as it is';
const distilled = 'distilled';

/**
 * Whether a report means by its option the way of an estimate. The model as it is may have been measured in 32 bit where it is estimated in
 * 16, and a distilled model is named by its size in the estimate alone.
 */
function isSameWay(estimated: string, measured: string): boolean {
  if (estimated.startsWith(distilled)) return measured.startsWith(distilled);
  if (!estimated.endsWith(asItIs)) return measured === estimated;
  const precision = estimated.slice(0, -asItIs.length);
  return measured === precision || measured === estimated || (/16$/.test(precision) && measured === `fp32${asItIs}`);
}
