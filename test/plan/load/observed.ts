import type { LoadSeries } from '../../../lib/history';
import type { Observations, Observed } from '../../../lib/plan/load';
import { seriesOf } from '../../history/support';

/** A load as `observe` gives it, of the given hours; NaN is missing. */
export function observedOf(key: string, values: readonly number[], rest: Partial<LoadSeries> = {}): Observed {
  const [workload, name] = key.split('.') as [string, Observed['signal']['name']];
  const source = { kind: 'csv', path: `${workload}.csv` } as Observed['signal']['source'];
  return { signal: { workload, name, source }, series: seriesOf(values, rest), quality: { findings: [], faults: [] } as never };
}

/** What was observed, by `workload.signal`, with nothing to remark on. */
export function observationsOf(signals: Readonly<Record<string, Observed>>): Observations {
  return { signals, sources: {}, warnings: {}, notes: {}, withheld: {} };
}
